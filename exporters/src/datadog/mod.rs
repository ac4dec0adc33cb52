//! Sends to Datadog's own intakes: traces and their statistics, metrics, logs.
//!
//! Source: Datadog's API reference (logs v2, metrics v2), the Datadog Agent's OTLP mapping
//! (`pkg/opentelemetry-mapping-go`), and the Collector's `exporter/datadogexporter`.

mod config;
mod factory;
mod halves;
mod host;
mod host_metadata;
mod intake;
mod json;
mod key;
mod logs;
mod metrics;
mod running;
mod site;
mod stats;
mod tags;
mod traces;

pub use config::{
    Config, CumulativeMonotonicMode, HistogramMode, HostMetadataConfig, HostnameSource, InitialValue, LogsConfig,
    MetricsConfig, SummaryMode, TracesConfig,
};
pub use factory::FACTORY;
pub use logs::Exporter as Logs;
pub use metrics::Exporter as Metrics;

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
