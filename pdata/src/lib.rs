//! OTLP telemetry as bytes: batches, one check at the edge, views, edits, JSON.
//!
//! Telemetry stays OTLP protobuf from the socket to the socket. A [`Batch`] holds it as the bytes that
//! arrived, checked once, so that nothing behind the edge needs to doubt them again.

mod batch;
mod signal;

pub use batch::Batch;
pub use signal::Signal;
