//! The factory of `datadog`.

use std::sync::Arc;

use sluice_component::factory::{ExporterConfig, ExporterFactory, Info, Settings, Stability};
use sluice_component::{BuildError, Consumer};
use sluice_pdata::Signal;

use super::config::Config;
use super::running::{Held, Running};
use super::{logs, metrics, traces};
use crate::sending::delivering;

/// Registers `datadog`.
pub const FACTORY: ExporterFactory = ExporterFactory {
    info: Info {
        name: "datadog",
        aliases: &[],
        signals: &[
            (Signal::Traces, Stability::Beta),
            (Signal::Metrics, Stability::Beta),
            (Signal::Logs, Stability::Beta),
        ],
    },
    configure: |section| Box::new(Config::read(section)),
};

impl ExporterConfig for Config {
    fn build(&self, settings: Settings, signal: Signal) -> Result<Arc<dyn Consumer>, BuildError> {
        let running = Running::of(self, &settings)?;
        let deliver = |deliver| delivering(&settings, signal, &self.sending, deliver);
        let consumer = match signal {
            Signal::Traces => traces::build(self, &settings)?,
            Signal::Metrics => deliver(Arc::new(metrics::Exporter::new(self, &settings)?)),
            Signal::Logs => deliver(Arc::new(logs::Exporter::new(self, &settings)?)),
            other => return Err(BuildError::new(format!("does not take {}", other.as_str()))),
        };
        Ok(Arc::new(Held { consumer, running }))
    }
}
