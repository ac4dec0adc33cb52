//! The protobuf encoding: varints, tags, fields.
//!
//! Source: <https://protobuf.dev/programming-guides/encoding/>. Of the wire types, groups are refused everywhere.

/// A number of up to ten bytes.
pub(crate) const VARINT: u32 = 0;
/// Eight bytes, little endian.
pub(crate) const FIXED64: u32 = 1;
/// A length and as many bytes.
pub(crate) const BYTES: u32 = 2;
/// Four bytes, little endian.
pub(crate) const FIXED32: u32 = 5;

/// The tag of a field.
pub(crate) const fn tag(number: u32, wire_type: u32) -> u32 {
    number << 3 | wire_type
}

/// Reads the varint that begins at `at`; says its value and where it ends.
#[inline(always)]
pub(crate) fn varint(bytes: &[u8], at: usize) -> Option<(u64, usize)> {
    match *bytes.get(at)? {
        byte if byte < 0x80 => Some((u64::from(byte), at + 1)),
        _ => long_varint(bytes, at),
    }
}

#[inline(always)]
fn long_varint(bytes: &[u8], at: usize) -> Option<(u64, usize)> {
    match (bytes.get(at), bytes.get(at + 1)) {
        (Some(&first), Some(&second)) if second < 0x80 => {
            Some((u64::from(first & 0x7f) | u64::from(second) << 7, at + 2))
        }
        _ => longer_varint(bytes, at),
    }
}

#[inline(never)]
fn longer_varint(bytes: &[u8], at: usize) -> Option<(u64, usize)> {
    let mut value = 0;
    for (index, &byte) in bytes.get(at..)?.iter().take(10).enumerate() {
        value |= u64::from(byte & 0x7f) << (7 * index);
        if byte < 0x80 {
            // The tenth byte has room for one bit.
            return (index < 9 || byte < 2).then_some((value, at + index + 1));
        }
    }
    None
}

/// Reads a tag that is within the bounds of protobuf: a field number of 1 to 2^29 - 1.
#[inline(always)]
pub(crate) fn read_tag(bytes: &[u8], at: usize) -> Option<(u32, usize)> {
    let (tag, next) = varint(bytes, at)?;
    Some((u32::try_from(tag).ok()?, next))
}

/// Reads a length and finds the bytes it speaks of: where they begin, and where they end.
#[inline(always)]
pub(crate) fn read_length(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let (length, begins) = varint(bytes, at)?;
    let ends = begins.checked_add(usize::try_from(length).ok()?)?;
    (ends <= bytes.len()).then_some((begins, ends))
}

/// Where the field whose tag ends at `at` has its end.
#[inline(always)]
pub(crate) fn skip(bytes: &[u8], tag: u32, at: usize) -> Option<usize> {
    let ends = match tag & 7 {
        VARINT => varint(bytes, at)?.1,
        FIXED64 => at + 8,
        BYTES => read_length(bytes, at)?.1,
        FIXED32 => at + 4,
        _ => return None,
    };
    (ends <= bytes.len()).then_some(ends)
}

/// How many bytes a varint takes.
#[inline]
pub(crate) const fn varint_size(value: u64) -> usize {
    // Seven bits a byte: (bits + 6) / 7, without the division.
    ((value | 1).ilog2() as usize * 9 + 73) / 64
}

/// Writes a varint.
#[inline]
pub(crate) fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Writes the tag and the length of a field that holds bytes.
#[inline]
pub(crate) fn put_header(out: &mut Vec<u8>, tag: u32, length: usize) {
    put_varint(out, u64::from(tag));
    put_varint(out, length as u64);
}

/// How many bytes the tag and the length of a field take.
#[inline]
pub(crate) const fn header_size(tag: u32, length: usize) -> usize {
    varint_size(tag as u64) + varint_size(length as u64)
}

/// The fields of a message, in order; ends early where the message is broken.
#[derive(Clone, Debug)]
pub(crate) struct Fields<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// One field of a message, by where it lies in it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FieldAt {
    pub(crate) tag: u32,
    /// Where its tag begins.
    pub(crate) start: usize,
    /// Where its content begins: after the tag, and after the length if it has one.
    pub(crate) content: usize,
    pub(crate) end: usize,
}

impl<'a> Fields<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// The same, from a place between two fields.
    pub(crate) fn starting_at(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at }
    }
}

impl Iterator for Fields<'_> {
    type Item = FieldAt;

    #[inline(always)]
    fn next(&mut self) -> Option<FieldAt> {
        let start = self.at;
        let (tag, after_tag) = read_tag(self.bytes, start)?;
        let (content, end) = if tag & 7 == BYTES {
            read_length(self.bytes, after_tag)?
        } else {
            (after_tag, skip(self.bytes, tag, after_tag)?)
        };
        self.at = end;
        Some(FieldAt { tag, start, content, end })
    }
}
