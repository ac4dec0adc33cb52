//! Hashes in the place of values.

use ring::digest::{SHA256, digest};
use sluice_pdata::view::Value;

/// The SHA-256 of a value in hexadecimal: of a text its bytes, of a number eight bytes, little-endian, of a boolean one.
/// Of everything else it is the empty text.
pub(super) fn of(value: &Value<'_>) -> String {
    match value {
        Value::String(text) => hexadecimal(text.as_bytes()),
        Value::Bool(value) => hexadecimal(&[u8::from(*value)]),
        Value::Int(number) => hexadecimal(&number.to_le_bytes()),
        Value::Double(number) => hexadecimal(&number.to_le_bytes()),
        _ => String::new(),
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    hex::encode(digest(&SHA256, bytes))
}
