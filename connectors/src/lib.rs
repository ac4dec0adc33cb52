//! Sluice's connectors, one folder each.

use sluice_component::factory::ConnectorFactory;

/// Every connector, in the order of their names.
pub const FACTORIES: &[ConnectorFactory] = &[];
