//! A graph could not be built.

use sluice_component::{BuildError, ComponentId, Kind, PipelineId};
use sluice_pdata::Signal;

/// Why a graph could not be built, in the Collector's words where it has some.
#[derive(Debug, thiserror::Error)]
pub enum GraphError {
    /// A component did not come up.
    #[error("failed to start {id:?} {kind}{place}: {problem}", id = id.as_str(), kind = kind.as_str(), problem = Shown(source))]
    Component {
        /// What it is.
        kind: Kind,
        /// Its id.
        id: ComponentId,
        /// Which instance of it, with a leading blank or comma; empty where there is one only.
        place: String,
        /// What went wrong.
        source: BuildError,
    },
    /// A component does not take what flows there.
    #[error("failed to create {id:?} {kind}{place}: telemetry type is not supported", id = id.as_str(), kind = kind.as_str())]
    Signal {
        /// What it is.
        kind: Kind,
        /// Its id.
        id: ComponentId,
        /// Which instance of it.
        place: String,
    },
    /// A pipeline names what is not configured.
    #[error("service::pipelines::{pipeline}: references {kind} {id:?} which is not configured", kind = kind.as_str(), id = id.as_str())]
    Missing {
        /// Which pipeline.
        pipeline: PipelineId,
        /// As what it is named.
        kind: Kind,
        /// What it names.
        id: ComponentId,
    },
    /// A connector ends a pipeline and begins none that it could lead to, or the other way round.
    #[error("connector {id:?} used as {used} in [{pipeline}] pipeline but not used in any supported {missing} pipeline", id = id.as_str(), used = used.as_str(), missing = missing.as_str())]
    Connector {
        /// The connector.
        id: ComponentId,
        /// As what it is used.
        used: Kind,
        /// As what it is not.
        missing: Kind,
        /// Where it is used.
        pipeline: PipelineId,
    },
    /// Connectors lead in a circle.
    #[error("cycle detected: {}", join(.0))]
    Cycle(Vec<PipelineId>),
}

impl GraphError {
    pub(super) fn component(kind: Kind, id: &ComponentId, place: String, source: BuildError) -> Self {
        Self::Component { kind, id: id.clone(), place, source }
    }
}

/// `, for data type "logs"`, as the Collector names an instance of one signal.
pub(super) fn for_signal(signal: Signal) -> String {
    format!(" for data type {:?}", signal.as_str())
}

struct Shown<'e>(&'e BuildError);

impl std::fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let BuildError { message, key } = self.0;
        if key.is_empty() { f.write_str(message) } else { write!(f, "{key}: {message}") }
    }
}

fn join(pipelines: &[PipelineId]) -> String {
    let steps: Vec<_> = pipelines.iter().map(|id| format!("pipeline {:?}", id.as_str())).collect();
    steps.join(" -> ")
}
