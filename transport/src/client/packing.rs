//! Packing of bodies before they leave.

use bytes::Bytes;

use crate::compression::{Compressor, on_compression_thread};

/// From how many bytes on a body is packed on a thread of its own.
const LARGE: usize = 64 * 1024;

/// Packs the parts as one body.
///
/// # Errors
///
/// The coder failed, for a reason that does not depend on the data.
pub(super) async fn pack(compressor: Compressor, parts: &[Bytes]) -> Result<Bytes, String> {
    let length = parts.iter().map(Bytes::len).sum::<usize>();
    let packed = if length < LARGE {
        compressor.packed(parts)
    } else {
        let parts = parts.to_vec();
        match on_compression_thread(move || compressor.packed(&parts)).await {
            Some(packed) => packed,
            None => return Err("the compressor failed".into()),
        }
    };
    packed.map_err(|error| error.to_string())
}
