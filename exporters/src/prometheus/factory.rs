//! The factory of `prometheus`.

use std::sync::Arc;

use sluice_component::factory::{ExporterConfig, ExporterFactory, Info, Settings, Stability};
use sluice_component::{BuildError, Consumer};
use sluice_pdata::Signal;

use super::config::Config;
use super::exporter::Exporter;

/// Registers `prometheus`.
pub const FACTORY: ExporterFactory = ExporterFactory {
    info: Info { name: "prometheus", aliases: &[], signals: &[(Signal::Metrics, Stability::Beta)] },
    configure: |section| Box::new(Config::read(section)),
};

impl ExporterConfig for Config {
    fn build(&self, settings: Settings, _signal: Signal) -> Result<Arc<dyn Consumer>, BuildError> {
        Ok(Arc::new(Exporter::start(self, &settings)?))
    }
}
