//! Sets, removes, hashes and converts the attributes of spans, data points and log records.
//!
//! Source: the Collector's `processor/attributesprocessor`.

mod config;
mod factory;
mod processor;
#[cfg(test)]
mod tests;

pub use factory::FACTORY;
