//! Attributes to match.

use std::borrow::Cow;

use sluice_component::config::Section;
use sluice_pdata::view::{self, Message, Value};

use super::texts::{MatchType, Texts};
use crate::values;

/// An attribute that must be there.
pub(super) struct Attribute {
    key: Box<str>,
    value: Expected,
}

enum Expected {
    Any,
    /// The message `AnyValue`.
    Same(Vec<u8>),
    Matching(Texts),
}

/// What stands in the configuration.
pub(super) struct Written {
    key: String,
    value: Option<Vec<u8>>,
}

impl Written {
    pub(super) fn read(section: &mut Section<'_>) -> Self {
        let written = Self { key: section.string("key", ""), value: values::read(section, "value") };
        if written.key.is_empty() {
            section.problem("key", "must be set");
        }
        written
    }

    /// Whether it says how to compare.
    pub(super) fn has_value(&self) -> bool {
        self.value.is_some()
    }
}

impl Attribute {
    /// Makes of the list at `key` what it says; mistakes are noted.
    pub(super) fn all(
        section: &Section<'_>,
        key: &'static str,
        match_type: Option<MatchType>,
        written: Vec<Written>,
    ) -> Vec<Self> {
        let of = |(index, Written { key: name, value }): (usize, Written)| {
            let value = match (value, match_type) {
                (None, _) => Expected::Any,
                (Some(value), Some(MatchType::Regexp)) => {
                    let Value::String(text) = Value::from(Message::new(&value)) else {
                        section.problem_at(key, index, "must have a text as value, because match_type is regexp");
                        return None;
                    };
                    Expected::Matching(Texts::of(section, key, match_type, &[text.to_owned()])?)
                }
                (Some(value), _) => Expected::Same(value),
            };
            Some(Self { key: name.into(), value })
        };
        written.into_iter().enumerate().filter_map(of).collect()
    }

    /// Whether the first attribute of the key has the value.
    fn is_among(&self, attributes: &view::Attributes<'_>) -> bool {
        let found = attributes.clone().find(|attribute| attribute.key_bytes() == self.key.as_bytes());
        let Some(found) = found else { return false };
        match &self.value {
            Expected::Any => true,
            Expected::Same(value) => {
                same(&Value::from(Message::new(value)), &Value::from(Message::new(found.value_bytes())))
            }
            Expected::Matching(texts) => {
                let text = text(&Value::from(Message::new(found.value_bytes())));
                text.is_some_and(|text| texts.match_any(&text))
            }
        }
    }
}

/// Whether all that is expected is there.
pub(super) fn match_all(expected: &[Attribute], attributes: &view::Attributes<'_>) -> bool {
    expected.iter().all(|attribute| attribute.is_among(attributes))
}

/// What a pattern is compared with: texts, numbers and booleans; lists, maps, bytes and nothing never match.
fn text<'a>(value: &Value<'a>) -> Option<Cow<'a, str>> {
    match value {
        // Go's `f`: never with an exponent.
        Value::Double(number) if number.is_finite() => Some(number.to_string().into()),
        Value::Double(number) if number.is_nan() => Some("NaN".into()),
        Value::Double(number) => Some(if *number > 0.0 { "+Inf" } else { "-Inf" }.into()),
        Value::String(_) | Value::Bool(_) | Value::Int(_) => Some(value.to_text()),
        _ => None,
    }
}

/// Whether two values are of one type and equal; maps whatever the order of their keys.
fn same(one: &Value<'_>, other: &Value<'_>) -> bool {
    match (one, other) {
        (Value::Empty, Value::Empty) => true,
        (Value::String(one), Value::String(other)) => one == other,
        (Value::Bool(one), Value::Bool(other)) => one == other,
        (Value::Int(one), Value::Int(other)) => one == other,
        (Value::Double(one), Value::Double(other)) => one == other,
        (Value::Bytes(one), Value::Bytes(other)) => one == other,
        (Value::Array(one), Value::Array(other)) => {
            let (one, other): (Vec<_>, Vec<_>) = (one.clone().collect(), other.clone().collect());
            one.len() == other.len() && one.iter().zip(&other).all(|(one, other)| same(one, other))
        }
        (Value::Map(one), Value::Map(other)) => {
            let (one, other) = (sorted(one), sorted(other));
            one.len() == other.len()
                && one
                    .iter()
                    .zip(&other)
                    .all(|((key, value), (other_key, other))| key == other_key && same(value, other))
        }
        _ => false,
    }
}

fn sorted<'a>(entries: &view::Attributes<'a>) -> Vec<(&'a [u8], Value<'a>)> {
    let entry = |entry: view::KeyValue<'a>| (entry.key_bytes(), Value::from(Message::new(entry.value_bytes())));
    let mut entries: Vec<_> = entries.clone().map(entry).collect();
    entries.sort_by_key(|(key, _)| *key);
    entries
}
