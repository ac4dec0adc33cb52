//! Log bodies: a text, or a structure that is gone through to its leaves.

use sluice_pdata::edit::{Field, Node, put_value};
use sluice_pdata::view::{KeyValue, Message, Value};

use super::keys::Verdict;
use super::outcome::Outcome;
use super::rules::Rules;
use super::scratch::Scratch;

/// The fields of a value that hold a list and a map, and the one of those that holds their elements.
const ARRAY: u32 = 5;
const MAP: u32 = 6;
const ELEMENTS: u32 = 1;
/// The field of a map's entry that holds its value.
const ENTRY_VALUE: u32 = 2;

/// Goes over one body.
pub(super) struct Body<'b> {
    pub(super) rules: &'b Rules,
    pub(super) scratch: &'b mut Scratch,
    /// Takes what was done, if somebody wants to know.
    pub(super) outcome: Option<&'b mut Outcome>,
}

impl Body<'_> {
    /// Redacts the body in this field.
    pub(super) fn redact(&mut self, field: Field<'_, '_>) {
        self.value(field, None);
    }

    /// What becomes of a body that is not there: for the Collector it is the empty text.
    pub(super) fn missing(&mut self) -> Option<Vec<u8>> {
        self.leaf(&Value::Empty, None)
    }

    /// A value; the path leads to it, and the whole body has none.
    fn value(&mut self, field: Field<'_, '_>, path: Option<&str>) {
        // The edge has bounded how deep values nest.
        match Value::from(Message::new(field.content())) {
            Value::Map(_) => elements(field, MAP, |entry| self.entry(entry, path)),
            Value::Array(_) => {
                let mut index = 0;
                elements(field, ARRAY, |element| {
                    let path = self.join(path, || format!("[{index}]"));
                    index += 1;
                    self.value(element, Some(&path));
                });
            }
            leaf => {
                if let Some(content) = self.leaf(&leaf, path) {
                    field.replace(&content);
                }
            }
        }
    }

    fn entry(&mut self, field: Field<'_, '_>, path: Option<&str>) {
        let entry = KeyValue::from(Message::new(field.content()));
        let verdict = self.rules.keys.verdict(entry.key_bytes(), &mut self.scratch.seen);
        let path = self.join(path, || entry.key().to_owned());
        match verdict {
            Verdict::Ignored => self.note(|outcome| outcome.ignored += 1),
            Verdict::Removed => {
                self.note(|outcome| outcome.redacted.push(path));
                field.remove();
            }
            Verdict::Blocked => {
                self.note(|outcome| outcome.masked.push(path));
                let text = match entry.value() {
                    Some(Value::String(text)) => text,
                    _ => "",
                };
                let masked = encoded(&self.rules.mask.lines(text));
                field.enter(|entry| each_value(entry, |value| value.replace(&masked), || Some(masked.clone())));
            }
            Verdict::Value => field.enter(|entry| {
                let mut missing = None;
                if KeyValue::from(Message::new(entry.bytes())).value().is_none() {
                    missing = self.leaf(&Value::Empty, Some(&path));
                }
                each_value(entry, |value| self.value(value, Some(&path)), || missing);
            }),
        }
    }

    /// What becomes of a value that is neither a list nor a map, if it is changed: the message `AnyValue`.
    fn leaf(&mut self, value: &Value<'_>, path: Option<&str>) -> Option<Vec<u8>> {
        let text = value.to_text();
        if self.rules.allows(&text, self.scratch) {
            // Of a body that is allowed as a whole, the Collector says nothing.
            if let Some(path) = path {
                self.note(|outcome| outcome.allowed.push(path.into()));
            }
            return None;
        }
        let changed = self.rules.body_text(&text, self.scratch)?;
        self.note(|outcome| outcome.masked.push(path.unwrap_or("body").into()));
        Some(encoded(&changed))
    }

    fn note(&mut self, note: impl FnOnce(&mut Outcome)) {
        if let Some(outcome) = &mut self.outcome {
            note(outcome);
        }
    }

    /// The path of an element; empty if nobody wants to know it.
    fn join(&self, path: Option<&str>, element: impl FnOnce() -> String) -> String {
        match (&self.outcome, path) {
            (None, _) => String::new(),
            (Some(_), None) => element(),
            (Some(_), Some(path)) => format!("{path}.{}", element()),
        }
    }
}

/// Goes over the elements of the list or map in a value.
fn elements(value: Field<'_, '_>, number: u32, mut change: impl FnMut(Field<'_, '_>)) {
    value.enter(|value| {
        value.fields(|field| {
            if field.number() == number {
                field.enter(|list| {
                    list.fields(|field| {
                        if field.number() == ELEMENTS {
                            change(field);
                        }
                    });
                });
            }
        });
    });
}

/// Changes the value of an entry; one that has none may be given one.
fn each_value(entry: Node<'_, '_>, mut change: impl FnMut(Field<'_, '_>), missing: impl FnOnce() -> Option<Vec<u8>>) {
    let mut found = false;
    let mut tail = entry.fields(|field| {
        if field.number() == ENTRY_VALUE {
            found = true;
            change(field);
        }
    });
    if !found && let Some(content) = missing() {
        tail.append(ENTRY_VALUE, &content);
    }
}

/// The message `AnyValue` of a text.
fn encoded(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + 6);
    put_value(&mut out, &Value::String(text));
    out
}
