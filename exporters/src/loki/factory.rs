//! The factory of `loki`.

use std::sync::Arc;

use sluice_component::factory::{ExporterConfig, ExporterFactory, Info, Settings, Stability};
use sluice_component::{BuildError, Consumer};
use sluice_pdata::Signal;

use super::config::Config;
use super::exporter::Exporter;
use crate::sending;

/// Registers `loki`.
pub const FACTORY: ExporterFactory = ExporterFactory {
    info: Info { name: "loki", aliases: &[], signals: &[(Signal::Logs, Stability::Beta)] },
    configure: |section| Box::new(Config::read(section)),
};

impl ExporterConfig for Config {
    fn build(&self, settings: Settings, signal: Signal) -> Result<Arc<dyn Consumer>, BuildError> {
        let exporter = Exporter::new(self, &settings)?;
        Ok(sending::delivering(&settings, signal, &self.sending, Arc::new(exporter)))
    }
}
