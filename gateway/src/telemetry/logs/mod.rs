//! The gateway's own log.

mod config;

pub use config::{Config, Encoding, Sampling};
