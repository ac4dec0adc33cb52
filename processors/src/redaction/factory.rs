//! The factory of `redaction`.

use std::sync::Arc;

use sluice_component::factory::{Info, ProcessorConfig, ProcessorFactory, Settings, Stability};
use sluice_component::{BuildError, Consumer, transforming};
use sluice_pdata::Signal;

use super::config::Config;
use super::processor::Redaction;

/// Registers `redaction`.
pub const FACTORY: ProcessorFactory = ProcessorFactory {
    info: Info {
        name: "redaction",
        aliases: &[],
        signals: &[
            (Signal::Traces, Stability::Beta),
            (Signal::Metrics, Stability::Alpha),
            (Signal::Logs, Stability::Alpha),
        ],
    },
    configure: |section| Box::new(Config::read(section)),
};

impl ProcessorConfig for Config {
    fn build(
        &self,
        _settings: Settings,
        signal: Signal,
        next: Arc<dyn Consumer>,
    ) -> Result<Arc<dyn Consumer>, BuildError> {
        Ok(transforming(Redaction::new(self, signal)?, next))
    }
}
