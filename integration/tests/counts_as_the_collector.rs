//! The gateway's own metrics have the Collector's names, labels and values, so that dashboards and alerts stay true.

use std::collections::BTreeMap;

use sluice_integration::{
    Answer, Backend, Gateway, Program, Signal, eventually,
    peers::Peer,
    telemetry::{logs, metrics, spans},
};
use tonic::Code;

/// Series by name and labels.
type Series = BTreeMap<String, String>;

#[tokio::test]
async fn what_passes_and_what_is_refused() {
    if Peer::Collector.find().is_none() {
        return;
    }

    let theirs = counted_by(Program::Collector).await;
    let ours = counted_by(Program::Sluice).await;

    assert!(theirs.len() > 20, "{theirs:#?}");
    let missing: Vec<_> = theirs.iter().filter(|(series, value)| ours.get(*series) != Some(value)).collect();
    assert!(missing.is_empty(), "missing or different: {missing:#?}\nfound: {ours:#?}");
}

#[tokio::test]
async fn the_process_itself() {
    let gateway = Gateway::on("nowhere.yaml").start().await;

    let text = gateway.metrics().await;

    for name in ["otelcol_process_cpu_seconds", "otelcol_process_memory_rss", "otelcol_process_uptime", "target_info"] {
        let exposed = text.lines().any(|line| line.starts_with(name));
        assert!(exposed, "no {name} in:\n{text}");
    }
}

async fn counted_by(program: Program) -> Series {
    let backend = Backend::start().await;
    let setup = Gateway::on("same/own_metrics.yaml").program(program);
    let gateway = setup.with("BACKEND", backend.address()).start().await;
    for client in [gateway.grpc(), gateway.http()] {
        for telemetry in [spans(1..8), metrics(1..3), logs(1..6)] {
            assert!(client.send(&telemetry).await.is_accepted());
        }
    }
    // Ten log records make a batch: wait for it, so that the next answers go where they are meant to.
    backend.wait_for_items(7 * 2 + 2 * 5 * 2 + 10).await;
    for code in [Code::InvalidArgument, Code::Unavailable] {
        backend.answer_next(Answer::Refuse { code, retry_after: None });
        assert!(!gateway.grpc().send(&spans(1..4)).await.is_accepted());
    }
    assert!(!gateway.http().send_bytes(Signal::Traces, b"no OTLP".to_vec()).await.is_accepted());
    settled(&gateway, &backend).await
}

/// The series of components, once they say what has been sent: a queue counts after the backend has answered.
async fn settled(gateway: &Gateway, backend: &Backend) -> Series {
    let port = backend.address().rsplit_once(':').expect("host:port").1.to_owned();
    let series = async || components(&gateway.metrics().await, &port);
    eventually("the queue to count what it sent", async || {
        let series = series().await;
        let sent = series.iter().any(|(name, value)| name.contains("sent_log_records") && value == "10");
        let idle = series.iter().all(|(name, value)| !name.contains("in_flight") || value == "0");
        (sent && idle).then_some(series)
    })
    .await
}

fn components(text: &str, port: &str) -> Series {
    let kinds = ["otelcol_receiver_", "otelcol_processor_", "otelcol_exporter_"];
    let lines = text.lines().filter(|line| kinds.iter().any(|kind| line.starts_with(kind)));
    let pairs =
        lines.filter_map(|line| line.replace(port, "PORT").rsplit_once(' ').map(|(a, b)| (a.to_owned(), b.to_owned())));
    pairs.collect()
}
