//! The exporter.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use metrics::Gauge;
use sluice_component::factory::Settings;
use sluice_component::{
    Accepted, BoxFuture, BuildError, ComponentId, ConsumeError, Consumer, Context, Health, Stop, StopSource, count_lost,
};
use sluice_pdata::{Batch, Signal};
use sluice_transport::server::{Http2Limits, Limits, Protocols, Server};
use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior};

use super::accumulator::Accumulator;
use super::config::Config;
use super::endpoint::Endpoint;
use crate::sending::{self, Push, sending};

/// How often expired series are forgotten, unless they expire earlier.
const TIDYING: Duration = Duration::from_secs(60);

/// How many scrapers there may be at the same time, and how many requests of each: who reads slowly holds a whole answer.
const CONNECTIONS: usize = 64;
const STREAMS: u32 = 8;

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
    series: Gauge,
}

impl Exporter {
    /// Binds the port and begins to serve.
    pub(super) fn start(config: &Config, settings: &Settings) -> Result<Self, BuildError> {
        let accumulator = Arc::new(Accumulator::new(config));
        let endpoint = Endpoint::new(config, &settings.id, &settings.extensions, Arc::clone(&accumulator))?;
        let (server, protocols) = (&config.server, Protocols::Both);
        let limits = Limits {
            connections: CONNECTIONS,
            silent_connections: CONNECTIONS,
            http2: Http2Limits { streams: STREAMS, ..server.limits.http2.clone() },
            ..server.limits.clone()
        };
        let server = Server::bind(&server.address, server.tls.as_ref(), protocols, limits, Arc::new(endpoint))?;
        tracing::info!(exporter = %settings.id, address = %server.local(), "bound");

        let series = metrics::gauge!("sluice_exporter_prometheus_series", "exporter" => settings.id.to_string());
        let taking = Taking { id: settings.id.clone(), accumulator: Arc::clone(&accumulator), series: series.clone() };
        let tail = sending::Config { queue: config.queue.clone(), retry: None, timeout: None };
        let tail = sending(settings, Signal::Metrics, &tail, Arc::new(taking));
        let stop = StopSource::default();
        let tidying = tidy(accumulator, config.metric_expiration, series);
        let serving = tokio::spawn(serve(server, tidying, settings.clone(), stop.listener()));
        Ok(Self { tail, stop, serving: Mutex::new(Some(serving)) })
    }
}

/// Serves until it is stopped, and tidies up meanwhile.
async fn serve(server: Server<Endpoint>, tidying: impl Future<Output = Infallible>, settings: Settings, stop: Stop) {
    let ended = tokio::select! {
        ended = server.run(stop) => ended,
        never = tidying => match never {},
    };
    if let Err(error) = ended {
        tracing::error!(exporter = %settings.id, %error, "cannot serve");
        settings.status.report(Health::Permanent(error.to_string()));
    }
}

/// Forgets what has expired, again and again.
async fn tidy(accumulator: Arc<Accumulator>, expiration: Duration, series: Gauge) -> Infallible {
    let mut due = tokio::time::interval(expiration.clamp(Duration::from_secs(1), TIDYING));
    due.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        accumulator.store.tidy(due.tick().await);
        series.set(accumulator.store.len() as f64);
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
        self.series.set(self.accumulator.store.len() as f64);
        for (reason, points) in tally.by_reason() {
            count_lost(&self.id, Signal::Metrics, reason, points);
        }
        Box::pin(std::future::ready(Ok(tally.accepted())))
    }
}
