//! Takes everything and does nothing with it.
//!
//! Source: the Collector's `exporter/nopexporter`.

mod exporter;
mod factory;

pub use factory::FACTORY;
