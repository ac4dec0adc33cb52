//! Writing protobuf, of which Datadog's payloads are made.
//!
//! Written by hand: a span's maps would be two dozen allocations in `prost`, and they are what a span mostly is.

/// Field numbers of the Agent's messages, with their wire types.
///
/// Source: the Agent, `pkg/proto/datadog/trace`.
pub(super) mod tag {
    const fn varint(number: u8) -> u8 {
        number << 3
    }
    const fn bytes(number: u8) -> u8 {
        number << 3 | 2
    }

    pub(in super::super) const PAYLOAD_HOST: u8 = bytes(1);
    pub(in super::super) const PAYLOAD_ENV: u8 = bytes(2);
    pub(in super::super) const PAYLOAD_TRACERS: u8 = bytes(5);
    pub(in super::super) const PAYLOAD_AGENT_VERSION: u8 = bytes(7);

    pub(in super::super) const TRACER_CONTAINER: u8 = bytes(1);
    pub(in super::super) const TRACER_LANGUAGE: u8 = bytes(2);
    pub(in super::super) const TRACER_VERSION: u8 = bytes(4);
    pub(in super::super) const TRACER_CHUNKS: u8 = bytes(6);
    pub(in super::super) const TRACER_TAGS: u8 = bytes(7);
    pub(in super::super) const TRACER_ENV: u8 = bytes(8);
    pub(in super::super) const TRACER_HOST: u8 = bytes(9);
    pub(in super::super) const TRACER_APP_VERSION: u8 = bytes(10);

    pub(in super::super) const CHUNK_PRIORITY: u8 = varint(1);
    pub(in super::super) const CHUNK_ORIGIN: u8 = bytes(2);
    pub(in super::super) const CHUNK_SPANS: u8 = bytes(3);
    pub(in super::super) const CHUNK_TAGS: u8 = bytes(4);

    pub(in super::super) const SPAN_SERVICE: u8 = bytes(1);
    pub(in super::super) const SPAN_NAME: u8 = bytes(2);
    pub(in super::super) const SPAN_RESOURCE: u8 = bytes(3);
    pub(in super::super) const SPAN_TRACE_ID: u8 = varint(4);
    pub(in super::super) const SPAN_ID: u8 = varint(5);
    pub(in super::super) const SPAN_PARENT_ID: u8 = varint(6);
    pub(in super::super) const SPAN_START: u8 = varint(7);
    pub(in super::super) const SPAN_DURATION: u8 = varint(8);
    pub(in super::super) const SPAN_ERROR: u8 = varint(9);
    pub(in super::super) const SPAN_META: u8 = bytes(10);
    pub(in super::super) const SPAN_METRICS: u8 = bytes(11);
    pub(in super::super) const SPAN_TYPE: u8 = bytes(12);
}

/// How many bytes a varint takes.
const fn size(value: u64) -> usize {
    ((value | 1).ilog2() as usize * 9 + 73) / 64
}

#[inline]
fn put(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Writes a number, unless it is zero.
#[inline]
pub(super) fn put_number(out: &mut Vec<u8>, tag: u8, value: u64) {
    if value != 0 {
        out.push(tag);
        put(out, value);
    }
}

/// Writes text, unless it is empty.
#[inline]
pub(super) fn put_text(out: &mut Vec<u8>, tag: u8, text: &str) {
    if !text.is_empty() {
        put_bytes(out, tag, text.as_bytes());
    }
}

#[inline]
fn put_bytes(out: &mut Vec<u8>, tag: u8, bytes: &[u8]) {
    put_parts(out, tag, [bytes, &[]]);
}

/// Writes a message that lies in two parts.
#[inline]
pub(super) fn put_parts(out: &mut Vec<u8>, tag: u8, parts: [&[u8]; 2]) {
    out.push(tag);
    put(out, (parts[0].len() + parts[1].len()) as u64);
    parts.iter().for_each(|part| out.extend_from_slice(part));
}

const KEY: u8 = 0x0a;
const TEXT: u8 = 0x12;
const DOUBLE: u8 = 0x11;

/// Writes an entry of a map of texts. The value is in two parts.
#[inline]
pub(super) fn put_entry(out: &mut Vec<u8>, tag: u8, key: [&[u8]; 2], value: [&str; 2]) {
    let key_length = key[0].len() + key[1].len();
    let length = value[0].len() + value[1].len();
    let entry = 2 + size(key_length as u64) + key_length + size(length as u64) + length;
    out.push(tag);
    put(out, entry as u64);
    put_key(out, key, key_length);
    out.push(TEXT);
    put(out, length as u64);
    value.iter().for_each(|part| out.extend_from_slice(part.as_bytes()));
}

/// Writes an entry of a map of numbers.
#[inline]
pub(super) fn put_number_entry(out: &mut Vec<u8>, tag: u8, key: [&[u8]; 2], value: f64) {
    let key_length = key[0].len() + key[1].len();
    out.push(tag);
    put(out, (1 + size(key_length as u64) + key_length + 9) as u64);
    put_key(out, key, key_length);
    out.push(DOUBLE);
    out.extend_from_slice(&value.to_le_bytes());
}

fn put_key(out: &mut Vec<u8>, key: [&[u8]; 2], length: usize) {
    out.push(KEY);
    put(out, length as u64);
    key.iter().for_each(|part| out.extend_from_slice(part));
}

/// A message that is being written, whose length is not known yet.
pub(super) struct Open {
    /// Where its length is to be.
    at: usize,
}

/// How many bytes are kept free for a length: right for 128 bytes to 16 KiB, as most spans have.
const ROOM: usize = 2;

/// Begins a message within another.
pub(super) fn open(out: &mut Vec<u8>, tag: u8) -> Open {
    out.push(tag);
    let at = out.len();
    out.extend_from_slice(&[0; ROOM]);
    Open { at }
}

/// Ends it: writes its length, and moves its content if the length takes more or less room than was kept.
pub(super) fn close(out: &mut Vec<u8>, message: Open) {
    let content = message.at + ROOM;
    let length = out.len() - content;
    let room = size(length as u64);
    if room != ROOM {
        out.resize(content + length + room.saturating_sub(ROOM), 0);
        out.copy_within(content..content + length, message.at + room);
        out.truncate(message.at + room + length);
    }
    let mut rest = length;
    for (index, byte) in out[message.at..message.at + room].iter_mut().enumerate() {
        let more = if index + 1 < room { 0x80 } else { 0 };
        *byte = (rest & 0x7f) as u8 | more;
        rest >>= 7;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_has_the_length_that_it_came_to() {
        for length in [0, 1, 127, 128, 16_383, 16_384, 3_000_000] {
            let mut out = vec![7];
            let message = open(&mut out, 0x1a);
            out.extend(std::iter::repeat_n(9, length));
            close(&mut out, message);

            let mut expected = vec![7];
            put_bytes(&mut expected, 0x1a, &vec![9; length]);
            assert_eq!(out, expected, "{length}");
        }
    }
}
