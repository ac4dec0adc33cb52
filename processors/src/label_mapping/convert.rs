//! Values of another type.

use std::borrow::Cow;

use sluice_pdata::view::Value;

/// A type of values that others can be converted to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    Int,
    Double,
    String,
    Bool,
}

/// How they are written.
pub(super) const TYPES: &[(&str, Type)] =
    &[("int", Type::Int), ("double", Type::Double), ("string", Type::String), ("bool", Type::Bool)];

/// A value that was not in the telemetry.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Made {
    Text(Box<str>),
    Int(i64),
    Double(f64),
    Bool(bool),
}

impl Made {
    pub(super) fn as_value(&self) -> Value<'_> {
        match self {
            Self::Text(text) => Value::String(text),
            Self::Int(number) => Value::Int(*number),
            Self::Double(number) => Value::Double(*number),
            Self::Bool(value) => Value::Bool(*value),
        }
    }
}

/// What came of a conversion.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Converted {
    /// It is of that type already.
    Same,
    To(Made),
    Failed,
}

/// Converts a value.
///
/// Numbers in texts are decimal; a fraction is cut off. Every value has a text; lists, maps and bytes have nothing else.
pub(super) fn convert(value: &Value<'_>, to: Type) -> Converted {
    let made = match (to, value) {
        (Type::Int, Value::Int(_))
        | (Type::Double, Value::Double(_))
        | (Type::String, Value::String(_))
        | (Type::Bool, Value::Bool(_)) => return Converted::Same,
        (Type::Int, Value::String(text)) => text.trim().parse().ok().map(Made::Int),
        // From 2^63 on it is no whole number that we could write; NaN is none.
        (Type::Int, Value::Double(number)) => {
            (number.abs() < 9_223_372_036_854_775_808.0).then(|| Made::Int(number.trunc() as i64))
        }
        (Type::Int, Value::Bool(value)) => Some(Made::Int((*value).into())),
        (Type::Double, Value::String(text)) => text.trim().parse().ok().map(Made::Double),
        (Type::Double, Value::Int(number)) => Some(Made::Double(*number as f64)),
        (Type::Double, Value::Bool(value)) => Some(Made::Double(if *value { 1.0 } else { 0.0 })),
        (Type::Bool, Value::String(text)) => boolean(text.trim()).map(Made::Bool),
        (Type::Bool, Value::Int(number)) => Some(Made::Bool(*number != 0)),
        (Type::Bool, Value::Double(number)) => (!number.is_nan()).then_some(Made::Bool(*number != 0.0)),
        (Type::String, value) => Some(Made::Text(value.to_text().into())),
        _ => None,
    };
    made.map_or(Converted::Failed, Converted::To)
}

/// The text of a scalar; none of anything else.
pub(super) fn text<'a>(value: &Value<'a>) -> Option<Cow<'a, str>> {
    match value {
        Value::String(_) | Value::Bool(_) | Value::Int(_) | Value::Double(_) => Some(value.to_text()),
        _ => None,
    }
}

/// The words that mean true and false. Source: Go's `strconv.ParseBool`.
fn boolean(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}
