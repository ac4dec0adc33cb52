//! A small request that unpacks into a large one gets an answer and costs at most 64 MiB.

use sluice_integration::{Client, Gateway, Program, Reply, Signal, hostile::Bomb};
use tonic::Code;

const MIB: usize = 1 << 20;
/// Just below the Collector's default limit of a body over HTTP, and what it may be packed into.
const HTTP_BOMB_MIB: usize = 19;
const BOMB_LIMIT: usize = 40 << 10;
/// Just below the default limit of a message over gRPC.
const GRPC_BOMB_MIB: usize = 3;

#[tokio::test]
async fn empty_spans_over_http() {
    survives_over_http(Signal::Traces, "application/x-protobuf", Bomb::of_empty_spans(HTTP_BOMB_MIB)).await;
}

#[tokio::test]
async fn empty_exemplars_over_http() {
    survives_over_http(Signal::Metrics, "application/x-protobuf", Bomb::of_empty_exemplars(HTTP_BOMB_MIB)).await;
}

#[tokio::test]
async fn empty_spans_in_json() {
    survives_over_http(Signal::Traces, "application/json", Bomb::of_empty_json_spans(HTTP_BOMB_MIB)).await;
}

#[tokio::test]
async fn empty_spans_over_grpc() {
    survives(async |gateway| {
        let bomb = Bomb::of_empty_spans(GRPC_BOMB_MIB).gzip();
        let reply = gateway.grpc().send_packed(Signal::Traces, "gzip", bomb).await;
        let code = reply.code();
        let answers = [Code::Ok, Code::InvalidArgument, Code::ResourceExhausted].map(Some);
        assert!(answers.contains(&code), "neither taken nor refused: {reply:?}");
    })
    .await;
}

#[tokio::test]
async fn empty_spans_on_their_way_to_a_backend() {
    // A backend of the test's own would not survive them.
    let backend = Gateway::on("nowhere.yaml").start().await;
    for (file, listener) in [("pass.yaml", "GRPC"), ("pass_http.yaml", "HTTP")] {
        let gateway = Gateway::on(file).with("BACKEND", backend.value(listener)).start().await;
        survives_in(gateway, async |gateway| {
            let bomb = Bomb::of_empty_spans(GRPC_BOMB_MIB).gzip();
            let reply = packed(&gateway.http(), Signal::Traces, "gzip", bomb).await;
            // What the backend makes of it is its own affair.
            assert!([200, 400, 413, 429].contains(&reply.http_status()), "{reply:?}");
        })
        .await;
    }
}

#[tokio::test]
async fn empty_spans_on_their_way_to_a_file() {
    let gateway = Gateway::on("to_file.yaml").start().await;
    survives_in(gateway, async |gateway| {
        let bomb = Bomb::of_empty_spans(GRPC_BOMB_MIB).gzip();
        let reply = packed(&gateway.http(), Signal::Traces, "gzip", bomb).await;
        assert!([200, 400, 413].contains(&reply.http_status()), "{reply:?}");
    })
    .await;
}

#[tokio::test]
async fn a_gibibyte_of_zeros_in_gzip() {
    let bomb = Bomb::of_zeros(1024).gzip();
    assert!(bomb.len() < 2 * MIB, "{} bytes are no bomb", bomb.len());

    survives(async |gateway| assert_too_large(&packed(&gateway.http(), Signal::Traces, "gzip", bomb).await)).await;
}

#[tokio::test]
async fn a_gibibyte_of_zeros_in_zstd() {
    let bomb = Bomb::of_zeros(1024).zstd();

    survives(async |gateway| assert_too_large(&packed(&gateway.http(), Signal::Traces, "zstd", bomb).await)).await;
}

#[tokio::test]
async fn a_gibibyte_of_zeros_over_grpc() {
    let bomb = Bomb::of_zeros(1024).gzip();

    survives(async |gateway| {
        let reply = gateway.grpc().send_packed(Signal::Traces, "gzip", bomb).await;
        assert_eq!(reply.code(), Some(Code::ResourceExhausted), "{reply:?}");
    })
    .await;
}

#[tokio::test]
async fn bodies_over_the_limit() {
    survives(async |gateway| {
        assert_too_large(&gateway.http().send_bytes(Signal::Traces, vec![0; 21 * MIB]).await);
        let reply = gateway.grpc().send_bytes(Signal::Traces, vec![0; 5 * MIB]).await;
        assert_eq!(reply.code(), Some(Code::ResourceExhausted), "{reply:?}");
    })
    .await;
}

async fn survives_over_http(signal: Signal, content_type: &str, bomb: Bomb) {
    let bomb = bomb.gzip();
    assert!(bomb.len() < BOMB_LIMIT, "{} bytes are no bomb", bomb.len());

    survives(async |gateway| {
        let client = Client::http_of_type(&gateway.value("HTTP"), content_type);
        let reply = packed(&client, signal, "gzip", bomb).await;
        // It is valid OTLP, which the Go Collector takes.
        let answers = if Program::under_test() == Program::Sluice { [200, 400, 413].as_slice() } else { &[200] };
        assert!(answers.contains(&reply.http_status()), "{reply:?}");
    })
    .await;
}

async fn packed(client: &Client, signal: Signal, encoding: &str, bomb: Vec<u8>) -> Reply {
    client.post(http::Method::POST, signal.path(), Some(encoding), bomb).await
}

fn assert_too_large(reply: &Reply) {
    let expected = if Program::under_test() == Program::Sluice { 413 } else { 400 };
    assert_eq!(reply.http_status(), expected, "{reply:?}");
}

async fn survives(attack: impl AsyncFnOnce(&Gateway)) {
    survives_in(Gateway::on("nowhere.yaml").start().await, attack).await;
}

async fn survives_in(gateway: Gateway, attack: impl AsyncFnOnce(&Gateway)) {
    gateway.assert_serves().await;
    let memory = gateway.process.measure_memory();

    attack(&gateway).await;

    let growth = gateway.process.peak_growth_mib(memory);
    // The Go Collector takes up to 3.3 GiB here.
    assert!(growth <= 64 || Program::under_test() == Program::Collector, "it cost {growth} MiB");
    gateway.assert_serves().await;
}
