//! The rules of a level, carried out on one list of attributes.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use sluice_pdata::edit::{Parts, put_value};
use sluice_pdata::view::{KeyValue, Message, Value};

use super::convert::{self, Converted, Made};
use super::limits::Limits;
use super::names::group_names;
use super::program::{Act, HitsId, Memo, Program, Step};
use super::rule::{Action, Bits, Level, OnConflict, OnFailure, Part, SUFFIX};
use super::telemetry::{Change, Counts};
use crate::patterns::Regex;

/// From how many attributes on they are found by a table.
const MANY: usize = 32;

/// An attribute while the rules are carried out.
pub(super) struct Entry<'a> {
    /// The message `KeyValue` as it came.
    content: &'a [u8],
    key: Key<'a>,
    /// Its value, if it is not the one it came with.
    made: Option<Made>,
    /// Whether it came with the list.
    came: bool,
    pub(super) gone: bool,
    hits: HitsId,
    /// The next of its hits.
    next: usize,
    /// A value that another level hands down, and the step at which it arrives.
    arrives: Option<(Step, OnConflict)>,
}

enum Key<'a> {
    Came(&'a [u8]),
    Made(Arc<str>),
}

/// An attribute for another level.
#[derive(Clone, Debug)]
pub(super) struct Handed<'a> {
    step: Step,
    into: Bits,
    on_conflict: OnConflict,
    key: Arc<str>,
    /// The message `KeyValue` that it was.
    content: &'a [u8],
    made: Option<Made>,
}

impl Handed<'_> {
    /// Whether it goes to this level.
    pub(super) fn goes_to(&self, level: Level) -> bool {
        self.into.has(level)
    }
}

/// What to do with an attribute that came with the list.
pub(super) enum Decision<'e> {
    Keep,
    Remove,
    Rename(&'e str),
    Set(Value<'e>),
    Replace,
}

/// A list of attributes on which a program is carried out.
pub(super) struct List<'r, 'a> {
    pub(super) program: &'r Program,
    pub(super) memo: &'r mut Memo,
    pub(super) limits: &'r Limits,
    pub(super) counts: &'r mut Counts,
    pub(super) entries: &'r mut Vec<Entry<'a>>,
    /// What goes to other levels.
    pub(super) handed: &'r mut Vec<Handed<'a>>,
    /// The entries by key, where there are many.
    index: Option<HashMap<Box<[u8]>, Vec<u32>>>,
}

impl<'a> Entry<'a> {
    /// The attribute in this message `KeyValue`.
    pub(super) fn new(content: &'a [u8], hits: HitsId) -> Self {
        let key = Key::Came(KeyValue::from(Message::new(content)).key_bytes());
        Self { content, key, made: None, came: true, gone: false, hits, next: 0, arrives: None }
    }

    /// What another level handed down.
    fn handed(handed: &Handed<'a>) -> Self {
        Self {
            content: handed.content,
            key: Key::Made(Arc::clone(&handed.key)),
            made: handed.made.clone(),
            came: false,
            // It is not there before its step.
            gone: true,
            hits: HitsId::NONE,
            next: 0,
            arrives: Some((handed.step, handed.on_conflict)),
        }
    }

    fn key_bytes(&self) -> &[u8] {
        match &self.key {
            Key::Came(key) => key,
            Key::Made(key) => key.as_bytes(),
        }
    }

    pub(super) fn value(&self) -> Value<'_> {
        match &self.made {
            Some(made) => made.as_value(),
            None => KeyValue::from(Message::new(self.content)).value().unwrap_or(Value::Empty),
        }
    }

    /// What became of it, if it came with the list.
    pub(super) fn decision(&self) -> Decision<'_> {
        match (&self.key, &self.made) {
            _ if self.gone => Decision::Remove,
            (Key::Came(_), None) => Decision::Keep,
            (Key::Made(key), None) => Decision::Rename(key),
            (Key::Came(_), Some(made)) => Decision::Set(made.as_value()),
            (Key::Made(_), Some(_)) => Decision::Replace,
        }
    }

    /// Whether it is to be added to the list.
    pub(super) fn is_new(&self) -> bool {
        !self.came && !self.gone
    }

    /// Says it as it is to be, put together from the key, the value, and what else came with it.
    pub(super) fn parts<'s>(&'s self, value: &'s mut Vec<u8>) -> Parts<'s> {
        let came = KeyValue::from(Message::new(self.content));
        let value = match &self.made {
            Some(made) => {
                value.clear();
                put_value(value, &made.as_value());
                value.as_slice()
            }
            None => came.value_bytes(),
        };
        Parts { key: self.key_bytes(), value, rest: self.came.then_some(came) }
    }
}

