//! What was done to one record, and what is said about it.

use sluice_pdata::view::{Attributes, Value};

use super::config::Summary;

/// What was done to the attributes of one place, or to one log body.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) redacted: Vec<String>,
    pub(super) masked: Vec<String>,
    pub(super) allowed: Vec<String>,
    pub(super) ignored: i64,
}

/// The attributes that tell the outcome: the keys and how many, for each thing that can be done.
struct Names {
    redacted: [&'static str; 2],
    masked: [&'static str; 2],
    allowed: [&'static str; 2],
    ignored: &'static str,
}

const OF_ATTRIBUTES: Names = Names {
    redacted: ["redaction.redacted.keys", "redaction.redacted.count"],
    masked: ["redaction.masked.keys", "redaction.masked.count"],
    allowed: ["redaction.allowed.keys", "redaction.allowed.count"],
    ignored: "redaction.ignored.count",
};

const OF_BODY: Names = Names {
    redacted: ["redaction.body.redacted.keys", "redaction.body.redacted.count"],
    masked: ["redaction.body.masked.keys", "redaction.body.masked.count"],
    allowed: ["redaction.body.allowed.keys", "redaction.body.allowed.count"],
    ignored: "redaction.body.ignored.count",
};

/// Those that are always allowed, so that a second `redaction` leaves what the first one said. The Collector has no more.
pub(super) const SUMMARY_KEYS: [&str; 5] = [
    OF_ATTRIBUTES.redacted[0],
    OF_ATTRIBUTES.redacted[1],
    OF_ATTRIBUTES.masked[0],
    OF_ATTRIBUTES.masked[1],
    OF_ATTRIBUTES.ignored,
];

/// Which of the two an outcome is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    Attributes,
    Body,
}

/// An attribute that says something about the outcome.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Note {
    pub(super) key: &'static str,
    pub(super) value: Said,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Said {
    Keys(String),
    Count(i64),
}

impl Outcome {
    pub(super) fn is_empty(&self) -> bool {
        self.redacted.is_empty() && self.masked.is_empty() && self.allowed.is_empty() && self.ignored == 0
    }

    /// What is to be said, where these attributes are there already: earlier keys and counts are added to.
    pub(super) fn notes(&mut self, of: Of, summary: Summary, attributes: &Attributes<'_>) -> Vec<Note> {
        let names = if of == Of::Body { &OF_BODY } else { &OF_ATTRIBUTES };
        let mut notes = Vec::new();
        for (keys, [keys_name, count_name]) in
            [(&mut self.redacted, names.redacted), (&mut self.masked, names.masked), (&mut self.allowed, names.allowed)]
        {
            if keys.is_empty() {
                continue;
            }
            let count = keys.len() as i64;
            if summary == Summary::Debug {
                notes.push(Note { key: keys_name, value: Said::Keys(listed(keys, existing(attributes, keys_name))) });
            }
            notes.push(counted(count_name, count, attributes));
        }
        if self.ignored > 0 {
            notes.push(counted(names.ignored, self.ignored, attributes));
        }
        notes
    }
}

/// The keys and those that were there before, sorted.
fn listed(keys: &mut Vec<String>, before: Option<Value<'_>>) -> String {
    if let Some(Value::String(before)) = before
        && !before.is_empty()
    {
        keys.extend(before.split(',').map(str::to_owned));
    }
    keys.sort_unstable();
    keys.join(",")
}

fn counted(key: &'static str, count: i64, attributes: &Attributes<'_>) -> Note {
    let before = match existing(attributes, key) {
        Some(Value::Int(before)) => before,
        _ => 0,
    };
    Note { key, value: Said::Count(before.wrapping_add(count)) }
}

/// The first of this key.
fn existing<'a>(attributes: &Attributes<'a>, key: &str) -> Option<Value<'a>> {
    attributes.clone().find(|attribute| attribute.key_bytes() == key.as_bytes()).and_then(|attribute| attribute.value())
}
