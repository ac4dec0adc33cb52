//! The published configuration of a central gateway does what it says: certificates and tokens on its way in, limits, and a
//! certificate of its own on its way out.

use std::fs;

use sluice_integration::{Backend, Certificates, Client, Gateway, Identity, Signal, difference, telemetry};
use tonic::Code;

#[tokio::test]
async fn who_shows_a_certificate_or_a_token_is_served() {
    let scene = Scene::start().await;
    let with_certificate = scene.grpc(Identity::Named("client"));
    let with_token = scene.http().with_header("authorization", b"Bearer one-of-them");

    let mut sent = Vec::new();
    for (client, signal) in [(&with_certificate, Signal::Traces), (&with_token, Signal::Logs)] {
        let telemetry = telemetry::one_of_each(signal);
        let reply = client.send(&telemetry).await;
        assert!(reply.is_accepted(), "{reply:?}");
        sent.extend(telemetry.items());
    }

    assert_eq!(difference(&sent, &scene.backend.wait_for_items(sent.len()).await), "");
}

#[tokio::test]
async fn who_shows_nothing_or_something_wrong_is_not() {
    let scene = Scene::start().await;
    let strangers = certificates();
    let sample = telemetry::one_of_each(Signal::Traces);

    for identity in [Identity::None, Identity::Signed(&strangers, "client"), Identity::Named("expired")] {
        let reply = scene.grpc(identity).send(&sample).await;
        assert!(reply.is_cut_off(), "{reply:?}");
    }
    let wrong = scene.http().with_header("authorization", b"Bearer none-of-them");
    for client in [scene.http(), wrong] {
        let reply = client.send(&sample).await;
        assert_eq!(reply.http_status(), 401, "{reply:?}");
    }
    assert!(scene.backend.items().is_empty());
}

#[tokio::test]
async fn what_is_larger_than_the_limits_is_refused() {
    let scene = Scene::start().await;
    let large = telemetry::spans(1..20_000);
    assert!(large.encode().len() > 4 << 20);

    let over_grpc = scene.grpc(Identity::Named("client")).send(&large).await;
    let over_http = scene.http().with_header("authorization", b"Bearer one-of-them").send(&large).await;

    assert_eq!(over_grpc.code(), Some(Code::ResourceExhausted), "{over_grpc:?}");
    assert_eq!(over_http.http_status(), 413, "{over_http:?}");
}

/// The gateway before a backend that speaks TLS.
struct Scene {
    certificates: Certificates,
    backend: Backend,
    gateway: Gateway,
}

impl Scene {
    async fn start() -> Self {
        let certificates = certificates();
        let backend = Backend::start_tls(certificates.server("server")).await;
        let folder = certificates.folder();
        fs::write(folder.join("tokens"), "another\none-of-them\n").expect("the folder is ours");
        let gateway = Gateway::on_published("central-gateway.yaml").with("CERTS", folder).with("SECRETS", folder);
        let gateway = gateway.with("BACKEND", backend.address()).and("own_health.yaml").start().await;
        Self { certificates, backend, gateway }
    }

    fn grpc(&self, identity: Identity<'_>) -> Client {
        Client::grpc_tls(&self.gateway.value("GRPC"), self.certificates.client(identity))
    }

    fn http(&self) -> Client {
        Client::https(&self.gateway.value("HTTP"), self.certificates.client(Identity::None))
    }
}

/// Under the names that the file has.
fn certificates() -> Certificates {
    let certificates = Certificates::new();
    certificates.issue("server");
    certificates.issue("client");
    certificates.issue_expired("expired");
    for name in ["server", "client"] {
        let path = |file: String| certificates.folder().join(file);
        fs::copy(path(format!("{name}.key")), path(format!("{name}-key.pem"))).expect("the folder is ours");
    }
    certificates
}
