//! The one look at bytes from outside, after which nobody doubts them again.

mod ascii;
mod normalise;
#[cfg(test)]
mod tests;
mod walk;

use bytes::Bytes;

use crate::{Malformed, Signal, schema};

/// How deep values may nest: an array or a map within a value is one level.
pub(crate) const MAX_DEPTH: u32 = 64;

/// What a message may hold. Its size is for the receiver to limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How many elements a message may have: resources, scopes, items, attributes, events, links, values of arrays and maps,
    /// and further pieces of a message that should be there once. In JSON also each number in an array.
    ///
    /// Nothing is built for an element as long as telemetry stays bytes, but whoever turns it into a tree spends
    /// hundreds of bytes on one that took two. 500,000 by default, which 20 MiB of ordinary telemetry do not reach.
    pub elements: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { elements: 500_000 }
    }
}

impl Limits {
    /// The default, raised where messages of up to `bytes` may ordinarily have more elements: one for each 32 bytes.
    pub fn for_messages_of(bytes: usize) -> Self {
        let default = Self::default();
        Self { elements: default.elements.max(bytes / 32) }
    }
}

/// What the check found out.
pub(crate) struct Checked {
    pub(crate) message: Bytes,
    pub(crate) items: usize,
}

/// Checks an export request.
///
/// A message that may be there once but comes in several pieces is put together, because protobuf says that the pieces
/// are to be merged and nobody behind should have to. Nobody is known to send such a thing; all other bytes stay as they are.
pub(crate) fn check(signal: Signal, message: Bytes, limits: &Limits) -> Result<Checked, Malformed> {
    let request = schema::request(signal);
    let found = walk::walk(request, &message, limits).map_err(|malformed| *malformed)?;
    if !found.in_pieces {
        return Ok(Checked { message, items: found.items });
    }
    let message = Bytes::from(normalise::normalise(request, &message));
    let found = walk::walk(request, &message, limits).map_err(|malformed| *malformed)?;
    Ok(Checked { message, items: found.items })
}
