//! Unpacking, with a bound on what comes out.

use std::cell::RefCell;
use std::io::Read;

use bytes::Bytes;
use memchr::memmem;
use zstd::zstd_safe;

use super::Encoding;

/// What a packed byte may at most become, once [`RATIO_FREE`] bytes have come out. Honest telemetry stays below 100.
const MAX_RATIO: usize = 1000;

/// How much may come out whatever the ratio is.
const RATIO_FREE: usize = 1024 * 1024;

/// The largest window that a zstd frame may ask for: 8 MiB, which every decoder must support (RFC 8878, 3.1.1.1.2).
const ZSTD_WINDOW_LOG: u32 = 23;

/// A body could not be unpacked.
#[derive(Debug, thiserror::Error)]
pub enum DecompressError {
    /// More came out than is allowed.
    #[error("the body unpacks to more than {limit} bytes")]
    TooLarge {
        /// How much would have been allowed.
        limit: usize,
    },
    /// It is not what its encoding says.
    #[error("the body is not valid {encoding}: {reason}", encoding = .encoding.http_name())]
    Malformed {
        /// What it should have been.
        encoding: Encoding,
        /// What is wrong with it.
        reason: String,
    },
}

/// Unpacks a whole body to at most `limit` bytes, and at most 1,000 times its size beyond the first MiB.
///
/// # Errors
///
/// More would come out, or the body is not what the encoding says.
pub fn decompress(encoding: Encoding, packed: &[u8], limit: usize) -> Result<Bytes, DecompressError> {
    let limit = limit.min(RATIO_FREE.max(packed.len().saturating_mul(MAX_RATIO)));
    let unpacked = match encoding {
        Encoding::Gzip => gzip(packed, limit),
        Encoding::Zstd => zstd(packed, limit),
        Encoding::Zlib | Encoding::Deflate => read_all(flate2::bufread::ZlibDecoder::new(packed), packed.len(), limit),
        Encoding::Snappy if !packed.starts_with(SNAPPY_MAGIC) => snappy_block(packed, limit),
        Encoding::Snappy | Encoding::SnappyFramed => {
            read_all(snap::read::FrameDecoder::new(packed), packed.len(), limit)
        }
        Encoding::Lz4 => read_all(lz4_flex::frame::FrameDecoder::new(packed), packed.len(), limit),
    };
    unpacked.map(Bytes::from).map_err(|failure| match failure {
        Failure::TooLarge => DecompressError::TooLarge { limit },
        Failure::Malformed(reason) => DecompressError::Malformed { encoding, reason },
    })
}

enum Failure {
    TooLarge,
    Malformed(String),
}

impl<E: std::fmt::Display> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Malformed(error.to_string())
    }
}

/// A gzip body of one member says at its end how long it is, and is unpacked in one go.
///
/// The whole-buffer decoder stops silently behind the first member, so it is used only where no second one can be:
/// where the bytes that begin a member occur nowhere behind the first header.
fn gzip(packed: &[u8], limit: usize) -> Result<Vec<u8>, Failure> {
    const SMALLEST: usize = 18;
    if packed.len() >= SMALLEST && memmem::find(&packed[3..], b"\x1f\x8b\x08").is_none() {
        let length = packed[packed.len() - 4..].try_into().map(u32::from_le_bytes)? as usize;
        if length <= limit {
            let mut out = vec![0; length];
            let written = GZIP.with_borrow_mut(|decoder| decoder.gzip_decompress(packed, &mut out));
            // Anything odd goes the long way, which says what is wrong.
            if written == Ok(length) {
                return Ok(out);
            }
        }
    }
    read_all(flate2::bufread::MultiGzDecoder::new(packed), packed.len(), limit)
}

/// A zstd body of one frame that says how long it is is unpacked in one go.
fn zstd(packed: &[u8], limit: usize) -> Result<Vec<u8>, Failure> {
    ZSTD.with_borrow_mut(|decoder| {
        let decoder = match decoder {
            Some(decoder) => decoder,
            None => decoder.insert(zstd_decoder()?),
        };
        let is_one_frame = zstd_safe::find_frame_compressed_size(packed) == Ok(packed.len());
        if let (true, Ok(Some(length))) = (is_one_frame, zstd_safe::get_frame_content_size(packed)) {
            let length = usize::try_from(length).unwrap_or(usize::MAX);
            if length > limit {
                return Err(Failure::TooLarge);
            }
            let mut out = Vec::with_capacity(length);
            decoder.decompress(&mut out, packed).map_err(zstd_error)?;
            return Ok(out);
        }
        decoder.reset(zstd_safe::ResetDirective::SessionOnly).map_err(zstd_error)?;
        read_all(zstd::stream::read::Decoder::with_context(packed, decoder), packed.len(), limit)
    })
}

fn zstd_decoder() -> Result<zstd_safe::DCtx<'static>, Failure> {
    let mut decoder = zstd_safe::DCtx::try_create().ok_or_else(|| Failure::Malformed("no memory".into()))?;
    decoder.set_parameter(zstd_safe::DParameter::WindowLogMax(ZSTD_WINDOW_LOG)).map_err(zstd_error)?;
    Ok(decoder)
}

fn zstd_error(code: usize) -> Failure {
    Failure::Malformed(zstd_safe::get_error_name(code).into())
}

/// The stream identifier chunk that begins the Snappy framing format.
const SNAPPY_MAGIC: &[u8] = b"\xff\x06\x00\x00sNaPpY";

fn snappy_block(packed: &[u8], limit: usize) -> Result<Vec<u8>, Failure> {
    // The longest copy makes 64 bytes of three.
    const MOST: usize = 22;
    let length = snap::raw::decompress_len(packed)?;
    if length > limit {
        return Err(Failure::TooLarge);
    }
    if length > packed.len().saturating_mul(MOST) {
        return Err(Failure::Malformed("it is shorter than it says".into()));
    }
    Ok(snap::raw::Decoder::new().decompress_vec(packed)?)
}

/// Reads to the end. What is set aside grows with what comes out, from a guess of four times the packed size.
fn read_all(reader: impl Read, packed: usize, limit: usize) -> Result<Vec<u8>, Failure> {
    let guess = packed.saturating_mul(4).clamp(1024, 1024 * 1024).min(limit.saturating_add(1));
    let mut out = Vec::with_capacity(guess);
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    reader.take(most).read_to_end(&mut out)?;
    if out.len() > limit { Err(Failure::TooLarge) } else { Ok(out) }
}

thread_local! {
    static GZIP: RefCell<libdeflater::Decompressor> = RefCell::new(libdeflater::Decompressor::new());
    static ZSTD: RefCell<Option<zstd_safe::DCtx<'static>>> = const { RefCell::new(None) };
}
