//! What stands between components: panics end here, items are counted here.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use futures_util::FutureExt;
use metrics::Counter;
use sluice_component::{Accepted, BoxFuture, Code, ComponentId, ConsumeError, Consumer, Context, Kind, Reason};
use sluice_pdata::{Batch, Signal};

/// Stands before a component and catches its panics.
///
/// The panic is counted, the caller is told that this batch will always fail, and the gateway goes on.
pub(super) struct Guard {
    /// The component behind.
    pub(super) next: Arc<dyn Consumer>,
    /// What it is.
    pub(super) kind: Kind,
    /// Its id.
    pub(super) id: ComponentId,
}

impl Consumer for Guard {
    fn consume(&self, batch: Batch, context: Context) -> BoxFuture<'_, Result<Accepted, ConsumeError>> {
        Box::pin(async move {
            // The call itself is inside too: a plain function does its work there.
            let call = AssertUnwindSafe(async { self.next.consume(batch, context).await });
            call.catch_unwind().await.unwrap_or_else(|_| Err(self.panicked()))
        })
    }

    fn flush(&self, _deadline: Instant) -> BoxFuture<'_, usize> {
        nothing_to_flush()
    }
}

impl Guard {
    fn panicked(&self) -> ConsumeError {
        let Self { kind, id, .. } = self;
        metrics::counter!("sluice_panics", "component" => id.to_string(), "kind" => kind.as_str()).increment(1);
        ConsumeError::permanent(id, Reason::Internal, Code::Internal, "internal error, see the gateway's log")
    }
}

/// Counts items on their way from one component to the next.
pub(super) struct Tally {
    next: Arc<dyn Consumer>,
    /// The processor in front lets these items out.
    outgoing: Option<Counter>,
    /// The processor behind is given them.
    incoming: Option<Counter>,
}

impl Tally {
    pub(super) fn new(
        signal: Signal,
        from: Option<&ComponentId>,
        to: Option<&ComponentId>,
        next: Arc<dyn Consumer>,
    ) -> Self {
        let counter = |name: &'static str, processor: &ComponentId| metrics::counter!(name, "processor" => processor.to_string(), "otel_signal" => signal.as_str());
        Self {
            next,
            outgoing: from.map(|processor| counter("otelcol_processor_outgoing_items", processor)),
            incoming: to.map(|processor| counter("otelcol_processor_incoming_items", processor)),
        }
    }
}

impl Consumer for Tally {
    fn consume(&self, batch: Batch, context: Context) -> BoxFuture<'_, Result<Accepted, ConsumeError>> {
        for counter in [&self.outgoing, &self.incoming].into_iter().flatten() {
            counter.increment(batch.items() as u64);
        }
        self.next.consume(batch, context)
    }

    fn flush(&self, _deadline: Instant) -> BoxFuture<'_, usize> {
        nothing_to_flush()
    }
}

/// Stands before a pipeline and counts what enters it.
pub(super) struct Head {
    pub(super) next: Arc<dyn Consumer>,
    pub(super) counts: Arc<PipelineCounts>,
}

/// What has flowed through a pipeline.
#[derive(Debug, Default)]
pub(super) struct PipelineCounts {
    /// Items that entered it.
    pub(super) items_in: AtomicU64,
    /// Those of them that it refused.
    pub(super) items_refused: AtomicU64,
}

impl Consumer for Head {
    fn consume(&self, batch: Batch, context: Context) -> BoxFuture<'_, Result<Accepted, ConsumeError>> {
        Box::pin(async move {
            let items = batch.items() as u64;
            self.counts.items_in.fetch_add(items, Ordering::Relaxed);
            let outcome = self.next.consume(batch, context).await;
            if outcome.is_err() {
                self.counts.items_refused.fetch_add(items, Ordering::Relaxed);
            }
            outcome
        })
    }

    fn flush(&self, _deadline: Instant) -> BoxFuture<'_, usize> {
        nothing_to_flush()
    }
}

/// The flush of what holds nothing. Whoever flushes the chain knows every component behind by itself.
pub(super) fn nothing_to_flush() -> BoxFuture<'static, usize> {
    Box::pin(std::future::ready(0))
}
