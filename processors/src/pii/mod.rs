//! Takes personal data and secrets out of telemetry.
//!
//! What is personal is for the crate `sluice_pii` to say. Here is where to look, `walk`, and what to do about it.

mod config;
mod explain;
mod factory;
mod keys;
mod place;
mod processor;
mod rules;
mod steps;
mod telemetry;
#[cfg(test)]
mod tests;
mod walk;

pub use explain::{Explainer, Explanation, Found, Unscanned, Value};
pub use factory::FACTORY;
