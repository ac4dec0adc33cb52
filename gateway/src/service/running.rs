//! The components of one configuration, running.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use sluice_component::factory::{Extension, Host, Settings};
use sluice_component::{ComponentId, Extensions, Health, Kind, RunError, StopSource};
use tokio::task::JoinSet;

use super::error::shown;
use super::host::Gateway;
use super::{Options, ServiceError};
use crate::graph::{Chain, Graph, Receivers};
use crate::plan::Plan;
use crate::telemetry::{logs, metrics};

/// How much later than asked a task may end before it is cut off.
const GRACE: Duration = Duration::from_millis(250);

/// Everything that a configuration asks for, running.
pub(super) struct Running {
    gateway: Arc<Gateway>,
    readers: metrics::Readers,
    extensions: Group,
    receivers: Group,
    chain: Chain,
}

/// Components that run until they are told to stop.
struct Group {
    kind: Kind,
    stop: StopSource,
    tasks: JoinSet<(ComponentId, Result<(), RunError>)>,
}

impl Running {
    /// Starts everything. If something does not come up, what did is ended again and its ports are free.
    pub(super) async fn start(plan: &Plan, options: &Options, instance: &str) -> Result<Self, ServiceError> {
        let readers = start_telemetry(plan, options, instance)?;
        tracing::info!(
            Version = options.program.version,
            NumCPU = std::thread::available_parallelism().map_or(1, usize::from),
            "Starting {}...",
            options.program.name
        );
        let started = plan.started_extensions.clone();
        let gateway = Arc::new(Gateway::new(options.program, options.gates.clone(), started));
        let mut extensions = Group::new(Kind::Extension);
        let graph = match start_extensions(plan, options, &gateway, &mut extensions) {
            Ok(offered) => Graph::build(plan, options.program, &offered).map_err(ServiceError::from),
            Err(error) => Err(error),
        };
        let Graph { receivers, chain, map } = match graph {
            Ok(graph) => graph,
            Err(error) => {
                extensions.stop(Instant::now()).await;
                readers.stop(Instant::now() + GRACE).await;
                return Err(error);
            }
        };
        gateway.set_map(map);
        let running = Self { gateway, readers, extensions, receivers: start_receivers(receivers), chain };
        running.advance(&Health::Starting, &Health::Ok);
        running.gateway.set_ready(true);
        tracing::info!("Everything is ready. Begin running and processing data.");
        options.ready.notify_one();
        Ok(running)
    }

    /// Waits for a component that cannot go on.
    pub(super) async fn fatal(&mut self) -> ServiceError {
        tokio::select! {
            error = self.receivers.fatal() => error,
            error = self.extensions.fatal() => error,
        }
    }

    /// Drains and ends everything by the deadline, front to back.
    pub(super) async fn stop(self, deadline: Instant) {
        self.gateway.set_ready(false);
        self.advance(&Health::Ok, &Health::Stopping);
        let Self { readers, extensions, receivers, chain, .. } = self;
        tracing::info!("Stopping receivers...");
        receivers.stop(halfway(deadline)).await;
        tracing::info!("Flushing pipelines...");
        let lost = chain.flush(deadline).await;
        if lost > 0 {
            tracing::warn!(lost_items = lost, "Not everything was handed on before the deadline.");
        }
        drop(chain);
        tracing::info!("Stopping extensions...");
        extensions.stop(deadline).await;
        readers.stop(deadline).await;
    }

    fn advance(&self, from: &Health, to: &Health) {
        let instances = self.gateway.map().into_iter().flat_map(|map| map.instances.iter());
        let statuses = instances.map(|instance| &instance.status);
        for status in statuses.chain(self.gateway.extension_statuses().iter().map(|(_, status)| status)) {
            if status.current() == *from {
                status.report(to.clone());
            }
        }
    }
}

fn start_telemetry(plan: &Plan, options: &Options, instance: &str) -> Result<metrics::Readers, ServiceError> {
    let resource = plan.telemetry.resource.attributes(options.program, instance);
    logs::start(&plan.telemetry.logs, &resource)
        .map_err(|error| ServiceError::Telemetry(format!("logs::output_paths: {error}")))?;
    let surroundings = metrics::Surroundings {
        program: options.program,
        components: &options.components,
        resource,
        started: options.started,
    };
    metrics::Readers::start(&plan.telemetry.metrics, surroundings)
        .map_err(|error| ServiceError::Telemetry(format!("metrics::readers: {}", shown(&error))))
}

/// Builds and starts the extensions, those that others refer to before these.
fn start_extensions(
    plan: &Plan,
    options: &Options,
    gateway: &Arc<Gateway>,
    group: &mut Group,
) -> Result<Extensions, ServiceError> {
    let mut offered = Extensions::default();
    for (id, status) in gateway.extension_statuses() {
        let Some(configured) = plan.extensions.get(id) else {
            let problem = "it is not configured".to_owned();
            return Err(ServiceError::Extension { id: id.clone(), problem });
        };
        let settings =
            Settings { id: id.clone(), program: options.program, status: status.clone(), extensions: offered.clone() };
        let host: Arc<dyn Host> = Arc::clone(gateway) as _;
        let extension = configured.config.build(settings, host);
        let extension =
            extension.map_err(|error| ServiceError::Extension { id: id.clone(), problem: shown(&error) })?;
        offered.insert(id.clone(), extension.offers());
        let running = Extension::run(extension, group.stop.listener());
        group.spawn(id.clone(), running);
        tracing::info!(otelcol.component.id = %id, otelcol.component.kind = "extension", "Extension started.");
    }
    Ok(offered)
}

fn start_receivers(receivers: Receivers) -> Group {
    let mut group = Group::new(Kind::Receiver);
    for (id, receiver) in receivers {
        let running = receiver.run(group.stop.listener());
        group.spawn(id, running);
    }
    group
}

impl Group {
    fn new(kind: Kind) -> Self {
        Self { kind, stop: StopSource::default(), tasks: JoinSet::new() }
    }

    fn spawn(&mut self, id: ComponentId, running: impl Future<Output = Result<(), RunError>> + Send + 'static) {
        self.tasks.spawn(async move {
            let outcome = AssertUnwindSafe(running).catch_unwind().await;
            (id, outcome.unwrap_or_else(|_| Err(RunError("internal error, see the log".into()))))
        });
    }

    async fn fatal(&mut self) -> ServiceError {
        while let Some(ended) = self.tasks.join_next().await {
            match ended {
                Ok((id, Err(source))) => return ServiceError::Fatal { kind: self.kind, id, source },
                // It had nothing more to do.
                Ok((_, Ok(()))) => {}
                // Tasks are cut off by `stop` only, and panics are caught inside.
                Err(_) => {}
            }
        }
        std::future::pending().await
    }

    async fn stop(mut self, deadline: Instant) {
        self.stop.stop(deadline);
        let kind = self.kind.as_str();
        let all = async {
            while let Some(ended) = self.tasks.join_next().await {
                if let Ok((id, Err(error))) = ended {
                    tracing::error!(otelcol.component.id = %id, otelcol.component.kind = kind, %error, "Did not end well");
                }
            }
        };
        if tokio::time::timeout_at((deadline + GRACE).into(), all).await.is_err() {
            tracing::warn!(
                otelcol.component.kind = kind,
                still_running = self.tasks.len(),
                "Deadline passed, cutting off"
            );
            self.tasks.shutdown().await;
        }
    }
}

/// Half of the time that is left.
fn halfway(deadline: Instant) -> Instant {
    let now = Instant::now();
    now + deadline.saturating_duration_since(now) / 2
}
