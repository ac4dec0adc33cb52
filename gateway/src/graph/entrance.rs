//! Where a receiver's data enters: what was accepted, refused, or failed by our own fault.

use std::sync::{Arc, OnceLock};
use std::time::Instant;

use metrics::Counter;
use sluice_component::{Accepted, BoxFuture, ComponentId, ConsumeError, Consumer, Context, Reason, Transport};
use sluice_pdata::{Batch, Signal};

use super::border::nothing_to_flush;

/// Stands behind a receiver and counts one signal of it under the Collector's names.
///
/// `accepted` counts what somebody took responsibility for, `refused` what was sent back and what the client gave up
/// waiting for, `failed` what a defect of ours cost.
pub(super) struct Entrance {
    next: Arc<dyn Consumer>,
    receiver: ComponentId,
    signal: Signal,
    by_transport: [OnceLock<Counts>; 3],
}

struct Counts {
    accepted: Counter,
    refused: Counter,
    failed: Counter,
}

impl Entrance {
    pub(super) fn new(receiver: ComponentId, signal: Signal, next: Arc<dyn Consumer>) -> Self {
        Self { next, receiver, signal, by_transport: Default::default() }
    }

    /// The counters of a transport. All three begin with the first batch, so that a dashboard finds zeros.
    fn counts(&self, transport: Transport) -> &Counts {
        let index = match transport {
            Transport::None => 0,
            Transport::Grpc => 1,
            Transport::Http => 2,
        };
        self.by_transport[index].get_or_init(|| {
            let counter = |outcome: &str| {
                let name = format!("otelcol_receiver_{outcome}_{}", self.signal.items());
                metrics::counter!(name, "receiver" => self.receiver.to_string(), "transport" => transport.as_str())
            };
            Counts { accepted: counter("accepted"), refused: counter("refused"), failed: counter("failed") }
        })
    }
}

impl Consumer for Entrance {
    fn consume(&self, batch: Batch, context: Context) -> BoxFuture<'_, Result<Accepted, ConsumeError>> {
        Box::pin(async move {
            let counts = self.counts(context.transport());
            let mut outcome = Outcome { counter: &counts.refused, items: batch.items() as u64 };
            let answer = self.next.consume(batch, context).await;
            outcome.counter = match &answer {
                Ok(_) => &counts.accepted,
                Err(error) if error.reason == Reason::Internal => &counts.failed,
                Err(_) => &counts.refused,
            };
            answer
        })
    }

    fn flush(&self, _deadline: Instant) -> BoxFuture<'_, usize> {
        nothing_to_flush()
    }
}

/// Counts when it is dropped: at the end of the call, or before it when the client has gone away.
struct Outcome<'c> {
    counter: &'c Counter,
    items: u64,
}

impl Drop for Outcome<'_> {
    fn drop(&mut self) {
        self.counter.increment(self.items);
    }
}
