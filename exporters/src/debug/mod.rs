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

/// The target of its lines in the gateway's log. Their messages hold telemetry and go over several lines, because the
/// user asked for just that.
pub const LOG_TARGET: &str = "sluice_exporters::debug";
