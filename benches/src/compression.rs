//! Compressed bodies: made in advance for the generator, unpacked by the sink to count what is in them.

use std::io::{self, Read, Write};

use clap::ValueEnum;
use serde::Serialize;

/// How a body is compressed, by the names that OTLP and the Collector's configuration use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Compression {
    /// Not at all.
    None,
    /// gzip at level 6, what Go's and most SDKs' default is.
    Gzip,
    /// zstd at level 3, the library's default.
    Zstd,
}

impl Compression {
    /// The name in `grpc-encoding`, `content-encoding` and the configuration.
    pub fn name(self) -> &'static str {
        match self {
            Compression::None => "none",
            Compression::Gzip => "gzip",
            Compression::Zstd => "zstd",
        }
    }

    /// The body as it goes over the wire.
    pub fn compress(self, body: &[u8]) -> io::Result<Vec<u8>> {
        match self {
            Compression::None => Ok(body.to_vec()),
            Compression::Gzip => {
                let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(6));
                encoder.write_all(body)?;
                encoder.finish()
            }
            Compression::Zstd => zstd::bulk::compress(body, 3),
        }
    }
}

/// Unpacks gzip, zstd or zlib, which it tells apart by their magic numbers, into at most `limit` bytes.
pub fn unpack(body: &[u8], limit: u64) -> io::Result<Vec<u8>> {
    let mut unpacked = Vec::with_capacity(body.len().saturating_mul(8).min(16 << 20));
    match body {
        [0x1f, 0x8b, ..] => flate2::read::MultiGzDecoder::new(body).take(limit).read_to_end(&mut unpacked)?,
        [0x28, 0xb5, 0x2f, 0xfd, ..] => {
            zstd::stream::read::Decoder::with_buffer(body)?.take(limit).read_to_end(&mut unpacked)?
        }
        [0x78, ..] => flate2::read::ZlibDecoder::new(body).take(limit).read_to_end(&mut unpacked)?,
        _ => return Err(io::Error::new(io::ErrorKind::InvalidData, "neither gzip, zstd nor zlib")),
    };
    Ok(unpacked)
}

/// Unpacks a block of snappy into at most `limit` bytes.
pub fn unpack_snappy(body: &[u8], limit: u64) -> io::Result<Vec<u8>> {
    if snap::raw::decompress_len(body)? as u64 > limit {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "too large"));
    }
    Ok(snap::raw::Decoder::new().decompress_vec(body)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unpacks_what_it_compressed() {
        let body = b"a span, a span, a span".repeat(100);

        for compression in [Compression::Gzip, Compression::Zstd] {
            let packed = compression.compress(&body).unwrap();

            assert!(packed.len() < body.len());
            assert_eq!(unpack(&packed, 1 << 20).unwrap(), body);
        }
    }
}
