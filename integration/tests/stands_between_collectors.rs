//! Go Collector → gateway → Go Collector, with TLS and with certificates on both sides: everything arrives as it left,
//! and who cannot prove himself is not served.

use sluice_integration::{
    Backend, Certificates, Client, Gateway, Identity, Program, Signal, difference, peers::Peer, telemetry,
};
use tonic::Code;

#[tokio::test]
async fn with_tls_over_grpc() {
    if Peer::Collector.find().is_none() {
        return;
    }
    let certificates = certificates();
    let backend = Backend::start().await;
    let hub = collector("hub_over_tls.yaml", &certificates, &[("BACKEND", backend.address())]).await;
    let gateway = gateway("gateway_over_tls.yaml", &certificates, &[("BACKEND", hub.value("GRPC"))]).await;
    let edge = collector("edge_over_tls.yaml", &certificates, &[("GATEWAY", gateway.value("GRPC"))]).await;

    assert_passes(&edge.grpc(), &backend).await;
}

#[tokio::test]
async fn with_mtls_over_http_in_json() {
    if Peer::Collector.find().is_none() {
        return;
    }
    let certificates = certificates();
    let backend = Backend::start().await;
    let hub = collector("hub_over_tls.yaml", &certificates, &[("BACKEND", backend.address())]).await;
    let gateway = gateway("gateway_over_mtls.yaml", &certificates, &[("BACKEND", hub.value("HTTP"))]).await;
    let edge = collector("edge_over_https.yaml", &certificates, &[("GATEWAY", gateway.value("HTTP"))]).await;

    assert_passes(&edge.grpc(), &backend).await;
}

#[tokio::test]
async fn who_shows_no_certificate_is_not_served() {
    let certificates = certificates();
    let gateway = gateway("gateway_over_mtls.yaml", &certificates, &[("BACKEND", "127.0.0.1:9".to_owned())]).await;

    for identity in [Identity::None, Identity::Named("expired")] {
        let client = Client::grpc_tls(&gateway.value("GRPC"), certificates.client(identity));
        let reply = client.send(&telemetry::one_of_each(Signal::Traces)).await;
        assert!(reply.is_cut_off(), "{reply:?}");
    }
}

#[tokio::test]
async fn who_shows_a_strangers_certificate_is_not_served() {
    let certificates = certificates();
    let strangers = self::certificates();
    let gateway = gateway("gateway_over_mtls.yaml", &certificates, &[("BACKEND", "127.0.0.1:9".to_owned())]).await;

    let config = certificates.client(Identity::Signed(&strangers, "client"));
    let reply = Client::grpc_tls(&gateway.value("GRPC"), config).send(&telemetry::one_of_each(Signal::Traces)).await;

    assert!(reply.is_cut_off(), "{reply:?}");
}

#[tokio::test]
async fn who_shows_a_valid_certificate_is_served() {
    let certificates = certificates();
    let backend = Backend::start_tls(certificates.server("server")).await;
    let gateway = gateway("gateway_over_tls.yaml", &certificates, &[("BACKEND", backend.address())]).await;

    assert_passes(&Client::grpc_tls(&gateway.value("GRPC"), certificates.client(Identity::None)), &backend).await;
}

#[tokio::test]
async fn nothing_is_sent_to_a_backend_whose_certificate_has_expired() {
    let certificates = certificates();
    let backend = Backend::start_tls(certificates.server("expired")).await;
    let gateway = gateway("gateway_over_tls.yaml", &certificates, &[("BACKEND", backend.address())]).await;

    let client = Client::grpc_tls(&gateway.value("GRPC"), certificates.client(Identity::None));
    let reply = client.send(&telemetry::one_of_each(Signal::Traces)).await;

    assert_eq!(reply.code(), Some(Code::Unavailable), "{reply:?}");
    assert!(backend.items().is_empty());
}

fn certificates() -> Certificates {
    let certificates = Certificates::new();
    certificates.issue("server");
    certificates.issue("client");
    certificates.issue_expired("expired");
    certificates
}

async fn collector(file: &str, certificates: &Certificates, values: &[(&'static str, String)]) -> Gateway {
    start(Program::Collector, file, certificates, values).await
}

async fn gateway(file: &str, certificates: &Certificates, values: &[(&'static str, String)]) -> Gateway {
    start(Program::under_test(), file, certificates, values).await
}

async fn start(
    program: Program,
    file: &str,
    certificates: &Certificates,
    values: &[(&'static str, String)],
) -> Gateway {
    let setup = Gateway::on(file)
        .program(program)
        .with("CERTIFICATES", certificates.folder())
        .with("SERVER", "server")
        .with("CLIENT", "client");
    values.iter().fold(setup, |setup, (name, value)| setup.with(name, value)).start().await
}

async fn assert_passes(client: &Client, backend: &Backend) {
    let mut sent = Vec::new();
    for signal in Signal::ALL {
        let telemetry = telemetry::one_of_each(signal);
        let reply = client.send(&telemetry).await;
        assert!(reply.is_accepted(), "{signal:?}: {reply:?}");
        sent.extend(telemetry.items());
    }
    assert_eq!(difference(&sent, &backend.items()), "");
}
