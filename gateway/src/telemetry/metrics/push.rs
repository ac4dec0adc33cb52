//! The own metrics sent as OTLP, through the same exporters that telemetry goes through.

mod encode;

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use sluice_component::config::{Key, Location, Node, Problem, Report, Section, Value};
use sluice_component::factory::Settings;
use sluice_component::{BuildError, ComponentId, Consumer, Context, StatusReporter, Stop};
use sluice_pdata::{Batch, Signal};

use super::{OtlpPush, Protocol, Source};
use crate::components::{Components, find};

/// Sends from time to time.
pub(super) struct Push {
    source: Source,
    exporter: Arc<dyn Consumer>,
    interval: Duration,
    timeout: Duration,
    began: SystemTime,
}

impl Push {
    /// Builds the exporter, without a queue: the next time it sends the newer values anyway.
    pub(super) fn build(source: Source, options: &OtlpPush, components: &Components) -> Result<Self, BuildError> {
        let id: ComponentId = "otlp/own_metrics".parse().expect("this is an id");
        let name = match options.protocol {
            Protocol::Grpc => "otlp_grpc",
            Protocol::Http => "otlp_http",
        };
        let Some(factory) = find(&components.exporters, name) else {
            return Err(BuildError::new(format!("this program has no {name} exporter to send its own metrics with")));
        };
        let node = exporter_settings(options);
        let report = Report::default();
        let (config, _) =
            Section::read(&node, "service::telemetry::metrics::readers::periodic", &report, factory.configure);
        if let Some(Problem { path, message, .. }) = report.into_problems().into_iter().next() {
            return Err(BuildError::at(path, message));
        }
        let settings =
            Settings { id, program: source.program, status: StatusReporter::default(), extensions: Default::default() };
        let exporter = config.build(settings, Signal::Metrics)?;
        let began = SystemTime::now() - source.started.elapsed();
        Ok(Self { source, exporter, interval: options.interval, timeout: options.timeout, began })
    }

    /// Sends every interval, and once more at the end.
    pub(super) async fn run(self, stop: Stop) {
        let mut due = tokio::time::Instant::now() + self.interval;
        loop {
            tokio::select! {
                () = tokio::time::sleep_until(due) => {}
                deadline = stop.requested() => {
                    self.send(deadline.min(Instant::now() + self.timeout)).await;
                    self.exporter.flush(deadline).await;
                    return;
                }
            }
            due += self.interval;
            self.send(Instant::now() + self.timeout).await;
        }
    }

    async fn send(&self, deadline: Instant) {
        let (message, points) = encode::encode(&self.source, self.began);
        let batch = Batch::trusted(Signal::Metrics, message, points);
        let sending = self.exporter.consume(batch, Context::default());
        match tokio::time::timeout_at(deadline.into(), sending).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => tracing::warn!(%error, "Own metrics could not be sent"),
            Err(_) => tracing::warn!("Own metrics could not be sent in time"),
        }
    }
}

/// The options in the words of our exporters.
fn exporter_settings(options: &OtlpPush) -> Node {
    let text = |text: &str| Node::new(Value::Text(text.into()));
    let off = || map([("enabled", Node::new(Value::Bool(false)))]);
    let mut tls = Vec::new();
    if options.insecure {
        tls.push(("insecure", Node::new(Value::Bool(true))));
    }
    let files = [
        ("ca_file", &options.certificate),
        ("cert_file", &options.client_certificate),
        ("key_file", &options.client_key),
    ];
    tls.extend(files.into_iter().filter(|(_, file)| !file.is_empty()).map(|(key, file)| (key, text(file))));
    let headers = options.headers.iter().map(|(name, value)| (key(name), text(value.reveal())));
    let mut settings = vec![
        ("compression", text(&options.compression)),
        ("headers", Node::new(Value::Map(headers.collect()))),
        ("sending_queue", off()),
        ("retry_on_failure", off()),
    ];
    if !tls.is_empty() {
        settings.push(("tls", map(tls)));
    }
    let endpoint = match options.protocol {
        Protocol::Grpc => ("endpoint", text(&options.endpoint)),
        // OpenTelemetry's declarative configuration gives the whole URL here, our exporter's `endpoint` a base.
        Protocol::Http if options.endpoint.ends_with("/v1/metrics") => ("metrics_endpoint", text(&options.endpoint)),
        Protocol::Http => ("endpoint", text(&options.endpoint)),
    };
    settings.push(endpoint);
    map(settings)
}

fn map<'k>(entries: impl IntoIterator<Item = (&'k str, Node)>) -> Node {
    Node::new(Value::Map(entries.into_iter().map(|(name, node)| (key(name), node)).collect()))
}

fn key(name: &str) -> Key {
    (name.into(), Location::default())
}
