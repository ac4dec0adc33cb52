//! The factory of `debug`.

use std::sync::Arc;

use sluice_component::factory::{ExporterConfig, ExporterFactory, Info, Settings, Stability};
use sluice_component::{BuildError, Consumer};
use sluice_pdata::Signal;

use super::config::Config;
use super::exporter::Debug;
use crate::sending::{self, sending};

/// Registers `debug`.
pub const FACTORY: ExporterFactory = ExporterFactory {
    info: Info {
        name: "debug",
        aliases: &[],
        signals: &[
            (Signal::Traces, Stability::Alpha),
            (Signal::Metrics, Stability::Alpha),
            (Signal::Logs, Stability::Alpha),
            (Signal::Profiles, Stability::Alpha),
        ],
    },
    configure: |section| Box::new(Config::read(section)),
};

impl ExporterConfig for Config {
    fn build(&self, settings: Settings, signal: Signal) -> Result<Arc<dyn Consumer>, BuildError> {
        let debug = Arc::new(Debug::open(self, settings.id.clone())?);
        let tail = sending::Config { queue: self.queue.clone(), retry: None, timeout: None };
        Ok(sending(&settings, signal, &tail, debug))
    }
}
