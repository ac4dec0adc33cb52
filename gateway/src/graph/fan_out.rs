//! Where one way parts into several.
//!
//! # What the caller is told
//!
//! Every branch is given its own clone at once (the bytes are shared), and none waits for another.
//!
//! - **All took it**: `Ok`.
//! - **None took it**: the error, one that may pass before one that will not. Nobody holds anything, so the sender may
//!   send it again without doubling anything.
//! - **Some took it**: `Ok`, always. An error would make the sender repeat what the healthy branches already have. For the
//!   branches that failed:
//!   - an error that may pass is tried again *in that branch only*, while the caller waits, for [`PATIENCE`] after the
//!     first branch took it. A branch that used that up once and failed is not waited for again until it takes
//!     something: a backend that is down for an hour delays one request, not all;
//!   - a branch that still works on its first try by then is left to end it on its own, and the caller waits no longer,
//!     as long as no more than [`HELD_BYTES`] are held in this way. Past that the caller waits: back-pressure, not loss;
//!   - what a branch does not take in the end is **lost for that branch**: counted by the component that failed and its
//!     reason ([`count_lost`](sluice_component::count_lost)), logged, and said in the answer's message, which OTLP clients
//!     show as a warning.
//!
//! The fan-out is thus the one place where `Ok` may be followed by a loss without a queue: who wants none gives the
//! branch a queue large enough for its outages. If the caller goes away before it is answered, everything still under
//! way is dropped: nothing was promised, and the client will send it again.

mod answer;
mod branch;
mod held;

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use sluice_component::{Accepted, BoxFuture, ConsumeError, Consumer, Context};
use sluice_pdata::Batch;

use answer::Answer;
pub(super) use branch::Branch;
use held::Held;

/// How long the caller waits for the other branches once one has taken the batch.
///
/// Half of the ten seconds after which OpenTelemetry SDKs give up and send again.
const PATIENCE: Duration = Duration::from_secs(5);

/// How much a fan-out holds for slow branches whose callers were answered, in bytes of telemetry.
const HELD_BYTES: u32 = 16 << 20;

/// Hands every batch to several consumers; see the module for what its answer means.
pub(super) struct FanOut {
    branches: Vec<Arc<Branch>>,
    held: Held,
}

/// Tries that are under way. None borrows, so that they can outlive the call.
type Tries = FuturesUnordered<branch::Try>;

impl FanOut {
    pub(super) fn new(branches: Vec<Branch>) -> Self {
        Self { branches: branches.into_iter().map(Arc::new).collect(), held: Held::new(HELD_BYTES) }
    }
}

impl Consumer for FanOut {
    fn consume(&self, batch: Batch, context: Context) -> BoxFuture<'_, Result<Accepted, ConsumeError>> {
        Box::pin(async move {
            let tries: Tries =
                self.branches.iter().map(|branch| branch.first_try(batch.clone(), context.clone())).collect();
            let mut call = Call { batch, context, tries, answer: Answer::default() };
            call.until_one_takes_it().await;
            if call.answer.is_taken() {
                call.be_patient().await;
            }
            if call.answer.is_taken() && !call.tries.is_empty() {
                call.answer.merge(self.held.see_through(call.tries, &call.batch).await);
            }
            call.answer.give()
        })
    }

    fn flush(&self, deadline: Instant) -> BoxFuture<'_, usize> {
        Box::pin(self.held.flush(deadline))
    }
}

/// One batch on its way into the branches.
struct Call {
    batch: Batch,
    context: Context,
    tries: Tries,
    answer: Answer,
}

impl Call {
    /// Ends when a branch has taken the batch, or when all have failed.
    async fn until_one_takes_it(&mut self) {
        while let Some((branch, outcome)) = self.tries.next().await {
            match outcome {
                Ok(accepted) => return self.answer.take(&branch, accepted),
                Err(error) => self.answer.fail(branch, error),
            }
        }
    }

    /// Waits for the others, trying again where that may help.
    async fn be_patient(&mut self) {
        let until = tokio::time::Instant::now() + PATIENCE;
        for (branch, error) in self.answer.drain_failures() {
            self.try_again_or_lose(branch, error, 0, until);
        }
        let mut failures = 0;
        while !self.tries.is_empty() {
            let Ok(Some((branch, outcome))) = tokio::time::timeout_at(until, self.tries.next()).await else {
                return;
            };
            match outcome {
                Ok(accepted) => self.answer.take(&branch, accepted),
                Err(error) => {
                    failures += 1;
                    self.try_again_or_lose(branch, error, failures, until);
                }
            }
        }
    }

    fn try_again_or_lose(
        &mut self,
        branch: Arc<Branch>,
        error: ConsumeError,
        failures: u32,
        until: tokio::time::Instant,
    ) {
        match branch.delay(&error, failures, until) {
            Some(delay) => self.tries.push(branch.another_try(delay, self.batch.clone(), self.context.clone())),
            None => self.answer.lose(&branch, error, &self.batch),
        }
    }
}
