//! `logs`.

use sluice_component::config::Section;
use sluice_transport::compression::{Compressor, Encoding};

use super::{endpoint, site};

/// How logs are sent.
#[derive(Clone, Debug)]
pub struct LogsConfig {
    /// The host that takes them.
    pub endpoint: String,
    /// How bodies are packed: gzip, by default at the level 1, or not at all.
    pub compressor: Option<Compressor>,
}

impl LogsConfig {
    pub(super) fn read(section: &mut Section<'_>, site: &str) -> Self {
        let endpoint = endpoint(section, site::logs(site));
        let use_compression = section.bool("use_compression", true);
        let level = section.integer("compression_level", 1i32);
        // Batches are made by `sending_queue::batch` or the processor, as for every other exporter.
        section.integer("batch_wait", 5i64);
        let compressor = match Compressor::new(Encoding::Gzip, Some(level)) {
            _ if !use_compression || level == 0 => None,
            Ok(compressor) => Some(compressor),
            Err(error) => {
                section.problem("compression_level", error.to_string());
                None
            }
        };
        Self { endpoint, compressor }
    }
}
