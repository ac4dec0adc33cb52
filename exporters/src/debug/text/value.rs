//! Attribute values as text.

use std::collections::BTreeMap;
use std::fmt;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sluice_pdata::view::Value;

use super::number::Json;

/// A value without its type, as Go's `pcommon.Value.AsString`: texts as they are, maps and lists as JSON.
pub(super) struct Plain<'a>(pub(super) Option<Value<'a>>);

/// A value with its type: `Str(checkout)`.
pub(super) struct Typed<'a>(pub(super) Option<Value<'a>>);

impl fmt::Display for Plain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            None | Some(Value::Empty | Value::StringIndex(_)) => Ok(()),
            Some(Value::String(text)) => f.write_str(text),
            Some(Value::Bool(value)) => write!(f, "{value}"),
            Some(Value::Int(value)) => write!(f, "{value}"),
            Some(Value::Double(value)) => write!(f, "{}", Json(*value)),
            Some(Value::Bytes(bytes)) => f.write_str(&BASE64_STANDARD.encode(bytes)),
            Some(value @ (Value::Array(_) | Value::Map(_))) => {
                let mut text = String::new();
                // The Collector, too, prints nothing where a number is none that JSON has.
                if json(&mut text, value.clone()).is_ok() { f.write_str(&text) } else { Ok(()) }
            }
        }
    }
}

impl fmt::Display for Typed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match &self.0 {
            None | Some(Value::Empty | Value::StringIndex(_)) => "Empty",
            Some(Value::String(_)) => "Str",
            Some(Value::Bool(_)) => "Bool",
            Some(Value::Int(_)) => "Int",
            Some(Value::Double(_)) => "Double",
            Some(Value::Bytes(_)) => "Bytes",
            Some(Value::Array(_)) => "Slice",
            Some(Value::Map(_)) => "Map",
        };
        write!(f, "{name}({})", Plain(self.0.clone()))
    }
}

/// There is no JSON for a number.
struct NotJson;

/// Writes JSON as Go does: keys sorted, of a key that comes twice the last value.
///
/// The edge has bounded how deep values nest.
fn json(text: &mut String, value: Value<'_>) -> Result<(), NotJson> {
    match value {
        Value::Empty | Value::StringIndex(_) => text.push_str("null"),
        Value::String(value) => quoted(text, value),
        Value::Bool(value) => text.push_str(if value { "true" } else { "false" }),
        Value::Int(value) => text.push_str(&value.to_string()),
        Value::Double(value) if !value.is_finite() => return Err(NotJson),
        Value::Double(value) => text.push_str(&Json(value).to_string()),
        Value::Bytes(bytes) => quoted(text, &BASE64_STANDARD.encode(bytes)),
        Value::Array(values) => {
            text.push('[');
            for (index, value) in values.enumerate() {
                if index > 0 {
                    text.push(',');
                }
                json(text, value)?;
            }
            text.push(']');
        }
        Value::Map(entries) => {
            let entries: BTreeMap<_, _> = entries.map(|entry| (entry.key(), entry.value())).collect();
            text.push('{');
            for (index, (key, value)) in entries.into_iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                quoted(text, key);
                text.push(':');
                json(text, value.unwrap_or(Value::Empty))?;
            }
            text.push('}');
        }
    }
    Ok(())
}

fn quoted(text: &mut String, value: &str) {
    text.push('"');
    for character in value.chars() {
        match character {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            '\u{8}' => text.push_str("\\b"),
            '\u{c}' => text.push_str("\\f"),
            '\0'..'\u{20}' | '\u{2028}' | '\u{2029}' => text.push_str(&format!("\\u{:04x}", u32::from(character))),
            _ => text.push(character),
        }
    }
    text.push('"');
}
