//! The published configurations for several backends do what they say: each backend gets what is meant for it, as it wants it, and
//! none is held up by another.

use std::{collections::BTreeSet, ops::Range};

use base64::{Engine, engine::general_purpose::STANDARD};
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value::Value};
use sluice_integration::{
    Backend, Certificates, Gateway, Letter, Mailbox, Mishap, Setup, Signal, Telemetry, eventually,
    real::{Decoder, Jaeger, Loki, Tls},
    telemetry,
};

/// Numbers of items, a signal each.
const SPANS: Range<usize> = 100..110;
const POINTS: Range<usize> = 200..210;
const RECORDS: Range<usize> = 300..310;

/// Who a backend must not hear of.
const PERSON: &str = "anna.schmidt@example.org";

#[tokio::test]
async fn grafana_cloud_gets_everything_at_its_gateway() {
    let [otlp, metrics, logs] = [Mailbox::start().await, Mailbox::start().await, Mailbox::start().await];
    let gateway = grafana_cloud(&otlp, &metrics, &logs).start().await;

    send_all(&gateway).await;

    has(&otlp, "Grafana Cloud", [SPANS, POINTS, RECORDS]).await;
    let paths: BTreeSet<_> = otlp.letters().into_iter().map(|letter| letter.path).collect();
    assert_eq!(paths, BTreeSet::from(["/otlp/v1/logs", "/otlp/v1/metrics", "/otlp/v1/traces"].map(str::to_owned)));
    assert!(otlp.letters().iter().all(|letter| shows(letter, "1:token")));
    assert_eq!((metrics.arrivals().len(), logs.arrivals().len()), (0, 0));
}

#[tokio::test]
async fn grafana_cloud_gets_metrics_and_logs_directly_if_asked() {
    let [otlp, metrics, logs] = [Mailbox::start().await, Mailbox::start().await, Mailbox::start().await];
    let setup = grafana_cloud(&otlp, &metrics, &logs);
    let gateway = setup.with("METRICS_BY", "prometheus_remote_write").with("LOGS_BY", "loki").start().await;

    send_all(&gateway).await;

    has(&otlp, "the gateway", [SPANS]).await;
    has(&metrics, "Mimir", [POINTS]).await;
    has(&logs, "Loki", [RECORDS]).await;
    for (mailbox, user) in [(&otlp, "1:token"), (&metrics, "2:token"), (&logs, "3:token")] {
        assert!(mailbox.letters().iter().all(|letter| shows(letter, user)), "{user}");
    }
}

#[tokio::test]
async fn a_backend_of_the_bridge_that_never_answers_holds_up_no_other() {
    for silent in 0..4 {
        let bridge = Bridge::start().await;
        let mailboxes = bridge.mailboxes();
        (0..1_000).for_each(|_| mailboxes[silent].0.plan(Mishap::Silence));

        send_all(&bridge.gateway).await;

        for (index, (mailbox, name, numbers)) in mailboxes.into_iter().enumerate() {
            if index != silent {
                has(mailbox, name, numbers.iter().cloned()).await;
            } else {
                assert_eq!(mailbox.marks(), BTreeSet::new(), "{name}");
            }
        }
        let metrics = bridge.gateway.metrics().await;
        assert!(!metrics.lines().any(|line| line.starts_with("sluice_lost_items{")), "{metrics}");
    }
}

#[tokio::test]
async fn no_backend_of_the_bridge_hears_of_a_person() {
    let bridge = Bridge::start().await;

    send_all(&bridge.gateway).await;

    for (mailbox, name, numbers) in bridge.mailboxes() {
        has(mailbox, name, numbers.iter().cloned()).await;
        let names = |letter: &Letter| memchr::memmem::find(&letter.body, PERSON.as_bytes()).is_some();
        assert!(!mailbox.letters().iter().any(names), "{name}");
    }
}

/// Grafana Cloud and Datadog cannot be had on a test's machine: an OTLP server and the Collector's decoder stand for them.
#[tokio::test]
async fn the_bridge_reaches_real_backends_all_at_once() {
    let certificates = certificates();
    let (grafana_cloud, decoded) = (Backend::start().await, Backend::start().await);
    let Some(jaeger) = Jaeger::start_tls(Tls::named(&certificates, "server")).await else { return };
    let Some(loki) = Loki::start().await else { return };
    let Some(datadog) = Decoder::start(&decoded).await else { return };
    let gateway = Gateway::on_published("saas-bridge.yaml").and("bridge_to_test.yaml").with("DD_API_KEY", "key");
    let gateway = gateway.with("GRAFANA_CLOUD_OTLP", format!("http://{}", grafana_cloud.address()));
    let gateway = gateway.with("DATADOG", datadog.datadog()).with("LOKI", format!("http://{}", loki.address()));
    let gateway = gateway.with("JAEGER", jaeger.grpc()).with("CERTS", certificates.folder()).start().await;
    let from = telemetry::now();

    send_all(&gateway).await;

    let all: BTreeSet<_> = SPANS.chain(POINTS).chain(RECORDS).collect();
    for (backend, name) in [(&grafana_cloud, "Grafana Cloud"), (&decoded, "Datadog")] {
        let complete = async || {
            let requests = backend.requests();
            let found: BTreeSet<_> = requests.iter().flat_map(|it| telemetry::marks(&it.encode())).collect();
            (found == all).then_some(())
        };
        eventually(&format!("everything at {name}"), complete).await;
    }
    let spans = eventually("the trace in Jaeger", async || {
        let found = jaeger.api.json("/api/traces", &[("service", "shop")], &[]).await?;
        Some(telemetry::marks(found.to_string().as_bytes())).filter(|marks| marks.len() == SPANS.len())
    });
    assert_eq!(spans.await, SPANS.collect());
    let lines = eventually("the lines in Loki", async || {
        let streams = loki.query_range("{job=\"shop\"}", from, telemetry::now()).await;
        let lines = streams.iter().flat_map(|stream| &stream.entries);
        let marks: BTreeSet<_> = lines.flat_map(|entry| telemetry::marks(entry.line.as_bytes())).collect();
        Some(marks).filter(|marks| marks.len() == RECORDS.len())
    });
    assert_eq!(lines.await, RECORDS.collect());
}