/// The bytes of a value, to compare lists and maps.
pub(super) fn encoded(value: &Value<'_>) -> Vec<u8> {
    let mut bytes = Vec::new();
    put_value(&mut bytes, value);
    bytes
}

/// Whether two values are the same.
fn same(one: &Value<'_>, other: &Value<'_>) -> bool {
    match (one, other) {
        (Value::String(one), Value::String(other)) => one == other,
        (Value::Int(one), Value::Int(other)) => one == other,
        (Value::Bool(one), Value::Bool(other)) => one == other,
        (Value::Double(one), Value::Double(other)) => one.to_bits() == other.to_bits(),
        _ => encoded(one) == encoded(other),
    }
}

/// Who wishes for a key.
enum Source<'s, 'a> {
    /// An entry of the list.
    Entry(usize),
    /// One that is to be added.
    New(&'s Entry<'a>),
}

/// What came of the wish for a key.
enum Settled {
    /// The attribute may have this key.
    Free(Arc<str>),
    /// It is not needed, or not wanted.
    Needless,
    /// It stays as it was.
    Refused,
}

impl<'r, 'a> List<'r, 'a> {
    pub(super) fn new(
        program: &'r Program,
        memo: &'r mut Memo,
        limits: &'r Limits,
        counts: &'r mut Counts,
        entries: &'r mut Vec<Entry<'a>>,
        handed: &'r mut Vec<Handed<'a>>,
    ) -> Self {
        Self { program, memo, limits, counts, entries, handed, index: None }
    }

    /// Carries out the program, rule by rule, and row by row in each.
    ///
    /// `arriving` was handed down from other levels.
    pub(super) fn run<'h>(&mut self, arriving: impl Iterator<Item = &'h Handed<'a>>)
    where
        'a: 'h,
    {
        self.entries.extend(arriving.map(Entry::handed));
        while let Some(step) = self.next_step() {
            // What is added on the way has no row in this rule any more.
            for number in 0..self.entries.len() {
                if self.step_of(number) == Some(step) {
                    self.carry_out(number, step);
                }
            }
        }
    }

    fn next_step(&self) -> Option<Step> {
        (0..self.entries.len()).filter_map(|number| self.step_of(number)).min()
    }

    /// The next step that means an entry.
    fn step_of(&self, number: usize) -> Option<Step> {
        let entry = &self.entries[number];
        match entry.arrives {
            Some((step, _)) => Some(step),
            None if entry.gone => None,
            None => self.program.hits(self.memo, entry.hits).get(entry.next).map(|hit| hit.step),
        }
    }

