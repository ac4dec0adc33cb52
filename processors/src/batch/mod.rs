//! Merges small requests into large ones, and cuts what is too large.
//!
//! Source: the Collector's `processor/batchprocessor`; `acknowledge: on_delivery` is ours.

mod config;
mod factory;
mod held;
mod processor;
mod shard;
mod shards;
mod telemetry;
#[cfg(test)]
mod tests;
mod ticket;

pub use factory::FACTORY;
