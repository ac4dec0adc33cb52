//! Packing of bodies before they leave.

use std::cell::RefCell;

use bytes::Bytes;

use crate::compression::{CompressError, Compressor, on_compression_thread};

/// From how many bytes on a body is packed on a thread of its own.
const LARGE: usize = 64 * 1024;

/// How much of a buffer a thread keeps from one body to the next.
const KEPT: usize = 2 * 1024 * 1024;

/// Packs the parts as one body.
///
/// # Errors
///
/// The coder failed, for a reason that does not depend on the data.
pub(super) async fn pack(compressor: Compressor, parts: &[Bytes]) -> Result<Bytes, String> {
    let length = parts.iter().map(Bytes::len).sum::<usize>();
    let packed = if length < LARGE {
        pack_here(compressor, parts)
    } else {
        let parts = parts.to_vec();
        match on_compression_thread(move || pack_here(compressor, &parts)).await {
            Some(packed) => packed,
            None => return Err("the compressor failed".into()),
        }
    };
    packed.map_err(|error| error.to_string())
}

/// A coder wants room for the worst case, several times what it fills. The room stays with the thread; what waits to be
/// sent has the size that it needs.
fn pack_here(compressor: Compressor, parts: &[Bytes]) -> Result<Bytes, CompressError> {
    thread_local! {
        static ROOM: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    }
    ROOM.with_borrow_mut(|room| {
        room.clear();
        let outcome = compressor.compress(parts, room).map(|()| Bytes::copy_from_slice(room));
        room.truncate(KEPT);
        room.shrink_to(KEPT);
        outcome
    })
}
