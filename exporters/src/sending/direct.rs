//! Without a queue: the caller waits for the outcome, retries included.

use std::time::Instant;

use sluice_component::{Accepted, BoxFuture, ConsumeError, Consumer, Context};
use sluice_pdata::Batch;
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

use super::backoff::Backoff;
use super::export::{Export, Verdict};
use super::request::Request;

/// Sends in the caller's own task. Holds nothing: if the caller goes away, the attempt ends and the caller has the batch.
pub(super) struct Direct {
    export: Export,
    /// Held from a request's first attempt to its last, where requests have an order.
    turn: Option<Mutex<()>>,
    stopping: CancellationToken,
}

impl Direct {
    pub(super) fn new(export: Export) -> Self {
        let turn = export.in_order().then(Mutex::default);
        Self { export, turn, stopping: CancellationToken::new() }
    }

    async fn send(&self, batch: Batch, context: Context) -> Result<Accepted, ConsumeError> {
        let _in_flight = InFlight::begin(&self.export);
        let mut backoff = Backoff::default();
        let mut request = Request::new(batch);
        let _turn = match &self.turn {
            Some(turn) => Some(turn.lock().await),
            None => None,
        };
        loop {
            let (wait, error) = match self.export.attempt(&mut request, &context, &mut backoff).await {
                Verdict::Settled(outcome) => return outcome,
                Verdict::Later(wait, error) => (wait, error),
            };
            if self.stopping.is_cancelled() {
                self.export.give_up(&request);
                return Err(error);
            }
            self.export.will_retry(wait, &error);
            // While stopping there is one more attempt, at once.
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = self.stopping.cancelled() => {}
            }
        }
    }
}

impl Consumer for Direct {
    fn consume(&self, batch: Batch, context: Context) -> BoxFuture<'_, Result<Accepted, ConsumeError>> {
        if batch.items() == 0 {
            return Box::pin(std::future::ready(Ok(Accepted::ALL)));
        }
        Box::pin(self.send(batch, context))
    }

    fn flush(&self, _deadline: Instant) -> BoxFuture<'_, usize> {
        self.stopping.cancel();
        Box::pin(std::future::ready(0))
    }
}

/// Counts a request for as long as it lasts, even if the caller goes away.
struct InFlight<'e>(&'e Export);

impl<'e> InFlight<'e> {
    fn begin(export: &'e Export) -> Self {
        export.telemetry.in_flight.increment(1.0);
        Self(export)
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.telemetry.in_flight.decrement(1.0);
    }
}
