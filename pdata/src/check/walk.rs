//! The walk over the wire bytes. The hottest code of the project: `benches/batch.rs` measures it.

use super::ascii::is_ascii;
use super::{Limits, MAX_DEPTH};
use crate::malformed::Problem;
use crate::schema::{ANY_VALUE, Class, KEY_VALUE, Kind, Label, Message};
use crate::{Malformed, wire};

/// What a walk to the end found.
pub(super) struct Found {
    pub(super) items: usize,
    /// Whether a message that may be there once is there several times.
    pub(super) in_pieces: bool,
}

/// Walks a whole request.
pub(super) fn walk(request: &'static Message, message: &[u8], limits: &Limits) -> Result<Found, Box<Malformed>> {
    let mut walk = Walk { elements: 0, limit: limits.elements, items: 0, in_pieces: false };
    walk.message(request, message, 0)?;
    walk.count_elements(0)?;
    Ok(Found { items: walk.items, in_pieces: walk.in_pieces })
}

struct Walk {
    elements: usize,
    limit: usize,
    items: usize,
    in_pieces: bool,
}

impl Walk {
    /// Checks one message and what is in it. `depth` is the number of values around it.
    fn message(&mut self, schema: &'static Message, bytes: &[u8], depth: u32) -> Result<(), Box<Malformed>> {
        let mut at = 0;
        // The singular messages that have been there, a bit for each field number, and one for all of a oneof.
        let mut seen = 0;
        while at < bytes.len() {
            let start = at;
            let (tag, after_tag) = match bytes[at..] {
                [first, ..] if first < 0x80 => {
                    if schema.class(u32::from(first)) == Class::KeyValue {
                        let end = self.plain_attributes(bytes, at, first);
                        if end != at {
                            at = end;
                            continue;
                        }
                    }
                    (u32::from(first), at + 1)
                }
                [first, second, ..] if second < 0x80 => (u32::from(first & 0x7f) | u32::from(second) << 7, at + 2),
                _ => wire::read_tag(bytes, at).ok_or_else(|| bad_tag(bytes, at))?,
            };
            let class = schema.class(tag);
            let (content, end) = match class {
                Class::Refused => return Err(bad_tag(bytes, start)),
                Class::Varint => match wire::varint(bytes, after_tag) {
                    Some((_, end)) => (after_tag, end),
                    None => return Err(Malformed::new(after_tag, Problem::Varint).within(name(schema, tag), 0)),
                },
                Class::Fixed64 => (after_tag, after_tag + 8),
                Class::Fixed32 => (after_tag, after_tag + 4),
                _ => match wire::read_length(bytes, after_tag) {
                    Some(range) => range,
                    None => return Err(bad_length(bytes, after_tag).within(name(schema, tag), 0)),
                },
            };
            let Some(content_bytes) = bytes.get(content..end) else {
                let left = bytes.len() - content;
                let length = (end - content) as u64;
                return Err(Malformed::new(content, Problem::Length { length, left }).within(name(schema, tag), 0));
            };
            self.field(schema, class, tag, content_bytes, depth, &mut seen)
                .map_err(|malformed| malformed.within(name(schema, tag), content))?;
            at = end;
        }
        Ok(())
    }

    #[inline(always)]
    fn field(
        &mut self,
        schema: &'static Message,
        class: Class,
        tag: u32,
        content: &[u8],
        depth: u32,
        seen: &mut u32,
    ) -> Result<(), Box<Malformed>> {
        match class {
            Class::Refused | Class::Varint | Class::Fixed64 | Class::Fixed32 | Class::Bytes => Ok(()),
            Class::KeyValue => {
                self.elements += 1;
                self.message(&KEY_VALUE, content, depth)
            }
            Class::Str => string(content),
            Class::Id16 => id(content, 16),
            Class::Id8 => id(content, 8),
            Class::Value => {
                self.note(seen, tag, schema)?;
                self.value(content, depth)
            }
            Class::Values => {
                self.count_elements(1)?;
                self.value(content, depth)
            }
            Class::Item => {
                self.items += 1;
                self.count_elements(1)?;
                self.message(child(schema, tag), content, depth)
            }
            Class::OpaqueItem => {
                self.items += 1;
                self.count_elements(1)
            }
            Class::Singular => {
                self.note(seen, tag, schema)?;
                self.message(child(schema, tag), content, depth)
            }
            Class::Repeated => {
                self.count_elements(1)?;
                self.message(child(schema, tag), content, depth)
            }
            Class::Packed64 if content.len().is_multiple_of(8) => Ok(()),
            Class::Packed64 => Err(Malformed::new(0, Problem::Packed { width: 8, length: content.len() })),
            Class::PackedVarint => packed_varints(content),
        }
    }

    /// Goes over a run of fields with this tag for as long as they are plain attributes; says where it ends.
    #[inline(always)]
    fn plain_attributes(&mut self, bytes: &[u8], start: usize, tag: u8) -> usize {
        let mut rest = &bytes[start..];
        let mut run = 0;
        while let [first, length, after @ ..] = rest
            && *first == tag
            && *length < 0x80
            && let Some((attribute, next)) = after.split_at_checked(usize::from(*length))
            && is_plain_attribute(attribute)
        {
            run += 1;
            rest = next;
        }
        self.elements += run;
        bytes.len() - rest.len()
    }

