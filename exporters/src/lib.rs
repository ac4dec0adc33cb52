//! Sluice's exporters, one folder each, and the common tail that sends.

use sluice_component::factory::ExporterFactory;

pub mod nop;
pub mod sending;

/// Every exporter, in the order of their names.
pub const FACTORIES: &[ExporterFactory] = &[nop::FACTORY];

#[cfg(test)]
mod testing;
