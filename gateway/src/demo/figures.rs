//! What has moved, from the gateway's own metrics.

use sluice_component::LOST_ITEMS;
use sluice_pdata::Signal;

use crate::telemetry::metrics::registry;

/// The signals of the demo.
pub(super) const SIGNALS: [Signal; 3] = [Signal::Traces, Signal::Metrics, Signal::Logs];

/// Items of one signal since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Figures {
    /// Taken in.
    pub(super) taken: u64,
    /// Sent back.
    pub(super) refused: u64,
    /// Written to the file.
    pub(super) written: u64,
    /// Taken and not written.
    pub(super) lost: u64,
}

impl Figures {
    pub(super) fn of(signal: Signal) -> Self {
        let items = signal.items();
        let sum = |name: &str, label: &str, value: &str| registry().sums(name, label).get(value).copied().unwrap_or(0);
        Self {
            taken: sum(&format!("otelcol_receiver_accepted_{items}"), "receiver", "otlp"),
            refused: sum(&format!("otelcol_receiver_refused_{items}"), "receiver", "otlp"),
            written: sum(&format!("otelcol_exporter_sent_{items}"), "exporter", &format!("file/{signal}")),
            lost: sum(LOST_ITEMS, "otel_signal", signal.as_str()),
        }
    }
}
