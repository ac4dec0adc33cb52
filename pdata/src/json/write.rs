//! Protobuf to JSON, straight from the wire bytes.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::check::MAX_DEPTH;
use crate::schema::{ANY_VALUE, Field, KEY_VALUE, Kind, Label, MAX_FIELDS, Message};
use crate::wire::{self, BYTES, FIXED32, Fields, VARINT};

/// Writes a request as one object without white space. Fields that we do not know have no name and are left out; so are
/// defaults, but for those of a oneof.
///
/// Whatever the bytes are, what is written is JSON: profiles are not checked in depth.
pub(crate) fn write(out: &mut Vec<u8>, request: &'static Message, bytes: &[u8]) {
    object(out, request, bytes, 0);
}

/// Writes a message. `depth` is the number of values around it.
fn object(out: &mut Vec<u8>, schema: &'static Message, bytes: &[u8], depth: u32) {
    let found = find(schema, bytes);
    out.push(b'{');
    let mut separator: &[u8] = b"\"";
    for (field, found) in schema.fields.iter().zip(found) {
        let Some(Found { first, content, end }) = found else { continue };
        let content = &bytes[content..end];
        let repeated = field.is_repeated();
        if field.label == Label::Singular && is_default(field, content) {
            continue;
        }
        out.extend_from_slice(separator);
        separator = b",\"";
        out.extend_from_slice(field.json.as_bytes());
        out.extend_from_slice(b"\":");
        if repeated {
            array(out, field, &bytes[first..end], depth);
        } else {
            value(out, field, content, depth);
        }
    }
    out.push(b'}');
}

/// Where a field is.
#[derive(Clone, Copy)]
struct Found {
    /// Where it begins for the first time, with its tag.
    first: usize,
    /// Its content, the last time that it is there.
    content: usize,
    end: usize,
}

/// Finds each known field of a message. Of a oneof the last counts.
fn find(schema: &'static Message, bytes: &[u8]) -> [Option<Found>; MAX_FIELDS] {
    let mut found = [None; MAX_FIELDS];
    let mut oneof = None;
    for at in Fields::new(bytes) {
        let Some(index) = schema.index(at.tag >> 3) else { continue };
        let (Some(field), Some(place)) = (schema.fields.get(index), found.get_mut(index)) else { continue };
        if !field.has_wire_type(at.tag & 7) {
            continue;
        }
        let first = place.map_or(at.start, |found: Found| found.first);
        *place = Some(Found { first, content: at.content, end: at.end });
        if field.label == Label::Oneof
            && let Some(other) = oneof.replace(index)
            && other != index
        {
            found[other] = None;
        }
    }
    found
}

fn is_default(field: &Field, content: &[u8]) -> bool {
    match field.kind {
        Kind::Message(_) | Kind::KeyValue | Kind::AnyValue => false,
        _ if field.wire_type() == BYTES => content.is_empty(),
        _ => content.iter().all(|byte| byte & 0x7f == 0) && bits(content, field.wire_type()) == 0,
    }
}

/// Writes what a part of a message holds of a repeated field.
fn array(out: &mut Vec<u8>, field: &'static Field, bytes: &[u8], depth: u32) {
    let unpacked = field.wire_type();
    out.push(b'[');
    let begin = out.len();
    for at in Fields::new(bytes).filter(|at| at.tag >> 3 == field.number) {
        let content = &bytes[at.content..at.end];
        if at.tag & 7 == unpacked {
            element(out, begin, field, content, depth);
        } else if at.tag & 7 == BYTES {
            let mut rest = content;
            while let Some(end) = wire::skip(rest, unpacked, 0) {
                element(out, begin, field, &rest[..end], depth);
                rest = &rest[end..];
            }
        }
    }
    out.push(b']');
}

fn element(out: &mut Vec<u8>, begin: usize, field: &'static Field, content: &[u8], depth: u32) {
    if out.len() > begin {
        out.push(b',');
    }
    value(out, field, content, depth);
}

