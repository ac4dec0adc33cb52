//! One attempt, and what follows from its outcome.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::join_all;
use sluice_component::factory::Settings;
use sluice_component::{
    Accepted, BoxFuture, Code, ComponentId, ConsumeError, Context, Health, Reason, Retry, StatusReporter, count_lost,
};
use sluice_pdata::{Batch, Signal};

use super::backoff::{Backoff, Next};
use super::request::{Parcels, Request};
use super::telemetry::Telemetry;
use super::{Config, Deliver, Push, RetryConfig};

/// An exporter of one signal, without its queue.
pub(super) struct Export {
    pub(super) id: ComponentId,
    pub(super) signal: Signal,
    pub(super) telemetry: Telemetry,
    way: Way,
    timeout: Option<Duration>,
    retry: Option<RetryConfig>,
    status: StatusReporter,
    healthy: AtomicBool,
}

/// How an exporter sends.
pub(super) enum Way {
    Whole(Arc<dyn Push>),
    InParcels(Arc<dyn Deliver>),
}

/// What follows from an attempt.
pub(super) enum Verdict {
    /// The batch is settled, for good or bad; it is counted.
    Settled(Result<Accepted, ConsumeError>),
    /// Another attempt is due after this time.
    Later(Duration, ConsumeError),
}

impl Export {
    pub(super) fn new(settings: &Settings, signal: Signal, config: &Config, way: Way) -> Self {
        let destination = match &way {
            Way::Whole(push) => push.destination(),
            Way::InParcels(deliver) => deliver.destination(),
        };
        Self {
            id: settings.id.clone(),
            signal,
            telemetry: Telemetry::new(&settings.id, signal, destination),
            way,
            timeout: config.timeout,
            retry: config.retry.clone(),
            status: settings.status.clone(),
            healthy: AtomicBool::new(true),
        }
    }

    /// How long a first retry waits, for whoever must guess when things get better.
    pub(super) fn first_wait(&self) -> Duration {
        self.retry.as_ref().map_or(Duration::from_secs(5), |retry| retry.initial_interval)
    }

    /// Makes one attempt. What has been delivered is no longer in the request then.
    pub(super) async fn attempt(&self, request: &mut Request, context: &Context, backoff: &mut Backoff) -> Verdict {
        if let Some(retry) = &self.retry {
            backoff.begin(retry);
        }
        // A defect in one request must not take the sender with it.
        let outcome = AssertUnwindSafe(self.send(request, context)).catch_unwind().await;
        let outcome = outcome.unwrap_or_else(|_panic| {
            tracing::error!(exporter = %self.id, "a defect in the exporter ended an attempt");
            Err(ConsumeError::permanent(&self.id, Reason::Internal, Code::Internal, "the exporter failed"))
        });
        self.judge(outcome, request, backoff)
    }

    async fn send(&self, request: &mut Request, context: &Context) -> Result<Accepted, ConsumeError> {
        match &self.way {
            Way::Whole(push) => {
                let accepted = self.within_timeout(push.push(request.batch.clone(), context.clone())).await?;
                self.telemetry.sent.increment(request.batch.items() as u64);
                Ok(accepted)
            }
            Way::InParcels(deliver) => {
                let parcels = match &mut request.parcels {
                    Some(parcels) => parcels,
                    none => {
                        let parcels = deliver.prepare(request.batch.clone(), context).await?;
                        request.batch = Batch::empty(self.signal);
                        none.insert(Parcels::new(parcels))
                    }
                };
                self.send_parcels(&**deliver, parcels, context).await
            }
        }
    }

    async fn send_parcels(
        &self,
        deliver: &dyn Deliver,
        parcels: &mut Parcels,
        context: &Context,
    ) -> Result<Accepted, ConsumeError> {
        let at_once = deliver.at_once();
        while !parcels.left.is_empty() {
            let first = parcels.left.iter().take(at_once);
            let attempts = first.map(|parcel| self.within_timeout(deliver.deliver(parcel, context)));
            let receipts = join_all(attempts).await;
            let (delivered, failure) = parcels.settle(receipts);
            self.telemetry.sent.increment(delivered as u64);
            if let Some(error) = failure {
                return Err(error);
            }
        }
        parcels.outcome()
    }

    /// Whether a request has to wait for the one before it.
    pub(super) fn in_order(&self) -> bool {
        matches!(&self.way, Way::InParcels(deliver) if deliver.in_order())
    }

