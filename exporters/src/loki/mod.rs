//! Pushes logs to Loki, by its own API.
//!
//! Source: Loki's HTTP API, "Ingest logs"; the Collector's former `exporter/lokiexporter` with its `pkg/translator/loki`, and that
//! exporter as it was before its version 0.62.

mod answer;
mod body;
mod config;
mod exporter;
mod factory;
mod hints;
mod labels;
mod line;
mod metadata;
mod repack;
mod resource;
mod rules;
mod severity;
mod streams;
mod translate;
mod translator;

pub use factory::FACTORY;
pub use translate::Lost;
pub use translator::Translator;

#[cfg(test)]
mod tests;
