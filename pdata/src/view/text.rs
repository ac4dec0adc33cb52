//! Values as text.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::{Array, Attributes, Value};

impl<'a> Value<'a> {
    /// The value as the Collector's `pcommon.Value.AsString` says it: text as it is, bytes in base64, lists and maps as
    /// JSON with sorted keys, nothing as the empty text. Doubles have the shortest digits, with an exponent below 1e-6 and
    /// from 1e21 on, or are `NaN`, `Infinity`, `-Infinity`; a list or map with such a number in it is the empty text.
    ///
    /// Only of text nothing is allocated.
    pub fn to_text(&self) -> Cow<'a, str> {
        match self {
            Self::Empty | Self::StringIndex(_) => Cow::Borrowed(""),
            Self::String(text) => Cow::Borrowed(text),
            Self::Bool(true) => Cow::Borrowed("true"),
            Self::Bool(false) => Cow::Borrowed("false"),
            Self::Int(number) => Cow::Owned(number.to_string()),
            Self::Double(number) if number.is_finite() => Cow::Owned(double(*number)),
            Self::Double(number) if number.is_nan() => Cow::Borrowed("NaN"),
            Self::Double(number) => Cow::Borrowed(if *number > 0.0 { "Infinity" } else { "-Infinity" }),
            Self::Bytes(bytes) => Cow::Owned(BASE64_STANDARD.encode(bytes)),
            Self::Array(_) | Self::Map(_) => {
                let mut text = String::new();
                Cow::Owned(if json(&mut text, self.clone()).is_ok() { text } else { String::new() })
            }
        }
    }
}

/// There is no JSON for a number.
struct NotJson;

/// Writes JSON as Go does: keys sorted, of a key that comes twice the last value.
///
/// The edge has bounded how deep values nest.
fn json(out: &mut String, value: Value<'_>) -> Result<(), NotJson> {
    match value {
        Value::Empty | Value::StringIndex(_) => out.push_str("null"),
        Value::String(text) => quoted(out, text),
        Value::Double(number) if !number.is_finite() => return Err(NotJson),
        Value::Bool(_) | Value::Int(_) | Value::Double(_) => out.push_str(&value.to_text()),
        Value::Bytes(_) => quoted(out, &value.to_text()),
        Value::Array(values) => list(out, values)?,
        Value::Map(entries) => map(out, entries)?,
    }
    Ok(())
}

fn list(out: &mut String, values: Array<'_>) -> Result<(), NotJson> {
    out.push('[');
    for (index, value) in values.enumerate() {
        if index > 0 {
            out.push(',');
        }
        json(out, value)?;
    }
    out.push(']');
    Ok(())
}

fn map(out: &mut String, entries: Attributes<'_>) -> Result<(), NotJson> {
    let entries: BTreeMap<_, _> = entries.map(|entry| (entry.key(), entry.value())).collect();
    out.push('{');
    for (index, (key, value)) in entries.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        quoted(out, key);
        out.push(':');
        json(out, value.unwrap_or(Value::Empty))?;
    }
    out.push('}');
    Ok(())
}

/// A finite number.
fn double(number: f64) -> String {
    let size = number.abs();
    if size == 0.0 || (1e-6..1e21).contains(&size) {
        return number.to_string();
    }
    let text = format!("{number:e}");
    if size < 1.0 { text } else { text.replace('e', "e+") }
}

fn quoted(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\0'..'\u{20}' | '\u{2028}' | '\u{2029}' => {
                // Writing to a text cannot fail.
                let _ = write!(out, "\\u{:04x}", u32::from(character));
            }
            _ => out.push(character),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
    use opentelemetry_proto::tonic::common::v1::{AnyValue, ArrayValue, KeyValue, KeyValueList};
    use prost::Message as _;

    use crate::view::{Message, Value};

    /// Seen with the running Collector.
    #[test]
    fn values_are_said_as_the_collector_says_them() {
        let entry = |key: &str, value| KeyValue { key: key.into(), value, ..KeyValue::default() };
        let map = |values| Any::KvlistValue(KeyValueList { values });
        let any = |value| Some(AnyValue { value: Some(value) });
        let list = vec![any(Any::StringValue("<".into())).unwrap_or_default(), AnyValue::default()];
        for (value, text) in [
            (Any::StringValue("text".into()), "text"),
            (Any::BoolValue(true), "true"),
            (Any::IntValue(i64::MIN), "-9223372036854775808"),
            (Any::DoubleValue(3.0), "3"),
            (Any::DoubleValue(-0.0), "-0"),
            (Any::DoubleValue(1e20), "100000000000000000000"),
            (Any::DoubleValue(1e21), "1e+21"),
            (Any::DoubleValue(1e-6), "0.000001"),
            (Any::DoubleValue(-1.5e-9), "-1.5e-9"),
            (Any::DoubleValue(f64::NAN), "NaN"),
            (Any::DoubleValue(f64::INFINITY), "Infinity"),
            (Any::DoubleValue(f64::NEG_INFINITY), "-Infinity"),
            (Any::BytesValue(vec![0, 255]), "AP8="),
            (Any::ArrayValue(ArrayValue { values: list }), r#"["<",null]"#),
            (
                map(vec![
                    entry("z", any(Any::StringValue("first".into()))),
                    entry("a", any(Any::BytesValue(vec![0, 255]))),
                    entry("z", any(Any::StringValue("\"<&>\u{2028}\u{1}\u{7f}\n".into()))),
                    entry("n", None),
                    entry("d", any(Any::DoubleValue(1e-7))),
                ]),
                "{\"a\":\"AP8=\",\"d\":1e-7,\"n\":null,\"z\":\"\\\"<&>\\u2028\\u0001\u{7f}\\n\"}",
            ),
            (map(vec![entry("not JSON", any(Any::DoubleValue(f64::NAN)))]), ""),
            (map(Vec::new()), "{}"),
        ] {
            let encoded = AnyValue { value: Some(value) }.encode_to_vec();
            assert_eq!(Value::from(Message::new(&encoded)).to_text(), text);
        }
        assert_eq!(Value::Empty.to_text(), "");
    }
}
