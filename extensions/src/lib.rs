//! Sluice's extensions, one folder each, and what they share: a small HTTP server, and credentials that change.

use sluice_component::factory::ExtensionFactory;

pub mod basicauth;
pub mod bearertokenauth;
mod credentials;
pub mod headers_setter;
pub mod health_check;
pub mod oauth2client;
pub mod pages;
pub mod pprof;
#[cfg(test)]
mod testing;
pub mod zpages;

/// Every extension, in the order of their names.
pub const FACTORIES: &[ExtensionFactory] = &[
    basicauth::FACTORY,
    bearertokenauth::FACTORY,
    headers_setter::FACTORY,
    health_check::FACTORY,
    oauth2client::FACTORY,
    pprof::FACTORY,
    zpages::FACTORY,
];
