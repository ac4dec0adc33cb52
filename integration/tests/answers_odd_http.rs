//! HTTP requests that are wrong before their body is read get the answer of the OTLP specification, or are closed.

use std::time::Duration;

use http::Method;
use prost::Message;
use sluice_integration::{Client, Gateway, Program, Reply, Signal, raw, telemetry};
use tonic::Code;
use tonic_types::pb;

#[tokio::test]
async fn another_content_type() {
    let gateway = Gateway::on("nowhere.yaml").start().await;

    let reply = posted_as(&gateway, "text/plain").await;

    assert_eq!(reply.http_status(), 415, "{reply:?}");
    gateway.assert_serves().await;
}

#[tokio::test]
async fn a_content_type_that_is_not_ascii() {
    let gateway = Gateway::on("nowhere.yaml").start().await;

    let request = b"POST /v1/traces HTTP/1.1\r\nhost: gateway\r\ncontent-type: \xe4pplication/x-protobuf\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    let answer = raw::exchange(&gateway.value("HTTP"), request, Duration::from_secs(10)).await;

    assert_eq!(status_line(&answer), "HTTP/1.1 415 Unsupported Media Type");
    gateway.assert_serves().await;
}

#[tokio::test]
async fn content_types_with_parameters_and_in_capitals() {
    let gateway = Gateway::on("nowhere.yaml").start().await;

    for content_type in ["application/x-protobuf; charset=utf-8", "Application/X-Protobuf"] {
        let reply = posted_as(&gateway, content_type).await;
        assert!(reply.is_accepted(), "{content_type}: {reply:?}");
    }
}

#[tokio::test]
async fn other_headers_that_are_not_ascii() {
    let gateway = Gateway::on("nowhere.yaml").start().await;

    for client in [gateway.http(), gateway.grpc()] {
        let reply = client.with_header("x-tenant", b"caf\xe9 \xff").send(&telemetry::one_of_each(Signal::Logs)).await;
        assert!(reply.is_accepted(), "{reply:?}");
    }
}

#[tokio::test]
async fn an_encoding_that_nobody_knows() {
    let gateway = Gateway::on("nowhere.yaml").start().await;

    let over_http = gateway.http().post(Method::POST, "/v1/traces", Some("brotli-but-better"), b"x".to_vec()).await;
    let over_grpc = gateway.grpc().send_packed(Signal::Traces, "brotli-but-better", b"x".to_vec()).await;

    assert_eq!(over_http.http_status(), 400, "{over_http:?}");
    let Reply::Http { body, .. } = &over_http else { panic!("{over_http:?}") };
    assert_eq!(pb::Status::decode(body.as_ref()).unwrap().code, Code::InvalidArgument as i32);
    assert_eq!(over_grpc.code(), Some(Code::Unimplemented), "{over_grpc:?}");
    gateway.assert_serves().await;
}

#[tokio::test]
async fn bytes_that_are_not_what_their_encoding_says() {
    let gateway = Gateway::on("nowhere.yaml").start().await;

    for encoding in ["gzip", "zstd", "snappy", "deflate", "zlib", "lz4", "x-snappy-framed"] {
        let reply = gateway.http().post(Method::POST, "/v1/traces", Some(encoding), vec![0xa5; 500]).await;
        assert_eq!(reply.http_status(), 400, "{encoding}: {reply:?}");
    }
    gateway.assert_serves().await;
}

#[tokio::test]
async fn another_method() {
    let gateway = Gateway::on("nowhere.yaml").start().await;

    let reply = gateway.http().post(Method::GET, "/v1/traces", None, Vec::new()).await;

    assert_eq!(reply.http_status(), 405, "{reply:?}");
    if Program::under_test() == Program::Sluice {
        assert_eq!(reply.header("allow"), Some("POST"), "RFC 9110, section 15.5.6");
    }
}

#[tokio::test]
async fn another_path() {
    let gateway = Gateway::on("nowhere.yaml").start().await;

    let reply = gateway.http().post(Method::POST, "/v1/trace", None, Vec::new()).await;

    assert_eq!(reply.http_status(), 404, "{reply:?}");
}

#[tokio::test]
async fn an_empty_request_is_a_success() {
    let gateway = Gateway::on("nowhere.yaml").start().await;

    for signal in Signal::ALL {
        for client in [gateway.grpc(), gateway.http()] {
            let reply = client.send_bytes(signal, Vec::new()).await;
            assert!(reply.is_accepted(), "{reply:?}");
        }
    }
}

#[tokio::test]
async fn a_header_list_of_a_megabyte() {
    let gateway = Gateway::on("nowhere.yaml").start().await;
    let memory = gateway.process.measure_memory();

    let mut request = b"POST /v1/traces HTTP/1.1\r\nhost: gateway\r\n".to_vec();
    (0..10_000).for_each(|n| request.extend(format!("x-header-{n}: {}\r\n", "v".repeat(100)).bytes()));
    request.extend(b"content-length: 0\r\n\r\n");
    let answer = raw::exchange(&gateway.value("HTTP"), &request, Duration::from_secs(10)).await;

    // An answer may be lost in the reset that follows when a server closes with input unread.
    let refused = answer.is_empty() || status_line(&answer).starts_with("HTTP/1.1 431 ");
    assert!(refused, "{}", status_line(&answer));
    assert!(gateway.process.peak_growth_mib(memory) <= 64);
    gateway.assert_serves().await;
}

#[tokio::test]
async fn a_header_list_of_a_megabyte_over_grpc() {
    let gateway = Gateway::on("nowhere.yaml").start().await;
    let memory = gateway.process.measure_memory();

    let large = vec![b'v'; 10_000];
    let client = (0..100).fold(gateway.grpc(), |client, _| client.with_header("x-header", &large));
    let reply = client.send(&telemetry::one_of_each(Signal::Logs)).await;

    // The Go Collector's gRPC library allows 16 MiB.
    assert_eq!(reply.is_accepted(), Program::under_test() == Program::Collector, "{reply:?}");
    assert!(gateway.process.peak_growth_mib(memory) <= 64);
    gateway.assert_serves().await;
}

async fn posted_as(gateway: &Gateway, content_type: &str) -> Reply {
    let client = Client::http_of_type(&gateway.value("HTTP"), content_type);
    client.send(&telemetry::one_of_each(Signal::Traces)).await
}

fn status_line(answer: &[u8]) -> String {
    String::from_utf8_lossy(answer).lines().next().unwrap_or_default().to_owned()
}
