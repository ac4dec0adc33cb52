//! The factory of `label_mapping`.

use std::sync::Arc;

use sluice_component::factory::{Info, ProcessorConfig, ProcessorFactory, Settings, Stability};
use sluice_component::{BuildError, Consumer, transforming};
use sluice_pdata::Signal;

use super::config::Config;
use super::processor::LabelMapping;

/// Registers `label_mapping`.
pub const FACTORY: ProcessorFactory = ProcessorFactory {
    info: Info {
        name: "label_mapping",
        aliases: &[],
        signals: &[
            (Signal::Traces, Stability::Alpha),
            (Signal::Metrics, Stability::Alpha),
            (Signal::Logs, Stability::Alpha),
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
        Ok(transforming(LabelMapping::new(self.plan(), &settings.id, signal), next))
    }
}
