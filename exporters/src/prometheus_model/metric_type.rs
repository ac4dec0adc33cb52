//! Types of metrics.

use sluice_pdata::view::{Data, Metric, Value};

/// The type of a metric in OTLP, as far as names depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A sum that only grows.
    Counter,
    /// A sum that does not only grow.
    UpDownCounter,
    /// A gauge.
    Gauge,
    /// A histogram with fixed bounds.
    Histogram,
    /// A histogram with exponential bounds.
    ExponentialHistogram,
    /// Quantiles.
    Summary,
}

impl Kind {
    /// The type of this data.
    pub fn of(data: &Data<'_>) -> Self {
        match data {
            Data::Gauge { .. } => Self::Gauge,
            Data::Sum { is_monotonic: true, .. } => Self::Counter,
            Data::Sum { .. } => Self::UpDownCounter,
            Data::Histogram { .. } => Self::Histogram,
            Data::ExponentialHistogram { .. } => Self::ExponentialHistogram,
            Data::Summary { .. } => Self::Summary,
        }
    }
}

/// The type of a metric in Prometheus; the numbers are those of remote write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricType {
    /// None of the others, or not known.
    Unknown = 0,
    /// Only grows.
    Counter = 1,
    /// A value of a moment.
    Gauge = 2,
    /// Classic or native.
    Histogram = 3,
    /// Quantiles.
    Summary = 5,
    /// Its labels are what it says.
    Info = 6,
    /// True or false, by state.
    StateSet = 7,
}

impl MetricType {
    /// The type of a metric. What came from Prometheus says in its metadata, under `prometheus.type`, what OTLP has no word
    /// for.
    pub fn of(metric: &Metric<'_>, kind: Kind) -> Self {
        match kind {
            Kind::Gauge if was(metric, "unknown") => Self::Unknown,
            Kind::UpDownCounter if was(metric, "info") => Self::Info,
            Kind::UpDownCounter if was(metric, "stateset") => Self::StateSet,
            Kind::Gauge | Kind::UpDownCounter => Self::Gauge,
            Kind::Counter => Self::Counter,
            Kind::Histogram | Kind::ExponentialHistogram => Self::Histogram,
            Kind::Summary => Self::Summary,
        }
    }
}

fn was(metric: &Metric<'_>, wanted: &str) -> bool {
    let entry = metric.metadata().find(|entry| entry.key_bytes() == b"prometheus.type");
    matches!(entry.and_then(|entry| entry.value()), Some(Value::String(text)) if text == wanted)
}
