//! Sluice's receivers, one folder each.

use sluice_component::factory::ReceiverFactory;

pub mod nop;
pub mod otlp;

/// Every receiver, in the order of their names.
pub const FACTORIES: &[ReceiverFactory] = &[nop::FACTORY, otlp::FACTORY];
