//! Whatever a backend does, nothing that was acknowledged is lost if it may be tried again, and what may not is counted with its
//! reason: shown for every exporter that sends over the network, by what arrives and by the gateway's own metrics.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt, fs,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use opentelemetry_proto::tonic::{
    collector::{
        logs::v1::ExportLogsServiceRequest, metrics::v1::ExportMetricsServiceRequest,
        trace::v1::ExportTraceServiceRequest,
    },
    common::v1::{AnyValue, KeyValue, any_value::Value},
    logs::v1::{LogRecord, ResourceLogs, ScopeLogs},
    metrics::v1::{Gauge, Metric, NumberDataPoint, ResourceMetrics, ScopeMetrics, metric::Data, number_data_point},
    resource::v1::Resource,
    trace::v1::{ResourceSpans, ScopeSpans, Span},
};
use sluice_integration::{Gateway, Mailbox, Mishap, Program, SOON, Signal, Telemetry, eventually};

/// Requests to the gateway, all of which it acknowledges; the first to leave meets the mishap.
const REQUESTS: usize = 3;
const ITEMS_A_REQUEST: usize = 10;
const MARK: &str = "item-";

#[tokio::test]
async fn that_are_down_until_they_are_back() {
    for exporter in EXPORTERS {
        let Some(mut scene) = Scene::begin(exporter).await else { return };

        scene.mailbox.stop().await;
        scene.send().await;
        scene.gateway.process.wait_for_line("Will retry the request after interval.", SOON).await;
        scene.mailbox.start_again().await;

        scene.assert_all_arrives().await;
    }
}

#[tokio::test]
async fn that_are_slow() {
    for exporter in EXPORTERS {
        let Some(scene) = Scene::begin(exporter).await else { return };

        scene.send_into([Mishap::Slow(Duration::from_millis(200)); REQUESTS]).await;

        scene.assert_all_arrives().await;
        assert_eq!(scene.mailbox.arrivals().len(), REQUESTS, "{exporter}: something was sent twice");
    }
}

#[tokio::test]
async fn that_never_answer() {
    for exporter in EXPORTERS {
        let Some(scene) = Scene::begin(exporter).await else { return };

        scene.send_into([Mishap::Silence; 2]).await;

        scene.assert_all_arrives().await;
    }
}

#[tokio::test]
async fn that_end_connections_without_an_answer() {
    for exporter in EXPORTERS {
        let Some(scene) = Scene::begin(exporter).await else { return };

        scene.send_into([Mishap::NoAnswer; 2]).await;

        scene.assert_all_arrives().await;
    }
}

#[tokio::test]
async fn that_end_connections_in_the_middle_of_an_answer() {
    for exporter in EXPORTERS {
        let Some(scene) = Scene::begin(exporter).await else { return };

        scene.send_into([Mishap::HalfAnAnswer; 2]).await;

        scene.assert_all_arrives().await;
    }
}

#[tokio::test]
async fn that_ask_to_come_back_later() {
    const LATER: Duration = Duration::from_secs(1);
    for exporter in EXPORTERS {
        let Some(scene) = Scene::begin(exporter).await else { return };

        scene.send_into([Mishap::ComeBackAfter(LATER)]).await;

        scene.assert_all_arrives().await;
        let arrivals = scene.mailbox.arrivals();
        let (Some(first), Some(last)) = (arrivals.first(), arrivals.last()) else { panic!("nothing arrived") };
        assert!(*last - *first >= LATER, "{exporter} came back after {:?}", *last - *first);
    }
}

#[tokio::test]
async fn that_are_unavailable() {
    answer(503, |_| Outcome::Arrives).await;
}

#[tokio::test]
async fn that_fail() {
    answer(500, |exporter| exporter.after_500).await;
}

#[tokio::test]
async fn that_find_a_body_too_large() {
    answer(413, |exporter| exporter.after_413).await;
}

#[tokio::test]
async fn that_refuse() {
    answer(400, |_| Outcome::Lost("rejected")).await;
}

async fn answer(status: u16, outcome: impl Fn(&Exporter) -> Outcome) {
    for exporter in EXPORTERS {
        let Some(scene) = Scene::begin(exporter).await else { return };

        scene.send_into([Mishap::Status(status)]).await;

        match outcome(exporter) {
            Outcome::Arrives => scene.assert_all_arrives().await,
            Outcome::Lost(reason) => scene.assert_one_request_is_lost(reason).await,
        }
    }
}