    fn carry_out(&mut self, number: usize, step: Step) {
        if let Some((_, on_conflict)) = self.entries[number].arrives.take() {
            return self.arrive(number, step, on_conflict);
        }
        let entry = &mut self.entries[number];
        let act = self.program.hits(self.memo, entry.hits)[entry.next].act.clone();
        entry.next += 1;
        let program = self.program;
        let rule = program.rule(step);
        let (row, on_conflict) = (usize::from(step.row), rule.on_conflict);
        match (act, &rule.action) {
            (Act::Rename(key), _) => self.rename(number, step, &key, on_conflict),
            (Act::Copy(key), _) => {
                let Entry { content, made, .. } = &self.entries[number];
                let (content, made) = (*content, made.clone());
                self.add(step, &key, content, made, on_conflict, Change::Copied);
            }
            (
                Act::Hand { key, moved },
                Action::Rename { into: Some(into), .. } | Action::Copy { into: Some(into), .. },
            ) => {
                let Entry { content, made, gone, .. } = &mut self.entries[number];
                let made = made.clone();
                self.handed.push(Handed { step, into: *into, on_conflict, key, content, made });
                *gone |= moved;
                self.counts.add(if moved { Change::Moved } else { Change::Copied });
            }
            (Act::Drop, action) => {
                self.entries[number].gone = true;
                self.counts.add(match action {
                    Action::Guard(_) => Change::Guarded,
                    _ => Change::Dropped,
                });
            }
            (Act::Values, Action::Values { tables, .. }) => {
                let text = convert::text(&self.entries[number].value());
                let table = &tables[row];
                let found = text.as_deref().and_then(|text| table.table.get(text)).or(table.other.as_ref());
                if let Some(found) = found.filter(|found| text.as_deref() != Some(&***found)) {
                    self.entries[number].made = Some(Made::Text((&**found).into()));
                    self.counts.add(Change::ValueMapped);
                }
            }
            (Act::Convert, Action::Convert { to, on_failure, .. }) => {
                let converted = convert::convert(&self.entries[number].value(), to[row]);
                match converted {
                    Converted::Same => {}
                    Converted::To(made) => {
                        self.entries[number].made = Some(made);
                        self.counts.add(Change::Converted);
                    }
                    Converted::Failed => {
                        self.counts.conversion_failures += 1;
                        if *on_failure == OnFailure::Drop {
                            self.entries[number].gone = true;
                            self.counts.add(Change::Dropped);
                        }
                    }
                }
            }
            (Act::Extract, Action::Extract { patterns, .. }) => self.extract(number, step, &patterns[row], on_conflict),
            (Act::Compose, Action::Compose(composed)) => {
                if let Some(text) = self.compose(&composed.parts) {
                    let made = Some(Made::Text(text));
                    match composed.into {
                        Some(into) => {
                            let key = Arc::clone(&composed.key);
                            self.handed.push(Handed { step, into, on_conflict, key, content: &[], made });
                            self.counts.add(Change::Composed);
                        }
                        None => self.add(step, &composed.key, &[], made, on_conflict, Change::Composed),
                    }
                }
            }
            (Act::Limit, Action::Limit { limit, fold_into, .. }) => {
                let entry = &mut self.entries[number];
                let key = std::str::from_utf8(entry.key_bytes()).unwrap_or_default();
                let value = entry.value();
                let folded = matches!(value, Value::String(text) if *text == **fold_into);
                if !folded && !self.limits.admit(*limit, key, &value) {
                    entry.made = Some(Made::Text((&**fold_into).into()));
                    self.counts.add(Change::Folded);
                }
            }
            // A hit carries the act of its rule's action.
            _ => {}
        }
    }

    fn rename(&mut self, number: usize, step: Step, key: &str, on_conflict: OnConflict) {
        match self.settle(Source::Entry(number), key, on_conflict) {
            Settled::Free(key) => {
                self.entries[number].key = Key::Made(key);
                self.follow(number, step);
                self.counts.add(Change::Renamed);
            }
            Settled::Needless => {
                self.entries[number].gone = true;
                self.counts.add(Change::Renamed);
            }
            Settled::Refused => {}
        }
    }

    /// Lets in what another level handed down.
    fn arrive(&mut self, number: usize, step: Step, on_conflict: OnConflict) {
        let Key::Made(key) = &self.entries[number].key else { return };
        let key = Arc::clone(key);
        if let Settled::Free(key) = self.settle(Source::Entry(number), &key, on_conflict) {
            self.entries[number].key = Key::Made(key);
            self.entries[number].gone = false;
            self.follow(number, step);
        }
    }

    /// Adds an attribute: that of this content, or of the value made.
    fn add(
        &mut self,
        step: Step,
        key: &str,
        content: &'a [u8],
        made: Option<Made>,
        on_conflict: OnConflict,
        change: Change,
    ) {
        let entry = Entry {
            content,
            key: Key::Came(b""),
            made,
            came: false,
            gone: false,
            hits: HitsId::NONE,
            next: 0,
            arrives: None,
        };
        if let Settled::Free(key) = self.settle(Source::New(&entry), key, on_conflict) {
            self.entries.push(Entry { key: Key::Made(key), ..entry });
            self.follow(self.entries.len() - 1, step);
            self.counts.add(change);
        }
    }

