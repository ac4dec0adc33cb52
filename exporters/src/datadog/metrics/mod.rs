//! Metrics: series (intake v2) and sketches.
//!
//! Source: Datadog's API reference, "Metrics"; DataDog/agent-payload; the Datadog Agent's mapping of OTLP.

mod bodies;
mod delta;
mod exponential;
mod exporter;
mod histogram;
mod number;
mod payload;
mod sketch;
mod translator;
mod wire;

pub use exporter::Exporter;

#[cfg(test)]
mod tests;
