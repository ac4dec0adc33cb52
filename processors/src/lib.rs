//! Sluice's processors, one folder each.

use sluice_component::factory::ProcessorFactory;

pub mod batch;
pub mod label_mapping;
pub mod memory_limiter;
pub mod patterns;
pub mod pii;
pub mod redaction;
#[cfg(test)]
mod testing;

/// Every processor, in the order of their names.
pub const FACTORIES: &[ProcessorFactory] =
    &[batch::FACTORY, label_mapping::FACTORY, memory_limiter::FACTORY, pii::FACTORY, redaction::FACTORY];
