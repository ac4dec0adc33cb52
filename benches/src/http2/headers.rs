//! Blocks of headers in HPACK (RFC 7541), laid out in advance.

use std::net::SocketAddr;

use super::frame::{Head, flags, kind};

/// The headers of a gRPC request, as a long-lived client sends them: in full once, from the peer's table from then on.
/// The peer must keep a table of the default size.
pub(crate) struct RequestHeaders {
    first: Vec<u8>,
    later: Vec<u8>,
    sent_first: bool,
}

/// Indices in the static table (RFC 7541, appendix A); entries of our own start behind it, the newest first.
const METHOD_POST: u8 = 3;
const SCHEME_HTTP: u8 = 6;
const AUTHORITY: u8 = 1;
const PATH: u8 = 4;
const CONTENT_TYPE: u8 = 31;
const USER_AGENT: u8 = 58;
const STATUS_200: u8 = 8;
const FIRST_DYNAMIC: u8 = 62;

impl RequestHeaders {
    pub(crate) fn new(path: &str, authority: SocketAddr, encoding: Option<&str>) -> RequestHeaders {
        let authority = authority.to_string();
        let mut fields = vec![
            (Name::Indexed(PATH), path),
            (Name::Indexed(AUTHORITY), &*authority),
            (Name::Indexed(CONTENT_TYPE), "application/grpc"),
            (Name::Indexed(USER_AGENT), "sluice-load"),
            (Name::Literal("te"), "trailers"),
        ];
        if let Some(encoding) = encoding {
            fields.push((Name::Literal("grpc-encoding"), encoding));
        }
        let fixed = [0x80 | METHOD_POST, 0x80 | SCHEME_HTTP];
        let mut first = fixed.to_vec();
        let mut later = fixed.to_vec();
        for (place, (name, value)) in fields.iter().enumerate() {
            indexed_from_now_on(&mut first, *name, value);
            later.push(0x80 | (FIRST_DYNAMIC + (fields.len() - 1 - place) as u8));
        }
        RequestHeaders { first, later, sent_first: false }
    }

    /// The HEADERS frame of the next request.
    pub(crate) fn frame(&mut self, stream: u32) -> Vec<u8> {
        let block = if self.sent_first { &self.later } else { &self.first };
        self.sent_first = true;
        headers_frame(stream, 0, block)
    }
}

/// The answer `OK` to a unary call, with an empty message.
pub(crate) struct Answer {
    headers: Vec<u8>,
    trailers: Vec<u8>,
}

/// An empty message, not compressed.
const EMPTY_MESSAGE: [u8; 5] = [0; 5];

impl Answer {
    /// What the answer takes of the connection's window.
    pub(crate) const DATA: i64 = EMPTY_MESSAGE.len() as i64;

    pub(crate) fn new() -> Answer {
        let mut headers = vec![0x80 | STATUS_200];
        for_this_time(&mut headers, Name::Indexed(CONTENT_TYPE), "application/grpc");
        let mut trailers = Vec::new();
        for_this_time(&mut trailers, Name::Literal("grpc-status"), "0");
        Answer { headers, trailers }
    }

    pub(crate) fn write(&self, stream: u32, out: &mut Vec<u8>) {
        let data = Head { length: EMPTY_MESSAGE.len(), kind: kind::DATA, flags: 0, stream };
        out.extend_from_slice(&headers_frame(stream, 0, &self.headers));
        out.extend_from_slice(&data.bytes());
        out.extend_from_slice(&EMPTY_MESSAGE);
        out.extend_from_slice(&headers_frame(stream, flags::END_STREAM, &self.trailers));
    }
}

#[derive(Clone, Copy)]
enum Name<'a> {
    Indexed(u8),
    Literal(&'a str),
}

fn headers_frame(stream: u32, more: u8, block: &[u8]) -> Vec<u8> {
    let head = Head { length: block.len(), kind: kind::HEADERS, flags: flags::END_HEADERS | more, stream };
    [&head.bytes(), block].concat()
}

/// A literal that enters the peer's table (RFC 7541, 6.2.1): an index of six bits.
fn indexed_from_now_on(block: &mut Vec<u8>, name: Name<'_>, value: &str) {
    match name {
        Name::Indexed(index) => block.push(0x40 | index),
        Name::Literal(name) => {
            block.push(0x40);
            string(block, name);
        }
    }
    string(block, value);
}

/// A literal that enters no table (RFC 7541, 6.2.2): an index of four bits.
fn for_this_time(block: &mut Vec<u8>, name: Name<'_>, value: &str) {
    match name {
        Name::Indexed(index) if index < 15 => block.push(index),
        Name::Indexed(index) => block.extend_from_slice(&[15, index - 15]),
        Name::Literal(name) => {
            block.push(0);
            string(block, name);
        }
    }
    string(block, value);
}

/// A string of less than 127 bytes, not Huffman-coded.
fn string(block: &mut Vec<u8>, text: &str) {
    debug_assert!(text.len() < 127, "longer strings need a longer length");
    block.push(text.len() as u8);
    block.extend_from_slice(text.as_bytes());
}
