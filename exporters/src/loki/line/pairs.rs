//! Pairs of key and value as logfmt has them.
//!
//! Source: `go-logfmt/logfmt`, which the Collector uses.

use sluice_pdata::view::Value;

use super::json::write_text;

/// Appends a pair. Characters that no key can have are left out of it; nothing that is left of a key is `_`.
pub(super) fn put_pair(out: &mut Vec<u8>, key: &[&str], value: &str) {
    if !out.is_empty() {
        out.push(b' ');
    }
    let start = out.len();
    for part in key {
        put_key(out, part);
    }
    if out.len() == start {
        out.push(b'_');
    }
    out.push(b'=');
    // The word would mean no value.
    if value == "null" || wants_quotes(value) {
        write_text(out, value.as_bytes());
    } else {
        out.extend_from_slice(value.as_bytes());
    }
}

fn put_key(out: &mut Vec<u8>, part: &str) {
    let unfit = |character: char| character <= ' ' || matches!(character, '=' | '"' | '\u{7f}' | '\u{fffd}');
    for piece in part.split(unfit) {
        out.extend_from_slice(piece.as_bytes());
    }
}

fn wants_quotes(value: &str) -> bool {
    // The last is the first byte of the character that stands for what is none.
    let special = |byte: u8| byte <= b' ' || matches!(byte, b'=' | b'"' | 0x7f | 0xef);
    value.bytes().any(special)
        && value.chars().any(|character| character <= ' ' || matches!(character, '=' | '"' | '\u{7f}' | '\u{fffd}'))
}

/// Appends the pair of an attribute, or those of what is in it. The key begins with `prefix`.
pub(super) fn put_attribute(out: &mut Vec<u8>, prefix: &str, key: &str, value: &Value<'_>) {
    match value {
        Value::String(text) => put_pair(out, &[prefix, key], text),
        Value::Int(number) => put_pair(out, &[prefix, key], itoa::Buffer::new().format(*number)),
        _ => flatten(&mut format!("{prefix}{key}"), value, &mut |key, text| put_pair(out, &[key], text)),
    }
}

/// Calls `put` with each value that is neither list nor map: the keys on the way to it are joined by `_`, places in lists count
/// from 0, and what is empty is left out.
pub(in crate::loki) fn flatten(key: &mut String, value: &Value<'_>, put: &mut dyn FnMut(&str, &str)) {
    let before = key.len();
    let mut below = |key: &mut String, name: &str, value: &Value<'_>| {
        if before > 0 {
            key.push('_');
        }
        key.push_str(name);
        flatten(key, value, put);
        key.truncate(before);
    };
    match value {
        Value::Empty | Value::StringIndex(_) => {}
        Value::Map(entries) => {
            for entry in entries.clone() {
                below(key, entry.key(), &entry.value().unwrap_or(Value::Empty));
            }
        }
        Value::Array(values) => {
            for (index, value) in values.clone().enumerate() {
                below(key, itoa::Buffer::new().format(index), &value);
            }
        }
        _ => put(key, &value.to_text()),
    }
}
