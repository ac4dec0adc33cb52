//! Prints telemetry, for people who look at it.
//!
//! Source: the Collector's `exporter/debugexporter`.

mod config;
mod exporter;
mod factory;
mod output;
mod sampler;
#[cfg(test)]
mod tests;
mod text;

pub use factory::FACTORY;
