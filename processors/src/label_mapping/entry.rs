//! One attribute while the rules are carried out, and what became of it.

use std::sync::Arc;

use sluice_pdata::edit::{Parts, put_value};
use sluice_pdata::view::{KeyValue, Message, Value};

use super::convert::Made;
use super::program::{HitsId, Step};
use super::rule::{Bits, Level, OnConflict};

/// An attribute while the rules are carried out.
pub(super) struct Entry<'a> {
    /// The message `KeyValue` as it came.
    pub(super) content: &'a [u8],
    pub(super) key: Key<'a>,
    /// Its value, if it is not the one it came with.
    pub(super) made: Option<Made>,
    /// Whether it came with the list.
    pub(super) came: bool,
    pub(super) gone: bool,
    pub(super) hits: HitsId,
    /// The next of its hits.
    pub(super) next: usize,
    /// A value that another level hands down, and the step at which it arrives.
    pub(super) arrives: Option<(Step, OnConflict)>,
}

pub(super) enum Key<'a> {
    Came(&'a [u8]),
    Made(Arc<str>),
}

/// An attribute for another level.
#[derive(Clone, Debug)]
pub(super) struct Handed<'a> {
    pub(super) step: Step,
    pub(super) into: Bits,
    pub(super) on_conflict: OnConflict,
    pub(super) key: Arc<str>,
    /// The message `KeyValue` that it was.
    pub(super) content: &'a [u8],
    pub(super) made: Option<Made>,
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

impl<'a> Entry<'a> {
    /// The attribute in this message `KeyValue`, and its key.
    pub(super) fn new(content: &'a [u8], key: &'a [u8], hits: HitsId) -> Self {
        Self { content, key: Key::Came(key), made: None, came: true, gone: false, hits, next: 0, arrives: None }
    }

    /// What another level handed down.
    pub(super) fn handed(handed: &Handed<'a>) -> Self {
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

    pub(super) fn key_bytes(&self) -> &[u8] {
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

    /// What became of it, if it came with the list. One that got its own name or value back stays.
    pub(super) fn decision(&self) -> Decision<'_> {
        if self.gone {
            return Decision::Remove;
        }
        let came = KeyValue::from(Message::new(self.content));
        let key = match &self.key {
            Key::Made(key) if key.as_bytes() != came.key_bytes() => Some(key),
            _ => None,
        };
        let value = self.made.as_ref().map(Made::as_value);
        let value = value.filter(|value| came.value().is_none_or(|came| !same(&came, value)));
        match (key, value) {
            (None, None) => Decision::Keep,
            (Some(key), None) => Decision::Rename(key),
            (None, Some(value)) => Decision::Set(value),
            (Some(_), Some(_)) => Decision::Replace,
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
pub(super) fn same(one: &Value<'_>, other: &Value<'_>) -> bool {
    match (one, other) {
        (Value::String(one), Value::String(other)) => one == other,
        (Value::Int(one), Value::Int(other)) => one == other,
        (Value::Bool(one), Value::Bool(other)) => one == other,
        (Value::Double(one), Value::Double(other)) => one.to_bits() == other.to_bits(),
        _ => encoded(one) == encoded(other),
    }
}
