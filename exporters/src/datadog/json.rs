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
    let mut rest = text.as_bytes();
    loop {
        let plain = plain_bytes(rest);
        out.extend_from_slice(&rest[..plain]);
        let Some((byte, after)) = rest[plain..].split_first() else { return };
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            _ => write(out, format_args!("\\u{byte:04x}")),
        }
        rest = after;
    }
}

/// How many bytes at the beginning stand for themselves. Looks at eight at a time.
fn plain_bytes(text: &[u8]) -> usize {
    let (chunks, _) = text.as_chunks::<8>();
    let plain = chunks.iter().position(|chunk| any_must_escape(u64::from_le_bytes(*chunk))).unwrap_or(chunks.len()) * 8;
    plain + text[plain..].iter().position(|&byte| must_escape(byte)).unwrap_or(text.len() - plain)
}

/// Whether one of eight bytes must be escaped.
///
/// Source: "Bit Twiddling Hacks", "Determine if a word has a byte less than n".
const fn any_must_escape(bytes: u64) -> bool {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const HIGH: u64 = ONES << 7;
    const fn less(bytes: u64, than: u64) -> u64 {
        bytes.wrapping_sub(ONES * than) & !bytes & HIGH
    }
    let quotes = bytes ^ (ONES * b'"' as u64);
    let backslashes = bytes ^ (ONES * b'\\' as u64);
    (less(bytes, 0x20) | less(quotes, 1) | less(backslashes, 1)) != 0
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_what_they_were_when_they_are_read() {
        let every: String = (0..=0x17fu32).filter_map(char::from_u32).collect();
        for begin in 0..16 {
            for end in [begin, begin + 1, begin + 9, every.chars().count()] {
                let part: String = every.chars().skip(begin).take(end - begin).collect();
                let mut out = Vec::new();

                text(&mut out, &part);

                assert_eq!(serde_json::from_slice::<String>(&out).unwrap(), part);
            }
        }
    }

    #[test]
    fn a_byte_that_must_be_escaped_is_seen_wherever_it_is() {
        for byte in 0..=u8::MAX {
            for at in 0..8 {
                let mut bytes = [b'a'; 8];
                bytes[at] = byte;
                assert_eq!(any_must_escape(u64::from_le_bytes(bytes)), must_escape(byte), "{byte} at {at}");
            }
        }
    }
}