    async fn within_timeout<T>(&self, attempt: BoxFuture<'_, Result<T, ConsumeError>>) -> Result<T, ConsumeError> {
        match self.timeout {
            None => attempt.await,
            Some(timeout) => match tokio::time::timeout(timeout, attempt).await {
                Ok(outcome) => outcome,
                Err(_) => Err(self.took_too_long(timeout)),
            },
        }
    }

    /// Gives up a request that a stop left no time for.
    pub(super) fn abandon(&self, request: &Request) -> ConsumeError {
        self.give_up(request);
        self.stopping()
    }

    /// Counts what will not be sent.
    pub(super) fn give_up(&self, request: &Request) {
        self.telemetry.send_failed.increment(request.unsent() as u64);
    }

    /// The error while stopping.
    pub(super) fn stopping(&self) -> ConsumeError {
        ConsumeError::retryable(&self.id, Reason::Shutdown, Retry::Now, "the exporter is stopping")
    }

    /// Counts items that nobody will be told about.
    pub(super) fn lose(&self, request: &Request, error: &ConsumeError) {
        let items = request.unsent();
        count_lost(&self.id, self.signal, error.reason, items - self.lose_refused(request));
        if let Some(suppressed) = self.telemetry.dropping.admit() {
            let (exporter, signal, reason) = (&self.id, self.signal.as_str(), error.reason.as_str());
            tracing::error!(%exporter, signal, dropped_items = items, reason, error = %error.message, suppressed,
                "Exporting failed. Dropping data.");
        }
    }

    /// Counts what was refused for good while the rest was taken; how much that was.
    pub(super) fn lose_refused(&self, request: &Request) -> usize {
        let mut all = 0;
        for (reason, items) in request.refused() {
            count_lost(&self.id, self.signal, reason, items);
            all += items;
        }
        all
    }

    fn took_too_long(&self, timeout: Duration) -> ConsumeError {
        let timeout = sluice_component::config::format_duration(timeout);
        let message = format!("the backend did not answer within {timeout}");
        ConsumeError {
            code: Code::DeadlineExceeded,
            ..ConsumeError::retryable(&self.id, Reason::DeadlineExceeded, Retry::Now, message)
        }
    }

    fn judge(&self, outcome: Result<Accepted, ConsumeError>, request: &Request, backoff: &mut Backoff) -> Verdict {
        let error = match outcome {
            Ok(accepted) => {
                self.report_healthy();
                if request.parcels.is_some() {
                    self.give_up(request);
                }
                self.remark(&accepted);
                return Verdict::Settled(Ok(accepted));
            }
            Err(error) => error,
        };
        if error.retry != Retry::Never {
            self.report_failing(&error);
        }
        let next = self.retry.as_ref().map_or(Next::Never, |retry| backoff.failed(retry, error.retry));
        let error = match next {
            Next::Wait(wait) => return Verdict::Later(wait, error),
            Next::Never => error,
            Next::Exhausted => {
                let message = format!("no more retries left: {}", error.message);
                ConsumeError { reason: Reason::RetriesExhausted, message: message.into(), ..error }
            }
        };
        self.give_up(request);
        Verdict::Settled(Err(error))
    }

    /// Logs that another attempt will be made.
    pub(super) fn will_retry(&self, wait: Duration, error: &ConsumeError) {
        if let Some(suppressed) = self.telemetry.retrying.admit() {
            let (exporter, signal, interval) = (&self.id, self.signal.as_str(), wait.as_secs_f64());
            tracing::info!(%exporter, signal, interval, error = %error.message, suppressed,
                "Exporting failed. Will retry the request after interval.");
        }
    }

    /// Logs what a backend said about a batch that it took.
    fn remark(&self, accepted: &Accepted) {
        if accepted.is_full() {
            return;
        }
        if let Some(suppressed) = self.telemetry.partial.admit() {
            let (exporter, signal) = (&self.id, self.signal.as_str());
            let message = accepted.message.as_deref().unwrap_or_default();
            tracing::warn!(%exporter, signal, dropped_items = accepted.rejected, message, suppressed,
                "Partial success response");
        }
    }

    fn report_healthy(&self) {
        // A plain load first: this is done for every request, and nearly always it is true already.
        if !self.healthy.load(Ordering::Relaxed) && !self.healthy.swap(true, Ordering::Relaxed) {
            self.status.report(Health::Ok);
        }
    }

    fn report_failing(&self, error: &ConsumeError) {
        if self.healthy.swap(false, Ordering::Relaxed) {
            self.status.report(Health::Recoverable(error.message.to_string()));
        }
    }
}
