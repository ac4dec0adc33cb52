//! The exporter.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sluice_component::factory::Settings;
use sluice_component::{
    Accepted, BoxFuture, BuildError, ComponentId, ConsumeError, Consumer, Context, Health, Stop, StopSource, count_lost,
};
use sluice_pdata::{Batch, Signal};
use sluice_transport::server::{Protocols, Server};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::accumulator::Accumulator;
use super::config::Config;
use super::endpoint::Endpoint;
use crate::sending::{self, Push, sending};

/// How often expired series are forgotten, unless they expire earlier.
const TIDYING: Duration = Duration::from_secs(60);

/// How long a stop waits for scrapes under way.
const GRACE: Duration = Duration::from_secs(1);

/// Takes batches, and shows what is in them until it is stopped.
pub(super) struct Exporter {
    tail: Arc<dyn Consumer>,
    stop: StopSource,
    serving: Mutex<Option<JoinHandle<()>>>,
}

/// Puts batches into the accumulator.
struct Taking {
    id: ComponentId,
    accumulator: Arc<Accumulator>,
}

impl Exporter {
    /// Binds the port and begins to serve.
    pub(super) fn start(config: &Config, settings: &Settings) -> Result<Self, BuildError> {
        let accumulator = Arc::new(Accumulator::new(config));
        let endpoint = Endpoint::new(config, &settings.id, &settings.extensions, Arc::clone(&accumulator))?;
        let (server, protocols) = (&config.server, Protocols::Both);
        let limits = server.limits.clone();
        let server = Server::bind(&server.address, server.tls.as_ref(), protocols, limits, Arc::new(endpoint))?;
        tracing::info!(exporter = %settings.id, address = %server.local(), "bound");

        let taking = Taking { id: settings.id.clone(), accumulator: Arc::clone(&accumulator) };
        let tail = sending::Config { queue: config.queue.clone(), retry: None, timeout: None };
        let tail = sending(settings, Signal::Metrics, &tail, Arc::new(taking));
        let stop = StopSource::default();
        let serving =
            tokio::spawn(serve(server, accumulator, config.metric_expiration, settings.clone(), stop.listener()));
        Ok(Self { tail, stop, serving: Mutex::new(Some(serving)) })
    }
}

/// Serves, and forgets what has expired, until it is stopped.
async fn serve(
    server: Server<Endpoint>,
    accumulator: Arc<Accumulator>,
    expiration: Duration,
    settings: Settings,
    stop: Stop,
) {
    let mut tidying = tokio::time::interval(expiration.clamp(Duration::from_secs(1), TIDYING));
    tidying.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let serving = server.run(stop);
    tokio::pin!(serving);
    let ended = loop {
        tokio::select! {
            ended = &mut serving => break ended,
            now = tidying.tick() => accumulator.store.tidy(now),
        }
    };
    if let Err(error) = ended {
        tracing::error!(exporter = %settings.id, %error, "cannot serve");
        settings.status.report(Health::Permanent(error.to_string()));
    }
}

impl Consumer for Exporter {
    fn consume(&self, batch: Batch, context: Context) -> BoxFuture<'_, Result<Accepted, ConsumeError>> {
        self.tail.consume(batch, context)
    }

    fn flush(&self, deadline: std::time::Instant) -> BoxFuture<'_, usize> {
        Box::pin(async move {
            let lost = self.tail.flush(deadline).await;
            self.stop.stop(deadline.min(std::time::Instant::now() + GRACE));
            let serving = self.serving.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let Some(serving) = serving {
                // It has ended, or it has failed and said so.
                let _ = serving.await;
            }
            lost
        })
    }
}

impl Drop for Exporter {
    fn drop(&mut self) {
        self.stop.stop(std::time::Instant::now());
    }
}

impl Push for Taking {
    fn push(&self, batch: Batch, _context: Context) -> BoxFuture<'_, Result<Accepted, ConsumeError>> {
        let tally = self.accumulator.take(&batch, Instant::now());
        for (reason, points) in tally.by_reason() {
            count_lost(&self.id, Signal::Metrics, reason, points);
        }
        Box::pin(std::future::ready(Ok(tally.accepted())))
    }
}
