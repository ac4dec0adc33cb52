//! Sluice's receivers, one folder each.

use sluice_component::factory::ReceiverFactory;

/// Every receiver, in the order of their names.
pub const FACTORIES: &[ReceiverFactory] = &[];
