//! Bodies of requests: streams and their entries, in protobuf or JSON.
//!
//! Source: Loki's `pkg/push/push.proto`, and "Ingest logs" of its HTTP API.

use super::config::Encoding;
use super::line::write_json_text;
use super::metadata::Metadata;

/// A body while it is written.
pub(super) struct Body {
    encoding: Encoding,
    whole: Vec<u8>,
    /// The stream that is being written.
    stream: Vec<u8>,
    streams: usize,
    /// How many lines are in it.
    pub(super) lines: usize,
}

/// One line of a stream.
pub(super) struct Line<'l> {
    /// In nanoseconds since 1970.
    pub(super) time: u64,
    pub(super) text: &'l [u8],
    pub(super) metadata: &'l Metadata,
}

impl Body {
    pub(super) fn new(encoding: Encoding) -> Self {
        Self { encoding, whole: Vec::new(), stream: Vec::new(), streams: 0, lines: 0 }
    }

    /// How many bytes it has so far.
    pub(super) fn len(&self) -> usize {
        self.whole.len() + self.stream.len()
    }

    /// How much room a line takes at most, but for what JSON escapes in it.
    pub(super) fn size(text: &[u8], metadata: &Metadata) -> usize {
        // Times, lengths, quotes and the like.
        const FRAME: usize = 32;
        const PAIR: usize = 8;
        text.len() + FRAME + metadata.bytes() + metadata.len() * PAIR
    }

    /// How many streams are in it.
    pub(super) fn streams(&self) -> usize {
        self.streams
    }

    /// Begins a stream with these labels, as [`Labels`](super::labels::Labels) writes them for the encoding.
    pub(super) fn begin_stream(&mut self, labels: &str) {
        self.end_stream();
        self.streams += 1;
        match self.encoding {
            Encoding::Protobuf => put_bytes(&mut self.stream, 1, labels.as_bytes()),
            Encoding::Json => {
                self.stream.extend_from_slice(br#"{"stream":"#);
                self.stream.extend_from_slice(labels.as_bytes());
                self.stream.extend_from_slice(br#","values":["#);
            }
        }
    }

    /// Adds a line to the stream that was begun last.
    pub(super) fn put(&mut self, line: &Line<'_>) {
        self.lines += 1;
        match self.encoding {
            Encoding::Protobuf => put_entry(&mut self.stream, line),
            Encoding::Json => write_entry(&mut self.stream, line),
        }
    }

    /// Ends it, and begins another.
    pub(super) fn finish(&mut self) -> Vec<u8> {
        self.end_stream();
        if self.encoding == Encoding::Json {
            self.whole.extend_from_slice(b"]}");
        }
        (self.streams, self.lines) = (0, 0);
        let length = self.whole.len();
        // The next is likely to be as large.
        std::mem::replace(&mut self.whole, Vec::with_capacity(length))
    }

    fn end_stream(&mut self) {
        if self.stream.is_empty() {
            return;
        }
        match self.encoding {
            Encoding::Protobuf => put_bytes(&mut self.whole, 1, &self.stream),
            Encoding::Json => {
                let before: &[u8] = if self.whole.is_empty() { br#"{"streams":["# } else { b"," };
                self.whole.extend_from_slice(before);
                self.whole.extend_from_slice(&self.stream);
                self.whole.extend_from_slice(b"]}");
            }
        }
        self.stream.clear();
    }
}

/// An `EntryAdapter`: timestamp 1, line 2, structuredMetadata 3.
fn put_entry(out: &mut Vec<u8>, line: &Line<'_>) {
    let (seconds, nanos) = (line.time / 1_000_000_000, line.time % 1_000_000_000);
    let timestamp = number_size(seconds) + number_size(nanos);
    let metadata: usize = line.metadata.iter().map(|(name, value)| field_size(pair_size(name, value))).sum();
    put_header(out, 2, field_size(timestamp) + field_size(line.text.len()) + metadata);
    put_header(out, 1, timestamp);
    put_number(out, 1, seconds);
    put_number(out, 2, nanos);
    put_bytes(out, 2, line.text);
    for (name, value) in line.metadata.iter() {
        put_header(out, 3, pair_size(name, value));
        put_bytes(out, 1, name.as_bytes());
        put_bytes(out, 2, value.as_bytes());
    }
}

/// A list of time, line and, if there is any, metadata.
fn write_entry(out: &mut Vec<u8>, line: &Line<'_>) {
    if out.last() != Some(&b'[') {
        out.push(b',');
    }
    out.extend_from_slice(br#"[""#);
    out.extend_from_slice(itoa::Buffer::new().format(line.time).as_bytes());
    out.extend_from_slice(br#"","#);
    write_json_text(out, line.text);
    for (index, (name, value)) in line.metadata.iter().enumerate() {
        out.extend_from_slice(if index == 0 { b",{" } else { b"," });
        write_json_text(out, name.as_bytes());
        out.push(b':');
        write_json_text(out, value.as_bytes());
    }
    if !line.metadata.is_empty() {
        out.push(b'}');
    }
    out.push(b']');
}

fn pair_size(name: &str, value: &str) -> usize {
    field_size(name.len()) + field_size(value.len())
}

/// How much a field of this content takes; all of our field numbers take one byte.
fn field_size(content: usize) -> usize {
    1 + varint_size(content as u64) + content
}

fn varint_size(value: u64) -> usize {
    (value | 1).ilog2() as usize / 7 + 1
}

/// How much a number takes; zero is not written.
fn number_size(number: u64) -> usize {
    if number == 0 { 0 } else { 1 + varint_size(number) }
}

fn put_number(out: &mut Vec<u8>, field: u8, number: u64) {
    if number != 0 {
        out.push(field << 3);
        put_varint(out, number);
    }
}

fn put_bytes(out: &mut Vec<u8>, field: u8, content: &[u8]) {
    put_header(out, field, content.len());
    out.extend_from_slice(content);
}

fn put_header(out: &mut Vec<u8>, field: u8, length: usize) {
    out.push(field << 3 | 2);
    put_varint(out, length as u64);
}

fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}
