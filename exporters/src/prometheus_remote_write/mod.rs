//! Sends metrics by Prometheus remote write, 1.0 or 2.0.
//!
//! A batch becomes streams (data points of the same metric and labels), these become series, and series become requests:
//! [`streams`], [`series`], [`v1`] and [`v2`].
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
pub use translate::{Translated, Translator};

#[cfg(test)]
mod tests;
