//! How a log record becomes a line.

mod body;
mod json;
mod logfmt;
mod pairs;

use std::borrow::Cow;
use std::cell::OnceCell;

use sluice_pdata::view::{Attributes, KeyValue, LogFields, Scope, Value};

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
    pub(super) fn shown(&self) -> impl Iterator<Item = KeyValue<'a>> {
        self.attributes.clone().filter(|attribute| !self.hides(attribute.key_bytes()))
    }

    fn hides(&self, key: &[u8]) -> bool {
        is_hint(key) || self.hidden.iter().any(|hidden| hidden.as_bytes() == key)
    }
}

/// Whether an attribute speaks to us.
pub(super) fn is_hint(key: &[u8]) -> bool {
    key.starts_with(b"loki.")
        && [RESOURCE_LABELS, ATTRIBUTE_LABELS, TENANT, FORMAT].iter().any(|hint| hint.as_bytes() == key)
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
    metadata: OnceCell<Vec<(String, String)>>,
}

impl<'a> Part<'a> {
    /// What is said of these attributes.
    pub(super) fn new(attributes: impl Iterator<Item = (&'a str, Value<'a>)>) -> Self {
        Self { attributes: attributes.collect(), ..Self::default() }
    }

    /// Names and values for structured metadata, which `make` makes of the attributes once.
    pub(super) fn metadata(&self, make: impl FnOnce() -> Vec<(String, String)>) -> &[(String, String)] {
        self.metadata.get_or_init(make)
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

/// An id in hexadecimal, of which there are 16 bytes at most.
pub(super) struct Hex([u8; 32], usize);

impl Hex {
    pub(super) fn of(id: &[u8]) -> Self {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut hex = Self([0; 32], 2 * id.len().min(16));
        for (digits, byte) in hex.0.chunks_exact_mut(2).zip(id) {
            digits[0] = DIGITS[usize::from(byte >> 4)];
            digits[1] = DIGITS[usize::from(byte & 15)];
        }
        hex
    }

    pub(super) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0[..self.1]).unwrap_or_default()
    }
}

/// Appends an id in hexadecimal.
fn put_hex(out: &mut Vec<u8>, id: &[u8]) {
    out.extend_from_slice(Hex::of(id).as_str().as_bytes());
}

/// Whether an id says anything.
pub(super) fn is_id(id: &[u8]) -> bool {
    id.iter().any(|&byte| byte != 0)
}

#[cfg(test)]
mod tests;
