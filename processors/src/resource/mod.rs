//! Sets, removes, hashes and converts the attributes of resources.
//!
//! Source: the Collector's `processor/resourceprocessor`.

mod config;
mod factory;
mod processor;
#[cfg(test)]
mod tests;

pub use factory::FACTORY;
