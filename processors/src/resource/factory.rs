//! The factory of `resource`.

use std::sync::Arc;

use sluice_component::factory::{Info, ProcessorConfig, ProcessorFactory, Settings, Stability};
use sluice_component::{BuildError, Consumer, transforming};
use sluice_pdata::Signal;

use super::config::Config;
use super::processor::Resource;

/// Registers `resource`.
pub const FACTORY: ProcessorFactory = ProcessorFactory {
    info: Info {
        name: "resource",
        aliases: &[],
        signals: &[
            (Signal::Traces, Stability::Beta),
            (Signal::Metrics, Stability::Beta),
            (Signal::Logs, Stability::Beta),
            (Signal::Profiles, Stability::Alpha),
        ],
    },
    configure: |section| Box::new(Config::read(section)),
};

impl ProcessorConfig for Config {
    fn build(
        &self,
        _settings: Settings,
        _signal: Signal,
        next: Arc<dyn Consumer>,
    ) -> Result<Arc<dyn Consumer>, BuildError> {
        Ok(transforming(Resource { actions: Arc::clone(&self.actions) }, next))
    }
}
