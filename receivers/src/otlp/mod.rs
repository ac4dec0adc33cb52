//! Takes OTLP over gRPC and HTTP.
//!
//! Both transports do the same in the same order: match the path, receive the body whole, unpack it, check it once, hand
//! it on, and say what became of it. What they share stands in `intake` and `refused`; what each makes of it on the
//! wire in `grpc` and `http`.
//!
//! Source: the OTLP specification 1.11, "OTLP/gRPC" and "OTLP/HTTP"; settings as in the Collector's `receiver/otlpreceiver`,
//! `config/configgrpc` and `config/confighttp`.

mod config;
mod factory;
mod grpc;
mod http;
mod intake;
mod receiver;
mod refused;
mod success;

pub use config::Config;
pub use factory::FACTORY;

#[cfg(test)]
mod tests;
