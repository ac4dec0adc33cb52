//! The gateway's own metrics.
//!
//! Components record through the `metrics` facade under the Collector's names; the [`Registry`] keeps what they record,
//! and each reader shows it in its own form.

mod catalog;
mod config;
mod histogram;
mod process;
mod push;
mod registry;
mod server;
mod snapshot;
mod text;

use std::sync::{Arc, OnceLock};
use std::time::Instant;

use sluice_component::factory::Program;
use sluice_component::{BuildError, Stop, StopSource};
use tokio_util::task::TaskTracker;

pub use config::{Config, Level, OtlpPush, PrometheusPull, Protocol, Reader};
pub use histogram::Buckets;
pub use registry::Registry;
use snapshot::Snapshot;

use crate::components::Components;

/// The registry of this process. The first call makes it the one that everybody records to.
pub fn registry() -> &'static Arc<Registry> {
    static REGISTRY: OnceLock<Arc<Registry>> = OnceLock::new();
    REGISTRY.get_or_init(|| {
        let registry = Arc::new(Registry::default());
        // An embedding program may record elsewhere; then there is nothing to show here.
        let _ = metrics::set_global_recorder(Arc::clone(&registry));
        registry
    })
}

/// What every reader shows.
#[derive(Clone)]
struct Source {
    registry: Arc<Registry>,
    level: Level,
    resource: Arc<[(String, String)]>,
    program: Program,
    /// When the process began.
    started: Instant,
}

impl Source {
    fn take(&self) -> Snapshot {
        snapshot::take(&self.registry, self.level, self.started)
    }
}

/// The readers of a configuration, running.
pub struct Readers {
    stop: StopSource,
    tasks: TaskTracker,
}

/// What readers need to know of the program.
pub struct Surroundings<'a> {
    /// The program.
    pub program: Program,
    /// Its exporters: OTLP goes out through them.
    pub components: &'a Components,
    /// The attributes of the resource.
    pub resource: Vec<(String, String)>,
    /// When the process began.
    pub started: Instant,
}

enum Built {
    Server(Box<server::Server>),
    Push(push::Push),
}

impl Built {
    async fn run(self, stop: Stop) {
        match self {
            Self::Server(server) => server.run(stop).await,
            Self::Push(push) => push.run(stop).await,
        }
    }
}

impl Readers {
    /// Starts every reader of `config`; none at level `none`. Called inside a tokio runtime.
    ///
    /// # Errors
    ///
    /// A port is taken, or an exporter cannot be built.
    pub fn start(config: &Config, surroundings: Surroundings<'_>) -> Result<Self, BuildError> {
        let Surroundings { program, components, resource, started } = surroundings;
        let source = Source {
            registry: Arc::clone(registry()),
            level: config.level,
            resource: resource.into(),
            program,
            started,
        };
        let configured = if config.level == Level::None { &[] } else { config.readers.as_slice() };
        let mut built = Vec::with_capacity(configured.len());
        for reader in configured {
            built.push(match reader {
                Reader::Pull(options) => {
                    Built::Server(Box::new(server::Server::bind(source.clone(), options.clone())?))
                }
                Reader::Periodic(options) => Built::Push(push::Push::build(source.clone(), options, components)?),
            });
        }
        let readers = Self { stop: StopSource::default(), tasks: TaskTracker::new() };
        for reader in built {
            readers.tasks.spawn(reader.run(readers.stop.listener()));
        }
        Ok(readers)
    }

    /// Ends every reader; a periodic one sends once more.
    pub async fn stop(self, deadline: Instant) {
        self.stop.stop(deadline);
        self.tasks.close();
        // Nobody is owed an answer.
        let _ = tokio::time::timeout_at(deadline.into(), self.tasks.wait()).await;
    }
}
