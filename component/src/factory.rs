//! How components are registered: one factory each, in one explicit list a kind.
//!
//! A factory names the component and reads its settings. What was read builds the component, as often as the graph needs
//! it: a receiver once, a processor once a pipeline, an exporter once a signal, a connector once a pair of signals.

use std::sync::Arc;

use sluice_pdata::Signal;

use crate::config::Section;
use crate::{
    BuildError, ComponentId, Consumer, Consumers, Extensions, Offers, PipelineId, Receiver, Role, StatusReporter, Stop,
};

/// What a component is called and can do.
#[derive(Clone, Copy, Debug)]
pub struct Info {
    /// Its type in configuration, lower_snake_case.
    pub name: &'static str,
    /// Former types, still read with one warning.
    pub aliases: &'static [&'static str],
    /// What it takes, and how finished it is: the Collector's levels. Empty for extensions.
    pub signals: &'static [(Signal, Stability)],
}

impl Info {
    /// Whether it takes this signal.
    pub fn takes(&self, signal: Signal) -> bool {
        self.signals.iter().any(|(taken, _)| *taken == signal)
    }
}

/// How finished a component is.
///
/// Source: the Collector's `docs/component-stability.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the names are the Collector's")]
pub enum Stability {
    Development,
    Alpha,
    Beta,
    Stable,
}

impl Stability {
    /// `development`, `alpha`, `beta`, `stable`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::Alpha => "alpha",
            Self::Beta => "beta",
            Self::Stable => "stable",
        }
    }
}

/// What every component is given when it is built.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Its id, as the user wrote it.
    pub id: ComponentId,
    /// The program that runs it.
    pub program: Program,
    /// Where it says how it is doing.
    pub status: StatusReporter,
    /// The extensions that run; to an extension, those that it refers to.
    pub extensions: Extensions,
}

/// The program's name and version, for user agents and own telemetry.
#[derive(Clone, Copy, Debug)]
pub struct Program {
    /// The binary's name.
    pub name: &'static str,
    /// What it calls itself to a person.
    pub description: &'static str,
    /// Its version.
    pub version: &'static str,
}

impl Program {
    /// `<description>/<version> (<os>/<architecture>)`, the form of the Collector's `User-Agent`.
    pub fn user_agent(&self) -> String {
        let architecture = match std::env::consts::ARCH {
            "x86_64" => "amd64",
            "aarch64" => "arm64",
            other => other,
        };
        format!("{}/{} ({}/{architecture})", self.description, self.version, std::env::consts::OS)
    }
}

