//! The gateway's own metrics.
//!
//! Components record through the `metrics` facade under the Collector's names; the [`Registry`] keeps what they record,
//! and each reader shows it in its own form.

mod catalog;
mod config;
mod histogram;
mod process;
mod registry;
mod snapshot;
mod text;

pub use config::{Config, Level, OtlpPush, PrometheusPull, Protocol, Reader};
pub use histogram::Buckets;
pub use registry::Registry;
