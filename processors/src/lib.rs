//! Sluice's processors, one folder each.

use sluice_component::factory::ProcessorFactory;

mod actions;
pub mod attributes;
pub mod batch;
pub mod label_mapping;
mod matching;
pub mod memory_limiter;
pub mod patterns;
pub mod pii;
pub mod redaction;
mod repeated;
pub mod resource;
#[cfg(test)]
mod testing;
mod values;

/// Every processor, in the order of their names.
pub const FACTORIES: &[ProcessorFactory] = &[
    attributes::FACTORY,
    batch::FACTORY,
    label_mapping::FACTORY,
    memory_limiter::FACTORY,
    pii::FACTORY,
    redaction::FACTORY,
    resource::FACTORY,
];
