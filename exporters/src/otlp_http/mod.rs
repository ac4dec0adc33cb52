//! Sends OTLP over HTTP, in protobuf or JSON.
//!
//! Source: the OTLP specification, "OTLP/HTTP"; the Collector's `exporter/otlphttpexporter`.

mod config;
mod exporter;
mod factory;

pub use config::{Config, Encoding};
pub use factory::FACTORY;

#[cfg(test)]
mod tests;
