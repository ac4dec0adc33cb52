//! Sends what was counted.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use bytes::Bytes;
use metrics::{Counter, Gauge};
use sluice_component::factory::Settings;
use sluice_component::{BuildError, ComponentId, Context, Retry};
use sluice_transport::compression::{Compressor, Encoding, on_compression_thread};
use tokio_util::sync::{CancellationToken, DropGuard};

use super::super::config::Config;
use super::super::intake::{self, Intake};
use super::super::traces::now;
use super::super::{host, site};
use super::Concentrator;
use super::message::bodies;
use crate::sending::Parcel;

/// How often what is ready is sent.
const PERIOD: Duration = Duration::from_secs(10);

/// How long after a failure the last attempts are made when stopping.
const PAUSE: Duration = Duration::from_millis(500);

/// How many bodies wait for an intake that does not take them; the oldest goes first.
const WAITING: usize = 60;

/// Groups in open buckets; the label is `exporter`, as it is of the others.
const GROUPS: &str = "sluice_datadog_statistics_groups";
/// Spans that are counted under one resource for want of room.
const TOGETHER: &str = "sluice_datadog_statistics_crowded_spans";
/// Spans that are in no statistics for want of room.
const UNCOUNTED: &str = "sluice_datadog_statistics_uncounted_spans";
/// Bodies that no intake has taken.
const LOST: &str = "sluice_datadog_statistics_lost_payloads";

/// Statistics of one exporter.
pub(in super::super) struct Statistics {
    id: ComponentId,
    intake: Intake,
    host: String,
    concentrator: Mutex<Concentrator>,
    waiting: Mutex<VecDeque<Bytes>>,
    /// Held while bodies are sent, so that each is sent once.
    sending: tokio::sync::Mutex<()>,
    timeout: Option<Duration>,
    groups: Gauge,
    together: Counter,
    uncounted: Counter,
    lost: Counter,
    /// Ends the sending.
    _stop: DropGuard,
}

impl Statistics {
    /// Begins to send what is counted, until nobody has it any more. Called inside a tokio runtime.
    ///
    /// # Errors
    ///
    /// The endpoint is no URL, a file for TLS cannot be read, a proxy cannot be used.
    pub(in super::super) fn start(config: &Config, settings: &Settings) -> Result<Arc<Self>, BuildError> {
        let url = site::below(&config.traces.endpoint, "/api/v0.2/stats", "traces::endpoint")?;
        let compressor = Compressor::new(Encoding::Gzip, None).ok();
        metrics::describe_gauge!(GROUPS, "Groups of spans that are counted apart in open buckets of statistics.");
        metrics::describe_counter!(TOGETHER, "Spans counted under one resource because there are too many groups.");
        metrics::describe_counter!(UNCOUNTED, "Spans in no statistics because there are too many groups.");
        metrics::describe_counter!(LOST, "Payloads of statistics that Datadog has not taken.");
        let exporter = settings.id.to_string();
        let stop = CancellationToken::new();
        let statistics = Arc::new(Self {
            id: settings.id.clone(),
            intake: Intake::new(config, settings, &url, "application/msgpack", compressor)?,
            host: host::fallback(config),
            concentrator: Mutex::new(Concentrator::new(config.traces.max_stats_groups, now())),
            waiting: Mutex::default(),
            sending: tokio::sync::Mutex::default(),
            timeout: config.sending.timeout,
            groups: metrics::gauge!(GROUPS, "exporter" => exporter.clone()),
            together: metrics::counter!(TOGETHER, "exporter" => exporter.clone()),
            uncounted: metrics::counter!(UNCOUNTED, "exporter" => exporter.clone()),
            lost: metrics::counter!(LOST, "exporter" => exporter),
            _stop: stop.clone().drop_guard(),
        });
        tokio::spawn(stop.run_until_cancelled_owned(run(Arc::downgrade(&statistics))));
        Ok(statistics)
    }

    /// Where spans are counted.
    pub(in super::super) fn concentrator(&self) -> MutexGuard<'_, Concentrator> {
        // Half a count is better than none.
        self.concentrator.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends what is left, as long as there is time.
    pub(in super::super) async fn finish(&self, deadline: Instant) {
        self.take(true).await;
        let deadline = tokio::time::Instant::from_std(deadline);
        while !self.send().await {
            if tokio::time::timeout_at(deadline, tokio::time::sleep(PAUSE)).await.is_err() {
                break;
            }
        }
        let lost = self.waiting().drain(..).count();
        self.lose(lost);
    }

    /// Puts what is ready, or all, among what waits to be sent.
    async fn take(&self, all: bool) {
        let flushed = {
            let mut concentrator = self.concentrator();
            let flushed = concentrator.flush(now(), all);
            let crowded = std::mem::take(&mut concentrator.crowded);
            self.groups.set(concentrator.groups() as f64);
            self.together.increment(crowded.together);
            self.uncounted.increment(crowded.lost);
            flushed
        };
        if flushed.is_empty() {
            return;
        }
        let (host, compressor) = (self.host.clone(), self.intake.compressor());
        let packed = on_compression_thread(move || {
            let bodies = bodies(&host, flushed).into_iter();
            bodies.map(|body| intake::pack(compressor, body)).collect::<Vec<_>>()
        });
        let (mut lost, mut waiting) = (0, Vec::new());
        for body in packed.await.unwrap_or_default() {
            match body {
                Ok(body) => waiting.push(body),
                Err(_) => lost += 1,
            }
        }
        let mut queue = self.waiting();
        queue.extend(waiting);
        while queue.len() > WAITING {
            queue.pop_front();
            lost += 1;
        }
        drop(queue);
        self.lose(lost);
    }

    /// Sends what waits, in order; whether nothing is left.
    async fn send(&self) -> bool {
        let _alone = self.sending.lock().await;
        loop {
            let Some(body) = self.waiting().front().cloned() else { return true };
            if !self.send_one(body.clone()).await {
                return false;
            }
            let mut queue = self.waiting();
            // It may have had to go meanwhile.
            if queue.front().is_some_and(|first| first.as_ptr() == body.as_ptr()) {
                queue.pop_front();
            }
        }
    }

    /// Sends a body once; whether it is settled, for good or bad.
    async fn send_one(&self, body: Bytes) -> bool {
        let parcel = Parcel { body, ..Parcel::default() };
        let context = Context::default();
        let sent = self.intake.deliver(&parcel, &context);
        let sent = match self.timeout {
            None => sent.await,
            Some(timeout) => match tokio::time::timeout(timeout, sent).await {
                Ok(sent) => sent,
                Err(_) => return false,
            },
        };
        match sent {
            Ok(_) => true,
            Err(error) if error.retry == Retry::Never => {
                tracing::warn!(exporter = %self.id, error = %error.message, "Datadog does not take statistics of traces");
                self.lose(1);
                true
            }
            Err(error) => {
                tracing::debug!(exporter = %self.id, error = %error.message, "statistics of traces are sent later");
                false
            }
        }
    }

    fn lose(&self, bodies: usize) {
        if bodies > 0 {
            self.lost.increment(bodies as u64);
        }
    }

    fn waiting(&self) -> MutexGuard<'_, VecDeque<Bytes>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn run(statistics: Weak<Statistics>) {
    let mut ticks = tokio::time::interval(PERIOD);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    ticks.tick().await;
    loop {
        ticks.tick().await;
        let Some(statistics) = statistics.upgrade() else { return };
        statistics.take(false).await;
        statistics.send().await;
    }
}

#[cfg(test)]
mod tests;