/// An exporter, and what becomes of a request after an answer of which not all backends mean the same.
struct Exporter {
    name: &'static str,
    signal: Signal,
    /// With the backend's `host:port` in the place of `BACKEND`.
    settings: &'static str,
    after_500: Outcome,
    after_413: Outcome,
}

#[derive(Clone, Copy)]
enum Outcome {
    Arrives,
    /// It is given up, and counted with this reason.
    Lost(&'static str),
}

const EXPORTERS: &[Exporter] = &[
    Exporter {
        name: "otlp_grpc",
        signal: Signal::Traces,
        settings: "{endpoint: 'BACKEND', tls: {insecure: true}, RETRY}",
        after_500: Outcome::Lost("rejected"),
        after_413: Outcome::Lost("rejected"),
    },
    Exporter {
        name: "otlp_http",
        signal: Signal::Logs,
        settings: "{endpoint: 'http://BACKEND', RETRY}",
        after_500: Outcome::Lost("rejected"),
        after_413: Outcome::Lost("rejected"),
    },
    Exporter {
        name: "loki",
        signal: Signal::Logs,
        settings: "{endpoint: 'http://BACKEND/loki/api/v1/push', RETRY}",
        after_500: Outcome::Arrives,
        // In two halves.
        after_413: Outcome::Arrives,
    },
    Exporter {
        name: "prometheus_remote_write",
        signal: Signal::Metrics,
        settings: "{endpoint: 'http://BACKEND/api/v1/write', RETRY}",
        after_500: Outcome::Arrives,
        after_413: Outcome::Lost("rejected"),
    },
    Exporter {
        name: "datadog",
        signal: Signal::Traces,
        settings: "{api: {key: a-key}, traces: {endpoint: 'http://BACKEND'}, host_metadata: {enabled: false}, RETRY}",
        after_500: Outcome::Arrives,
        after_413: Outcome::Lost("rejected"),
    },
    Exporter {
        name: "datadog",
        signal: Signal::Metrics,
        settings: "{api: {key: a-key}, metrics: {endpoint: 'http://BACKEND'}, host_metadata: {enabled: false}, RETRY}",
        after_500: Outcome::Arrives,
        after_413: Outcome::Lost("rejected"),
    },
    Exporter {
        name: "datadog",
        signal: Signal::Logs,
        settings: "{api: {key: a-key}, logs: {endpoint: 'http://BACKEND'}, host_metadata: {enabled: false}, RETRY}",
        after_500: Outcome::Arrives,
        after_413: Outcome::Lost("rejected"),
    },
];

/// Retries come soon, and an answer has to.
const RETRY: &str = "timeout: 500ms, retry_on_failure: {initial_interval: 20ms, max_interval: 100ms}";

impl fmt::Display for Exporter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} with {:?}", self.name, self.signal)
    }
}

/// A gateway with one exporter before a backend.
struct Scene {
    exporter: &'static Exporter,
    mailbox: Mailbox,
    gateway: Gateway,
}

impl Scene {
    /// Nothing where the program under test is another than ours, which alone counts losses by reason.
    async fn begin(exporter: &'static Exporter) -> Option<Self> {
        if Program::under_test() == Program::Collector {
            return None;
        }
        let mailbox = Mailbox::start().await;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("gateway.yaml");
        let settings = exporter.settings.replace("RETRY", RETRY).replace("BACKEND", &mailbox.address());
        let (name, signal) = (exporter.name, exporter.signal.path().trim_start_matches("/v1/"));
        let configuration = format!(
            "receivers: {{otlp: {{protocols: {{grpc: {{endpoint: '${{env:GRPC}}'}}}}}}}}
exporters: {{{name}: {settings}}}
service: {{pipelines: {{{signal}: {{receivers: [otlp], exporters: [{name}]}}}}}}
"
        );
        fs::write(&file, configuration).expect("the folder is ours");
        let gateway = Gateway::on_file(file).start().await;
        Some(Self { exporter, mailbox, gateway })
    }

    async fn send_into<const N: usize>(&self, mishaps: [Mishap; N]) {
        mishaps.into_iter().for_each(|mishap| self.mailbox.plan(mishap));
        self.send().await;
    }

    /// Sends all requests; all are acknowledged.
    async fn send(&self) {
        let client = self.gateway.grpc();
        for request in 0..REQUESTS {
            let items = (0..ITEMS_A_REQUEST).map(|item| mark(request * ITEMS_A_REQUEST + item));
            let reply = client.send(&telemetry(self.exporter.signal, items.collect())).await;
            assert!(reply.is_accepted(), "{}: {reply:?}", self.exporter);
        }
    }

