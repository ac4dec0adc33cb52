//! `basicauth`: a name and a password in the `Authorization` header, for servers that ask for them and clients that show
//! them.
//!
//! The Collector's contrib extension of this name. Source: RFC 7617; the formats of Apache's `htpasswd`.

mod client;
mod config;
mod factory;
mod hash;
mod htpasswd;
mod md5_crypt;
mod server;
#[cfg(test)]
mod tests;

pub use factory::FACTORY;
