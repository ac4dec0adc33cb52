//! Shows the last value of every series to Prometheus and others that scrape.
//!
//! ```text
//! batch → accumulator: names, labels → store: one point a series
//!                                        ↑ snapshot
//!                     scraper → endpoint → text 0.0.4, OpenMetrics, protobuf
//! ```
//!
//! Source: the Collector's `exporter/prometheusexporter`; Prometheus' "Exposition formats"; OpenMetrics 1.0.

mod accumulator;
mod config;
mod endpoint;
mod exporter;
mod factory;
mod family;
mod format;
mod name;
mod number;
mod point;
mod protobuf;
mod refusal;
mod store;
mod sum;
mod text;

pub use config::Config;
pub use factory::FACTORY;

#[cfg(test)]
mod tests;
