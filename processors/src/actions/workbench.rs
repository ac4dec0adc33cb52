//! The attributes of one record while actions are done to them.

use std::borrow::Cow;
use std::ops::Range;

use sluice_pdata::edit::{Attribute, Node, Parts, Slot, Survey, Tail, put_value};
use sluice_pdata::view::{Message, Value};

use super::source::{Prepared, Step};
use super::{Action, Source, When, hash};
use crate::patterns::Regex;

/// Does actions to records of a message, one record after the other. What it needs for that it keeps for the next
/// one.
///
/// As in the Collector, an action sees the first attribute of its key; the place of an attribute that is removed by its key
/// is taken by the last one, and what is removed by a pattern leaves no place.
pub(crate) struct Workbench<'a, 'k> {
    prepared: &'k Prepared<'k>,
    /// Where the attributes are.
    slots: Vec<Slot<'a>>,
    /// What they are now.
    entries: Vec<Entry<'k>>,
    /// The values that were made, one after the other.
    made: Vec<u8>,
    /// What is added where no action finds its key, once that is known.
    added: Option<Vec<Attribute>>,
}

struct Entry<'k> {
    key: &'k [u8],
    /// The attribute that it was, if it is not new.
    slot: Option<usize>,
    value: Held<'k>,
}

/// Where a value is: the message `AnyValue`.
#[derive(Clone)]
enum Held<'k> {
    /// Where it was.
    Unchanged,
    /// In another attribute, or in an action.
    Borrowed(&'k [u8]),
    /// Among the values that were made.
    Made(Range<usize>),
}

