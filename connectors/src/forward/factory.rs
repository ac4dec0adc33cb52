//! The factory of `forward`.

use std::sync::Arc;

use sluice_component::factory::{ConnectorConfig, ConnectorFactory, Info, Outlets, Settings, Stability};
use sluice_component::{BuildError, Consumer};
use sluice_pdata::Signal;

use super::connector::Forward;

/// Registers `forward`.
pub const FACTORY: ConnectorFactory = ConnectorFactory {
    info: Info {
        name: "forward",
        aliases: &[],
        signals: &[
            (Signal::Traces, Stability::Beta),
            (Signal::Metrics, Stability::Beta),
            (Signal::Logs, Stability::Beta),
            (Signal::Profiles, Stability::Alpha),
        ],
    },
    pairs: &[
        (Signal::Traces, Signal::Traces),
        (Signal::Metrics, Signal::Metrics),
        (Signal::Logs, Signal::Logs),
        (Signal::Profiles, Signal::Profiles),
    ],
    configure: |_section| Box::new(Config),
};

/// There is nothing to set.
struct Config;

impl ConnectorConfig for Config {
    fn build(
        &self,
        _settings: Settings,
        _from: Signal,
        _to: Signal,
        next: Outlets,
    ) -> Result<Arc<dyn Consumer>, BuildError> {
        Ok(Arc::new(Forward { next: next.all }))
    }
}
