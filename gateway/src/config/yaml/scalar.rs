//! What a scalar means: the rules of Go's `yaml.v3`, which are YAML 1.2 with some of 1.1.
//!
//! Source: `resolve.go` of `go.yaml.in/yaml/v3`. Octal is `0123` and `0o123`, digits may be parted by `_`, booleans are the
//! spellings of `true` and `false` alone (`yes` and `on` are texts), and there are no base 60 numbers. Dates, which are
//! points in time to Go, are texts here.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use saphyr_parser::Tag;
use sluice_component::config::Value;

/// The value of a scalar; `plain` means that it stood there without quotes.
///
/// # Errors
///
/// What the tag demands and the text is not.
pub(super) fn resolve(text: &str, plain: bool, tag: Option<&Tag>) -> Result<Value, &'static str> {
    let as_text = || Value::Text(text.into());
    let Some(tag) = tag.filter(|tag| tag.is_yaml_core_schema()) else {
        return Ok(if plain && tag.is_none() { resolve_plain(text) } else { as_text() });
    };
    match (tag.suffix.as_str(), resolve_plain(text)) {
        ("null", Value::Null) => Ok(Value::Null),
        ("null", _) => Err("null"),
        ("bool", value @ Value::Bool(_)) => Ok(value),
        ("bool", _) => Err("a boolean"),
        ("int", value @ Value::Int(_)) => Ok(value),
        ("int", _) => Err("a whole number"),
        ("float", Value::Int(value)) => Ok(Value::Float(value as f64)),
        ("float", value @ Value::Float(_)) => Ok(value),
        ("float", _) => Err("a number"),
        ("binary", _) => {
            let packed: String = text.chars().filter(|c| !c.is_whitespace()).collect();
            let bytes = BASE64.decode(packed).ok().and_then(|bytes| String::from_utf8(bytes).ok());
            bytes.map(|text| Value::Text(text.into())).ok_or("base64 of UTF-8")
        }
        _ => Ok(as_text()),
    }
}

fn resolve_plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" => return Value::Bool(true),
        "false" | "False" | "FALSE" => return Value::Bool(false),
        ".nan" | ".NaN" | ".NAN" => return Value::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => return Value::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => return Value::Float(f64::NEG_INFINITY),
        _ => {}
    }
    let number = match text.as_bytes()[0] {
        b'.' => float(text),
        b'0'..=b'9' | b'+' | b'-' => {
            let digits = text.replace('_', "");
            integer(&digits).map(Value::Int).or_else(|| float(&digits))
        }
        _ => None,
    };
    number.unwrap_or_else(|| Value::Text(text.into()))
}

/// A whole number in any base; one past `i64` that fits `u64` wraps, as it does in the Collector.
fn integer(text: &str) -> Option<i64> {
    let (negative, unsigned) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let (digits, radix) = match unsigned.as_bytes() {
        [b'0', b'x' | b'X', ..] => (&unsigned[2..], 16),
        [b'0', b'b' | b'B', ..] => (&unsigned[2..], 2),
        [b'0', b'o' | b'O', ..] => (&unsigned[2..], 8),
        [b'0', _, ..] => (&unsigned[1..], 8),
        _ => (unsigned, 10),
    };
    // `from_str_radix` would take a second sign.
    if !digits.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return None;
    }
    let magnitude = u64::from_str_radix(digits, radix).ok()?;
    match (negative, i64::try_from(magnitude)) {
        (false, Ok(value)) => Some(value),
        (true, Ok(value)) => Some(-value),
        (true, Err(_)) => (magnitude == i64::MIN.unsigned_abs()).then_some(i64::MIN),
        // A sign makes it a number that does not fit.
        (false, Err(_)) => (!text.starts_with('+')).then_some(magnitude as i64),
    }
}

/// A decimal number with digits, at most one dot, and an exponent or none.
fn float(text: &str) -> Option<Value> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(at) => (&unsigned[..at], Some(&unsigned[at + 1..])),
        None => (unsigned, None),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let mantissa_ok = match mantissa.split_once('.') {
        Some(("", fraction)) => digits(fraction),
        Some((whole, fraction)) => digits(whole) && (fraction.is_empty() || digits(fraction)),
        None => digits(mantissa),
    };
    let exponent_ok = exponent.is_none_or(|exponent| digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)));
    let value: f64 = text.parse().ok().filter(|_| mantissa_ok && exponent_ok)?;
    value.is_finite().then_some(Value::Float(value))
}
