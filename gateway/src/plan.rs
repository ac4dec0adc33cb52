//! What a configuration asks for, read and validated: what the service builds.

use indexmap::IndexMap;
use sluice_component::factory::{
    ConnectorConfig, ExporterConfig, ExtensionConfig, Info, ProcessorConfig, ReceiverConfig,
};
use sluice_component::{ComponentId, PipelineId};
use sluice_pdata::Signal;

use crate::telemetry;

/// A configuration in which every reference leads somewhere and every setting was read by its component.
pub struct Plan {
    /// Everything under `receivers`, used or not.
    pub receivers: IndexMap<ComponentId, Configured<dyn ReceiverConfig>>,
    /// Everything under `processors`, used or not.
    pub processors: IndexMap<ComponentId, Configured<dyn ProcessorConfig>>,
    /// Everything under `exporters`, used or not.
    pub exporters: IndexMap<ComponentId, Configured<dyn ExporterConfig>>,
    /// Everything under `connectors`, used or not.
    pub connectors: IndexMap<ComponentId, ConfiguredConnector>,
    /// Everything under `extensions`, used or not.
    pub extensions: IndexMap<ComponentId, Configured<dyn ExtensionConfig>>,
    /// `service::extensions`: what to start, in this order; each is behind those that it refers to.
    pub started_extensions: Vec<ComponentId>,
    /// `service::pipelines`.
    pub pipelines: IndexMap<PipelineId, Pipeline>,
    /// `service::telemetry`.
    pub telemetry: telemetry::Config,
}

/// A component whose settings were read.
pub struct Configured<C: ?Sized> {
    /// What it is.
    pub info: Info,
    /// Its settings.
    pub config: Box<C>,
}

/// A connector whose settings were read.
pub struct ConfiguredConnector {
    /// What it is.
    pub info: Info,
    /// The pairs of signals that it can lead from and to.
    pub pairs: &'static [(Signal, Signal)],
    /// Its settings.
    pub config: Box<dyn ConnectorConfig>,
}

/// One pipeline. An id among receivers or exporters may be a connector's; none stands twice.
#[derive(Clone, Debug, Default)]
pub struct Pipeline {
    /// Where its data comes from.
    pub receivers: Vec<ComponentId>,
    /// What shapes it, in order.
    pub processors: Vec<ComponentId>,
    /// Where it goes.
    pub exporters: Vec<ComponentId>,
}
