//! The life of a gateway.

use std::sync::Arc;
use std::time::Instant;

use super::losses::Losses;
use super::running::Running;
use super::{Event, Events, Load, Options, ServiceError};
use crate::config::Configuration;
use crate::plan::Plan;

/// Loads the configuration, runs it, and returns when the gateway has ended.
///
/// # Errors
///
/// It did not start, or it did not end well; see [`ServiceError`].
pub async fn run(options: &Options, load: Load, mut events: Events) -> Result<(), ServiceError> {
    let instance = uuid::Uuid::new_v4().to_string();
    let Configuration { mut plan, warnings, .. } = load_apart(&load).await?;
    let mut running = Running::start(&plan, options, &instance).await?;
    for warning in &warnings {
        tracing::warn!("{warning}");
    }
    loop {
        let event = tokio::select! {
            event = events.recv() => event.unwrap_or(Event::Stop("nobody can ask for it any more")),
            error = running.fatal() => {
                tracing::error!(%error, "Cannot go on");
                let drained = drain(running, options, Asked::Never, &mut events).await;
                // What happened first is what the user must know; the rest is in the log.
                let _ = drained.finish();
                return Err(error);
            }
        };
        match event {
            Event::Stop(signal) => {
                tracing::info!(signal, "Received signal from OS");
                tracing::info!("Starting shutdown...");
                return drain(running, options, Asked::Once, &mut events).await.finish();
            }
            Event::Reload => {
                tracing::info!(signal = "hangup", "Received signal from OS");
                let Some(new_plan) = load_again(&load).await else { continue };
                tracing::info!("Config updated, restart service");
                let drained = drain(running, options, Asked::Never, &mut events).await;
                if drained.asked != Asked::Never {
                    return drained.finish();
                }
                (running, plan) = restart(new_plan, plan, options, &instance).await?;
            }
        }
    }
}

async fn load_apart(load: &Load) -> Result<Configuration, ServiceError> {
    let load = Arc::clone(load);
    tokio::task::spawn_blocking(move || load()).await?.map_err(ServiceError::Configuration)
}

/// The new plan, or nothing if it is wrong: then the old one stays in force.
async fn load_again(load: &Load) -> Option<Plan> {
    match load_apart(load).await {
        Ok(Configuration { plan, warnings, .. }) => {
            for warning in &warnings {
                tracing::warn!("{warning}");
            }
            Some(plan)
        }
        Err(error) => {
            tracing::error!(%error, "The new configuration is wrong, going on with the old one");
            None
        }
    }
}

/// Starts the new plan, or the old one again if that does not come up.
async fn restart(new: Plan, old: Plan, options: &Options, instance: &str) -> Result<(Running, Plan), ServiceError> {
    match Running::start(&new, options, instance).await {
        Ok(running) => Ok((running, new)),
        Err(error) => {
            tracing::error!(%error, "The new configuration does not come up, starting the old one again");
            Ok((Running::start(&old, options, instance).await?, old))
        }
    }
}

/// How often the user has asked for the end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    Never,
    Once,
    Twice,
}

/// How a drain went.
struct Drained {
    asked: Asked,
    /// Acknowledged items that were lost in it.
    lost: u64,
}

/// Drains and ends everything that runs, unless the user asks for the end a second time.
async fn drain(running: Running, options: &Options, asked: Asked, events: &mut Events) -> Drained {
    let lost_before = Losses::so_far().total();
    let mut drained = Drained { asked, lost: 0 };
    let stopping = running.stop(Instant::now() + options.drain);
    tokio::pin!(stopping);
    while drained.asked != Asked::Twice {
        tokio::select! {
            () = &mut stopping => break,
            Some(event) = events.recv() => match (event, drained.asked) {
                (Event::Reload, _) => {}
                (Event::Stop(_), Asked::Never) => drained.asked = Asked::Once,
                (Event::Stop(_), _) => drained.asked = Asked::Twice,
            },
        }
    }
    drained.lost = Losses::so_far().total().saturating_sub(lost_before);
    drained
}

impl Drained {
    /// Writes the last line, and says how it all ended.
    fn finish(self) -> Result<(), ServiceError> {
        let losses = Losses::so_far();
        match losses.total() {
            0 => tracing::info!("Shutdown complete."),
            lost_items => {
                let lost_while_stopping = self.lost;
                tracing::warn!(lost_items, lost_while_stopping, reasons = %losses, "Shutdown complete.");
            }
        }
        match self {
            Self { asked: Asked::Twice, .. } => Err(ServiceError::Interrupted),
            Self { lost: 0, .. } => Ok(()),
            Self { lost, .. } => Err(ServiceError::Lost(lost)),
        }
    }
}
