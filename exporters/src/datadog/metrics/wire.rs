//! Protobuf, written straight into a body.
//!
//! Series are most of what leaves, and most of each is copied from what its resource has in common: with `prost` every tag would
//! be a text of its own first.

/// The tag of a field of eight bytes.
pub(super) const fn double_tag(number: u32) -> u8 {
    (number << 3 | 1) as u8
}

/// The tag of a field of variable length; its number is below 16.
pub(super) const fn bytes_tag(number: u32) -> u8 {
    (number << 3 | 2) as u8
}

/// The tag of a number of variable length; its number is below 16.
pub(super) const fn varint_tag(number: u32) -> u8 {
    (number << 3) as u8
}

pub(super) fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// A number that is often negative.
pub(super) fn zigzag(out: &mut Vec<u8>, value: i32) {
    varint(out, u64::from(((value << 1) ^ (value >> 31)) as u32));
}

pub(super) fn text(out: &mut Vec<u8>, tag: u8, parts: &[&str]) {
    out.push(tag);
    varint(out, parts.iter().map(|part| part.len()).sum::<usize>() as u64);
    for part in parts {
        out.extend_from_slice(part.as_bytes());
    }
}

pub(super) fn double(out: &mut Vec<u8>, tag: u8, value: f64) {
    out.push(tag);
    out.extend_from_slice(&value.to_le_bytes());
}

/// A number that is left out if it is zero.
pub(super) fn whole(out: &mut Vec<u8>, tag: u8, value: i64) {
    if value != 0 {
        out.push(tag);
        varint(out, value as u64);
    }
}

/// A field that `write` fills, whose length is not known before.
///
/// Two bytes are kept for the length; a longer one moves what was written.
pub(super) fn message(out: &mut Vec<u8>, tag: u8, write: impl FnOnce(&mut Vec<u8>)) {
    out.extend_from_slice(&[tag, 0, 0]);
    let begin = out.len();
    write(out);
    end_message(out, begin);
}

/// Writes the length of the message that began at `begin`, behind two bytes that were kept for it. Returns by how many bytes its
/// content has moved.
pub(super) fn end_message(out: &mut Vec<u8>, begin: usize) -> usize {
    let length = out.len() - begin;
    if length < 1 << 14 {
        // A number may have more bytes than it needs.
        out[begin - 2] = length as u8 | 0x80;
        out[begin - 1] = (length >> 7) as u8;
        return 0;
    }
    let mut bytes = Vec::with_capacity(10);
    varint(&mut bytes, length as u64);
    let moved = bytes.len() - 2;
    out.splice(begin - 2..begin, bytes);
    moved
}
