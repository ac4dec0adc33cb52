//! Sluice's extensions, one folder each, and the small HTTP server that they share.

use sluice_component::factory::ExtensionFactory;

pub mod health_check;
pub mod pages;
pub mod pprof;
#[cfg(test)]
mod testing;
pub mod zpages;

/// Every extension, in the order of their names.
pub const FACTORIES: &[ExtensionFactory] = &[health_check::FACTORY, pprof::FACTORY, zpages::FACTORY];
