//! Gives attributes the names and values that a backend expects.
//!
//! The configuration is ours; its README is the specification. A rule changes attributes of one or more levels; rules are
//! carried out in order, presets first and guards last. For each level they are put together into a program that is
//! looked up by key (`program.rs`), carried out list by list (`list.rs`) on the one pass over a request (`walk.rs`). Data
//! points of metrics that became the same are merged afterwards (`merge`).

mod config;
mod convert;
mod entry;
mod factory;
mod limits;
mod list;
mod merge;
mod message;
mod names;
mod preset;
mod processor;
mod program;
mod programs;
mod rule;
mod severity;
mod telemetry;
#[cfg(test)]
mod tests;
mod walk;

pub use factory::FACTORY;
