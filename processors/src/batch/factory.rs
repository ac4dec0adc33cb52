//! The factory of `batch`.

use std::sync::Arc;

use sluice_component::factory::{Info, ProcessorConfig, ProcessorFactory, Settings, Stability};
use sluice_component::{BuildError, Consumer};
use sluice_pdata::Signal;

use super::config::Config;
use super::processor::Batcher;

/// Registers `batch`.
pub const FACTORY: ProcessorFactory = ProcessorFactory {
    info: Info {
        name: "batch",
        aliases: &[],
        signals: &[
            (Signal::Traces, Stability::Beta),
            (Signal::Metrics, Stability::Beta),
            (Signal::Logs, Stability::Beta),
        ],
    },
    configure: |section| Box::new(Config::read(section)),
};

impl ProcessorConfig for Config {
    fn build(
        &self,
        settings: Settings,
        signal: Signal,
        next: Arc<dyn Consumer>,
    ) -> Result<Arc<dyn Consumer>, BuildError> {
        Ok(Arc::new(Batcher::new(self, &settings, signal, next)))
    }
}
