//! Packing and unpacking of message bodies.
//!
//! Bodies are whole in memory on both sides, so whole-buffer coders are used wherever one exists, and the output of
//! every coder is bounded while it grows.
//!
//! | name | format |
//! |---|---|
//! | `gzip`, `x-gzip` | RFC 1952, one or more members |
//! | `zstd` | RFC 8878, one or more frames, window at most 8 MiB |
//! | `deflate`, `zlib` | the zlib container, RFC 1950 |
//! | `snappy` | a raw block, or the framing format, which is told by its first ten bytes; gRPC always uses the framing format |
//! | `x-snappy-framed` | the framing format |
//! | `lz4` | the frame format |

mod compressor;
mod decompress;
mod pool;

pub use compressor::{CompressError, Compressor};
pub use decompress::{DecompressError, decompress};
pub use pool::run as on_compression_thread;

/// A compression of message bodies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// RFC 1952.
    Gzip,
    /// RFC 8878.
    Zstd,
    /// RFC 1950, named `zlib`.
    Zlib,
    /// RFC 1950, named `deflate`, as HTTP has it.
    Deflate,
    /// Written as a raw block, read as a block or the framing format.
    Snappy,
    /// The framing format; gRPC calls it `snappy`.
    SnappyFramed,
    /// The LZ4 frame format.
    Lz4,
}

impl Encoding {
    /// Every encoding, in the order of the Collector's `compression_algorithms`.
    pub const ALL: [Self; 7] =
        [Self::Gzip, Self::Zstd, Self::Zlib, Self::Snappy, Self::Deflate, Self::Lz4, Self::SnappyFramed];

    /// What `grpc-accept-encoding` says of us.
    pub const GRPC_ACCEPTED: &'static str = "identity,gzip,snappy,zstd";

    /// The name in HTTP's `Content-Encoding` and in configuration.
    pub const fn http_name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Zlib => "zlib",
            Self::Deflate => "deflate",
            Self::Snappy => "snappy",
            Self::SnappyFramed => "x-snappy-framed",
            Self::Lz4 => "lz4",
        }
    }

    /// The encoding of this name in HTTP, whatever its case (RFC 9110, 8.4.1); `x-gzip` is `gzip`.
    pub fn from_http(name: &str) -> Option<Self> {
        if name.eq_ignore_ascii_case("x-gzip") {
            return Some(Self::Gzip);
        }
        Self::ALL.into_iter().find(|encoding| name.eq_ignore_ascii_case(encoding.http_name()))
    }

    /// The encoding of this name in `grpc-encoding`.
    pub fn from_grpc(name: &str) -> Option<Self> {
        match name {
            "gzip" => Some(Self::Gzip),
            "zstd" => Some(Self::Zstd),
            "snappy" => Some(Self::SnappyFramed),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
