//! Sluice's extensions, one folder each.

pub mod pages;

use sluice_component::factory::ExtensionFactory;

/// Every extension, in the order of their names.
pub const FACTORIES: &[ExtensionFactory] = &[];
