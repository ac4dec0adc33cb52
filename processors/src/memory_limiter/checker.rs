//! Compares the memory in use with the limits, once an interval, for all pipelines that share a limiter.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sluice_component::{ComponentId, Health, StatusReporter, reclaim};
use tokio::task::AbortHandle;
use tokio::time::MissedTickBehavior;

/// What the client and the health check are told.
pub(super) const REFUSED: &str = "data refused due to high memory usage";

const MIB: u64 = 1024 * 1024;

/// How much memory may be in use, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Limits {
    /// What must not be passed.
    pub(super) hard: u64,
    /// From here on everything is refused; what is between the two is for the spikes between two checks.
    pub(super) soft: u64,
}

/// Knows whether data must be refused now.
pub(super) struct Checker {
    id: ComponentId,
    limits: Limits,
    usage: Box<dyn Fn() -> io::Result<u64> + Send + Sync>,
    refusing: AtomicBool,
    unreadable: AtomicBool,
    reporters: Mutex<Vec<StatusReporter>>,
}

impl Checker {
    /// `usage` returns the bytes in use; where it fails, the last answer holds.
    pub(super) fn new(
        id: ComponentId,
        limits: Limits,
        usage: impl Fn() -> io::Result<u64> + Send + Sync + 'static,
    ) -> Self {
        Self {
            id,
            limits,
            usage: Box::new(usage),
            refusing: AtomicBool::new(false),
            unreadable: AtomicBool::new(false),
            reporters: Mutex::default(),
        }
    }

    /// Adds a place to report to when the answer changes.
    pub(super) fn report_to(&self, reporter: StatusReporter) {
        if self.must_refuse() {
            reporter.report(Health::Recoverable(REFUSED.into()));
        }
        self.reporters.lock().unwrap_or_else(PoisonError::into_inner).push(reporter);
    }

    pub(super) fn must_refuse(&self) -> bool {
        self.refusing.load(Ordering::Relaxed)
    }

    /// Measures, and changes the answer where the measure says so.
    ///
    /// While it is too much, every thread is asked for what its allocator only keeps: otherwise a peak that is long over
    /// could go on being refused for.
    pub(super) fn check(&self) {
        let used = match (self.usage)() {
            Ok(used) => used,
            Err(error) => {
                if !self.unreadable.swap(true, Ordering::Relaxed) {
                    tracing::warn!(processor = %self.id, %error, "cannot read the memory use of the process");
                }
                return;
            }
        };
        self.unreadable.store(false, Ordering::Relaxed);
        let refuse = used >= self.limits.soft;
        if refuse {
            reclaim::ask();
        }
        if self.refusing.swap(refuse, Ordering::Relaxed) == refuse {
            return;
        }
        let cur_mem_mib = used / MIB;
        if refuse {
            let above_hard_limit = used >= self.limits.hard;
            tracing::warn!(
                processor = %self.id, cur_mem_mib, above_hard_limit, "memory usage is above soft limit, refusing data"
            );
            self.report(&Health::Recoverable(REFUSED.into()));
        } else {
            tracing::info!(
                processor = %self.id, cur_mem_mib, "memory usage back within limits, resuming normal operation"
            );
            self.report(&Health::Ok);
        }
    }

    fn report(&self, health: &Health) {
        for reporter in self.reporters.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            reporter.report(health.clone());
        }
    }
}

/// A checker at work: one task measures once an interval and ends when this is dropped.
///
/// A task rather than a look at each request, so that the health recovers when no request comes.
pub(super) struct Watch {
    checker: Arc<Checker>,
    interval: Duration,
    task: AbortHandle,
}

impl Watch {
    /// Measures now and then once an interval. Must be called inside a tokio runtime.
    pub(super) fn start(checker: Checker, interval: Duration) -> Self {
        checker.check();
        let checker = Arc::new(checker);
        let task = tokio::spawn({
            let checker = Arc::clone(&checker);
            async move {
                let mut ticks = tokio::time::interval(interval);
                ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
                ticks.tick().await;
                loop {
                    ticks.tick().await;
                    checker.check();
                }
            }
        });
        Self { checker, interval, task: task.abort_handle() }
    }

    pub(super) fn checker(&self) -> &Checker {
        &self.checker
    }

    /// The time between two checks: before it has passed, a refused client need not come back.
    pub(super) fn interval(&self) -> Duration {
        self.interval
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.task.abort();
    }
}
