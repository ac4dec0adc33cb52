//! The rules of a level, carried out on one list of attributes.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use sluice_pdata::view::Value;

use super::convert::{self, Converted, Made, Type};
use super::entry::{Entry, Handed, Key, same};
use super::limits::Limits;
use super::names::group_names;
use super::program::{Act, HitsId, Memo, Program, Step};
use super::rule::{Action, Bits, Composed, OnConflict, OnFailure, Part, SUFFIX, Values};
use super::telemetry::{Change, Counts};
use crate::patterns::Regex;

/// From how many attributes on they are found by a table.
const MANY: usize = 32;

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
    index: Option<HashMap<Box<[u8]>, BTreeSet<usize>>>,
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
                self.add_counted(Change::Copied, step, &key, content, made, on_conflict);
            }
            (Act::Hand { key, moved }, Action::Rename { into, .. } | Action::Copy { into, .. }) => {
                let Entry { content, made, gone, .. } = &mut self.entries[number];
                let (into, made) = (into.unwrap_or(Bits::NONE), made.clone());
                self.handed.push(Handed { step, into, on_conflict, key, content, made });
                *gone |= moved;
                self.counts.add(if moved { Change::Moved } else { Change::Copied });
            }
            (Act::Drop, Action::Guard(_)) => self.drop(number, Change::Guarded),
            (Act::Drop, _) => self.drop(number, Change::Dropped),
            (Act::Values, Action::Values { tables, .. }) => self.map_value(number, &tables[row]),
            (Act::Convert, Action::Convert { to, on_failure, .. }) => self.convert(number, to[row], *on_failure),
            (Act::Extract, Action::Extract { patterns, .. }) => self.extract(number, step, &patterns[row], on_conflict),
            (Act::Compose, Action::Compose(composed)) => self.compose(step, composed, on_conflict),
            (Act::Limit, Action::Limit { limit, fold_into, .. }) => self.limit(number, *limit, fold_into),
            // A hit carries the act of its rule's action.
            _ => {}
        }
    }

    fn drop(&mut self, number: usize, change: Change) {
        self.entries[number].gone = true;
        self.counts.add(change);
    }

    fn map_value(&mut self, number: usize, values: &Values) {
        let text = convert::text(&self.entries[number].value());
        let found = text.as_deref().and_then(|text| values.table.get(text)).or(values.other.as_ref());
        if let Some(found) = found.filter(|found| text.as_deref() != Some(&***found)) {
            self.entries[number].made = Some(Made::Text((&**found).into()));
            self.counts.add(Change::ValueMapped);
        }
    }

    fn convert(&mut self, number: usize, to: Type, on_failure: OnFailure) {
        let converted = convert::convert(&self.entries[number].value(), to);
        match converted {
            Converted::Same => {}
            Converted::To(made) => {
                self.entries[number].made = Some(made);
                self.counts.add(Change::Converted);
            }
            Converted::Failed => {
                self.counts.conversion_failures += 1;
                if on_failure == OnFailure::Drop {
                    self.drop(number, Change::Dropped);
                }
            }
        }
    }

    fn limit(&mut self, number: usize, limit: usize, fold_into: &Arc<str>) {
        let entry = &mut self.entries[number];
        let key = std::str::from_utf8(entry.key_bytes()).unwrap_or_default();
        let value = entry.value();
        let folded = matches!(value, Value::String(text) if *text == **fold_into);
        if !folded && !self.limits.admit(limit, key, &value) {
            entry.made = Some(Made::Text((&**fold_into).into()));
            self.counts.add(Change::Folded);
        }
    }

    fn rename(&mut self, number: usize, step: Step, key: &Arc<str>, on_conflict: OnConflict) {
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

    /// Lets in what another level handed down; it stands at the end then.
    fn arrive(&mut self, number: usize, step: Step, on_conflict: OnConflict) {
        let entry = &mut self.entries[number];
        let (content, made) = (entry.content, entry.made.take());
        let Key::Made(key) = &entry.key else { return };
        let key = Arc::clone(key);
        self.add(step, &key, content, made, on_conflict);
    }

    /// Adds an attribute, of this content or of the value made; says whether it has a place.
    fn add(
        &mut self,
        step: Step,
        key: &Arc<str>,
        content: &'a [u8],
        made: Option<Made>,
        on_conflict: OnConflict,
    ) -> bool {
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
        let Settled::Free(key) = self.settle(Source::New(&entry), key, on_conflict) else { return false };
        self.entries.push(Entry { key: Key::Made(key), ..entry });
        self.follow(self.entries.len() - 1, step);
        true
    }

    /// Adds an attribute, and counts it if it has a place.
    fn add_counted(
        &mut self,
        change: Change,
        step: Step,
        key: &Arc<str>,
        content: &'a [u8],
        made: Option<Made>,
        on_conflict: OnConflict,
    ) {
        if self.add(step, key, content, made, on_conflict) {
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
            index.entry(entry.key_bytes().into()).or_default().insert(number);
        }
    }

    /// Says which key an attribute gets that is to have `key`.
    fn settle(&mut self, source: Source<'_, 'a>, key: &Arc<str>, on_conflict: OnConflict) -> Settled {
        let number = match source {
            Source::Entry(number) => Some(number),
            Source::New(_) => None,
        };
        let Some(other) = self.find(key.as_bytes(), number) else { return Settled::Free(Arc::clone(key)) };
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
                Settled::Free(Arc::clone(key))
            }
        }
    }

    /// The first entry of this key, other than one.
    fn find(&mut self, key: &[u8], except: Option<usize>) -> Option<usize> {
        let is_it = |entries: &[Entry<'a>], number: usize| {
            Some(number) != except && !entries[number].gone && entries[number].key_bytes() == key
        };
        if self.entries.len() <= MANY {
            return (0..self.entries.len()).find(|number| is_it(self.entries, *number));
        }
        let index = self.index.get_or_insert_with(|| {
            let mut index: HashMap<Box<[u8]>, BTreeSet<usize>> = HashMap::new();
            for (number, entry) in self.entries.iter().enumerate() {
                index.entry(entry.key_bytes().into()).or_default().insert(number);
            }
            index
        });
        let numbers = index.get_mut(key)?;
        while let Some(first) = numbers.iter().find(|number| Some(**number) != except).copied() {
            if is_it(self.entries, first) {
                return Some(first);
            }
            // Should it have this key again, it is noted again.
            numbers.remove(&first);
        }
        None
    }

    fn extract(&mut self, number: usize, step: Step, pattern: &Regex, on_conflict: OnConflict) {
        let Some(text) = convert::text(&self.entries[number].value()).map(Cow::into_owned) else { return };
        let mut captures = pattern.create_captures();
        pattern.captures(&text, &mut captures);
        for (name, span) in group_names(pattern).zip(captures.iter()) {
            let group = span.and_then(|span| text.get(span.range())).filter(|group| !group.is_empty());
            if let (Some(name), Some(group)) = (name, group) {
                let made = Some(Made::Text(group.into()));
                self.add_counted(Change::Extracted, step, &name.into(), &[], made, on_conflict);
            }
        }
    }

    fn compose(&mut self, step: Step, composed: &Composed, on_conflict: OnConflict) {
        let Some(text) = self.composed_text(&composed.parts) else { return };
        let made = Some(Made::Text(text));
        match composed.into {
            Some(into) => {
                let key = Arc::clone(&composed.key);
                self.handed.push(Handed { step, into, on_conflict, key, content: &[], made });
                self.counts.add(Change::Composed);
            }
            None => self.add_counted(Change::Composed, step, &composed.key, &[], made, on_conflict),
        }
    }

    /// The text that the parts make; none if an attribute is missing.
    fn composed_text(&mut self, parts: &[Part]) -> Option<Box<str>> {
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
