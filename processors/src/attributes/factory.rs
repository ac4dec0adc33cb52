//! The factory of `attributes`.

use std::sync::Arc;

use sluice_component::factory::{Info, ProcessorConfig, ProcessorFactory, Settings, Stability};
use sluice_component::{BuildError, Consumer, transforming};
use sluice_pdata::Signal;

use super::config::Config;
use super::processor::Attributes;

/// Registers `attributes`.
pub const FACTORY: ProcessorFactory = ProcessorFactory {
    info: Info {
        name: "attributes",
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
        _settings: Settings,
        signal: Signal,
        next: Arc<dyn Consumer>,
    ) -> Result<Arc<dyn Consumer>, BuildError> {
        let matching = self.matching.of_signal(signal)?;
        Ok(transforming(Attributes { actions: Arc::clone(&self.actions), matching }, next))
    }
}
