//! Clients that hold a connection without using it are closed in time, and others do not notice.
//!
//! The Go Collector closes none of them within half a minute: these promises are Sluice's own.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use sluice_integration::{Gateway, Program, raw};

const SILENT: usize = 2_000;
const MARGIN: Duration = Duration::from_secs(5);

#[tokio::test]
async fn two_thousand_silent_connections_within_ten_seconds() {
    let Some(gateway) = start().await else { return };
    let memory = gateway.process.measure_memory();
    let addresses = [gateway.value("GRPC"), gateway.value("HTTP")];
    let start = Instant::now();

    let silent = join_all((0..SILENT).map(|n| raw::connect(&addresses[n % 2]))).await;
    let watched = silent.into_iter().map(|mut stream| async move {
        let limit = Duration::from_secs(10) + MARGIN;
        raw::read_until_closed(&mut stream, limit).await.1
    });
    let (closed, ()) = tokio::join!(join_all(watched), gateway.assert_serves());

    let open = closed.iter().filter(|closed| !**closed).count();
    assert_eq!(open, 0, "connections open after {:?}", start.elapsed());
    let growth = gateway.process.peak_growth_mib(memory);
    assert!(growth <= 64, "they cost {growth} MiB");
    gateway.assert_serves().await;
}

#[tokio::test]
async fn headers_of_one_byte_a_second() {
    let Some(gateway) = start().await else { return };

    let stream = raw::connect(&gateway.value("HTTP")).await;
    let request =
        b"POST /v1/traces HTTP/1.1\r\nhost: gateway\r\nx-slow: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n";
    let closed = raw::drip(stream, request, Duration::from_secs(10) + MARGIN).await;

    assert!(closed.is_some(), "still open");
    gateway.assert_serves().await;
}

#[tokio::test]
async fn a_body_of_one_byte_a_second() {
    let Some(gateway) = start().await else { return };

    let mut stream = raw::connect(&gateway.value("HTTP")).await;
    let head = "POST /v1/traces HTTP/1.1\r\nhost: gateway\r\ncontent-type: application/x-protobuf\r\ncontent-length: 1000\r\n\r\n";
    raw::send(&mut stream, head.as_bytes()).await;
    let closed = raw::drip(stream, &[0], Duration::from_secs(30) + MARGIN).await;

    assert!(closed.is_some(), "still open");
    gateway.assert_serves().await;
}

#[tokio::test]
async fn a_preface_of_one_byte_a_second() {
    let Some(gateway) = start().await else { return };

    let stream = raw::connect(&gateway.value("GRPC")).await;
    let closed = raw::drip(stream, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", Duration::from_secs(10) + MARGIN).await;

    assert!(closed.is_some(), "still open");
    gateway.assert_serves().await;
}

async fn start() -> Option<Gateway> {
    if Program::under_test() == Program::Collector {
        return None;
    }
    let gateway = Gateway::on("nowhere.yaml").start().await;
    gateway.assert_serves().await;
    Some(gateway)
}