    fn value(&mut self, content: &[u8], depth: u32) -> Result<(), Box<Malformed>> {
        if depth >= MAX_DEPTH {
            return Err(Malformed::new(0, Problem::Depth));
        }
        self.message(&ANY_VALUE, content, depth + 1)
    }

    /// Notes that a message is there of which there should be one. A further piece of it counts as an element.
    fn note(&mut self, seen: &mut u32, tag: u32, schema: &'static Message) -> Result<(), Box<Malformed>> {
        let number = tag >> 3;
        let bit = match schema.field(number) {
            Some(field) if field.label == Label::Oneof => 1,
            _ => 1 << (number & 31),
        };
        if *seen & bit != 0 {
            self.in_pieces = true;
            self.count_elements(1)?;
        }
        *seen |= bit;
        Ok(())
    }

    #[inline(always)]
    fn count_elements(&mut self, more: usize) -> Result<(), Box<Malformed>> {
        self.elements += more;
        if self.elements > self.limit {
            return Err(Malformed::new(0, Problem::Elements { limit: self.limit }));
        }
        Ok(())
    }
}

/// Whether this is a key and value as nearly all are: a key of ASCII, then a value that is a string of ASCII or a number.
///
/// Lengths below 128 take one byte, and ASCII bytes are below 128. So one look at the high bits of all bytes says that each
/// tag and length is a single byte and that the strings are UTF-8; the shape is then a few comparisons.
#[inline(always)]
fn is_plain_attribute(bytes: &[u8]) -> bool {
    const KEY: u8 = 1 << 3 | 2;
    const VALUE: u8 = 2 << 3 | 2;
    const STRING: u8 = 1 << 3 | 2;
    const BOOL: u8 = 2 << 3;
    const INT: u8 = 3 << 3;
    const DOUBLE: u8 = 4 << 3 | 1;

    let [KEY, key_length, after @ ..] = bytes else { return false };
    let Some((_, value)) = after.split_at_checked(usize::from(*key_length)) else { return false };
    match value {
        [VALUE, value_length, STRING, length, string @ ..] => {
            usize::from(*length) == string.len() && usize::from(*value_length) == string.len() + 2 && is_ascii(bytes)
        }
        [VALUE, value_length, kind, number @ ..] => {
            let plain = match *kind {
                BOOL | INT => is_short_varint(number),
                DOUBLE => number.len() == 8,
                _ => false,
            };
            plain && usize::from(*value_length) == number.len() + 1 && is_ascii(&bytes[..bytes.len() - value.len()])
        }
        _ => false,
    }
}

/// Whether this is one varint of at most four bytes.
#[inline(always)]
fn is_short_varint(bytes: &[u8]) -> bool {
    match *bytes {
        [a] => a < 0x80,
        [a, b] => a >= 0x80 && b < 0x80,
        [a, b, c] => a & b >= 0x80 && c < 0x80,
        [a, b, c, d] => a & b & c >= 0x80 && d < 0x80,
        _ => false,
    }
}

#[inline(always)]
fn string(content: &[u8]) -> Result<(), Box<Malformed>> {
    if is_ascii(content) { Ok(()) } else { beyond_ascii(content) }
}

#[inline(never)]
fn beyond_ascii(content: &[u8]) -> Result<(), Box<Malformed>> {
    match simdutf8::compat::from_utf8(content) {
        Ok(_) => Ok(()),
        Err(error) => Err(Malformed::new(error.valid_up_to(), Problem::Utf8)),
    }
}

#[inline(always)]
fn id(content: &[u8], expected: usize) -> Result<(), Box<Malformed>> {
    let found = content.len();
    if found == expected || found == 0 { Ok(()) } else { Err(Malformed::new(0, Problem::IdLength { expected, found })) }
}

fn packed_varints(content: &[u8]) -> Result<(), Box<Malformed>> {
    let mut at = 0;
    while at < content.len() {
        let Some((_, next)) = wire::varint(content, at) else {
            return Err(Malformed::new(at, Problem::Varint));
        };
        at = next;
    }
    Ok(())
}

/// The message type of a field that the schema says holds messages.
fn child(schema: &'static Message, tag: u32) -> &'static Message {
    match schema.field(tag >> 3).map(|field| field.kind) {
        Some(Kind::Message(message)) => message,
        _ => &KEY_VALUE,
    }
}

fn name(schema: &'static Message, tag: u32) -> Option<&'static str> {
    schema.field(tag >> 3).map(|field| field.name)
}

#[cold]
fn bad_tag(bytes: &[u8], at: usize) -> Box<Malformed> {
    let problem = match wire::varint(bytes, at) {
        Some((tag, _)) => Problem::Tag { tag },
        None => Problem::Varint,
    };
    Malformed::new(at, problem)
}

#[cold]
fn bad_length(bytes: &[u8], at: usize) -> Box<Malformed> {
    let problem = match wire::varint(bytes, at) {
        Some((length, begins)) => Problem::Length { length, left: bytes.len() - begins },
        None => Problem::Varint,
    };
    Malformed::new(at, problem)
}
