//! What is told about batches.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use metrics::{Counter, Gauge, Histogram, counter, gauge, histogram};
use sluice_component::{ComponentId, ConsumeError, Reason, Throttle, count_lost};
use sluice_pdata::Signal;

/// Why a batch was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trigger {
    /// There were enough items, or none were to be waited for.
    Size,
    /// Time was up, all callers were waiting, or the gateway is stopping.
    Timeout,
}

/// The metrics of one `batch` in one pipeline, under the Collector's names.
pub(super) struct Telemetry {
    pub(super) id: ComponentId,
    pub(super) signal: Signal,
    send_size: Histogram,
    send_size_bytes: Histogram,
    size_trigger: Counter,
    timeout_trigger: Counter,
    cardinality: Gauge,
    lost: AtomicUsize,
    warnings: Throttle,
}

impl Telemetry {
    pub(super) fn new(id: &ComponentId, signal: Signal) -> Self {
        let processor = || id.to_string();
        Self {
            id: id.clone(),
            signal,
            send_size: histogram!("otelcol_processor_batch_batch_send_size", "processor" => processor()),
            send_size_bytes: histogram!("otelcol_processor_batch_batch_send_size_bytes", "processor" => processor()),
            size_trigger: counter!("otelcol_processor_batch_batch_size_trigger_send", "processor" => processor()),
            timeout_trigger: counter!("otelcol_processor_batch_timeout_trigger_send", "processor" => processor()),
            cardinality: gauge!("otelcol_processor_batch_metadata_cardinality", "processor" => processor()),
            lost: AtomicUsize::new(0),
            warnings: Throttle::new(Duration::from_secs(10)),
        }
    }

    /// One more or one less combination of metadata is at work; pipelines with the same processor add up.
    pub(super) fn cardinality(&self, change: f64) {
        self.cardinality.increment(change);
    }

    /// A batch was handed on.
    pub(super) fn sent(&self, trigger: Trigger, items: usize, bytes: usize) {
        match trigger {
            Trigger::Size => self.size_trigger.increment(1),
            Trigger::Timeout => self.timeout_trigger.increment(1),
        }
        self.send_size.record(items as f64);
        self.send_size_bytes.record(bytes as f64);
    }

    /// A batch was not taken.
    pub(super) fn failed(&self, error: &ConsumeError, items: usize) {
        if let Some(suppressed) = self.warnings.admit() {
            tracing::warn!(processor = %self.id, signal = %self.signal, %error, items, suppressed, "Sender failed");
        }
    }

    /// Items that nobody waits for will not be handed on.
    pub(super) fn lost(&self, reason: Reason, items: usize) {
        self.lost.fetch_add(items, Ordering::Relaxed);
        count_lost(&self.id, self.signal, reason, items);
    }

    /// How many items were lost so far.
    pub(super) fn lost_so_far(&self) -> usize {
        self.lost.load(Ordering::Relaxed)
    }
}
