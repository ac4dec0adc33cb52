//! Packing of whole bodies.

use std::borrow::Cow;
use std::cell::RefCell;
use std::io::{self, Write};

use bytes::Bytes;
use libdeflater::CompressionLvl;

use super::Encoding;

/// Packs bodies with one encoding at one level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compressor {
    encoding: Encoding,
    level: i32,
}

/// How much room for packed bodies a thread keeps from one to the next: 2 MiB.
const KEPT: usize = 2 * 1024 * 1024;

/// A body could not be packed, or not so.
#[derive(Debug, thiserror::Error)]
pub enum CompressError {
    /// The encoding has no such level.
    #[error("{encoding} has no compression level {level}, expected {expected}", encoding = .encoding.http_name())]
    Level {
        /// What was to be packed with.
        encoding: Encoding,
        /// The level that it does not have.
        level: i32,
        /// The levels that it has.
        expected: &'static str,
    },
    /// The coder failed; this does not depend on the data.
    #[error("cannot compress with {encoding}: {reason}", encoding = .encoding.http_name())]
    Failed {
        /// What was to be packed with.
        encoding: Encoding,
        /// What the coder says.
        reason: String,
    },
}

impl Compressor {
    /// The level where the user names none: the fastest that packs. The steps above cost a multiple for little.
    const DEFAULT_LEVEL: i32 = 1;

    /// Packs with `encoding` at `level`; none is the fastest that packs.
    ///
    /// Gzip, zlib and deflate have 0 (not packed) to 9 (smallest), and -1 for the default; zstd has 1 to 22, and 0 for
    /// the default; the others have 0 only.
    ///
    /// # Errors
    ///
    /// There is no such level.
    pub fn new(encoding: Encoding, level: Option<i32>) -> Result<Self, CompressError> {
        let (levels, default, expected) = match encoding {
            Encoding::Gzip | Encoding::Zlib | Encoding::Deflate => (-1..=9, -1, "-1 to 9"),
            Encoding::Zstd => (0..=22, 0, "0 to 22"),
            Encoding::Snappy | Encoding::SnappyFramed | Encoding::Lz4 => (0..=0, 0, "0"),
        };
        let level = level.unwrap_or(default);
        if !levels.contains(&level) {
            return Err(CompressError::Level { encoding, level, expected });
        }
        Ok(Self { encoding, level: if level == default { Self::DEFAULT_LEVEL } else { level } })
    }

    /// What it packs with.
    pub fn encoding(self) -> Encoding {
        self.encoding
    }

    /// Packs the parts as one body, and appends it to `out`, whose content is left alone.
    ///
    /// # Errors
    ///
    /// The coder failed.
    pub fn compress(self, parts: &[Bytes], out: &mut Vec<u8>) -> Result<(), CompressError> {
        self.append(parts, out)
            .map_err(|error| CompressError::Failed { encoding: self.encoding, reason: error.to_string() })
    }

    /// The parts packed as one body, which has no more room than it needs.
    ///
    /// A coder wants room for the worst case, several times what it fills. The room stays with the thread.
    ///
    /// # Errors
    ///
    /// The coder failed.
    pub fn packed(self, parts: &[Bytes]) -> Result<Bytes, CompressError> {
        thread_local! {
            static ROOM: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
        }
        ROOM.with_borrow_mut(|room| {
            room.clear();
            let outcome = self.compress(parts, room).map(|()| Bytes::copy_from_slice(room));
            room.truncate(KEPT);
            room.shrink_to(KEPT);
            outcome
        })
    }

    fn append(self, parts: &[Bytes], out: &mut Vec<u8>) -> io::Result<()> {
        match self.encoding {
            Encoding::Gzip => self.libdeflate(parts, out, Container::Gzip),
            Encoding::Zlib | Encoding::Deflate => self.libdeflate(parts, out, Container::Zlib),
            Encoding::Zstd => self.zstd(parts, out),
            Encoding::Snappy => snappy_block(&joined(parts), out),
            Encoding::SnappyFramed => {
                let mut encoder = snap::write::FrameEncoder::new(out);
                parts.iter().try_for_each(|part| encoder.write_all(part))?;
                encoder.into_inner().map(drop).map_err(|error| error.into_error())
            }
            Encoding::Lz4 => {
                let mut encoder = lz4_flex::frame::FrameEncoder::new(out);
                parts.iter().try_for_each(|part| encoder.write_all(part))?;
                encoder.finish().map(drop).map_err(io::Error::other)
            }
        }
    }

    fn libdeflate(self, parts: &[Bytes], out: &mut Vec<u8>, container: Container) -> io::Result<()> {
        let body = joined(parts);
        DEFLATE.with_borrow_mut(|encoder| {
            let encoder = match encoder {
                Some((level, encoder)) if *level == self.level => encoder,
                _ => {
                    let level =
                        CompressionLvl::new(self.level).map_err(|error| io::Error::other(format!("{error:?}")))?;
                    &mut encoder.insert((self.level, libdeflater::Compressor::new(level))).1
                }
            };
            let most = match container {
                Container::Gzip => encoder.gzip_compress_bound(body.len()),
                Container::Zlib => encoder.zlib_compress_bound(body.len()),
            };
            append_bounded(out, most, |free| match container {
                Container::Gzip => encoder.gzip_compress(&body, free).map_err(io::Error::other),
                Container::Zlib => encoder.zlib_compress(&body, free).map_err(io::Error::other),
            })
        })
    }

    fn zstd(self, parts: &[Bytes], out: &mut Vec<u8>) -> io::Result<()> {
        let body = joined(parts);
        ZSTD.with_borrow_mut(|encoder| {
            let encoder = match encoder {
                Some((level, encoder)) if *level == self.level => encoder,
                _ => &mut encoder.insert((self.level, zstd::bulk::Compressor::new(self.level)?)).1,
            };
            let most = zstd::zstd_safe::compress_bound(body.len());
            append_bounded(out, most, |free| encoder.compress_to_buffer(&body, free))
        })
    }
}

#[derive(Clone, Copy)]
enum Container {
    Gzip,
    Zlib,
}

fn snappy_block(body: &[u8], out: &mut Vec<u8>) -> io::Result<()> {
    let most = snap::raw::max_compress_len(body.len());
    append_bounded(out, most, |free| snap::raw::Encoder::new().compress(body, free).map_err(io::Error::other))
}

/// Appends what `write` writes into at most `most` bytes.
fn append_bounded(
    out: &mut Vec<u8>,
    most: usize,
    write: impl FnOnce(&mut [u8]) -> io::Result<usize>,
) -> io::Result<()> {
    let start = out.len();
    out.resize(start + most, 0);
    let written = write(&mut out[start..])?;
    out.truncate(start + written);
    Ok(())
}

/// The parts in one piece, which the whole-buffer coders need; one part is not copied.
fn joined(parts: &[Bytes]) -> Cow<'_, [u8]> {
    match parts {
        [part] => Cow::Borrowed(part),
        _ => Cow::Owned(parts.concat()),
    }
}

thread_local! {
    static DEFLATE: RefCell<Option<(i32, libdeflater::Compressor)>> = const { RefCell::new(None) };
    static ZSTD: RefCell<Option<(i32, zstd::bulk::Compressor<'static>)>> = const { RefCell::new(None) };
}