    async fn assert_all_arrives(&self) {
        assert_eq!(self.losses().await, BTreeMap::new(), "{}", self.exporter);
        let sent: BTreeSet<_> = (0..REQUESTS * ITEMS_A_REQUEST).map(mark).collect();
        assert_eq!(self.mailbox.marks(MARK), sent, "{}", self.exporter);
    }

    async fn assert_one_request_is_lost(&self, reason: &str) {
        let counted = BTreeMap::from([(reason.to_owned(), ITEMS_A_REQUEST)]);
        assert_eq!(self.losses().await, counted, "{}", self.exporter);
        assert_eq!(self.mailbox.marks(MARK).len(), (REQUESTS - 1) * ITEMS_A_REQUEST, "{}", self.exporter);
    }

    /// How many items were lost, by reason, once it is known what became of all.
    async fn losses(&self) -> BTreeMap<String, usize> {
        let settled = async || {
            let metrics = self.gateway.metrics().await;
            let sent: usize = samples(&metrics, "otelcol_exporter_sent_").map(|(_, items)| items).sum();
            let mut losses = BTreeMap::new();
            for (labels, items) in samples(&metrics, "sluice_lost_items{") {
                let reason = labels.split("reason=\"").nth(1).and_then(|rest| rest.split('"').next());
                *losses.entry(reason.unwrap_or_default().to_owned()).or_default() += items;
            }
            (sent + losses.values().sum::<usize>() == REQUESTS * ITEMS_A_REQUEST).then_some(losses)
        };
        eventually(&format!("the counts of {}", self.exporter), settled).await
    }
}

/// The labels and values of samples whose names begin like this.
fn samples<'m>(metrics: &'m str, name: &'m str) -> impl Iterator<Item = (&'m str, usize)> {
    let lines = metrics.lines().filter(move |line| line.starts_with(name));
    lines.filter_map(|line| line.rsplit_once(' ')).map(|(labels, value)| (labels, value.parse().expect("a count")))
}

/// What is looked for in the bodies that arrive.
fn mark(number: usize) -> String {
    format!("{MARK}{number:06}")
}

/// A request with an item for each mark, of now: some backends do not want to know of the past.
fn telemetry(signal: Signal, marks: Vec<String>) -> Telemetry {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is after 1970");
    let now = u64::try_from(now.as_nanos()).expect("it is before 2554");
    let resource = Some(Resource { attributes: vec![text("service.name", "shop")], ..Resource::default() });
    match signal {
        Signal::Traces => {
            let spans = marks.into_iter().zip(1u64..).map(|(name, number)| Span {
                trace_id: (u128::from(now) << 64 | 1).to_be_bytes().to_vec(),
                span_id: number.to_be_bytes().to_vec(),
                name,
                start_time_unix_nano: now,
                end_time_unix_nano: now + 1_000_000,
                ..Span::default()
            });
            let scope_spans = vec![ScopeSpans { spans: spans.collect(), ..ScopeSpans::default() }];
            let resource_spans = vec![ResourceSpans { resource, scope_spans, schema_url: String::new() }];
            Telemetry::Traces(ExportTraceServiceRequest { resource_spans })
        }
        Signal::Metrics => {
            let points = marks.into_iter().map(|mark| NumberDataPoint {
                attributes: vec![text("item", &mark)],
                time_unix_nano: now,
                value: Some(number_data_point::Value::AsInt(1)),
                ..NumberDataPoint::default()
            });
            let data = Some(Data::Gauge(Gauge { data_points: points.collect() }));
            let metrics = vec![Metric { name: "stock".to_owned(), data, ..Metric::default() }];
            let scope_metrics = vec![ScopeMetrics { metrics, ..ScopeMetrics::default() }];
            let resource_metrics = vec![ResourceMetrics { resource, scope_metrics, schema_url: String::new() }];
            Telemetry::Metrics(ExportMetricsServiceRequest { resource_metrics })
        }
        Signal::Logs => {
            let records = marks.into_iter().map(|mark| LogRecord {
                time_unix_nano: now,
                severity_number: 9,
                body: text("", &mark).value,
                ..LogRecord::default()
            });
            let scope_logs = vec![ScopeLogs { log_records: records.collect(), ..ScopeLogs::default() }];
            let resource_logs = vec![ResourceLogs { resource, scope_logs, schema_url: String::new() }];
            Telemetry::Logs(ExportLogsServiceRequest { resource_logs })
        }
    }
}

fn text(key: &str, text: &str) -> KeyValue {
    let value = Some(AnyValue { value: Some(Value::StringValue(text.to_owned())) });
    KeyValue { key: key.to_owned(), value, key_strindex: 0 }
}
