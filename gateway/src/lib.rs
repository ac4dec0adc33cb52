//! Sluice, an OpenTelemetry gateway.
