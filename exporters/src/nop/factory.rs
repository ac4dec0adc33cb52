//! The factory of `nop`.

use std::sync::Arc;

use sluice_component::factory::{ExporterConfig, ExporterFactory, Info, Settings, Stability};
use sluice_component::{BuildError, Consumer};
use sluice_pdata::Signal;

use super::exporter::Nop;

/// Registers `nop`.
pub const FACTORY: ExporterFactory = ExporterFactory {
    info: Info {
        name: "nop",
        aliases: &[],
        signals: &[
            (Signal::Traces, Stability::Beta),
            (Signal::Metrics, Stability::Beta),
            (Signal::Logs, Stability::Beta),
            (Signal::Profiles, Stability::Alpha),
        ],
    },
    configure: |_section| Box::new(Config),
};

/// There is nothing to set.
struct Config;

impl ExporterConfig for Config {
    fn build(&self, _settings: Settings, _signal: Signal) -> Result<Arc<dyn Consumer>, BuildError> {
        Ok(Arc::new(Nop))
    }
}
