//! The factory of `file`.

use std::sync::Arc;

use sluice_component::factory::{ExporterConfig, ExporterFactory, Info, Settings, Stability};
use sluice_component::{BuildError, Consumer};
use sluice_pdata::Signal;

use super::config::Config;
use super::exporter::FileExporter;
use crate::sending::{self, sending};

/// Registers `file`.
pub const FACTORY: ExporterFactory = ExporterFactory {
    info: Info {
        name: "file",
        aliases: &[],
        signals: &[
            (Signal::Traces, Stability::Alpha),
            (Signal::Metrics, Stability::Alpha),
            (Signal::Logs, Stability::Alpha),
            (Signal::Profiles, Stability::Development),
        ],
    },
    configure: |section| Box::new(Config::read(section)),
};

impl ExporterConfig for Config {
    fn build(&self, settings: Settings, signal: Signal) -> Result<Arc<dyn Consumer>, BuildError> {
        if self.group_by.is_some() && signal == Signal::Profiles {
            return Err(BuildError::at("group_by", "profiles cannot be grouped, give them an exporter of their own"));
        }
        let exporter = FileExporter::new(settings.clone(), self.writer()?);
        // As in the Collector, nothing is retried and nothing waits in a queue.
        let tail = sending::Config { queue: None, retry: None, timeout: None };
        Ok(sending(&settings, signal, &tail, Arc::new(exporter)))
    }
}
