//! Changing the type of a value.

use std::borrow::Cow;

use sluice_pdata::view::Value;

/// A type that a value can be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    String,
    Int,
    Double,
}

/// What a value becomes.
#[derive(Debug, PartialEq)]
pub(super) enum Converted {
    Text(String),
    Int(i64),
    Double(f64),
}

impl Converted {
    pub(super) fn as_value(&self) -> Value<'_> {
        match self {
            Self::Text(text) => Value::String(text),
            Self::Int(number) => Value::Int(*number),
            Self::Double(number) => Value::Double(*number),
        }
    }
}

impl Type {
    /// The value in this type; none if it stays as it is, because it has the type or because there is no such value.
    pub(super) fn convert(self, value: &Value<'_>) -> Option<Converted> {
        match (self, value) {
            (Self::String, Value::String(_)) | (Self::Int, Value::Int(_)) | (Self::Double, Value::Double(_)) => None,
            (Self::String, value) => Some(Converted::Text(value.to_text().into_owned())),
            (Self::Int, Value::Double(number)) => Some(Converted::Int(truncated(*number))),
            (Self::Int, Value::Bool(value)) => Some(Converted::Int((*value).into())),
            (Self::Int, Value::String(text)) => text.parse().ok().map(Converted::Int),
            (Self::Double, Value::Int(number)) => Some(Converted::Double(*number as f64)),
            (Self::Double, Value::Bool(value)) => Some(Converted::Double((*value).into())),
            (Self::Double, Value::String(text)) => double(text).map(Converted::Double),
            (Self::Int | Self::Double, _) => None,
        }
    }
}

/// Without its fraction. What does not fit is the smallest number, as it is in Go on x86-64.
fn truncated(number: f64) -> i64 {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if (-LIMIT..LIMIT).contains(&number) { number as i64 } else { i64::MIN }
}

/// A decimal number as Go's `ParseFloat` reads it: digits may be parted by underscores, what overflows is none.
fn double(text: &str) -> Option<f64> {
    let digits = without_underscores(text)?;
    let number: f64 = digits.parse().ok()?;
    let letters = |text: &str| text.bytes().any(|byte| byte.is_ascii_alphabetic() && !byte.eq_ignore_ascii_case(&b'e'));
    // Go reads a sign before `inf` and none before `nan`.
    if number.is_nan() && text.starts_with(['+', '-']) {
        return None;
    }
    (number.is_finite() || letters(text)).then_some(number)
}

/// The text without the underscores between its digits; none if one stands elsewhere.
fn without_underscores(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains('_') {
        return Some(Cow::Borrowed(text));
    }
    let bytes = text.as_bytes();
    let is_digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
    let between = |at: usize| is_digit(at.checked_sub(1)) && is_digit(Some(at + 1));
    let parted = bytes.iter().enumerate().all(|(at, byte)| *byte != b'_' || between(at));
    parted.then(|| Cow::Owned(text.replace('_', "")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_numbers_where_go_says_so() {
        for (text, number) in [
            ("12", Some(12.0)),
            ("-1.5e3", Some(-1500.0)),
            ("+.5", Some(0.5)),
            ("1.", Some(1.0)),
            ("1_000.5", Some(1000.5)),
            ("1__0", None),
            ("_1", None),
            ("1_", None),
            ("1e999", None),
            ("-Inf", Some(f64::NEG_INFINITY)),
            ("infinity", Some(f64::INFINITY)),
            ("", None),
            (" 1", None),
            ("-nan", None),
        ] {
            assert_eq!(double(text), number, "{text}");
        }
        assert!(double("NaN").is_some_and(f64::is_nan));
    }

    #[test]
    fn numbers_that_do_not_fit_become_the_smallest() {
        for (number, whole) in [(2.9, 2), (-2.9, -2), (f64::NAN, i64::MIN), (1e19, i64::MIN), (-1e19, i64::MIN)] {
            assert_eq!(truncated(number), whole, "{number}");
        }
    }

    #[test]
    fn what_cannot_be_converted_stays() {
        for to in [Type::Int, Type::Double] {
            for value in [Value::Empty, Value::Bytes(b"12"), Value::String("twelve")] {
                assert_eq!(to.convert(&value), None, "{to:?} {value:?}");
            }
        }
        assert_eq!(Type::Int.convert(&Value::String("1.0")), None);
    }
}
