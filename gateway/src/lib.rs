//! Sluice, an OpenTelemetry gateway.

pub mod components;
pub mod plan;
pub mod telemetry;
