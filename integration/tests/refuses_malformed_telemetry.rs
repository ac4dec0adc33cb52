//! What is not OTLP is refused at the edge with the answer that the specification asks for, and changes nothing else.

use std::fs;

use prost::Message;
use sluice_integration::{Client, Gateway, Program, Reply, Signal, hostile, telemetry};
use tonic::Code;
use tonic_types::{StatusExt, pb};

const ATTRIBUTES: u32 = 9;
const NAME: u32 = 5;
const SPAN_ID: u32 = 2;
const TRACE_ID: u32 = 1;

#[tokio::test]
async fn truncated_protobuf() {
    let whole = telemetry::one_of_each(Signal::Traces).encode();

    refuses(Signal::Traces, &whole[..whole.len() - 1]).await;
}

#[tokio::test]
async fn trace_ids_of_another_length() {
    refuses(Signal::Traces, &hostile::span_with(TRACE_ID, &[1; 15])).await;
}

#[tokio::test]
async fn span_ids_of_another_length() {
    refuses(Signal::Traces, &hostile::span_with(SPAN_ID, &[1; 9])).await;
}

#[tokio::test]
async fn names_that_are_not_utf8() {
    refuses(Signal::Traces, &hostile::span_with(NAME, b"caf\xe9")).await;
}

#[tokio::test]
async fn attributes_that_end_too_early() {
    refuses(Signal::Traces, &hostile::span_with(ATTRIBUTES, b"\x0a\x05key")).await;
}

#[tokio::test]
async fn values_ten_thousand_levels_deep() {
    refuses(Signal::Logs, &hostile::nested_body(10_000)).await;
}

#[tokio::test]
async fn json_values_ten_thousand_levels_deep() {
    refuses_json(Signal::Logs, &hostile::nested_json_body(10_000)).await;
}

#[tokio::test]
async fn json_that_is_cut_off() {
    refuses_json(Signal::Traces, br#"{"resourceSpans":[{"scopeSpans""#).await;
}

#[tokio::test]
async fn json_that_is_not_utf8() {
    refuses_json(Signal::Logs, b"{\"resourceLogs\":[{\"schemaUrl\":\"caf\xe9\"}]}").await;
}

#[tokio::test]
async fn protobuf_that_calls_itself_json() {
    refuses_json(Signal::Traces, &telemetry::one_of_each(Signal::Traces).encode()).await;
}

#[tokio::test]
async fn json_ids_of_another_length() {
    refuses_json(Signal::Traces, br#"{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"abc"}]}]}]}"#).await;
}

#[tokio::test]
async fn mutations_never_break_the_gateway() {
    let gateway = Gateway::on("to_file.yaml").start().await;
    let (grpc, http) = (gateway.grpc(), gateway.http());

    for signal in Signal::ALL {
        let bytes = telemetry::one_of_each(signal).encode();
        for seed in 0..500 {
            let mutated = hostile::mutated(&bytes, seed);
            let replies = [grpc.send_bytes(signal, mutated.clone()).await, http.send_bytes(signal, mutated).await];
            assert!(replies.iter().all(taken_or_malformed), "{signal:?}, seed {seed}: {replies:?}");
            let same = replies[0].is_accepted() == replies[1].is_accepted();
            assert!(same, "{signal:?}, seed {seed}: the protocols disagree: {replies:?}");
        }
    }

    gateway.assert_serves().await;
    assert_writes_only_json(gateway).await;
}

#[tokio::test]
async fn mutated_json_never_breaks_the_gateway() {
    let gateway = Gateway::on("to_file.yaml").start().await;
    let client = Client::http_of_type(&gateway.value("HTTP"), "application/json");
    let bytes = fs::read(sluice_integration::root().join("data/traces.json")).unwrap();
    assert!(client.send_bytes(Signal::Traces, bytes.clone()).await.is_accepted());

    for seed in 0..500 {
        let reply = client.send_bytes(Signal::Traces, hostile::mutated(&bytes, seed)).await;
        assert!(taken_or_malformed(&reply), "seed {seed}: {reply:?}");
    }

    gateway.assert_serves().await;
    assert_writes_only_json(gateway).await;
}

fn taken_or_malformed(reply: &Reply) -> bool {
    reply.is_accepted() || is_malformed_answer(reply)
}

fn is_malformed_answer(reply: &Reply) -> bool {
    match Program::under_test() {
        Program::Sluice => reply.code() == Some(Code::InvalidArgument) || reply.http_status() == 400,
        // Its gRPC library decides; error texts that are not UTF-8 become 500.
        Program::Collector => reply.code() == Some(Code::Internal) || [400, 500].contains(&reply.http_status()),
    }
}

/// What was taken is whole: every line that the file exporter wrote is JSON.
async fn assert_writes_only_json(mut gateway: Gateway) {
    assert!(gateway.stop().await.success());
    // It writes names as they came, UTF-8 or not.
    if Program::under_test() == Program::Collector {
        return;
    }
    for file in ["traces.json", "metrics.json", "logs.json"] {
        let text = fs::read_to_string(gateway.folder().join(file)).expect("the exporter wrote text");
        for line in text.lines() {
            serde_json::from_str::<serde_json::Value>(line).unwrap_or_else(|error| panic!("{file}: {error}: {line}"));
        }
    }
}

async fn refuses(signal: Signal, bytes: &[u8]) {
    // The Go Collector takes names that are not UTF-8, and nesting that kills it when it is deep enough.
    if Program::under_test() == Program::Collector {
        return;
    }
    let gateway = Gateway::on("nowhere.yaml").start().await;
    let memory = gateway.process.measure_memory();

    let over_grpc = gateway.grpc().send_bytes(signal, bytes.to_vec()).await;
    let over_http = gateway.http().send_bytes(signal, bytes.to_vec()).await;

    let Reply::Grpc(Err(status)) = &over_grpc else { panic!("{over_grpc:?}") };
    assert_eq!(status.code(), Code::InvalidArgument);
    assert!(status.get_error_details().bad_request().is_some(), "no BadRequest details: {status:?}");

    let Reply::Http { body, .. } = &over_http else { panic!("{over_http:?}") };
    assert_eq!((over_http.http_status(), over_http.header("content-type")), (400, Some("application/x-protobuf")));
    let answer = pb::Status::decode(body.as_ref()).expect("a Status");
    assert_eq!((answer.code, answer.message.as_str()), (Code::InvalidArgument as i32, status.message()));

    assert_unharmed(&gateway, memory).await;
}

async fn refuses_json(signal: Signal, bytes: &[u8]) {
    if Program::under_test() == Program::Collector {
        return;
    }
    let gateway = Gateway::on("nowhere.yaml").start().await;
    let memory = gateway.process.measure_memory();

    let reply =
        Client::http_of_type(&gateway.value("HTTP"), "application/json").send_bytes(signal, bytes.to_vec()).await;

    assert_eq!((reply.http_status(), reply.header("content-type")), (400, Some("application/json")), "{reply:?}");
    let answer: serde_json::Value = serde_json::from_str(&reply.message()).expect("JSON");
    assert_eq!(answer["code"], Code::InvalidArgument as i32, "{answer}");
    assert_unharmed(&gateway, memory).await;
}

async fn assert_unharmed(gateway: &Gateway, memory: sluice_integration::Resident) {
    gateway.assert_serves().await;
    let growth = gateway.process.peak_growth_mib(memory);
    assert!(growth <= 64, "it cost {growth} MiB");
}
