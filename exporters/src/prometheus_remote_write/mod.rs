//! Sends metrics by Prometheus remote write, 1.0 or 2.0.
//!
//! A batch becomes streams (data points of the same metric and labels: `streams`), these become series (`series`), and series
//! become requests (`v1`, `v2`).
//!
//! Source: Prometheus' Remote-Write 1.0 and 2.0 specifications; the Collector's `exporter/prometheusremotewriteexporter`.

mod config;
mod exporter;
mod factory;
mod histogram;
mod loss;
mod protobuf;
mod requests;
mod series;
mod streams;
mod translate;
mod v1;
mod v2;

pub use config::{Config, Message};
pub use factory::FACTORY;
pub use loss::{Cause, Losses};
pub use requests::Packed;
pub use translate::{Translated, Translator};

#[cfg(test)]
mod tests;
