//! Refuses data while the process uses too much memory.
//!
//! Source: the Collector's `processor/memorylimiterprocessor` and `internal/memorylimiter`.

mod checker;
mod config;
mod factory;
mod memory;
mod processor;
#[cfg(test)]
mod tests;

pub use factory::FACTORY;