fn value(out: &mut Vec<u8>, field: &'static Field, content: &[u8], depth: u32) {
    let bits = || bits(content, field.wire_type());
    match field.kind {
        Kind::Str => string(out, content),
        Kind::Id(_) => hexadecimal(out, content),
        Kind::Bytes | Kind::Opaque => {
            let length = base64::encoded_len(content.len(), true).unwrap_or_default();
            out.push(b'"');
            let begin = out.len();
            out.resize(begin + length, b'=');
            // The room is as large as the encoding is long, which is the only way in which this can fail.
            let _ = STANDARD.encode_slice(content, &mut out[begin..]);
            out.push(b'"');
        }
        Kind::Bool => out.extend_from_slice(if bits() == 0 { b"false" } else { b"true" }),
        Kind::Double => double(out, f64::from_bits(bits())),
        Kind::Enum(_) | Kind::Int32 => integer(out, bits() as i32),
        Kind::Uint32 | Kind::Fixed32 => integer(out, bits() as u32),
        Kind::Sint32 => {
            let bits = bits() as u32;
            integer(out, (bits >> 1) as i32 ^ -((bits & 1) as i32));
        }
        Kind::Int64 | Kind::Sfixed64 => quoted(out, bits() as i64),
        Kind::Uint64 | Kind::Fixed64 => quoted(out, bits()),
        Kind::Message(message) => object(out, message, content, depth),
        Kind::KeyValue => object(out, &KEY_VALUE, content, depth),
        Kind::AnyValue if depth >= MAX_DEPTH => out.extend_from_slice(b"{}"),
        Kind::AnyValue => object(out, &ANY_VALUE, content, depth + 1),
    }
}

/// The number that these bytes are.
fn bits(content: &[u8], wire_type: u32) -> u64 {
    match wire_type {
        VARINT => wire::varint(content, 0).map_or(0, |(number, _)| number),
        FIXED32 => content.first_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes).into()),
        _ => content.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes)),
    }
}

fn integer(out: &mut Vec<u8>, number: impl itoa::Integer) {
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

/// A number of 64 bits, which JSON readers that only know doubles would round.
fn quoted(out: &mut Vec<u8>, number: impl itoa::Integer) {
    out.push(b'"');
    integer(out, number);
    out.push(b'"');
}

fn double(out: &mut Vec<u8>, number: f64) {
    if number.is_finite() {
        let mut buffer = ryu::Buffer::new();
        let text = buffer.format_finite(number);
        out.extend_from_slice(text.strip_suffix(".0").unwrap_or(text).as_bytes());
    } else if number.is_nan() {
        out.extend_from_slice(b"\"NaN\"");
    } else {
        out.extend_from_slice(if number > 0.0 { b"\"Infinity\"" } else { b"\"-Infinity\"" });
    }
}

fn hexadecimal(out: &mut Vec<u8>, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    out.push(b'"');
    out.extend(bytes.iter().flat_map(|byte| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]));
    out.push(b'"');
}

fn string(out: &mut Vec<u8>, text: &[u8]) {
    if simdutf8::basic::from_utf8(text).is_err() {
        return string(out, String::from_utf8_lossy(text).as_bytes());
    }
    out.push(b'"');
    let mut rest = text;
    while let Some(at) = rest.iter().position(|byte| *byte < b' ' || matches!(byte, b'"' | b'\\')) {
        out.extend_from_slice(&rest[..at]);
        escape(out, rest[at]);
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

#[cold]
fn escape(out: &mut Vec<u8>, byte: u8) {
    match byte {
        b'"' => out.extend_from_slice(b"\\\""),
        b'\\' => out.extend_from_slice(b"\\\\"),
        b'\n' => out.extend_from_slice(b"\\n"),
        b'\r' => out.extend_from_slice(b"\\r"),
        b'\t' => out.extend_from_slice(b"\\t"),
        _ => {
            out.extend_from_slice(b"\\u00");
            let hex = |digit: u8| char::from_digit(u32::from(digit), 16).map_or(b'0', |digit| digit as u8);
            out.extend([hex(byte >> 4), hex(byte & 15)]);
        }
    }
}
