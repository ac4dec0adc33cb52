//! Writes telemetry to files.
//!
//! Source: the Collector's `exporter/fileexporter`.

mod config;
mod encoding;
mod exporter;
mod factory;
mod groups;
mod log_file;
mod rotation;
#[cfg(test)]
mod tests;
mod writer;

pub use factory::FACTORY;
