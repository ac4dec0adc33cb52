//! Whatever a backend does, nothing that was acknowledged is lost if it may be tried again, and what may not is counted with its
//! reason: shown for every exporter that sends over the network, by what arrives and by the gateway's own metrics.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt, fs,
    time::Duration,
};

use sluice_integration::{Gateway, Mailbox, Mishap, Program, SOON, Signal, eventually, telemetry};

/// Requests to the gateway, all of which it acknowledges; the first to leave meets the mishap.
const REQUESTS: usize = 3;
const ITEMS_A_REQUEST: usize = 10;

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
        let items: usize = scene.mailbox.letters().iter().map(|letter| telemetry::marks(&letter.body).len()).sum();
        assert_eq!(items, REQUESTS * ITEMS_A_REQUEST, "{exporter}: something was sent twice");
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
            Outcome::Lost(reason) => scene.assert_the_first_is_lost(reason).await,
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
        after_413: Outcome::Lost("too_large"),
    },
    Exporter {
        name: "datadog",
        signal: Signal::Metrics,
        settings: "{api: {key: a-key}, metrics: {endpoint: 'http://BACKEND'}, host_metadata: {enabled: false}, RETRY}",
        after_500: Outcome::Arrives,
        // In two halves.
        after_413: Outcome::Arrives,
    },
    Exporter {
        name: "datadog",
        signal: Signal::Logs,
        settings: "{api: {key: a-key}, logs: {endpoint: 'http://BACKEND'}, host_metadata: {enabled: false}, RETRY}",
        after_500: Outcome::Arrives,
        // In two halves.
        after_413: Outcome::Arrives,
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
            let items = request * ITEMS_A_REQUEST..(request + 1) * ITEMS_A_REQUEST;
            let reply = client.send(&telemetry::marked(self.exporter.signal, items)).await;
            assert!(reply.is_accepted(), "{}: {reply:?}", self.exporter);
        }
    }

    async fn assert_all_arrives(&self) {
        assert_eq!(self.losses().await, BTreeMap::new(), "{}", self.exporter);
        let sent: BTreeSet<_> = (0..REQUESTS * ITEMS_A_REQUEST).collect();
        assert_eq!(self.mailbox.marks(), sent, "{}", self.exporter);
    }

    /// What left first is lost, one request or more that waited together, and the rest arrives.
    async fn assert_the_first_is_lost(&self, reason: &str) {
        let losses = self.losses().await;
        let lost = losses.get(reason).copied().unwrap_or_default();
        assert!(lost >= ITEMS_A_REQUEST && losses.len() == 1, "{}: {losses:?}", self.exporter);
        assert_eq!(self.mailbox.marks().len(), REQUESTS * ITEMS_A_REQUEST - lost, "{}", self.exporter);
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
