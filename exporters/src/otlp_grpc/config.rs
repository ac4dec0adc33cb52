//! What the user writes.

use std::time::Duration;

use sluice_component::config::Section;
use sluice_transport::client::grpc;

use crate::sending;

/// The settings of `otlp_grpc`.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to send, and how.
    pub(super) client: grpc::Config,
    /// Queue, retry and timeout.
    pub(super) sending: sending::Config,
}

impl Config {
    /// Reads the exporter's section.
    pub fn read(section: &mut Section<'_>) -> Self {
        let client = grpc::Config::read(section, "gzip");
        let sending = sending::Config::read(section, Duration::from_secs(5));
        Self { client, sending }
    }
}
