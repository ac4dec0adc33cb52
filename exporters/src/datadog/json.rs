//! JSON, written straight into a body.

use std::borrow::Cow;
use std::collections::HashSet;
use std::io::Write;

use sluice_pdata::view::{Attributes, Value};

/// How deep maps become dotted keys; what is deeper is text.
const MAX_DEPTH: usize = 10;

/// Writes a text.
pub(super) fn text(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    escaped(out, text);
    out.push(b'"');
}

/// Writes a text without the quotes around it, so that more may follow.
pub(super) fn escaped(out: &mut Vec<u8>, text: &str) {
    let bytes = text.as_bytes();
    let mut done = 0;
    for (at, &byte) in bytes.iter().enumerate() {
        if !must_escape(byte) {
            continue;
        }
        out.extend_from_slice(&bytes[done..at]);
        done = at + 1;
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            _ => write(out, format_args!("\\u{byte:04x}")),
        }
    }
    out.extend_from_slice(&bytes[done..]);
}

const fn must_escape(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}

/// Writes a whole number.
pub(super) fn whole(out: &mut Vec<u8>, number: i64) {
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

/// Writes what `format_args!` says. Writing to memory cannot fail.
pub(super) fn write(out: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    let _ = out.write_fmt(text);
}

/// Writes a value as it is in JSON; maps only in lists, their keys flattened.
pub(super) fn value(out: &mut Vec<u8>, value: &Value<'_>, depth: usize) {
    match value {
        Value::String(content) => text(out, content),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::Int(number) => whole(out, *number),
        Value::Double(number) if number.is_finite() => out.extend_from_slice(value.to_text().as_bytes()),
        Value::Array(values) => {
            out.push(b'[');
            for (index, element) in values.clone().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                self::value(out, &element, depth + 1);
            }
            out.push(b']');
        }
        Value::Map(entries) if depth < MAX_DEPTH => {
            let mut leaves = Vec::new();
            flatten("", entries.clone(), depth, &mut leaves);
            keep_last(&mut leaves);
            out.push(b'{');
            for (index, leaf) in leaves.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                text(out, &leaf.key);
                out.push(b':');
                self::value(out, &leaf.value, leaf.depth);
            }
            out.push(b'}');
        }
        other => text(out, &other.to_text()),
    }
}

/// A value that is no map, or is deeper than maps are opened.
pub(super) struct Leaf<'a> {
    /// The keys that lead to it, joined by dots.
    pub(super) key: Cow<'a, str>,
    /// It.
    pub(super) value: Value<'a>,
    /// In how many maps and lists it is.
    pub(super) depth: usize,
}

/// Adds the leaves of a map that is `depth` deep.
pub(super) fn flatten<'a>(prefix: &str, entries: Attributes<'a>, depth: usize, leaves: &mut Vec<Leaf<'a>>) {
    for entry in entries {
        let key = match prefix {
            "" => Cow::Borrowed(entry.key()),
            _ => Cow::Owned([prefix, ".", entry.key()].concat()),
        };
        match entry.value().unwrap_or(Value::Empty) {
            Value::Map(inner) if depth + 1 < MAX_DEPTH => flatten(&key, inner, depth + 1, leaves),
            value => leaves.push(Leaf { key, value, depth: depth + 1 }),
        }
    }
}

/// Keeps the last of the leaves that have the same key: JSON has a key once.
pub(super) fn keep_last(leaves: &mut Vec<Leaf<'_>>) {
    /// Up to here it costs less to compare each with each.
    const FEW: usize = 12;
    if leaves.len() <= FEW {
        let mut at = 0;
        while at < leaves.len() {
            if leaves[at + 1..].iter().any(|later| later.key == leaves[at].key) {
                leaves.remove(at);
            } else {
                at += 1;
            }
        }
        return;
    }
    let mut seen = HashSet::with_capacity(leaves.len());
    let last: Vec<_> = leaves.iter().rev().map(|leaf| seen.insert(&leaf.key)).collect();
    let mut last = last.into_iter().rev();
    leaves.retain(|_| last.next() == Some(true));
}
