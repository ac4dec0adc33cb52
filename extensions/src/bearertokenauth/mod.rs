//! `bearertokenauth`: one token in a header, for clients that show it and servers that ask for it.
//!
//! The Collector's contrib extension of this name. Source: RFC 6750.

mod config;
mod extension;
mod factory;
#[cfg(test)]
mod tests;

pub use factory::FACTORY;
