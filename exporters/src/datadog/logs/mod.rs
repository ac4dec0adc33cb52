//! Logs: the intake v2, which takes lists of JSON objects.
//!
//! Source: Datadog's API reference, "Logs", "Send logs"; the Datadog Agent, `pkg/opentelemetry-mapping-go/otlp/logs`.

mod bodies;
mod entry;
mod exporter;

pub use exporter::Exporter;

#[cfg(test)]
mod tests;
