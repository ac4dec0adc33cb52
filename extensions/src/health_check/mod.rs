//! `health_check`: says over HTTP whether the gateway takes data.
//!
//! The Collector's contrib extension of this name, version 1: 200 once all pipelines take data, 503 before and after.

mod config;
mod extension;
mod factory;
#[cfg(test)]
mod tests;

pub use factory::FACTORY;
