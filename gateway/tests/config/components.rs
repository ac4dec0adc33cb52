//! The components of the collection: those of Sluice, and a few that take fewer signals than any of them.

use std::sync::Arc;

use sluice::components::Components;
use sluice_component::factory::{
    ConnectorConfig, ConnectorFactory, ExporterConfig, ExporterFactory, Info, Outlets, ProcessorConfig,
    ProcessorFactory, Settings, Stability,
};
use sluice_component::{BuildError, Consumer};
use sluice_pdata::Signal;

/// What the files may use.
pub(crate) fn all() -> Components {
    let mut components = Components::built_in();
    components.processors.push(ProcessorFactory { info: metrics("metrics_only"), configure: |_| Box::new(Unbuilt) });
    components.exporters.push(ExporterFactory { info: metrics("metrics_store"), configure: |_| Box::new(Unbuilt) });
    components.connectors.push(ConnectorFactory {
        info: Info { signals: &[(Signal::Traces, Stability::Beta)], ..metrics("counting") },
        pairs: &[(Signal::Traces, Signal::Metrics)],
        configure: |_| Box::new(Unbuilt),
    });
    components
}

const fn metrics(name: &'static str) -> Info {
    Info { name, aliases: &[], signals: &[(Signal::Metrics, Stability::Beta)] }
}

/// Settings of a component that is never built here.
struct Unbuilt;

const NEVER: &str = "configurations are only read here";

impl ProcessorConfig for Unbuilt {
    fn build(&self, _: Settings, _: Signal, _: Arc<dyn Consumer>) -> Result<Arc<dyn Consumer>, BuildError> {
        unreachable!("{NEVER}")
    }
}

impl ExporterConfig for Unbuilt {
    fn build(&self, _: Settings, _: Signal) -> Result<Arc<dyn Consumer>, BuildError> {
        unreachable!("{NEVER}")
    }
}

impl ConnectorConfig for Unbuilt {
    fn build(&self, _: Settings, _: Signal, _: Signal, _: Outlets) -> Result<Arc<dyn Consumer>, BuildError> {
        unreachable!("{NEVER}")
    }
}
