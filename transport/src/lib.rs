//! What both ends of a connection share: TLS, gRPC, HTTP, compression.

pub mod client;
pub mod compression;
pub mod io;
pub mod server;
mod silence;
pub mod status;
pub mod tls;

#[cfg(test)]
mod testing;
