//! Sluice, an OpenTelemetry gateway.

pub mod components;
pub mod config;
pub mod graph;
pub mod plan;
pub mod telemetry;
