//! The gateway's own metrics.

mod config;

pub use config::{Config, Level, OtlpPush, PrometheusPull, Protocol, Reader};
