//! OTLP telemetry as bytes: batches, one check at the edge, views, edits, JSON.
//!
//! Telemetry stays OTLP protobuf from the socket to the socket. A [`Batch`] holds it as the bytes that
//! arrived, checked once, so that nothing behind the edge needs to doubt them again.

#![forbid(unsafe_code)]

#[cfg(test)]
mod arbitrary;
mod assemble;
mod batch;
mod check;
mod count;
pub mod edit;
mod json;
mod layout;
mod malformed;
mod schema;
mod signal;
mod split;
pub mod view;
mod wire;

pub use batch::Batch;
pub use check::Limits;
pub use malformed::{Malformed, Position, Problem};
pub use signal::Signal;
pub use split::{Size, Split};
