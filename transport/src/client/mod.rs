//! The side that connects: gRPC and HTTP clients of exporters.

mod auth;
mod dial;
pub mod grpc;
mod headers;
pub mod http;
mod packing;
mod proxy;
