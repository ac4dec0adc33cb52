//! Lines in JSON.
//!
//! Source: the Collector's `pkg/translator/loki`, `encode.go`. What JSON has no number for (NaN, infinities) is said as a text
//! here, where the Collector drops the record; and nothing is escaped that JSON does not want escaped.

use std::borrow::Cow;

use sluice_pdata::view::{Attributes, Plain, Value};

use super::{Part, Record, is_id, put_hex};

/// Appends the record as one object. What is empty is left out.
pub(super) fn write(out: &mut Vec<u8>, record: &Record<'_, '_>) {
    let fields = record.fields;
    out.push(b'{');
    if let Some(body) = fields.body.as_ref().filter(|body| !matches!(body, Value::Empty)) {
        put_member(out, br#","body":"#);
        write_value(out, body);
    }
    for (name, id) in [(br#","traceid":"#.as_slice(), fields.trace_id), (br#","spanid":"#, fields.span_id)] {
        if is_id(id) {
            put_member(out, name);
            out.push(b'"');
            put_hex(out, id);
            out.push(b'"');
        }
    }
    if !fields.severity_text.is_empty() {
        put_member(out, br#","severity":"#);
        write_text(out, fields.severity_text.as_bytes());
    }
    if fields.flags != 0 {
        put_member(out, br#","flags":"#);
        put_integer(out, fields.flags.into());
    }
    put_attributes(out, record);
    put_member(out, record.resource.json.get_or_init(|| resources(record.resource)));
    if let Some(scope) = record.scope {
        put_member(out, br#","instrumentation_scope":"#);
        out.push(b'{');
        put_member(out, br#","name":"#);
        write_text(out, scope.name().as_bytes());
        if !scope.version().is_empty() {
            put_member(out, br#","version":"#);
            write_text(out, scope.version().as_bytes());
        }
        put_object(out, br#","attributes":"#, pairs(scope.attributes()));
        out.push(b'}');
    }
    out.push(b'}');
}

/// Appends the member of the record's attributes. Those that are written in the plainest way, as nearly all are, are not looked
/// at more than it takes to copy them.
fn put_attributes(out: &mut Vec<u8>, record: &Record<'_, '_>) {
    let start = out.len();
    put_member(out, br#","attributes":{"#);
    let opened = out.len();
    for attribute in record.shown() {
        if out.len() > opened {
            out.push(b',');
        }
        match attribute.plain() {
            Some((key, Plain::Text(text))) => {
                write_text(out, key);
                out.push(b':');
                write_text(out, text);
            }
            Some((key, Plain::Int(number))) => {
                write_text(out, key);
                out.push(b':');
                put_integer(out, number);
            }
            _ => {
                write_text(out, attribute.key_bytes());
                out.push(b':');
                write_value(out, &attribute.value().unwrap_or(Value::Empty));
            }
        }
    }
    if out.len() > opened {
        out.push(b'}');
    } else {
        out.truncate(start);
    }
}

/// The member of the resource's attributes; empty if there are none.
fn resources(part: &Part<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    put_object(&mut out, br#","resources":"#, part.attributes().iter().cloned());
    out
}

/// Appends a member's name, which begins with the comma that the first member has not.
fn put_member(out: &mut Vec<u8>, name: &[u8]) {
    let name = if out.last() == Some(&b'{') { name.get(1..).unwrap_or_default() } else { name };
    out.extend_from_slice(name);
}

/// Appends a member that is an object, unless it would be an empty one.
fn put_object<'a>(out: &mut Vec<u8>, name: &[u8], entries: impl Iterator<Item = (&'a str, Value<'a>)>) {
    let mut entries = entries.peekable();
    if entries.peek().is_some() {
        put_member(out, name);
        write_object(out, entries);
    }
}

fn pairs<'a>(attributes: Attributes<'a>) -> impl Iterator<Item = (&'a str, Value<'a>)> {
    attributes.map(|attribute| (attribute.key(), attribute.value().unwrap_or(Value::Empty)))
}

fn write_object<'a>(out: &mut Vec<u8>, entries: impl Iterator<Item = (&'a str, Value<'a>)>) {
    out.push(b'{');
    for (key, value) in entries {
        if out.last() != Some(&b'{') {
            out.push(b',');
        }
        write_text(out, key.as_bytes());
        out.push(b':');
        write_value(out, &value);
    }
    out.push(b'}');
}

/// Appends a value. The edge has bounded how deep values nest.
fn write_value(out: &mut Vec<u8>, value: &Value<'_>) {
    match value {
        Value::Empty | Value::StringIndex(_) => out.extend_from_slice(b"null"),
        Value::String(text) => write_text(out, text.as_bytes()),
        Value::Bool(value) => out.extend_from_slice(if *value { b"true" } else { b"false" }),
        Value::Int(number) => put_integer(out, *number),
        Value::Double(number) if number.is_finite() => out.extend_from_slice(value.to_text().as_bytes()),
        Value::Double(_) | Value::Bytes(_) => write_text(out, value.to_text().as_bytes()),
        Value::Array(values) => {
            out.push(b'[');
            for (index, value) in values.clone().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write_value(out, &value);
            }
            out.push(b']');
        }
        Value::Map(entries) => write_object(out, pairs(entries.clone())),
    }
}

/// A value as text: what is no list and no map as the Collector says it, these as JSON.
pub(in crate::loki) fn text_of<'a>(value: &Value<'a>) -> Cow<'a, str> {
    match value {
        Value::Array(_) | Value::Map(_) => {
            let mut json = Vec::new();
            write_value(&mut json, value);
            // What was put together from texts is a text.
            Cow::Owned(String::from_utf8(json).unwrap_or_default())
        }
        _ => value.to_text(),
    }
}

/// Appends a number.
pub(super) fn put_integer(out: &mut Vec<u8>, number: i64) {
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

/// Appends a text in quotes.
pub(in crate::loki) fn write_text(out: &mut Vec<u8>, text: &[u8]) {
    let mut bytes = text;
    out.reserve(bytes.len() + 2);
    out.push(b'"');
    loop {
        let plain = plain_length(bytes);
        let (before, after) = bytes.split_at(plain);
        out.extend_from_slice(before);
        let Some((&special, rest)) = after.split_first() else { break };
        put_escaped(out, special);
        bytes = rest;
    }
    out.push(b'"');
}

/// How many bytes from the first on need no escape.
fn plain_length(bytes: &[u8]) -> usize {
    let mut chunks = bytes.chunks_exact(8);
    let mut at = 0;
    for chunk in &mut chunks {
        let word = chunk.first_chunk().map_or(0, |chunk| u64::from_le_bytes(*chunk));
        let specials = special_bytes(word);
        if specials != 0 {
            return at + specials.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    at + chunks.remainder().iter().take_while(|&&byte| byte >= 0x20 && byte != b'"' && byte != b'\\').count()
}

/// The highest bit of each byte that needs an escape: a control, a quote, a backslash. Right up to the first that does.
///
/// Source: "Bit Twiddling Hacks", "Determine if a word has a byte less than n", "equal to n".
fn special_bytes(word: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = 0x8080_8080_8080_8080;
    let below = |word: u64, than: u64| word.wrapping_sub(ONES * than) & !word & HIGHS;
    below(word, 0x20) | below(word ^ (ONES * b'"' as u64), 1) | below(word ^ (ONES * b'\\' as u64), 1)
}

fn put_escaped(out: &mut Vec<u8>, byte: u8) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    match byte {
        b'"' => out.extend_from_slice(br#"\""#),
        b'\\' => out.extend_from_slice(br"\\"),
        b'\n' => out.extend_from_slice(br"\n"),
        b'\r' => out.extend_from_slice(br"\r"),
        b'\t' => out.extend_from_slice(br"\t"),
        _ => {
            out.extend_from_slice(br"\u00");
            out.extend([DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
        }
    }
}
