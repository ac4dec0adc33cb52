//! What an exporter counts; names and labels are the Collector's.
//!
//! Source: the Collector's `exporter/exporterhelper/documentation.md`.

use std::time::Duration;

use http::Uri;
use metrics::{Counter, Gauge, Label, counter, gauge};
use sluice_component::{ComponentId, Throttle};
use sluice_pdata::Signal;

/// Counters and log lines of one exporter and signal.
pub(super) struct Telemetry {
    /// Items that a backend has taken.
    pub(super) sent: Counter,
    /// Items that were given up after all attempts.
    pub(super) send_failed: Counter,
    /// Items that found no room in the queue.
    pub(super) enqueue_failed: Counter,
    /// Requests that were begun and not ended, waiting retries included.
    pub(super) in_flight: Gauge,
    /// What is held, in units of the queue's sizer.
    pub(super) queue_size: Gauge,
    pub(super) retrying: Throttle,
    pub(super) dropping: Throttle,
    pub(super) rejecting: Throttle,
    pub(super) partial: Throttle,
}

/// The labels of a URL that is sent to. A port that goes without saying has none.
pub fn destination(url: &Uri) -> Vec<Label> {
    let port = url.port_u16().map(|port| Label::new("server_port", port.to_string()));
    let host = url.host().unwrap_or_default().trim_matches(['[', ']']);
    let address = Label::new("server_address", host.to_owned());
    let path = Label::new("url_path", url.path().to_owned());
    std::iter::once(address).chain(port).chain([path]).collect()
}

/// How often a line that a backend or a client can repeat is logged.
const LOG_INTERVAL: Duration = Duration::from_secs(1);

impl Telemetry {
    /// `destination` says where items are sent, for those that left or should have.
    pub(super) fn new(id: &ComponentId, signal: Signal, destination: Vec<Label>) -> Self {
        let here = vec![Label::new("exporter", id.to_string())];
        let there = [here.clone(), destination].concat();
        let items = |outcome: &str, labels: &[Label]| {
            counter!(format!("otelcol_exporter_{outcome}_{}", signal.items()), labels.to_vec())
        };
        let state = |name: &'static str| gauge!(name, "exporter" => id.to_string(), "data_type" => signal.as_str());
        Self {
            sent: items("sent", &there),
            send_failed: items("send_failed", &there),
            enqueue_failed: items("enqueue_failed", &here),
            in_flight: state("otelcol_exporter_in_flight_requests"),
            queue_size: state("otelcol_exporter_queue_size"),
            retrying: Throttle::new(LOG_INTERVAL),
            dropping: Throttle::new(LOG_INTERVAL),
            rejecting: Throttle::new(LOG_INTERVAL),
            partial: Throttle::new(LOG_INTERVAL),
        }
    }

    /// Says how much a queue can hold.
    pub(super) fn queue_capacity(&self, id: &ComponentId, signal: Signal, capacity: usize) {
        gauge!("otelcol_exporter_queue_capacity", "exporter" => id.to_string(), "data_type" => signal.as_str())
            .set(capacity as f64);
        self.queue_size.set(0.0);
    }
}
