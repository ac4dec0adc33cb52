//! Processors that are a plain function from batch to batch.

use std::sync::Arc;
use std::time::Instant;

use sluice_pdata::Batch;

use crate::{Accepted, BoxFuture, ConsumeError, Consumer, Context};

/// A processor without a next step, async, or a clock: most of them.
pub trait Transform: Send + Sync + 'static {
    /// Shapes one batch. A batch without items ends here: it is not handed on, and the call succeeds.
    ///
    /// # Errors
    ///
    /// Says why the batch cannot be shaped; it is then refused as a whole.
    fn transform(&self, batch: Batch, context: &Context) -> Result<Batch, ConsumeError>;
}

/// Puts a transform into the chain before `next`.
pub fn transforming(transform: impl Transform, next: Arc<dyn Consumer>) -> Arc<dyn Consumer> {
    Arc::new(Transforming { transform, next })
}

struct Transforming<T> {
    transform: T,
    next: Arc<dyn Consumer>,
}

impl<T: Transform> Consumer for Transforming<T> {
    fn consume(&self, batch: Batch, context: Context) -> BoxFuture<'_, Result<Accepted, ConsumeError>> {
        match self.transform.transform(batch, &context) {
            Ok(batch) if batch.items() == 0 => Box::pin(std::future::ready(Ok(Accepted::ALL))),
            Ok(batch) => self.next.consume(batch, context),
            Err(error) => Box::pin(std::future::ready(Err(error))),
        }
    }

    fn flush(&self, _deadline: Instant) -> BoxFuture<'_, usize> {
        Box::pin(std::future::ready(0))
    }
}
