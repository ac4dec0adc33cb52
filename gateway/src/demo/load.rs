//! Sending what the three services say, over real OTLP: traces over gRPC, metrics and logs over HTTP.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use sluice_component::config::{Key, Location, Node, Report, Section, Value};
use sluice_component::factory::Settings as Given;
use sluice_component::{BuildError, Consumer, Context, StatusReporter};
use sluice_pdata::{Batch, Signal};
use tokio_util::sync::CancellationToken;

use super::Settings;
use super::samples::Samples;
use super::services::Shop;
use crate::components::find;
use crate::service::Options;

/// How often a second the services send: their SDKs gather for a while.
const SENDS_PER_SECOND: u32 = 4;

/// The exporters of the three services: the gateway's own, without a queue.
pub(super) struct Sender {
    traces: Arc<dyn Consumer>,
    metrics: Arc<dyn Consumer>,
    logs: Arc<dyn Consumer>,
}

impl Sender {
    pub(super) fn build(settings: &Settings, options: &Options) -> Result<Self, BuildError> {
        let http = format!("http://{}", settings.http);
        Ok(Self {
            traces: exporter("otlp_grpc", &settings.grpc, Signal::Traces, options)?,
            metrics: exporter("otlp_http", &http, Signal::Metrics, options)?,
            logs: exporter("otlp_http", &http, Signal::Logs, options)?,
        })
    }

    /// Plays `orders_per_second` orders a second, and sends the services' metrics each second.
    pub(super) async fn send_until(&self, ending: &CancellationToken, orders_per_second: u32, samples: &Samples) {
        let mut shop = Shop::default();
        let mut ticks = tokio::time::interval(Duration::from_secs(1) / SENDS_PER_SECOND);
        let mut owed = 0;
        for tick in 0u32.. {
            tokio::select! {
                _ = ticks.tick() => {}
                () = ending.cancelled() => return,
            }
            owed += orders_per_second;
            for _ in 0..owed / SENDS_PER_SECOND {
                shop.order();
            }
            owed %= SENDS_PER_SECOND;
            let batches = |signal, requests: Vec<(Bytes, usize)>| -> Vec<Batch> {
                requests.into_iter().map(|(message, items)| Batch::trusted(signal, message, items)).collect()
            };
            let traces = batches(Signal::Traces, shop.take_traces());
            let logs = batches(Signal::Logs, shop.take_logs());
            samples.take(&traces.iter().chain(&logs).collect::<Vec<_>>());
            for batch in traces {
                send(&*self.traces, batch).await;
            }
            for batch in logs {
                send(&*self.logs, batch).await;
            }
            if tick % SENDS_PER_SECOND == 0 {
                for (message, points) in shop.metrics() {
                    send(&*self.metrics, Batch::trusted(Signal::Metrics, message, points)).await;
                }
            }
        }
    }
}

/// What is refused is counted by the gateway, for all to see.
async fn send(exporter: &dyn Consumer, batch: Batch) {
    if batch.items() > 0
        && let Err(error) = exporter.consume(batch, Context::default()).await
    {
        tracing::debug!(%error, "The gateway did not take what the demo sent");
    }
}

fn exporter(kind: &str, endpoint: &str, signal: Signal, options: &Options) -> Result<Arc<dyn Consumer>, BuildError> {
    let Some(factory) = find(&options.components.exporters, kind) else {
        return Err(BuildError::new(format!("this program has no {kind} exporter")));
    };
    let on = |key: &str, value: bool| map([(key, Node::new(Value::Bool(value)))]);
    let node = map([
        ("endpoint", Node::new(Value::Text(endpoint.into()))),
        ("tls", on("insecure", true)),
        ("sending_queue", on("enabled", false)),
        ("retry_on_failure", on("enabled", false)),
    ]);
    let report = Report::default();
    let (config, _) = Section::read(&node, "demo", &report, factory.configure);
    if let Some(problem) = report.into_problems().into_iter().next() {
        return Err(BuildError::new(problem.to_string()));
    }
    let id = format!("{kind}/demo").parse().map_err(|error| BuildError::new(format!("{error}")))?;
    config.build(
        Given { id, program: options.program, status: StatusReporter::default(), extensions: Default::default() },
        signal,
    )
}

fn map<'k>(entries: impl IntoIterator<Item = (&'k str, Node)>) -> Node {
    let key = |name: &str| -> Key { (name.into(), Location::default()) };
    Node::new(Value::Map(entries.into_iter().map(|(name, node)| (key(name), node)).collect()))
}
