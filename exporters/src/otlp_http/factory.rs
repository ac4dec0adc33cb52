//! The factory of `otlp_http`.

use std::sync::Arc;

use sluice_component::factory::{ExporterConfig, ExporterFactory, Info, Settings, Stability};
use sluice_component::{BuildError, Consumer};
use sluice_pdata::Signal;

use super::config::Config;
use super::exporter::Exporter;
use crate::sending;

/// Registers `otlp_http`, formerly `otlphttp`.
pub const FACTORY: ExporterFactory = ExporterFactory {
    info: Info {
        name: "otlp_http",
        aliases: &["otlphttp"],
        signals: &[
            (Signal::Traces, Stability::Stable),
            (Signal::Metrics, Stability::Stable),
            (Signal::Logs, Stability::Stable),
            (Signal::Profiles, Stability::Alpha),
        ],
    },
    configure: |section| Box::new(Config::read(section)),
};

impl ExporterConfig for Config {
    fn build(&self, settings: Settings, signal: Signal) -> Result<Arc<dyn Consumer>, BuildError> {
        let exporter = Exporter::new(self, &settings, signal)?;
        Ok(sending::sending(&settings, signal, &self.sending, Arc::new(exporter)))
    }
}
