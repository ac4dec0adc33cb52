//! Writing protobuf.
//!
//! Source: <https://protobuf.dev/programming-guides/encoding/>.

/// A number of up to ten bytes.
pub(super) const VARINT: u8 = 0;
/// Eight bytes, little endian.
pub(super) const FIXED64: u8 = 1;
/// A length and as many bytes.
pub(super) const BYTES: u8 = 2;

/// The tag of a field with a number below 16, which is one byte.
pub(super) const fn tag(number: u8, wire_type: u8) -> u8 {
    number << 3 | wire_type
}

/// Appends a varint.
#[inline]
pub(super) fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// How many bytes a varint takes.
#[inline]
pub(super) fn varint_length(value: u64) -> usize {
    (70 - (value | 1).leading_zeros() as usize) / 7
}

/// A signed number, such that small ones stay small.
pub(super) fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

/// Appends a field of bytes, whose number is below 16.
#[inline]
pub(super) fn bytes(out: &mut Vec<u8>, number: u8, content: &[u8]) {
    out.push(tag(number, BYTES));
    varint(out, content.len() as u64);
    out.extend_from_slice(content);
}

/// How many bytes a field of bytes takes, whose number is below 16.
#[inline]
pub(super) fn bytes_length(content: usize) -> usize {
    1 + varint_length(content as u64) + content
}

/// Appends a double, unless it is zero.
#[inline]
pub(super) fn double(out: &mut Vec<u8>, number: u8, value: f64) {
    if value.to_bits() != 0 {
        out.push(tag(number, FIXED64));
        out.extend_from_slice(&value.to_le_bytes());
    }
}

/// Appends a number, unless it is zero.
#[inline]
pub(super) fn number(out: &mut Vec<u8>, number: u8, value: u64) {
    if value != 0 {
        out.push(tag(number, VARINT));
        varint(out, value);
    }
}

/// Appends a message that `write` writes, with its length in front; `scratch` is where it is written first.
pub(super) fn message(out: &mut Vec<u8>, scratch: &mut Vec<u8>, number: u8, write: impl FnOnce(&mut Vec<u8>)) {
    scratch.clear();
    write(scratch);
    bytes(out, number, scratch);
}
