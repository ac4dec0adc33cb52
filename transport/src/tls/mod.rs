//! TLS for both ends of a connection, over `rustls` with `ring`.
//!
//! The settings are the Collector's (`config/configtls`). Certificates are read when a component is built, so that a
//! missing file is a start-up error; where a reload is asked for, a certificate that cannot be read leaves the former in
//! use.
//!
//! Source: the Collector's `config/configtls` README.

mod algorithms;
mod client;
mod config;
mod fault;
mod identity;
mod pem;
mod renewal;
mod server;
mod trust;

pub use client::{ClientStream, Connector};
pub use config::{ClientConfig, ServerConfig};
pub use server::{Acceptor, ServerStream};

#[cfg(test)]
mod tests;
