//! Sluice's benchmarks: micro benchmarks, and the load test that runs Sluice and its peers in turn on the same file and load.
//!
//! The parts are of use to other tests as well: a [`workload`] is a pool of OTLP requests made in advance, the [`generator`]
//! sends them over gRPC or HTTP and says what was acknowledged, the [`sink`] is a backend that counts what arrives, and a
//! [`process`] is a gateway started as a child. Every item carries the number of the request it was made in ([`wire`]), so
//! that what was acknowledged can be compared with what arrived, request by request.

pub mod compare;
pub mod compression;
pub mod format;
pub mod generator;
mod http2;
pub mod process;
pub mod report;
pub mod scenario;
pub mod sink;
pub mod wire;
pub mod workload;
