//! Removes attributes that are not allowed, and masks values and keys that are blocked.
//!
//! Source: the Collector's `processor/redactionprocessor`, version 0.158, and what it does when it runs.

mod annotate;
mod blocked;
mod body;
mod config;
mod database;
mod factory;
mod keys;
mod mask;
mod names;
mod outcome;
mod processor;
mod rules;
mod scratch;
#[cfg(test)]
mod tests;
mod url;
mod walk;

pub use factory::FACTORY;
