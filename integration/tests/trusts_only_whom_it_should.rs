//! Telemetry leaves for a backend whose certificate is right and that takes ours, and for no other. What waits for that is kept:
//! the log says which setting mends it, and once it is mended, while the gateway runs, everything arrives. Shown for every
//! exporter with the real backend that it is for.

use std::{fs, path::Path};

use sluice_integration::{
    Certificates, Gateway, Program, SOON, Telemetry, eventually,
    real::{Jaeger, Loki, Prometheus, Tls},
    telemetry,
};

/// The time of the samples, in Unix seconds.
const SAMPLED: f64 = 1_790_000_000.5;

#[tokio::test]
async fn a_backend_of_a_private_authority() {
    for exporter in Exporter::ALL {
        let certificates = certificates();
        let Some(backend) = exporter.backend(Tls::named(&certificates, "server")).await else { return };
        let gateway = exporter.gateway(&certificates, &backend, "ca", "client").await;

        send(exporter, &gateway).await;

        arrives(exporter, &gateway, &backend).await;
    }
}

#[tokio::test]
async fn a_backend_of_another_authority_once_that_is_named() {
    for exporter in Exporter::ALL {
        let certificates = certificates();
        copy(&Certificates::new(), "ca.pem", &certificates, "other.pem");
        let Some(backend) = exporter.backend(Tls::named(&certificates, "server")).await else { return };
        let gateway = exporter.gateway(&certificates, &backend, "other", "client").await;

        send(exporter, &gateway).await;
        says(&gateway, "tls::ca_file must name the authority that signed it").await;
        copy(&certificates, "ca.pem", &certificates, "other.pem");

        arrives(exporter, &gateway, &backend).await;
    }
}

#[tokio::test]
async fn a_backend_whose_certificate_has_expired_once_it_is_renewed() {
    for exporter in Exporter::ALL {
        let certificates = certificates();
        certificates.issue_expired("backend");
        let Some(mut backend) = exporter.backend(Tls::named(&certificates, "backend")).await else { return };
        let gateway = exporter.gateway(&certificates, &backend, "ca", "client").await;

        send(exporter, &gateway).await;
        says(&gateway, "invalid peer certificate: certificate expired").await;
        certificates.issue("backend");
        backend.restart().await;

        arrives(exporter, &gateway, &backend).await;
    }
}

#[tokio::test]
async fn a_backend_that_asks_for_our_certificate() {
    for exporter in Exporter::ALL {
        let certificates = certificates();
        let Some(backend) = exporter.backend(Tls::mutual(&certificates, "server")).await else { return };
        let gateway = exporter.gateway(&certificates, &backend, "ca", "client").await;

        send(exporter, &gateway).await;

        arrives(exporter, &gateway, &backend).await;
    }
}

#[tokio::test]
async fn a_backend_that_does_not_know_who_signed_ours_once_it_does() {
    for exporter in Exporter::ALL {
        let certificates = certificates();
        let strangers = self::certificates();
        copy(&strangers, "client.pem", &certificates, "ours.pem");
        copy(&strangers, "client.key", &certificates, "ours.key");

        is_shown_another(exporter, &certificates).await;
    }
}

#[tokio::test]
async fn a_backend_to_which_ours_has_expired_once_it_is_renewed() {
    for exporter in Exporter::ALL {
        let certificates = certificates();
        certificates.issue_expired("ours");

        is_shown_another(exporter, &certificates).await;
    }
}

/// The certificate named `ours` is not taken, and then it is replaced.
async fn is_shown_another(exporter: Exporter, certificates: &Certificates) {
    let Some(backend) = exporter.backend(Tls::mutual(certificates, "server")).await else { return };
    let gateway = exporter.gateway(certificates, &backend, "ca", "ours").await;

    send(exporter, &gateway).await;
    says(&gateway, "the server does not take the certificate of tls::cert_file").await;
    certificates.issue("ours");

    arrives(exporter, &gateway, &backend).await;
}

/// The exporters that speak TLS.
#[derive(Clone, Copy, Debug)]
enum Exporter {
    OtlpGrpc,
    OtlpHttp,
    Loki,
    PrometheusRemoteWrite,
}

/// The backend that one of them is for.
enum Backend {
    Jaeger(Jaeger),
    Loki(Loki),
    Prometheus(Prometheus),
}

impl Exporter {
    const ALL: [Self; 4] = [Self::OtlpGrpc, Self::OtlpHttp, Self::Loki, Self::PrometheusRemoteWrite];

