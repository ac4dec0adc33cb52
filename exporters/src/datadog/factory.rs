//! The factory of `datadog`.

use std::sync::Arc;

use sluice_component::factory::{ExporterConfig, ExporterFactory, Info, Settings, Stability};
use sluice_component::{BuildError, Consumer};
use sluice_pdata::Signal;

use super::config::Config;
use super::{logs, metrics, traces};
use crate::sending::{Deliver, delivering};

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
        let deliver: Arc<dyn Deliver> = match signal {
            Signal::Traces => return traces::build(self, &settings),
            Signal::Metrics => Arc::new(metrics::Exporter::new(self, &settings)?),
            Signal::Logs => Arc::new(logs::Exporter::new(self, &settings)?),
            other => return Err(BuildError::new(format!("does not take {other}", other = other.as_str()))),
        };
        Ok(delivering(&settings, signal, &self.sending, deliver))
    }
}
