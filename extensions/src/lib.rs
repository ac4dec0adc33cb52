//! Sluice's extensions, one folder each.

use sluice_component::factory::ExtensionFactory;

/// Every extension, in the order of their names.
pub const FACTORIES: &[ExtensionFactory] = &[];