    async fn backend(self, tls: Tls<'_>) -> Option<Backend> {
        match self {
            Self::OtlpGrpc | Self::OtlpHttp => Jaeger::start_tls(tls).await.map(Backend::Jaeger),
            Self::Loki => Loki::setup().tls(tls).start().await.map(Backend::Loki),
            Self::PrometheusRemoteWrite => Prometheus::start_tls(tls).await.map(Backend::Prometheus),
        }
    }

    /// A gateway that trusts `authority` and shows the certificate of `client`, by the names of their files.
    async fn gateway(self, certificates: &Certificates, backend: &Backend, authority: &str, client: &str) -> Gateway {
        let (file, address) = match (self, backend) {
            (Self::OtlpGrpc, Backend::Jaeger(jaeger)) => ("to/otlp_grpc.yaml", jaeger.grpc()),
            (_, Backend::Jaeger(jaeger)) => ("to/otlp_http.yaml", jaeger.http()),
            (_, Backend::Loki(loki)) => ("to/loki.yaml", loki.address()),
            (_, Backend::Prometheus(prometheus)) => ("to/prometheus_remote_write.yaml", prometheus.address()),
        };
        let setup = Gateway::on(file).with("BACKEND", address).with("CERTIFICATES", certificates.folder());
        setup.with("AUTHORITY", authority).with("CLIENT", client).start().await
    }

    fn sample(self) -> Telemetry {
        match self {
            Self::OtlpGrpc | Self::OtlpHttp => telemetry::spans(1..2),
            Self::Loki => recent(telemetry::logs(1..2)),
            // A gauge, a counter and more; whatever cannot be written is not what this is about.
            Self::PrometheusRemoteWrite => telemetry::metrics(1..2),
        }
    }
}

impl Backend {
    async fn restart(&mut self) {
        match self {
            Self::Jaeger(jaeger) => {
                jaeger.stop();
                jaeger.start_again().await;
            }
            Self::Loki(loki) => {
                loki.stop();
                loki.start_again().await;
            }
            Self::Prometheus(prometheus) => {
                prometheus.stop();
                prometheus.start_again().await;
            }
        }
    }

    /// Whether it has the sample of its exporters.
    async fn has_sample(&self) -> bool {
        match self {
            Self::Jaeger(jaeger) => jaeger.trace(&format!("{:032x}", 1_u128 << 64 | 0xfeed)).await.is_some(),
            Self::Loki(loki) => {
                let (hour, now) = (3600 * 1_000_000_000, telemetry::now());
                !loki.query_range("{job=\"shop\"}", now - hour, now).await.is_empty()
            }
            Self::Prometheus(prometheus) => !prometheus.query("{__name__=~'shop_gauge.*'}", SAMPLED).await.is_empty(),
        }
    }
}

fn certificates() -> Certificates {
    let certificates = Certificates::new();
    certificates.issue("server");
    certificates.issue("client");
    certificates
}

/// Logs of now: Loki does not want to know of the past.
fn recent(telemetry: Telemetry) -> Telemetry {
    let Telemetry::Logs(mut request) = telemetry else { panic!("logs are asked for") };
    let scopes = request.resource_logs.iter_mut().flat_map(|resource| &mut resource.scope_logs);
    scopes.flat_map(|scope| &mut scope.log_records).for_each(|record| record.time_unix_nano = telemetry::now());
    Telemetry::Logs(request)
}

fn copy(from: &Certificates, file: &str, to: &Certificates, name: &str) {
    let path = |certificates: &Certificates, name: &str| certificates.folder().join(Path::new(name));
    fs::copy(path(from, file), path(to, name)).expect("both folders are ours");
}

async fn send(exporter: Exporter, gateway: &Gateway) {
    let reply = gateway.grpc().send(&exporter.sample()).await;
    assert!(reply.is_accepted(), "{exporter:?}: {reply:?}");
}

async fn says(gateway: &Gateway, what: &str) {
    // The Collector has its own words.
    if Program::under_test() == Program::Sluice {
        gateway.process.wait_for_line(what, SOON).await;
    }
}

/// What was sent arrives, and nothing was given up on the way.
async fn arrives(exporter: Exporter, gateway: &Gateway, backend: &Backend) {
    let arrived = async || backend.has_sample().await.then_some(());
    eventually(&format!("the telemetry of {exporter:?}"), arrived).await;
    let metrics = gateway.metrics().await;
    let given_up = metrics.lines().filter(|line| line.starts_with("otelcol_exporter_send_failed"));
    assert!(given_up.clone().all(|line| line.ends_with(" 0")), "{:?}", given_up.collect::<Vec<_>>());
}
