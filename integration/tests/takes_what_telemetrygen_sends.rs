//! The Go project's own load generator sees no difference, and nothing of what it sends is lost.

use std::process::Command;

use sluice_integration::{Backend, Gateway, Process, SOON, peers::Peer};

/// More than one batch of its SDK.
const COUNT: usize = 250;

#[tokio::test]
async fn traces_over_grpc() {
    // Each trace is a span with one child.
    takes(&["traces", "--traces", &COUNT.to_string()], "GRPC", 2 * COUNT).await;
}

#[tokio::test]
async fn traces_over_http() {
    takes(&["traces", "--otlp-http", "--traces", &COUNT.to_string()], "HTTP", 2 * COUNT).await;
}

#[tokio::test]
async fn metrics_over_grpc() {
    for kind in ["Gauge", "Sum", "Histogram", "ExponentialHistogram"] {
        takes(&["metrics", "--metric-type", kind, "--metrics", &COUNT.to_string()], "GRPC", COUNT).await;
    }
}

#[tokio::test]
async fn metrics_over_http() {
    takes(&["metrics", "--otlp-http", "--metrics", &COUNT.to_string()], "HTTP", COUNT).await;
}

#[tokio::test]
async fn logs_over_grpc() {
    takes(&["logs", "--logs", &COUNT.to_string()], "GRPC", COUNT).await;
}

#[tokio::test]
async fn logs_over_http() {
    takes(&["logs", "--otlp-http", "--logs", &COUNT.to_string()], "HTTP", COUNT).await;
}

async fn takes(arguments: &[&str], listener: &str, items: usize) {
    let Some(telemetrygen) = Peer::Telemetrygen.find() else { return };
    let backend = Backend::start().await;
    let gateway = Gateway::before(&backend, "pass.yaml").await;

    let mut command = Command::new(telemetrygen);
    command.args(arguments).args(["--otlp-insecure", "--rate", "0", "--otlp-endpoint", &gateway.value(listener)]);
    let mut generator = Process::start("telemetrygen", &mut command);
    let status = generator.exited(SOON).await;

    assert!(status.success(), "{}", generator.lines().join("\n"));
    assert_eq!(backend.items().len(), items);
    assert_eq!(backend.refusals(), 0);
}
