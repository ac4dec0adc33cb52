//! Whatever a client may say in OTLP arrives at the backend as it was said, over every transport and packing.

use sluice_integration::{Backend, Client, Encoding, Gateway, Signal, difference, telemetry};

#[tokio::test]
async fn over_grpc() {
    passes_every_field(Gateway::grpc).await;
}

#[tokio::test]
async fn over_grpc_with_gzip() {
    passes_every_field(|gateway| gateway.grpc().packing(Encoding::Gzip)).await;
}

#[tokio::test]
async fn over_grpc_with_zstd() {
    passes_every_field(|gateway| gateway.grpc().packing(Encoding::Zstd)).await;
}

#[tokio::test]
async fn over_http() {
    passes_every_field(Gateway::http).await;
}

#[tokio::test]
async fn over_http_with_gzip() {
    passes_every_field(|gateway| gateway.http().packing(Encoding::Gzip)).await;
}

#[tokio::test]
async fn over_http_with_zstd() {
    passes_every_field(|gateway| gateway.http().packing(Encoding::Zstd)).await;
}

async fn passes_every_field(client: impl Fn(&Gateway) -> Client) {
    let backend = Backend::start().await;
    let gateway = Gateway::before(&backend, "pass.yaml").await;
    let client = client(&gateway);

    let mut sent = Vec::new();
    for signal in Signal::ALL {
        let telemetry = telemetry::one_of_each(signal);
        let reply = client.send(&telemetry).await;
        assert!(reply.is_accepted(), "{signal:?}: {reply:?}");
        sent.extend(telemetry.items());
    }

    assert_eq!(difference(&sent, &backend.items()), "");
}
