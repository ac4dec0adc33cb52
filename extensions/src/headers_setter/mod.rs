//! `headers_setter`: headers of outgoing requests, from the configuration, files, and what is known of the client whose
//! data is sent.
//!
//! The Collector's contrib extension of this name.

mod config;
mod extension;
mod factory;
#[cfg(test)]
mod tests;

pub use factory::FACTORY;
