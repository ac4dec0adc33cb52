//! What takes data.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Instant;

use sluice_pdata::Batch;

use crate::{ConsumeError, Context};

/// A future that a trait object returns.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Takes batches: a processor, a connector, an exporter, or the fan-out between them.
///
/// Called from many tasks at once. The future may be dropped before it is ready (the client went away or its deadline
/// passed); a consumer must then either not have taken the batch, or see it through on its own.
pub trait Consumer: Send + Sync + 'static {
    /// Takes a batch; `Ok` means that somebody downstream has taken responsibility for it.
    ///
    /// What that promises is said by the one who gives it: no queue = delivered, memory queue = held in memory,
    /// storage = on disk and synced. The batch comes by value: who holds it may change it, and a clone shares the bytes.
    ///
    /// # Errors
    ///
    /// Says who failed, why, and whether to try again. Nothing of the batch is then held.
    fn consume(&self, batch: Batch, context: Context) -> BoxFuture<'_, Result<Accepted, ConsumeError>>;

    /// Hands on what is held, and returns when nothing is held any more or `deadline` has passed.
    ///
    /// Called once nothing more will be consumed, front to back along the chain, and perhaps more than once.
    /// Returns the number of items that could not be handed on and are now lost; they are counted with
    /// [`Reason::Shutdown`](crate::Reason::Shutdown) by the one who lost them.
    fn flush(&self, deadline: Instant) -> BoxFuture<'_, usize>;
}

/// What was taken.
///
/// A backend that answers "partial success" has refused some items for good and taken the rest; where the client is
/// still waiting for the outcome, it is told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accepted {
    /// Items that were refused for good although the call succeeded.
    pub rejected: u64,
    /// Why they were refused, or a warning if none was.
    pub message: Option<Arc<str>>,
}

impl Accepted {
    /// Everything was taken, and there is nothing to say about it.
    pub const ALL: Self = Self { rejected: 0, message: None };

    /// Whether everything was taken without a remark: OTLP's full success.
    pub fn is_full(&self) -> bool {
        self.rejected == 0 && self.message.is_none()
    }
}
