//! Structured metadata: what stands beside a line and is no label.
//!
//! Names and choice are those of Loki's own OTLP endpoint. Source: Loki's `pkg/loghttp/push/otlp.go`.

use sluice_pdata::view::Value;

use super::labels::valid_name;
use super::line::{Hex, Part, Record, flatten, is_id};

/// How many pairs Loki takes of one line. It adds up to one itself.
const MAX_PAIRS: usize = 127;

/// How many bytes Loki takes of one line's pairs, with room for what it adds.
const MAX_BYTES: usize = 64 * 1024 - 64;

/// The pairs of one line. What is more than Loki takes is left out.
#[derive(Default)]
pub(super) struct Metadata {
    text: String,
    /// Where a name ends, and where its value.
    ends: Vec<(usize, usize)>,
}

impl Metadata {
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// How many pairs there are.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// How many bytes names and values have.
    pub(super) fn bytes(&self) -> usize {
        self.text.len()
    }

    /// Names and values.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let starts = std::iter::once(0).chain(self.ends.iter().map(|&(_, end)| end));
        starts.zip(&self.ends).map(|(start, &(middle, end))| (&self.text[start..middle], &self.text[middle..end]))
    }

    /// Adds a pair, unless its name is there or there is no room. An empty value says nothing.
    fn put(&mut self, name: &str, value: &str) -> bool {
        let bytes = self.text.len() + name.len() + value.len();
        let refused = self.ends.len() >= MAX_PAIRS || bytes > MAX_BYTES || self.iter().any(|(there, _)| there == name);
        if refused || value.is_empty() {
            return !refused;
        }
        self.text.push_str(name);
        let middle = self.text.len();
        self.text.push_str(value);
        self.ends.push((middle, self.text.len()));
        true
    }

    /// Adds a pair. Where its name is taken, that of its `owner` is put before it.
    fn put_owned(&mut self, owner: &str, name: &str, value: &str) {
        if !self.put(name, value) {
            self.put(&format!("{owner}_{name}"), value);
        }
    }

    /// Adds the ids by which a trace's lines are found.
    pub(super) fn put_ids(&mut self, record: &Record<'_, '_>) {
        for (name, id) in [("trace_id", record.fields.trace_id), ("span_id", record.fields.span_id)] {
            if is_id(id) {
                self.put(name, Hex::of(id).as_str());
            }
        }
    }

    /// Adds everything that a line of the body alone does not say.
    pub(super) fn put_rest(&mut self, record: &Record<'_, '_>) {
        let fields = record.fields;
        let observed = fields.observed_time_unix_nano;
        let times = if fields.time_unix_nano == 0 { 0 } else { observed };
        for (name, number) in [
            ("observed_timestamp", times),
            ("severity_number", u64::try_from(fields.severity_number).unwrap_or(0)),
            ("dropped_attributes_count", fields.dropped_attributes_count.into()),
            ("flags", fields.flags.into()),
        ] {
            if number != 0 {
                self.put(name, itoa::Buffer::new().format(number));
            }
        }
        self.put("severity_text", fields.severity_text);
        self.put("event_name", fields.event_name);
        for attribute in record.shown() {
            let (key, value) = (attribute.key(), attribute.value().unwrap_or(Value::Empty));
            match value {
                Value::String(text) => self.put_owned("attribute", &valid_name(key), text),
                Value::Int(number) => {
                    self.put_owned("attribute", &valid_name(key), itoa::Buffer::new().format(number));
                }
                _ => flatten(&mut key.to_owned(), &value, &mut |key, text| {
                    self.put_owned("attribute", &valid_name(key), text);
                }),
            }
        }
        if let Some(scope) = record.scope {
            self.put("scope_name", scope.name());
            self.put("scope_version", scope.version());
            for attribute in scope.attributes() {
                let value = attribute.value().unwrap_or(Value::Empty);
                flatten(&mut attribute.key().to_owned(), &value, &mut |key, text| {
                    self.put_owned("scope", &valid_name(key), text);
                });
            }
        }
        for (name, value) in record.resource.metadata(|| flattened(record.resource)) {
            self.put_owned("resource", name, value);
        }
    }
}

/// A resource's attributes as pairs.
fn flattened(part: &Part<'_>) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    for (key, value) in part.attributes() {
        flatten(&mut (*key).to_owned(), value, &mut |key, text| pairs.push((valid_name(key).into(), text.to_owned())));
    }
    pairs
}

impl<'p> FromIterator<(&'p str, &'p str)> for Metadata {
    fn from_iter<I: IntoIterator<Item = (&'p str, &'p str)>>(pairs: I) -> Self {
        let mut metadata = Self::default();
        for (name, value) in pairs {
            metadata.put(name, value);
        }
        metadata
    }
}
