//! The exporter.

use std::time::Instant;

use sluice_component::{Accepted, BoxFuture, ConsumeError, Consumer, Context};
use sluice_pdata::Batch;

/// Takes everything and does nothing with it.
pub(super) struct Nop;

impl Consumer for Nop {
    fn consume(&self, _batch: Batch, _context: Context) -> BoxFuture<'_, Result<Accepted, ConsumeError>> {
        Box::pin(std::future::ready(Ok(Accepted::ALL)))
    }

    fn flush(&self, _deadline: Instant) -> BoxFuture<'_, usize> {
        Box::pin(std::future::ready(0))
    }
}
