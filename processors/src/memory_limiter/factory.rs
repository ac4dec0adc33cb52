//! The factory of `memory_limiter`.

use std::sync::Arc;

use sluice_component::factory::{Info, ProcessorConfig, ProcessorFactory, Settings, Stability};
use sluice_component::{BuildError, Consumer, transforming};
use sluice_pdata::Signal;

use super::config::Config;
use super::processor::MemoryLimiter;

/// Registers `memory_limiter`.
pub const FACTORY: ProcessorFactory = ProcessorFactory {
    info: Info {
        name: "memory_limiter",
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
        settings: Settings,
        signal: Signal,
        next: Arc<dyn Consumer>,
    ) -> Result<Arc<dyn Consumer>, BuildError> {
        let watch = self.watch(&settings)?;
        Ok(transforming(MemoryLimiter::new(&settings, signal, watch), next))
    }
}
