//! What the user writes.

use std::time::Duration;

use sluice_component::config::{Presence, Section};
use sluice_transport::server::HttpConfig;

use crate::prometheus_model::Translation;
use crate::sending::QueueConfig;

/// The settings of `prometheus`.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where it is scraped.
    pub(super) server: HttpConfig,
    /// Where batches wait to be accumulated; none means that the caller waits.
    pub(super) queue: Option<QueueConfig>,
    /// What stands in front of every name; empty for nothing.
    pub(super) namespace: String,
    /// Labels of every series.
    pub(super) const_labels: Vec<(String, String)>,
    /// Whether values are shown with their times.
    pub(super) send_timestamps: bool,
    /// How long a series is shown after its last data point.
    pub(super) metric_expiration: Duration,
    /// Whether the attributes of the resource become labels, and which.
    pub(super) resource_labels: Option<ResourceLabels>,
    /// Whether OpenMetrics is offered.
    pub(super) enable_open_metrics: bool,
    /// Whether the scope becomes labels.
    pub(super) scope_labels: bool,
    /// How names are made.
    pub(super) translation: Translation,
    /// How many series are kept at the most.
    pub(super) max_series: usize,
}

/// Which attributes of a resource become labels.
#[derive(Clone, Copy, Debug)]
pub(super) struct ResourceLabels {
    /// Not those that are in `job` and `instance`.
    pub(super) but_service: bool,
}

impl Config {
    pub(super) fn read(section: &mut Section<'_>) -> Self {
        let server = HttpConfig::read(section, "");
        let metric_expiration = section.duration("metric_expiration", Duration::from_secs(5 * 60));
        if metric_expiration.is_zero() {
            section.warning("metric_expiration", "nothing is ever shown, every series expires at once");
        }
        let resource_labels = section.section("resource_to_telemetry_conversion", |section| {
            let enabled = section.bool("enabled", false);
            let but_service = section.bool("exclude_service_attributes", false);
            enabled.then_some(ResourceLabels { but_service })
        });
        section.unsupported("resource_constant_labels", "resource_to_telemetry_conversion makes labels of a resource");
        let max_series = section.integer::<u32>("max_series", 1_000_000) as usize;
        if max_series == 0 {
            section.problem("max_series", "must be greater than 0");
        }
        Self {
            server,
            queue: section.optional("sending_queue", Presence::OnWhenPresent, QueueConfig::read),
            namespace: section.string("namespace", ""),
            const_labels: labels(section, "const_labels"),
            send_timestamps: section.bool("send_timestamps", false),
            metric_expiration,
            resource_labels,
            enable_open_metrics: section.bool("enable_open_metrics", false),
            scope_labels: !section.bool("without_scope_info", false),
            translation: Translation::read(section),
            max_series,
        }
    }
}

fn labels(section: &mut Section<'_>, key: &'static str) -> Vec<(String, String)> {
    let labels = section.texts(key);
    for (name, _) in &labels {
        if name.is_empty() || name.starts_with("__") {
            section.problem(key, format!("the name of a label must not be empty or begin with \"__\", found {name:?}"));
        }
    }
    labels
}
