//! What an exporter to Datadog's own intakes is made of: its settings, hosts and tags.
//!
//! Source: Datadog's API reference (logs v2, metrics v2), the Datadog Agent's OTLP mapping
//! (`pkg/opentelemetry-mapping-go`), and the Collector's `exporter/datadogexporter`.

mod config;
mod factory;
pub mod host;
mod intake;
mod json;
mod logs;
pub mod site;
mod stats;
pub mod tags;
mod traces;

pub use config::{
    Config, CumulativeMonotonicMode, HistogramMode, HostMetadataConfig, HostnameSource, InitialValue, LogsConfig,
    MetricsConfig, SummaryMode, TracesConfig,
};
pub use factory::FACTORY;

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
