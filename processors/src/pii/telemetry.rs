//! What is told about findings: how many of what and where, never what.

use std::sync::OnceLock;

use metrics::{Counter, counter};
use sluice_component::ComponentId;
use sluice_pdata::Signal;

use super::place::Place;
use super::rules::{Rules, index};
use super::walk::{Seen, Watcher, Why};

/// The metrics of one `pii` in one pipeline. A counter is there when there is something to count.
pub(super) struct Telemetry {
    processor: String,
    signal: Signal,
    /// By rule, then by place.
    found: Vec<OnceLock<Counter>>,
    unscanned: [OnceLock<Counter>; Why::ALL.len()],
    dropped: OnceLock<Counter>,
}

impl Telemetry {
    pub(super) fn new(id: &ComponentId, signal: Signal, rules: &Rules) -> Self {
        let counters = rules.named.len() * Place::ALL.len();
        Self {
            processor: id.to_string(),
            signal,
            found: (0..counters).map(|_| OnceLock::new()).collect(),
            unscanned: Default::default(),
            dropped: OnceLock::new(),
        }
    }
}

/// Counts what happens in a batch.
pub(super) struct Counting<'t> {
    telemetry: &'t Telemetry,
    rules: &'t Rules,
    /// The place of the counter of the last findings, and how many of them it has not been told yet: mostly the same is
    /// found again and again.
    last: (usize, u64),
}

impl<'t> Counting<'t> {
    pub(super) fn new(telemetry: &'t Telemetry, rules: &'t Rules) -> Self {
        Self { telemetry, rules, last: (0, 0) }
    }

    fn tell(&mut self) {
        let Telemetry { processor, signal, found, .. } = self.telemetry;
        let (at, count) = std::mem::take(&mut self.last);
        if count == 0 {
            return;
        }
        let counter = found[at].get_or_init(|| {
            counter!(
                "otelcol_processor_pii_findings",
                "processor" => processor.clone(),
                "otel_signal" => signal.as_str(),
                "detector" => self.rules.named[at / Place::ALL.len()].name.clone(),
                "place" => Place::ALL[at % Place::ALL.len()].name()
            )
        });
        counter.increment(count);
    }
}

impl Drop for Counting<'_> {
    fn drop(&mut self) {
        self.tell();
    }
}

impl Watcher for Counting<'_> {
    fn found(&mut self, seen: &Seen<'_>) {
        for finding in seen.findings {
            let at = index(finding.rule) * Place::ALL.len() + seen.place as usize;
            if at != self.last.0 {
                self.tell();
            }
            self.last = (at, self.last.1 + 1);
        }
    }

    fn unscanned(&mut self, _place: Place, _path: &[u8], why: Why) {
        let Telemetry { processor, signal, unscanned, .. } = self.telemetry;
        let counter = unscanned[why as usize].get_or_init(|| {
            counter!(
                "otelcol_processor_pii_unscanned_values",
                "processor" => processor.clone(),
                "otel_signal" => signal.as_str(),
                "reason" => why.name()
            )
        });
        counter.increment(1);
    }

    fn dropped(&mut self) {
        let Telemetry { processor, signal, dropped, .. } = self.telemetry;
        let counter = dropped.get_or_init(|| {
            counter!(
                "otelcol_processor_pii_dropped_items",
                "processor" => processor.clone(),
                "otel_signal" => signal.as_str()
            )
        });
        counter.increment(1);
    }
}
