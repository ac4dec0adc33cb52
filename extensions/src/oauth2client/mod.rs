//! `oauth2client`: shows servers a token of OAuth 2.0 that is fetched with a client's own credentials, and fetched again
//! before it expires.
//!
//! The Collector's contrib extension of this name. Source: RFC 6749, 2.3.1, 4.4 and 5; RFC 6750.
//!
//! The `oauth2` crate is not used: of it, one request would be needed, and it brings a second stack of dates, random
//! numbers and hashes.

mod config;
mod endpoint;
mod extension;
mod factory;
#[cfg(test)]
mod tests;

pub use factory::FACTORY;