impl<'a: 'k, 'k> Workbench<'a, 'k> {
    pub(crate) fn new(prepared: &'k Prepared<'k>) -> Self {
        Self { prepared, slots: Vec::new(), entries: Vec::new(), made: Vec::new(), added: None }
    }

    /// Does the actions to the attributes of a record, a resource, or whatever has some.
    pub(crate) fn edit(&mut self, record: Node<'_, 'a>) {
        let prepared = self.prepared;
        let survey = record.survey(&mut self.slots);
        self.made.clear();
        self.entries.clear();
        if !self.slots.iter().any(|slot| prepared.concern(slot.key_bytes())) {
            let mut tail = survey.into_tail();
            self.added().iter().for_each(|attribute| tail.append_attribute(attribute));
            return;
        }
        let entry =
            |(slot, at): (usize, &Slot<'a>)| Entry { key: at.key_bytes(), slot: Some(slot), value: Held::Unchanged };
        self.entries.extend(self.slots.iter().enumerate().map(entry));
        prepared.steps().iter().for_each(|step| self.act(step));
        self.carry_out(survey);
    }

    /// What is added to a record that has none of the keys: always the same.
    fn added(&mut self) -> &[Attribute] {
        let added = self.added.take().unwrap_or_else(|| {
            self.prepared.steps().iter().for_each(|step| self.act(step));
            (0..self.entries.len()).map(|index| self.parts(index).to_attribute()).collect()
        });
        self.added.insert(added)
    }

    fn act(&mut self, step: &'k Step<'_>) {
        match step.action {
            Action::Put { when, key, source } => {
                if let Some(value) = self.source(source, step.value.as_deref()) {
                    self.put(*when, key.as_bytes(), value);
                }
            }
            Action::Delete(keys) => {
                if let Some(index) = self.find(keys.key.as_bytes()) {
                    self.entries.swap_remove(index);
                }
                if let Some(pattern) = &keys.pattern {
                    self.entries.retain(|entry| !pattern.is_match(entry.key));
                }
            }
            Action::Hash(keys) => {
                if let Some(index) = self.find(keys.key.as_bytes()) {
                    self.hash(index);
                }
                if let Some(pattern) = &keys.pattern {
                    for index in 0..self.entries.len() {
                        if pattern.is_match(self.entries[index].key) {
                            self.hash(index);
                        }
                    }
                }
            }
            Action::Extract { key, pattern, names } => self.extract(key.as_bytes(), pattern, names),
            Action::Convert { key, to } => {
                if let Some(index) = self.find(key.as_bytes())
                    && let Some(converted) = to.convert(&self.value(index))
                {
                    self.set_to(index, &converted.as_value());
                }
            }
        }
    }

    /// The value that a source has now.
    fn source(&self, source: &Source, known: Option<&'k [u8]>) -> Option<Held<'k>> {
        if let Source::Attribute { key, .. } = source
            && let Some(index) = self.find(key.as_bytes())
        {
            return Some(match &self.entries[index].value {
                Held::Unchanged => Held::Borrowed(self.unchanged(index)),
                changed => changed.clone(),
            });
        }
        known.map(Held::Borrowed)
    }

    fn put(&mut self, when: When, key: &'k [u8], value: Held<'k>) {
        match self.find(key) {
            Some(index) if when != When::Absent => self.set(index, value),
            None if when != When::Present => self.entries.push(Entry { key, slot: None, value }),
            _ => {}
        }
    }

    fn hash(&mut self, index: usize) {
        let hash = hash::of(&self.value(index));
        self.set_to(index, &Value::String(&hash));
    }

    fn extract(&mut self, key: &[u8], pattern: &Regex, names: &'k [Box<str>]) {
        let Some(index) = self.find(key) else { return };
        let value = self.lasting(index);
        let Value::String(text) = Value::from(Message::new(&value)) else { return };
        let mut groups = pattern.create_captures();
        pattern.captures(text, &mut groups);
        if !groups.is_match() {
            return;
        }
        for (group, name) in (1..).zip(names) {
            let found = groups.get_group(group).and_then(|span| text.get(span.range())).unwrap_or_default();
            let value = self.make(&Value::String(found));
            self.put(When::Always, name.as_bytes(), value);
        }
    }

    /// Where the first attribute of a key is.
    fn find(&self, key: &[u8]) -> Option<usize> {
        self.entries.iter().position(|entry| entry.key == key)
    }

    fn value(&self, index: usize) -> Value<'_> {
        Value::from(Message::new(self.value_bytes(index)))
    }

    fn value_bytes(&self, index: usize) -> &[u8] {
        match &self.entries[index].value {
            Held::Unchanged => self.unchanged(index),
            Held::Borrowed(bytes) => bytes,
            Held::Made(range) => &self.made[range.clone()],
        }
    }

    /// A value that stays where it is when others are made.
    fn lasting(&self, index: usize) -> Cow<'k, [u8]> {
        match &self.entries[index].value {
            Held::Unchanged => Cow::Borrowed(self.unchanged(index)),
            Held::Borrowed(bytes) => Cow::Borrowed(bytes),
            Held::Made(range) => Cow::Owned(self.made[range.clone()].to_vec()),
        }
    }

    /// The value that an attribute had before.
    fn unchanged(&self, index: usize) -> &'k [u8] {
        let slot = self.entries[index].slot.and_then(|slot| self.slots.get(slot));
        slot.map(|slot| slot.view().value_bytes()).unwrap_or_default()
    }

    fn make(&mut self, value: &Value<'_>) -> Held<'k> {
        let begin = self.made.len();
        put_value(&mut self.made, value);
        Held::Made(begin..self.made.len())
    }

    fn set_to(&mut self, index: usize, value: &Value<'_>) {
        let made = self.make(value);
        self.set(index, made);
    }

    /// Gives an attribute another value, unless it is the same.
    fn set(&mut self, index: usize, value: Held<'k>) {
        let bytes = match &value {
            Held::Unchanged => return,
            Held::Borrowed(bytes) => bytes,
            Held::Made(range) => &self.made[range.clone()],
        };
        if bytes != self.value_bytes(index) {
            self.entries[index].value = value;
        }
    }

    /// Makes the attributes of the record what they are now.
    fn carry_out(&self, survey: Survey<'_, 'a>) {
        let rest = if self.are_in_order() { self.carry_out_in_order(survey) } else { self.carry_out_by_place(survey) };
        let (mut tail, done) = rest;
        for index in done..self.entries.len() {
            tail.append_parts(&self.parts(index));
        }
    }

    /// Whether what was there is in its old order, and before what is new.
    fn are_in_order(&self) -> bool {
        let slots = self.entries.iter().map(|entry| entry.slot.unwrap_or(usize::MAX));
        slots.clone().zip(slots.skip(1)).all(|(slot, next)| slot < next || next == usize::MAX)
    }

    /// Takes out what is gone, and says what is to be appended.
    fn carry_out_in_order<'e>(&self, mut survey: Survey<'e, 'a>) -> (Tail<'e, 'a>, usize) {
        let mut next = 0;
        for (place, slot) in self.slots.iter().enumerate() {
            match self.entries.get(next) {
                Some(entry) if entry.slot == Some(place) => {
                    if !matches!(entry.value, Held::Unchanged) {
                        survey.replace_parts(slot, &self.parts(next));
                    }
                    next += 1;
                }
                _ => survey.remove(slot),
            }
        }
        (survey.into_tail(), next)
    }

    /// Puts one attribute after the other in the places there are, and says what is to be appended.
    fn carry_out_by_place<'e>(&self, mut survey: Survey<'e, 'a>) -> (Tail<'e, 'a>, usize) {
        for (place, slot) in self.slots.iter().enumerate() {
            match self.entries.get(place) {
                None => survey.remove(slot),
                Some(Entry { slot: Some(from), value: Held::Unchanged, .. }) if *from == place => {}
                Some(Entry { slot: Some(from), value: Held::Unchanged, .. }) => {
                    survey.replace(slot, self.slots[*from].view());
                }
                Some(_) => survey.replace_parts(slot, &self.parts(place)),
            }
        }
        (survey.into_tail(), self.slots.len())
    }

    fn parts(&self, index: usize) -> Parts<'_> {
        let entry = &self.entries[index];
        Parts { key: entry.key, value: self.value_bytes(index), rest: entry.slot.map(|slot| self.slots[slot].view()) }
    }
}
