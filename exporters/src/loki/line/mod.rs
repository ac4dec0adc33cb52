//! How a log record becomes a line.

mod body;
mod json;
mod logfmt;
mod pairs;

use std::borrow::Cow;
use std::cell::OnceCell;

use sluice_pdata::view::{Attributes, LogFields, Scope, Value};

use super::rules::MappedLabels;

pub(super) use json::{text_of, write_text as write_json_text};
pub(super) use pairs::flatten;

/// The form of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Format {
    /// An object with everything that is no label.
    Json,
    /// Pairs of everything that is no label.
    Logfmt,
    /// The body alone.
    Raw,
    /// The body behind pairs of everything that is no label, as the exporter wrote it before there were hints.
    Body,
}

impl Format {
    /// Every format by its name.
    pub(super) const NAMES: [(&'static str, Self); 4] =
        [("json", Self::Json), ("logfmt", Self::Logfmt), ("raw", Self::Raw), ("body", Self::Body)];

    /// The format of this name.
    pub(super) fn of_name(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(there, _)| *there == name).map(|(_, format)| *format)
    }
}

/// What a line is written of.
pub(super) struct Record<'r, 'a> {
    pub(super) fields: &'r LogFields<'a>,
    pub(super) attributes: Attributes<'a>,
    /// The keys of log attributes that are labels or hints.
    pub(super) hidden: &'r [&'a str],
    /// The resource attributes that are neither labels nor hints.
    pub(super) resource: &'r Part<'a>,
    /// The scope, if it has a name.
    pub(super) scope: Option<Scope<'a>>,
    pub(super) labels: &'r MappedLabels,
}

impl<'a> Record<'_, 'a> {
    /// The attributes that are neither labels nor hints.
    pub(super) fn shown(&self) -> impl Iterator<Item = (&'a str, Value<'a>)> {
        let shown = |key: &&str| !is_hint(key) && !self.hidden.contains(key);
        self.attributes
            .clone()
            .map(|attribute| (attribute.key(), attribute))
            .filter(move |(key, _)| shown(key))
            .map(|(key, attribute)| (key, attribute.value().unwrap_or(Value::Empty)))
    }
}

/// Whether an attribute speaks to us.
pub(super) fn is_hint(key: &str) -> bool {
    key.starts_with("loki.") && matches!(key, RESOURCE_LABELS | ATTRIBUTE_LABELS | TENANT | FORMAT)
}

/// Names the resource attributes that become labels.
pub(super) const RESOURCE_LABELS: &str = "loki.resource.labels";
/// Names the log attributes that become labels.
pub(super) const ATTRIBUTE_LABELS: &str = "loki.attribute.labels";
/// Names the attribute that says whose the log is.
pub(super) const TENANT: &str = "loki.tenant";
/// Names the format of the line.
pub(super) const FORMAT: &str = "loki.format";

/// What lines say of a resource: written once for all of its records.
#[derive(Default)]
pub(super) struct Part<'a> {
    attributes: Vec<(&'a str, Value<'a>)>,
    json: OnceCell<Vec<u8>>,
    logfmt: OnceCell<Vec<u8>>,
    body: OnceCell<Vec<u8>>,
}

impl<'a> Part<'a> {
    /// What is said of these attributes.
    pub(super) fn new(attributes: impl Iterator<Item = (&'a str, Value<'a>)>) -> Self {
        Self { attributes: attributes.collect(), ..Self::default() }
    }

    /// The attributes themselves.
    pub(super) fn attributes(&self) -> &[(&'a str, Value<'a>)] {
        &self.attributes
    }
}

/// Appends a record as a line.
pub(super) fn write(out: &mut Vec<u8>, format: Format, record: &Record<'_, '_>) {
    match format {
        Format::Json => json::write(out, record),
        Format::Logfmt => logfmt::write(out, record),
        Format::Raw => out.extend_from_slice(body_text(record.fields).as_bytes()),
        Format::Body => body::write(out, record),
    }
}

fn body_text<'a>(fields: &LogFields<'a>) -> Cow<'a, str> {
    fields.body.as_ref().map(text_of).unwrap_or_default()
}

/// Appends an id in hexadecimal.
fn put_hex(out: &mut Vec<u8>, id: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    out.extend(id.iter().flat_map(|byte| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]));
}

/// Whether an id says anything.
pub(super) fn is_id(id: &[u8]) -> bool {
    id.iter().any(|&byte| byte != 0)
}

#[cfg(test)]
mod tests;
