//! Sluice's connectors, one folder each.

use sluice_component::factory::ConnectorFactory;

pub mod forward;

/// Every connector, in the order of their names.
pub const FACTORIES: &[ConnectorFactory] = &[forward::FACTORY];
