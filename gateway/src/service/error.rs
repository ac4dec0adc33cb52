//! Why a gateway did not start, or did not end well.

use sluice_component::{BuildError, ComponentId, Kind, RunError};

use crate::config::Problems;
use crate::graph::GraphError;

/// Why a gateway did not start, or did not end well, in the Collector's words where it has some.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The configuration is wrong.
    #[error("invalid configuration: {0}")]
    Configuration(Problems),
    /// The loader of the configuration broke down.
    #[error("the configuration could not be loaded: {0}")]
    Loading(#[from] tokio::task::JoinError),
    /// The gateway cannot show what it says about itself.
    #[error("cannot start service::telemetry: {0}")]
    Telemetry(String),
    /// An extension does not come up.
    #[error("cannot start extensions: failed to start extension {id:?}: {problem}", id = id.as_str())]
    Extension {
        /// Which.
        id: ComponentId,
        /// What went wrong.
        problem: String,
    },
    /// A component does not come up.
    #[error("cannot start pipelines: {0}")]
    Pipelines(#[from] GraphError),
    /// A component cannot go on.
    #[error("{kind} {id:?} cannot go on: {source}", kind = kind.as_str(), id = id.as_str())]
    Fatal {
        /// What it is.
        kind: Kind,
        /// Its id.
        id: ComponentId,
        /// Why.
        source: RunError,
    },
    /// The system does not let the gateway listen to signals.
    #[error("cannot listen to signals: {0}")]
    Signals(std::io::Error),
    /// Acknowledged items did not get out in time.
    #[error("{0} items were lost while stopping")]
    Lost(u64),
    /// The user did not want to wait any longer.
    #[error("ended by a second signal before everything was handed on")]
    Interrupted,
}

/// A build error in one line.
pub(super) fn shown(error: &BuildError) -> String {
    if error.key.is_empty() { error.message.to_string() } else { format!("{}: {}", error.key, error.message) }
}