/// Registers a receiver.
#[derive(Clone, Copy)]
pub struct ReceiverFactory {
    /// What it is.
    pub info: Info,
    /// Reads its settings; mistakes are reported to the section.
    pub configure: fn(&mut Section<'_>) -> Box<dyn ReceiverConfig>,
}

/// A receiver's settings.
pub trait ReceiverConfig: Send + Sync {
    /// Builds the one receiver of this id, for all signals that a pipeline takes from it, and binds its ports.
    ///
    /// # Errors
    ///
    /// A port is taken, a file cannot be read.
    fn build(&self, settings: Settings, consumers: Consumers) -> Result<Box<dyn Receiver>, BuildError>;
}

/// Registers a processor.
#[derive(Clone, Copy)]
pub struct ProcessorFactory {
    /// What it is.
    pub info: Info,
    /// Reads its settings; mistakes are reported to the section.
    pub configure: fn(&mut Section<'_>) -> Box<dyn ProcessorConfig>,
}

/// A processor's settings.
pub trait ProcessorConfig: Send + Sync {
    /// Builds the processor of one pipeline, in front of `next`.
    ///
    /// # Errors
    ///
    /// Something that the settings name cannot be had.
    fn build(
        &self,
        settings: Settings,
        signal: Signal,
        next: Arc<dyn Consumer>,
    ) -> Result<Arc<dyn Consumer>, BuildError>;
}

/// Registers an exporter.
#[derive(Clone, Copy)]
pub struct ExporterFactory {
    /// What it is.
    pub info: Info,
    /// Reads its settings; mistakes are reported to the section.
    pub configure: fn(&mut Section<'_>) -> Box<dyn ExporterConfig>,
}

/// An exporter's settings.
pub trait ExporterConfig: Send + Sync {
    /// Builds the exporter of one signal, shared by all pipelines of that signal. Called inside a tokio runtime.
    ///
    /// # Errors
    ///
    /// A file cannot be read, an address is no address.
    fn build(&self, settings: Settings, signal: Signal) -> Result<Arc<dyn Consumer>, BuildError>;
}

/// Registers a connector.
#[derive(Clone, Copy)]
pub struct ConnectorFactory {
    /// Its name, aliases, and the signals it takes.
    pub info: Info,
    /// The pairs of signals it leads from and to.
    pub pairs: &'static [(Signal, Signal)],
    /// Reads its settings; mistakes are reported to the section.
    pub configure: fn(&mut Section<'_>) -> Box<dyn ConnectorConfig>,
}

/// A connector's settings.
pub trait ConnectorConfig: Send + Sync {
    /// Builds the connector of one pair of signals, in front of the pipelines of signal `to` that it begins.
    ///
    /// # Errors
    ///
    /// The settings name a pipeline that is not among `next`.
    fn build(
        &self,
        settings: Settings,
        from: Signal,
        to: Signal,
        next: Outlets,
    ) -> Result<Arc<dyn Consumer>, BuildError>;
}

/// The pipelines that a connector begins.
pub struct Outlets {
    /// Each pipeline by itself, for a connector that chooses.
    pub pipelines: Vec<(PipelineId, Arc<dyn Consumer>)>,
    /// All of them at once.
    pub all: Arc<dyn Consumer>,
}

/// Registers an extension.
#[derive(Clone, Copy)]
pub struct ExtensionFactory {
    /// What it is.
    pub info: Info,
    /// Reads its settings; mistakes are reported to the section.
    pub configure: fn(&mut Section<'_>) -> Box<dyn ExtensionConfig>,
}

/// An extension's settings.
pub trait ExtensionConfig: Send + Sync {
    /// Builds the extension and binds its ports.
    ///
    /// # Errors
    ///
    /// A port is taken, a file cannot be read.
    fn build(&self, settings: Settings, host: Arc<dyn Host>) -> Result<Box<dyn Extension>, BuildError>;

    /// Whether components may refer to it as this. What is built offers it then.
    fn serves_as(&self, role: Role) -> bool {
        let _ = role;
        false
    }
}

/// Serves the operator or the other components beside the pipelines: health checks, debugging pages, authenticators.
pub trait Extension: Send {
    /// What it is to components that refer to it. Asked for once, before it runs.
    fn offers(&self) -> Offers {
        Offers::default()
    }

    /// Serves until `stop` is requested. It is started before, and stopped after, everything in the pipelines.
    fn run(self: Box<Self>, stop: Stop) -> crate::BoxFuture<'static, Result<(), crate::RunError>>;
}

/// What an extension may ask about the gateway that it serves.
pub trait Host: Send + Sync + 'static {
    /// Whether all pipelines take data.
    fn is_ready(&self) -> bool;
    /// Every component instance with its pipeline (where it has one of its own) and its health.
    fn components(&self) -> Vec<ComponentState>;
    /// Every pipeline, as configured.
    fn pipelines(&self) -> Vec<PipelineState>;
    /// The ids of the extensions that run.
    fn extensions(&self) -> Vec<ComponentId>;
    /// The program.
    fn program(&self) -> Program;
    /// When the service started.
    fn started(&self) -> std::time::SystemTime;
    /// The feature gates that are known: name, whether it is on, stage, description.
    fn features(&self) -> Vec<(&'static str, bool, &'static str, &'static str)>;
}

/// One component instance and how it is doing.
#[derive(Clone, Debug)]
pub struct ComponentState {
    /// What it is.
    pub kind: crate::Kind,
    /// Its id.
    pub id: ComponentId,
    /// The pipelines it serves.
    pub pipelines: Vec<PipelineId>,
    /// How it is doing.
    pub health: crate::Health,
}

/// One pipeline and what has flowed through it.
#[derive(Clone, Debug)]
pub struct PipelineState {
    /// Its id.
    pub id: PipelineId,
    /// Receivers, or connectors that begin it.
    pub receivers: Vec<ComponentId>,
    /// Processors, in order.
    pub processors: Vec<ComponentId>,
    /// Exporters, or connectors that end it.
    pub exporters: Vec<ComponentId>,
    /// Items that entered it.
    pub items_in: u64,
    /// Items that it refused.
    pub items_refused: u64,
}
