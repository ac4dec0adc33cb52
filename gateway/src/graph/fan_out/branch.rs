//! One way out of a fan-out.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::time::Duration;

use sluice_component::{Accepted, BoxFuture, ComponentId, ConsumeError, Consumer, Context, Retry};
use sluice_pdata::Batch;
use tokio::time::Instant;

/// The wait before the first repetition; it doubles up to [`LONGEST_DELAY`].
const FIRST_DELAY: Duration = Duration::from_millis(50);
const LONGEST_DELAY: Duration = Duration::from_secs(1);

pub(in crate::graph) struct Branch {
    /// The first component in it.
    pub(super) id: ComponentId,
    next: Arc<dyn Consumer>,
    /// It was waited for in vain, and has taken nothing since.
    given_up: AtomicBool,
}

/// One try to hand a batch to a branch.
pub(super) struct Try {
    pub(super) branch: Arc<Branch>,
    outcome: BoxFuture<'static, Outcome>,
}

type Outcome = Result<Accepted, ConsumeError>;

impl Future for Try {
    type Output = (Arc<Branch>, Outcome);

    fn poll(mut self: Pin<&mut Self>, cx: &mut std::task::Context<'_>) -> Poll<Self::Output> {
        self.outcome.as_mut().poll(cx).map(|outcome| (Arc::clone(&self.branch), outcome))
    }
}

impl Branch {
    pub(in crate::graph) fn new(id: ComponentId, next: Arc<dyn Consumer>) -> Self {
        Self { id, next, given_up: AtomicBool::new(false) }
    }

    pub(super) fn first_try(self: &Arc<Self>, batch: Batch, context: Context) -> Try {
        let next = Arc::clone(&self.next);
        Try { branch: Arc::clone(self), outcome: Box::pin(async move { next.consume(batch, context).await }) }
    }

    pub(super) fn another_try(self: &Arc<Self>, delay: Duration, batch: Batch, context: Context) -> Try {
        let next = Arc::clone(&self.next);
        let outcome = async move {
            tokio::time::sleep(delay).await;
            next.consume(batch, context).await
        };
        Try { branch: Arc::clone(self), outcome: Box::pin(outcome) }
    }

    /// How long to wait before trying again; `None` if there is no sense in it.
    pub(super) fn delay(&self, error: &ConsumeError, failures: u32, until: Instant) -> Option<Duration> {
        let back_off = FIRST_DELAY.saturating_mul(1 << failures.min(5)).min(LONGEST_DELAY);
        let delay = match error.retry {
            Retry::Never => return None,
            Retry::Now => back_off,
            Retry::After(delay) => delay.max(back_off),
        };
        let can_wait = Instant::now() + delay < until;
        if !can_wait {
            self.given_up.store(true, Ordering::Relaxed);
        }
        (can_wait && !self.given_up.load(Ordering::Relaxed)).then_some(delay)
    }

    /// It has taken something: it is worth waiting for.
    pub(super) fn works(&self) {
        if self.given_up.load(Ordering::Relaxed) {
            self.given_up.store(false, Ordering::Relaxed);
        }
    }
}
