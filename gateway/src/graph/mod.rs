//! The chain of components that a plan asks for.
//!
//! One instance of a receiver an id, of a processor a pipeline and id, of an exporter a signal and id, of a connector a
//! pair of signals and id. Between any two of them is a `border`, where items are counted and panics caught; where the
//! way parts is a `fan_out`.

mod border;
mod build;
#[cfg(test)]
pub(crate) mod doubles;
mod entrance;
mod error;
mod fan_out;
mod flush;
mod state;

#[cfg(test)]
mod tests;

use sluice_component::{ComponentId, Receiver};

pub use error::GraphError;
pub use flush::Chain;
pub use state::{Instance, Map};

/// Receivers and their ids.
pub type Receivers = Vec<(ComponentId, Box<dyn Receiver>)>;

/// Components built and linked; nothing flows until its receivers run.
pub struct Graph {
    /// What brings data. Each has bound its ports.
    pub receivers: Receivers,
    /// Everything behind them.
    pub chain: Chain,
    /// Who is in it, for health checks and debugging pages.
    pub map: Map,
}
