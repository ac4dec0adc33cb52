//! Sluice's exporters, one folder each, and the common tail that sends.

use sluice_component::factory::ExporterFactory;

mod answers;
pub mod datadog;
pub mod debug;
pub mod file;
pub mod loki;
pub mod nop;
mod otlp;
pub mod otlp_grpc;
pub mod otlp_http;
pub mod prometheus;
pub mod prometheus_model;
pub mod prometheus_remote_write;
pub mod sending;
mod translating;

/// Every exporter, in the order of their names.
pub const FACTORIES: &[ExporterFactory] = &[
    datadog::FACTORY,
    debug::FACTORY,
    file::FACTORY,
    loki::FACTORY,
    nop::FACTORY,
    otlp_grpc::FACTORY,
    otlp_http::FACTORY,
    prometheus::FACTORY,
    prometheus_remote_write::FACTORY,
];

#[cfg(test)]
mod testing;
