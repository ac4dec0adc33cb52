//! Every field of a span that Jaeger knows is found in Jaeger as it was sent, in its own form and in OTLP's: over gRPC and HTTP,
//! in plain text, with TLS and with certificates on both sides.

mod expected;
mod sample;

use std::collections::BTreeMap;

use serde_json::Value;
use sluice_integration::{
    Certificates, Client, Gateway, Telemetry, eventually,
    real::{Jaeger, Tls},
    telemetry,
};

#[tokio::test]
async fn over_grpc() {
    let Some(jaeger) = Jaeger::start().await else { return };
    let gateway = Gateway::on("pass.yaml").with("BACKEND", jaeger.grpc()).start().await;

    assert_delivers(&gateway.grpc(), &jaeger).await;
}

#[tokio::test]
async fn over_http() {
    let Some(jaeger) = Jaeger::start().await else { return };
    let gateway = Gateway::on("pass_http.yaml").with("BACKEND", jaeger.http()).start().await;

    assert_delivers(&gateway.http(), &jaeger).await;
}

#[tokio::test]
async fn over_tls_as_the_published_file_does() {
    let certificates = certificates();
    let Some(jaeger) = Jaeger::start_tls(Tls::named(&certificates, "server")).await else { return };
    let gateway = Gateway::on_published("jaeger.yaml").with("JAEGER", jaeger.grpc());
    let gateway = gateway.with("CERTS", certificates.folder()).start().await;

    assert_delivers(&gateway.grpc(), &jaeger).await;
}

#[tokio::test]
async fn more_than_it_takes_in_a_message_as_the_published_file_does() {
    const SPANS: u64 = 20_000;
    let certificates = certificates();
    let Some(jaeger) = Jaeger::start_tls(Tls::named(&certificates, "server")).await else { return };
    let gateway = Gateway::on_published("jaeger.yaml").with("JAEGER", jaeger.grpc());
    let gateway = gateway.with("CERTS", certificates.folder()).start().await;
    let sent = telemetry::spans(1..SPANS + 1);
    assert!(sent.encode().len() > 4 << 20, "{} bytes would fit", sent.encode().len());

    let reply = gateway.http().send(&sent).await;

    assert!(reply.is_accepted(), "{reply:?}");
    for span in [1, SPANS / 2, SPANS] {
        let id = format!("{:032x}", u128::from(span) << 64 | 0xfeed);
        eventually("the span in Jaeger", async || jaeger.trace(&id).await).await;
    }
}

#[tokio::test]
async fn with_certificates_on_both_sides_over_grpc() {
    let certificates = certificates();
    let Some(jaeger) = Jaeger::start_tls(Tls::mutual(&certificates, "server")).await else { return };
    let gateway = identified("to/otlp_grpc.yaml", &certificates, jaeger.grpc()).await;

    assert_delivers(&gateway.grpc(), &jaeger).await;
}

#[tokio::test]
async fn with_certificates_on_both_sides_over_http() {
    let certificates = certificates();
    let Some(jaeger) = Jaeger::start_tls(Tls::mutual(&certificates, "server")).await else { return };
    let gateway = identified("to/otlp_http.yaml", &certificates, jaeger.http()).await;

    assert_delivers(&gateway.grpc(), &jaeger).await;
}

fn certificates() -> Certificates {
    let certificates = Certificates::new();
    certificates.issue("server");
    certificates.issue("client");
    certificates
}

async fn identified(file: &str, certificates: &Certificates, jaeger: &str) -> Gateway {
    let setup = Gateway::on(file).with("BACKEND", jaeger).with("CERTIFICATES", certificates.folder());
    setup.with("AUTHORITY", "ca").with("CLIENT", "client").start().await
}

/// Sends a trace, and compares what Jaeger shows of it span by span.
async fn assert_delivers(client: &Client, jaeger: &Jaeger) {
    let sent = sample::trace();
    let id = sample::trace_id();

    let reply = client.send(&Telemetry::Traces(sent.clone())).await;

    assert!(reply.is_accepted(), "{reply:?}");
    let expected = expected::spans(&sent);
    let is_whole = |trace: &Value| trace["spans"].as_array().is_some_and(|spans| spans.len() == expected.len());
    let shown = eventually("the whole trace in Jaeger", async || jaeger.trace(&id).await.filter(is_whole)).await;
    assert_same(&expected, &expected::found(&shown));

    let expected = expected::spans_in_otlp(&sent);
    let found = jaeger.trace_in_otlp(&id).await.expect("it was there a moment ago");
    assert_same(&expected, &expected::found_in_otlp(&found));
}

/// Compares spans one by one, so that the first difference is a short one.
fn assert_same(expected: &BTreeMap<String, Value>, found: &BTreeMap<String, Value>) {
    for (id, span) in expected {
        assert_eq!(Some(span), found.get(id), "span {id}");
    }
    assert_eq!(expected.len(), found.len(), "there is more than was sent: {:?}", found.keys());
}
