//! Starting, running, reloading and ending a gateway.
//!
//! # Start
//!
//! Own telemetry, then extensions, then components from the exporters to the receivers. Ports are bound while components
//! are built; the first data is taken when everything stands.
//!
//! # End
//!
//! On `SIGTERM`, `SIGINT`, or when a receiver or extension cannot go on: readiness off, receivers stop taking and answer
//! what they began, the chain is flushed front to back, extensions and own telemetry end. All of it has *one* deadline
//! ([`Options::drain`]). Receivers have the first half of it: a request that is not answered by then was not
//! acknowledged and its client still has it, while what waits in queues was. A second signal ends the process at once.
//!
//! The last log line says what was lost in the whole life of the process, by reason. The exit code is 0, or 1 if
//! something failed or acknowledged items were lost while stopping; losses before that were reported when they happened.
//!
//! # Reload
//!
//! `SIGHUP` loads the configuration again. If it is wrong, that is logged and everything goes on as it is. Otherwise the
//! old components are drained as at the end and new ones are started in their place; the ports are closed in between. If
//! the new ones do not come up (a port is taken, a certificate is missing), the old configuration is started again.

mod error;
mod host;
mod losses;
mod run;
mod running;
mod signals;

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::{Duration, Instant};

use sluice_component::factory::Program;
use tokio::sync::Notify;

use crate::components::Components;
use crate::config::{Configuration, Problems};
use crate::gates::Gates;

pub use error::ServiceError;
pub use run::run;
pub use signals::{Event, Events, signals};

/// What a gateway is run with.
pub struct Options {
    /// The program.
    pub program: Program,
    /// What it can build.
    pub components: Components,
    /// Its feature gates.
    pub gates: Gates,
    /// How long an end or a reload may take.
    pub drain: Duration,
    /// When the process began.
    pub started: Instant,
    /// Told each time that everything stands and takes data.
    pub ready: Arc<Notify>,
}

/// Loads the configuration, at the start and at each reload. May block.
pub type Load = Arc<dyn Fn() -> Result<Configuration, Problems> + Send + Sync>;
