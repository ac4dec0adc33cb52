//! Attributes that speak to us, and those that they speak of.

use std::borrow::Cow;

use sluice_pdata::view::{KeyValue, LogRecord, Value};

use super::line::{ATTRIBUTE_LABELS, FORMAT, RESOURCE_LABELS, TENANT, text_of};
use super::resource::{Resource, ResourceTenant};

/// How many names of a hint are looked at.
const MAX_NAMES: usize = 128;

/// What a record's attributes say to us.
#[derive(Default)]
pub(super) struct Hints<'a> {
    pub(super) resource_labels: Option<Value<'a>>,
    pub(super) attribute_labels: Option<Value<'a>>,
    pub(super) tenant: Option<Value<'a>>,
    pub(super) format: Option<Value<'a>>,
}

impl<'a> Hints<'a> {
    pub(super) fn of(record: &LogRecord<'a>) -> Self {
        let mut hints = Self::default();
        for attribute in record.attributes() {
            if attribute.key_bytes().starts_with(b"loki.") {
                let hint = match attribute.key() {
                    RESOURCE_LABELS => &mut hints.resource_labels,
                    ATTRIBUTE_LABELS => &mut hints.attribute_labels,
                    TENANT => &mut hints.tenant,
                    FORMAT => &mut hints.format,
                    _ => continue,
                };
                hint.get_or_insert(value_of(&attribute));
            }
        }
        hints
    }

    /// The log attributes that are asked for.
    pub(super) fn named(&self, resource: &Resource<'a>) -> Vec<Cow<'a, str>> {
        let mut named = self.attribute_labels.as_ref().map(names).unwrap_or_default();
        match (&resource.tenant, &self.tenant) {
            (ResourceTenant::Attribute(name), _) => named.push(name.clone()),
            (ResourceTenant::Unsaid, Some(hint)) => named.push(text_of(hint)),
            _ => {}
        }
        named
    }
}

/// The names in a hint: a list, or a text with commas.
pub(super) fn names<'a>(hint: &Value<'a>) -> Vec<Cow<'a, str>> {
    match hint {
        Value::String(text) => text.split(',').take(MAX_NAMES).map(|name| Cow::Borrowed(name.trim())).collect(),
        Value::Array(names) => names.clone().take(MAX_NAMES).map(|name| text_of(&name)).collect(),
        other => vec![text_of(other)],
    }
}

/// The attribute of this name, or what is at the end of the way into maps that the name is; with its key in the first case.
pub(super) fn find<'a>(
    name: &str,
    entry: impl Fn(&str) -> Option<(&'a str, Value<'a>)>,
) -> Option<(Option<&'a str>, Value<'a>)> {
    if let Some((key, value)) = entry(name) {
        return Some((Some(key), value));
    }
    let (first, mut rest) = name.split_once('.')?;
    let (_, mut value) = entry(first)?;
    loop {
        let Value::Map(entries) = value else { return None };
        let (step, after) = rest.split_once('.').unwrap_or((rest, ""));
        value = value_of(&entries.clone().find(|entry| entry.key() == step)?);
        if after.is_empty() {
            return Some((None, value));
        }
        rest = after;
    }
}

/// Whether an attribute is what a name names, or holds it.
pub(super) fn leads_to(key: &[u8], name: &[u8]) -> bool {
    name.strip_prefix(key).is_some_and(|rest| matches!(rest.first(), None | Some(b'.')))
}

/// A log attribute of this key, with the key.
pub(super) fn entry<'a>(record: &LogRecord<'a>, key: &str) -> Option<(&'a str, Value<'a>)> {
    let attribute = record.attributes().find(|attribute| attribute.key_bytes() == key.as_bytes())?;
    Some((attribute.key(), value_of(&attribute)))
}

/// The value of the log attribute of this key.
pub(super) fn attribute<'a>(record: &LogRecord<'a>, key: &str) -> Option<Value<'a>> {
    entry(record, key).map(|(_, value)| value)
}

/// The value of an attribute; one without is empty.
pub(super) fn value_of<'a>(attribute: &KeyValue<'a>) -> Value<'a> {
    attribute.value().unwrap_or(Value::Empty)
}
