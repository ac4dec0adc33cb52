//! The Go Collector's receivers of what other backends take: they turn what was sent to them into OTLP again.

use std::{fs, process::Command};

use tempfile::TempDir;

use super::Program;
use crate::{Backend, free_port, peers::Peer};

/// A Collector that decodes what it is sent and hands it to a [`Backend`].
pub struct Decoder {
    _program: Program,
    datadog: String,
    loki: String,
    _folder: TempDir,
}

impl Decoder {
    /// Starts it before a backend.
    pub async fn start(backend: &Backend) -> Option<Self> {
        let program = Peer::Decoders.find()?;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let [datadog, loki] = [(); 2].map(|()| format!("127.0.0.1:{}", free_port()));
        let file = folder.path().join("decoders.yaml");
        fs::write(&file, configuration(&datadog, &loki, &backend.address())).expect("the folder is ours");
        let mut command = Command::new(program);
        command.arg("--config").arg(file);
        let ready = "Everything is ready. Begin running and processing data.";
        let program = Program::start(Peer::Decoders, command, ready).await;
        Some(Self { _program: program, datadog, loki, _folder: folder })
    }

    /// `host:port` of Datadog's intakes.
    pub fn datadog(&self) -> &str {
        &self.datadog
    }

    /// `host:port` of Loki's push API.
    pub fn loki(&self) -> &str {
        &self.loki
    }
}

/// Answers when the backend has it.
fn configuration(datadog: &str, loki: &str, backend: &str) -> String {
    format!(
        "receivers:
  datadog: {{endpoint: '{datadog}', read_timeout: 10s}}
  loki: {{protocols: {{http: {{endpoint: '{loki}'}}}}, use_incoming_timestamp: true}}
exporters:
  otlp:
    endpoint: '{backend}'
    tls: {{insecure: true}}
    sending_queue: {{enabled: false}}
service:
  telemetry: {{metrics: {{level: none}}}}
  pipelines:
    traces: {{receivers: [datadog], exporters: [otlp]}}
    metrics: {{receivers: [datadog], exporters: [otlp]}}
    logs: {{receivers: [datadog, loki], exporters: [otlp]}}
"
    )
}
