//! `pprof`: a profile of where the gateway spends its CPU time, in the format of Go's tools.

mod config;
mod encode;
mod extension;
mod factory;
#[cfg(test)]
mod tests;

pub use factory::FACTORY;
