//! Joins pipelines: what ends one of them begins others.
//!
//! Source: the Collector's `connector/forwardconnector`.

mod connector;
mod factory;

pub use factory::FACTORY;
