//! Attributes, and where those are that mean something.

use std::borrow::Cow;

use sluice_pdata::view::{self, KeyValue, Plain};

use super::key::{Key, Keys};
use super::normalize::tag_value;

/// The attributes of a span, a scope or a resource, in order.
#[derive(Debug)]
pub(super) struct Attributes<'a> {
    all: Vec<Attribute<'a>>,
    known: Keys,
    /// Of each key that means something, where the first attribute of it is.
    first: [u32; Key::COUNT],
}

/// One attribute.
#[derive(Debug)]
pub(super) struct Attribute<'a> {
    pub(super) key: Key,
    pub(super) name: &'a [u8],
    pub(super) value: Value<'a>,
}

/// A value, as Datadog's spans have them: text or a number.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value<'a> {
    Text(Cow<'a, str>),
    Int(i64),
    Double(f64),
}

impl<'a> Attributes<'a> {
    pub(super) fn new() -> Self {
        Self { all: Vec::new(), known: Keys::default(), first: [0; Key::COUNT] }
    }

    /// Takes these in place of what it had.
    pub(super) fn read(&mut self, attributes: impl Iterator<Item = KeyValue<'a>>) {
        self.clear();
        attributes.for_each(|attribute| self.push(&attribute));
    }

    pub(super) fn clear(&mut self) {
        self.all.clear();
        self.known = Keys::default();
    }

    pub(super) fn push(&mut self, attribute: &KeyValue<'a>) {
        let (name, value) = match attribute.plain() {
            Some((name, Plain::Text(text))) => (name, Value::Text(Cow::Borrowed(checked(text)))),
            Some((name, Plain::Int(number))) => (name, Value::Int(number)),
            Some((name, Plain::Double(number))) => (name, Value::Double(number)),
            Some((name, Plain::Bool)) => (name, Value::of(attribute)),
            None => (attribute.key_bytes(), Value::of(attribute)),
        };
        let key = Key::of(name);
        if key != Key::Other && self.known.add(key) {
            self.first[key as usize] = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        }
        self.all.push(Attribute { key, name, value });
    }

    pub(super) fn iter(&self) -> std::slice::Iter<'_, Attribute<'a>> {
        self.all.iter()
    }

    /// The value of the first attribute of this key.
    pub(super) fn get(&self, key: Key) -> Option<&Value<'a>> {
        if !self.known.has(key) {
            return None;
        }
        self.all.get(self.first[key as usize] as usize).map(|attribute| &attribute.value)
    }

    /// The value of the first of these keys that is there, as text; empty if none is.
    pub(super) fn text(&self, keys: &[Key]) -> Cow<'_, str> {
        keys.iter().find_map(|key| self.get(*key)).map_or(Cow::Borrowed(""), Value::text)
    }

    /// The same as a tag's value.
    pub(super) fn tag(&self, keys: &[Key]) -> Cow<'_, str> {
        match self.text(keys) {
            Cow::Borrowed(text) => tag_value(text),
            Cow::Owned(text) => Cow::Owned(tag_value(&text).into_owned()),
        }
    }
}

impl<'a> Value<'a> {
    fn of(attribute: &KeyValue<'a>) -> Self {
        match attribute.value() {
            Some(view::Value::String(text)) => Self::Text(Cow::Borrowed(text)),
            Some(view::Value::Int(number)) => Self::Int(number),
            Some(view::Value::Double(number)) => Self::Double(number),
            Some(other) => Self::Text(Cow::Owned(other.to_text().into_owned())),
            None => Self::Text(Cow::Borrowed("")),
        }
    }

    pub(super) fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            Self::Int(number) => Cow::Owned(number.to_string()),
            Self::Double(number) => Cow::Owned(view::Value::Double(*number).to_text().into_owned()),
        }
    }

    /// The whole number; of anything else, zero.
    pub(super) fn int(&self) -> i64 {
        match self {
            Self::Int(number) => *number,
            Self::Text(_) | Self::Double(_) => 0,
        }
    }

    /// The number, if it is one.
    pub(super) fn number(&self) -> Option<f64> {
        match self {
            Self::Int(number) => Some(*number as f64),
            Self::Double(number) => Some(*number),
            Self::Text(_) => None,
        }
    }
}

/// The attributes of a span, and those of its resource.
#[derive(Clone, Copy)]
pub(super) struct Both<'s, 'a> {
    pub(super) span: &'s Attributes<'a>,
    pub(super) resource: &'s Attributes<'a>,
}

impl<'s> Both<'s, '_> {
    /// What the span says, else what the resource says.
    pub(super) fn text(self, keys: &[Key]) -> Cow<'s, str> {
        let text = self.span.text(keys);
        if text.is_empty() { self.resource.text(keys) } else { text }
    }

    /// The same as a tag's value.
    pub(super) fn tag(self, keys: &[Key]) -> Cow<'s, str> {
        let tag = self.span.tag(keys);
        if tag.is_empty() { self.resource.tag(keys) } else { tag }
    }

    /// What the resource says, else what the span says.
    pub(super) fn text_of_resource(self, keys: &[Key]) -> Cow<'s, str> {
        let text = self.resource.text(keys);
        if text.is_empty() { self.span.text(keys) } else { text }
    }

    /// The first of these that is there, of the span, else of the resource.
    pub(super) fn get(self, keys: &[Key]) -> Option<&'s Value<'s>> {
        let of = |attributes: &'s Attributes<'_>| keys.iter().find_map(|key| attributes.get(*key));
        of(self.span).or_else(|| of(self.resource))
    }
}

/// Text that was checked at the edge.
fn checked(text: &[u8]) -> &str {
    std::str::from_utf8(text).unwrap_or_default()
}
