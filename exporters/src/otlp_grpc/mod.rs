//! Sends OTLP over gRPC.
//!
//! Source: the OTLP specification, "OTLP/gRPC"; the Collector's `exporter/otlpexporter`.

mod config;
mod exporter;
mod factory;

pub use config::Config;
pub use factory::FACTORY;

#[cfg(test)]
mod tests;