/// The bridge before four backends that understand nothing.
struct Bridge {
    grafana_cloud: Mailbox,
    datadog: Mailbox,
    jaeger: Mailbox,
    loki: Mailbox,
    gateway: Gateway,
    _certificates: Certificates,
}

impl Bridge {
    async fn start() -> Self {
        let certificates = certificates();
        let [grafana_cloud, datadog, loki] = [Mailbox::start().await, Mailbox::start().await, Mailbox::start().await];
        let jaeger = Mailbox::start_tls(certificates.server("server")).await;
        let gateway = Gateway::on_published("saas-bridge.yaml")
            .and("bridge_to_test.yaml")
            .with("GRAFANA_CLOUD_OTLP", format!("http://{}/otlp", grafana_cloud.address()))
            .with("DATADOG", datadog.address())
            .with("JAEGER", jaeger.address())
            .with("LOKI", format!("http://{}", loki.address()))
            .with("CERTS", certificates.folder())
            .start()
            .await;
        Self { grafana_cloud, datadog, jaeger, loki, gateway, _certificates: certificates }
    }

    /// Each backend, its name, and what is meant for it.
    fn mailboxes(&self) -> [(&Mailbox, &str, &[Range<usize>]); 4] {
        [
            (&self.grafana_cloud, "Grafana Cloud", &[SPANS, POINTS, RECORDS]),
            (&self.datadog, "Datadog", &[SPANS, POINTS, RECORDS]),
            (&self.jaeger, "Jaeger", &[SPANS]),
            (&self.loki, "Loki", &[RECORDS]),
        ]
    }
}

fn grafana_cloud(otlp: &Mailbox, metrics: &Mailbox, logs: &Mailbox) -> Setup {
    Gateway::on_published("grafana-cloud.yaml")
        .with("GRAFANA_CLOUD_TOKEN", "token")
        .with("GRAFANA_CLOUD_OTLP", format!("http://{}/otlp", otlp.address()))
        .with("GRAFANA_CLOUD_INSTANCE", "1")
        .with("GRAFANA_CLOUD_METRICS", format!("http://{}/api/prom/push", metrics.address()))
        .with("GRAFANA_CLOUD_METRICS_USER", "2")
        .with("GRAFANA_CLOUD_LOGS", format!("http://{}/loki/api/v1/push", logs.address()))
        .with("GRAFANA_CLOUD_LOGS_USER", "3")
}

fn certificates() -> Certificates {
    let certificates = Certificates::new();
    certificates.issue("server");
    certificates
}

/// Whether a request was sent with this name and password.
fn shows(letter: &Letter, credentials: &str) -> bool {
    let expected = format!("Basic {}", STANDARD.encode(credentials));
    letter.headers.get("authorization").is_some_and(|value| value.as_bytes() == expected.as_bytes())
}

/// Sends items of every signal, in each of which a person is named.
async fn send_all(gateway: &Gateway) {
    for (signal, numbers) in [(Signal::Traces, SPANS), (Signal::Metrics, POINTS), (Signal::Logs, RECORDS)] {
        let mut telemetry = telemetry::marked(signal, numbers);
        name_a_person(&mut telemetry);
        let reply = gateway.grpc().send(&telemetry).await;
        assert!(reply.is_accepted(), "{signal:?}: {reply:?}");
    }
}

fn name_a_person(telemetry: &mut Telemetry) {
    let person = || {
        let value = Some(AnyValue { value: Some(Value::StringValue(format!("written to by {PERSON}"))) });
        KeyValue { key: "note".to_owned(), value, key_strindex: 0 }
    };
    match telemetry {
        Telemetry::Traces(request) => {
            let scopes = request.resource_spans.iter_mut().flat_map(|resource| &mut resource.scope_spans);
            scopes.flat_map(|scope| &mut scope.spans).for_each(|span| span.attributes.push(person()));
        }
        Telemetry::Metrics(request) => {
            let resources = request.resource_metrics.iter_mut().flat_map(|resource| &mut resource.resource);
            resources.for_each(|resource| resource.attributes.push(person()));
        }
        Telemetry::Logs(request) => {
            let scopes = request.resource_logs.iter_mut().flat_map(|resource| &mut resource.scope_logs);
            scopes.flat_map(|scope| &mut scope.log_records).for_each(|record| record.attributes.push(person()));
        }
    }
}

async fn has(mailbox: &Mailbox, name: &str, numbers: impl IntoIterator<Item = Range<usize>>) {
    let expected: BTreeSet<_> = numbers.into_iter().flatten().collect();
    let complete = async || (mailbox.marks() == expected).then_some(());
    eventually(&format!("everything at {name}"), complete).await;
}
