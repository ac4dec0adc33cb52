//! The connector.

use std::sync::Arc;
use std::time::Instant;

use sluice_component::{Accepted, BoxFuture, ConsumeError, Consumer, Context};
use sluice_pdata::Batch;

/// Hands everything to all the pipelines that it begins.
pub(super) struct Forward {
    pub(super) next: Arc<dyn Consumer>,
}

impl Consumer for Forward {
    fn consume(&self, batch: Batch, context: Context) -> BoxFuture<'_, Result<Accepted, ConsumeError>> {
        self.next.consume(batch, context)
    }

    fn flush(&self, _deadline: Instant) -> BoxFuture<'_, usize> {
        Box::pin(std::future::ready(0))
    }
}
