//! What both ends of a connection share: TLS, gRPC, HTTP, compression.

pub mod tls;

#[cfg(test)]
mod testing;