    /// Looks up what the rules after this step do with an entry's new key.
    fn follow(&mut self, number: usize, step: Step) {
        let hits = self.program.look_up(self.memo, self.entries[number].key_bytes());
        let later = |rule: u16| rule > step.rule;
        let next = self.program.hits(self.memo, hits).iter().position(|hit| later(hit.step.rule));
        let entry = &mut self.entries[number];
        (entry.hits, entry.next) = next.map_or((HitsId::NONE, 0), |next| (hits, next));
        if let Some(index) = &mut self.index {
            index.entry(entry.key_bytes().into()).or_default().push(number as u32);
        }
    }

    /// Says which key an attribute gets that is to have `key`.
    fn settle(&mut self, source: Source<'_, 'a>, key: &str, on_conflict: OnConflict) -> Settled {
        let number = match source {
            Source::Entry(number) => Some(number),
            Source::New(_) => None,
        };
        let Some(other) = self.find(key.as_bytes(), number) else { return Settled::Free(key.into()) };
        let source = match source {
            Source::Entry(number) => &self.entries[number],
            Source::New(entry) => entry,
        };
        if same(&self.entries[other].value(), &source.value()) {
            return Settled::Needless;
        }
        self.counts.conflicts += u64::from(on_conflict != OnConflict::Fill);
        match on_conflict {
            OnConflict::KeepExisting | OnConflict::Fill => Settled::Needless,
            OnConflict::Skip => Settled::Refused,
            OnConflict::KeepBoth => {
                let other = format!("{key}{SUFFIX}");
                match self.find(other.as_bytes(), number) {
                    None => Settled::Free(other.into()),
                    Some(_) => Settled::Refused,
                }
            }
            OnConflict::Overwrite => {
                while let Some(other) = self.find(key.as_bytes(), number) {
                    self.entries[other].gone = true;
                }
                Settled::Free(key.into())
            }
        }
    }

    /// An entry of this key, other than one.
    fn find(&mut self, key: &[u8], except: Option<usize>) -> Option<usize> {
        let is_it = |entries: &[Entry<'a>], number: usize| {
            Some(number) != except && !entries[number].gone && entries[number].key_bytes() == key
        };
        if self.entries.len() <= MANY {
            return (0..self.entries.len()).find(|number| is_it(self.entries, *number));
        }
        let index = self.index.get_or_insert_with(|| {
            let mut index: HashMap<Box<[u8]>, Vec<u32>> = HashMap::new();
            for (number, entry) in self.entries.iter().enumerate() {
                index.entry(entry.key_bytes().into()).or_default().push(number as u32);
            }
            index
        });
        let numbers = index.get_mut(key)?;
        while let Some(last) = numbers.last().map(|number| *number as usize) {
            if is_it(self.entries, last) {
                return Some(last);
            }
            if Some(last) == except || self.entries[last].arrives.is_some() {
                break;
            }
            // It will never have this key again.
            numbers.pop();
        }
        numbers.iter().map(|number| *number as usize).find(|number| is_it(self.entries, *number))
    }

    fn extract(&mut self, number: usize, step: Step, pattern: &Regex, on_conflict: OnConflict) {
        let Some(text) = convert::text(&self.entries[number].value()).map(Cow::into_owned) else { return };
        let mut captures = pattern.create_captures();
        pattern.captures(&text, &mut captures);
        for (name, span) in group_names(pattern).zip(captures.iter()) {
            let group = span.and_then(|span| text.get(span.range())).filter(|group| !group.is_empty());
            if let (Some(name), Some(group)) = (name, group) {
                self.add(step, name, &[], Some(Made::Text(group.into())), on_conflict, Change::Extracted);
            }
        }
    }

    /// The text that the parts make; none if an attribute is missing.
    fn compose(&mut self, parts: &[Part]) -> Option<Box<str>> {
        let mut text = String::new();
        for part in parts {
            match part {
                Part::Text(part) => text.push_str(part),
                Part::Value(key) => {
                    let number = self.find(key.as_bytes(), None)?;
                    text.push_str(&convert::text(&self.entries[number].value())?);
                }
            }
        }
        Some(text.into())
    }
}
