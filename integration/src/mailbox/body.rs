//! Bodies as they were before they were packed.

use std::io::Read;

use bytes::Bytes;
use http::{header, request};

/// A body without its packing, and without the frame of gRPC.
///
/// # Panics
/// When it is not packed as it says.
pub(super) fn unpacked(head: &request::Parts, is_grpc: bool, body: Bytes) -> Vec<u8> {
    let (encoding, packed) = match is_grpc {
        true => ("grpc-encoding", &body[5..]),
        false => (header::CONTENT_ENCODING.as_str(), &body[..]),
    };
    let encoding = match head.headers.get(encoding).map(|value| value.as_bytes()) {
        // What is pushed to Loki is packed without a word.
        None if head.uri.path() == "/loki/api/v1/push" => Some(&b"snappy"[..]),
        encoding => encoding,
    };
    let mut plain = Vec::new();
    match encoding {
        Some(b"gzip") => drop(flate2::read::MultiGzDecoder::new(packed).read_to_end(&mut plain).expect("it says gzip")),
        Some(b"zstd") => plain = zstd::decode_all(packed).expect("it says zstd"),
        Some(b"deflate") => drop(flate2::read::ZlibDecoder::new(packed).read_to_end(&mut plain).expect("it says zlib")),
        Some(b"snappy") => plain = snap::raw::Decoder::new().decompress_vec(packed).expect("it says snappy"),
        None | Some(b"identity") => plain = packed.to_vec(),
        Some(other) => panic!("packed by nobody knows what: {}", String::from_utf8_lossy(other)),
    }
    plain
}
