//! Sluice's processors, one folder each.

use sluice_component::factory::ProcessorFactory;

/// Every processor, in the order of their names.
pub const FACTORIES: &[ProcessorFactory] = &[];
