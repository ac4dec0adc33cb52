//! What is compared: the load, and the configuration that every gateway under test is given.

use std::net::SocketAddr;

use crate::compression::Compression;
use crate::generator::Protocol;
use crate::wire::Signal;

/// One comparison.
#[derive(Clone, Copy, Debug)]
pub struct Scenario {
    /// By which it is chosen on the command line.
    pub name: &'static str,
    /// In the table.
    pub about: &'static str,
    /// What is sent.
    pub signal: Signal,
    /// Items in a request.
    pub items: usize,
    /// The way in and out.
    pub protocol: Protocol,
    /// Of the way in, and of the way out where the exporter has a choice.
    pub compression: Compression,
    /// What sends.
    pub exporter: Exporter,
    /// A processor by its type, and its settings.
    pub processor: Option<(&'static str, &'static str)>,
    /// The exporter's queue.
    pub queue: Queue,
    /// Requests a second while latency is measured: what the Collector can do with a third of a core or so.
    pub rate: f64,
    /// What becomes of the load.
    pub kind: Kind,
}

/// The exporter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exporter {
    /// That of OTLP, the way in and out.
    Otlp,
    /// `prometheusremotewrite`.
    RemoteWrite,
    /// `loki`, which the Collector has no more.
    Loki,
    /// `datadog`, which the Collector of the tests has not.
    Datadog,
}

impl Exporter {
    /// Whether the Go Collector of the tests has it.
    pub fn is_of_the_collector(self) -> bool {
        matches!(self, Exporter::Otlp | Exporter::RemoteWrite)
    }

    /// Whether what it sends has room for the number of the request in the pool, so that losses are seen request by request.
    pub fn keeps_marks(self, signal: Signal) -> bool {
        match self {
            Exporter::Otlp | Exporter::RemoteWrite => true,
            Exporter::Datadog => signal == Signal::Traces,
            Exporter::Loki => false,
        }
    }
}

/// The exporter's `sending_queue`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Queue {
    /// As it comes: 1,000 requests.
    Default,
    /// None: a request is acknowledged when the backend has acknowledged it.
    Off,
    /// Bounded by this many bytes.
    Bytes(u64),
}

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Load to a backend that takes it.
    Load,
    /// No load.
    Idle,
    /// Load while nobody listens at the backend's address.
    DeadBackend,
}

/// Where things are in one run.
#[derive(Clone, Copy, Debug)]
pub struct Addresses {
    /// The gateway's receiver, of the scenario's protocol.
    pub receiver: SocketAddr,
    /// The gateway's own metrics.
    pub metrics: SocketAddr,
    /// The backend.
    pub backend: SocketAddr,
}

const PASS: Scenario = Scenario {
    name: "pass-grpc",
    about: "pass, gRPC, 1,000 spans a request",
    signal: Signal::Traces,
    items: 1000,
    protocol: Protocol::Grpc,
    compression: Compression::None,
    exporter: Exporter::Otlp,
    processor: None,
    queue: Queue::Default,
    rate: 60.0,
    kind: Kind::Load,
};

const BATCH: Option<(&str, &str)> = Some(("batch", "{}"));

/// Cards, social security numbers, e-mail addresses, IPv4 addresses and tokens, as users write them.
const REDACTION: &str = r"{allow_all_keys: true, blocked_values: [
      '\b(?:\d{4}[ -]?){3}\d{4}\b',
      '\b\d{3}-\d{2}-\d{4}\b',
      '[a-zA-Z0-9._%+-]+@[a-zA-Z0-9.-]+\.[a-zA-Z]{2,}',
      '\b(?:\d{1,3}\.){3}\d{1,3}\b',
      '(?i)bearer\s+[a-z0-9._~+/=-]+']}";

/// All that there is, in the order of the table.
pub const ALL: &[Scenario] = &[
    PASS,
    Scenario {
        name: "pass-grpc-no-queue",
        about: "the same, `sending_queue: {enabled: false}`",
        queue: Queue::Off,
        ..PASS
    },
    Scenario {
        name: "pass-http",
        about: "pass, HTTP/1.1 protobuf, 1,000 spans a request",
        protocol: Protocol::Http,
        ..PASS
    },
    Scenario {
        name: "batch",
        about: "`batch`, gRPC, 100 spans a request",
        items: 100,
        processor: BATCH,
        rate: 600.0,
        ..PASS
    },
    Scenario {
        name: "pass-gzip",
        about: "pass, gzip both ways, 1,000 spans a request",
        compression: Compression::Gzip,
        rate: 30.0,
        ..PASS
    },
    Scenario {
        name: "pass-zstd",
        about: "pass, zstd both ways, 1,000 spans a request",
        compression: Compression::Zstd,
        rate: 30.0,
        ..PASS
    },
    Scenario { name: "pass-10", about: "pass, gRPC, 10 spans a request", items: 10, rate: 1500.0, ..PASS },
    Scenario {
        name: "pass-10-no-queue",
        about: "the same, `sending_queue: {enabled: false}`",
        items: 10,
        rate: 1500.0,
        queue: Queue::Off,
        ..PASS
    },
    Scenario {
        name: "batch-10",
        about: "`batch`, gRPC, 10 spans a request",
        items: 10,
        processor: BATCH,
        rate: 2000.0,
        ..PASS
    },
    Scenario {
        name: "insert",
        about: "one attribute inserted, gRPC, 1,000 spans a request",
        processor: Some(("attributes", "{actions: [{key: deployment.cell, value: eu-1, action: insert}]}")),
        ..PASS
    },
    Scenario {
        name: "pii",
        about: "`pii`, all detectors, gRPC, 1,000 spans a request",
        processor: Some(("pii", "{}")),
        ..PASS
    },
    Scenario {
        name: "redaction",
        about: "`redaction` with five value patterns, gRPC, 1,000 spans a request",
        processor: Some(("redaction", REDACTION)),
        rate: 30.0,
        ..PASS
    },
    Scenario {
        name: "logs-pass",
        about: "logs, pass, gRPC, 1,000 a request",
        signal: Signal::Logs,
        rate: 150.0,
        ..PASS
    },
    Scenario {
        name: "logs-batch-10",
        about: "logs, `batch`, gRPC, 10 a request",
        signal: Signal::Logs,
        items: 10,
        processor: BATCH,
        rate: 2000.0,
        ..PASS
    },
    Scenario {
        name: "logs-gzip",
        about: "logs, pass, gzip both ways, 1,000 a request",
        signal: Signal::Logs,
        compression: Compression::Gzip,
        rate: 60.0,
        ..PASS
    },
    Scenario {
        name: "prometheus-remote-write",
        about: "`prometheusremotewrite`, 1,000 data points a request",
        signal: Signal::Metrics,
        exporter: Exporter::RemoteWrite,
        rate: 15.0,
        ..PASS
    },
    Scenario {
        name: "loki",
        about: "`loki`, gzip in, 1,000 log records a request",
        signal: Signal::Logs,
        compression: Compression::Gzip,
        exporter: Exporter::Loki,
        rate: 60.0,
        ..PASS
    },
    Scenario {
        name: "datadog-logs",
        about: "`datadog`, gzip in, 1,000 log records a request",
        signal: Signal::Logs,
        compression: Compression::Gzip,
        exporter: Exporter::Datadog,
        rate: 60.0,
        ..PASS
    },
    Scenario {
        name: "datadog-metrics",
        about: "`datadog`, gzip in, 1,000 data points a request, deltas",
        signal: Signal::Deltas,
        compression: Compression::Gzip,
        exporter: Exporter::Datadog,
        rate: 30.0,
        ..PASS
    },
    Scenario {
        name: "datadog-traces",
        about: "`datadog`, gzip in, 1,000 spans a request, with statistics",
        compression: Compression::Gzip,
        exporter: Exporter::Datadog,
        rate: 30.0,
        ..PASS
    },
    Scenario { name: "idle", about: "no load", kind: Kind::Idle, ..PASS },
    Scenario {
        name: "dead-backend",
        about: "nobody at the backend's address, queue of 32 MiB",
        queue: Queue::Bytes(32 << 20),
        kind: Kind::DeadBackend,
        ..PASS
    },
];

impl Scenario {
    /// The file that every gateway under test is given.
    pub fn config(&self, addresses: Addresses) -> String {
        let Addresses { receiver, metrics, backend } = addresses;
        let protocol = match self.protocol {
            Protocol::Grpc => "grpc",
            Protocol::Http => "http",
        };
        let (exporter, settings) = self.exporter(backend);
        let (processors, list) = match self.processor {
            Some((name, settings)) => (format!("processors:\n  {name}: {settings}\n"), name),
            None => (String::new(), ""),
        };
        let pipeline = self.signal.pipeline();
        let (host, port) = (metrics.ip(), metrics.port());
        format!(
            "receivers:
  otlp:
    protocols:
      {protocol}: {{endpoint: \"{receiver}\"}}
{processors}exporters:
  {exporter}:
{settings}service:
  telemetry:
    logs: {{level: error}}
    metrics: {{readers: [{{pull: {{exporter: {{prometheus: {{host: {host}, port: {port}}}}}}}}}]}}
  pipelines:
    {pipeline}:
      receivers: [otlp]
      processors: [{list}]
      exporters: [{exporter}]
"
        )
    }

    /// The exporter's type, and its settings, indented.
    fn exporter(&self, backend: SocketAddr) -> (&'static str, String) {
        let queue = match self.queue {
            Queue::Default => String::new(),
            Queue::Off => "    sending_queue: {enabled: false}\n".into(),
            Queue::Bytes(bytes) => format!("    sending_queue: {{sizer: bytes, queue_size: {bytes}}}\n"),
        };
        let (exporter, settings) = match (self.exporter, self.protocol) {
            (Exporter::Otlp, protocol) => {
                let (exporter, scheme) = match protocol {
                    Protocol::Grpc => ("otlp_grpc", ""),
                    Protocol::Http => ("otlp_http", "http://"),
                };
                let compression = self.compression.name();
                let settings = format!(
                    "    endpoint: {scheme}{backend}\n    compression: {compression}\n    tls: {{insecure: true}}\n"
                );
                (exporter, settings)
            }
            (Exporter::RemoteWrite, _) => {
                ("prometheusremotewrite", format!("    endpoint: http://{backend}/api/v1/write\n"))
            }
            (Exporter::Loki, _) => ("loki", format!("    endpoint: http://{backend}/loki/api/v1/push\n")),
            (Exporter::Datadog, _) => {
                let intakes =
                    ["logs", "metrics", "traces"].map(|it| format!("    {it}: {{endpoint: \"http://{backend}\"}}\n"));
                let key = "0123456789abcdef".repeat(2);
                let settings = format!(
                    "    api: {{key: {key}}}\n    hostname: bench\n    host_metadata: {{enabled: false}}\n{}",
                    intakes.concat()
                );
                ("datadog", settings)
            }
        };
        (exporter, settings + &queue)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_distinct() {
        let mut names: Vec<_> = ALL.iter().map(|scenario| scenario.name).collect();
        names.sort_unstable();
        names.dedup();

        assert_eq!(names.len(), ALL.len());
    }

    fn config(name: &str) -> String {
        let scenario = ALL.iter().find(|scenario| scenario.name == name).unwrap();
        let address = |port| SocketAddr::from(([127, 0, 0, 1], port));
        scenario.config(Addresses { receiver: address(1), metrics: address(2), backend: address(3) })
    }

    #[test]
    fn a_configuration_says_what_the_scenario_asks_for() {
        let config = config("batch");

        let expected = r#"receivers:
  otlp:
    protocols:
      grpc: {endpoint: "127.0.0.1:1"}
processors:
  batch: {}
exporters:
  otlp_grpc:
    endpoint: 127.0.0.1:3
    compression: none
    tls: {insecure: true}
service:
  telemetry:
    logs: {level: error}
    metrics: {readers: [{pull: {exporter: {prometheus: {host: 127.0.0.1, port: 2}}}}]}
  pipelines:
    traces:
      receivers: [otlp]
      processors: [batch]
      exporters: [otlp_grpc]
"#;
        assert_eq!(config, expected);
    }

    #[test]
    fn other_exporters_are_given_the_address_in_their_own_way() {
        let exporters = |name| {
            let config = config(name);
            let (_, after) = config.split_once("exporters:\n").unwrap();
            after.split_once("service:").unwrap().0.to_owned()
        };

        assert_eq!(
            exporters("prometheus-remote-write"),
            "  prometheusremotewrite:\n    endpoint: http://127.0.0.1:3/api/v1/write\n"
        );
        assert_eq!(exporters("loki"), "  loki:\n    endpoint: http://127.0.0.1:3/loki/api/v1/push\n");
        assert_eq!(
            exporters("datadog-logs"),
            r#"  datadog:
    api: {key: 0123456789abcdef0123456789abcdef}
    hostname: bench
    host_metadata: {enabled: false}
    logs: {endpoint: "http://127.0.0.1:3"}
    metrics: {endpoint: "http://127.0.0.1:3"}
    traces: {endpoint: "http://127.0.0.1:3"}
"#
        );
    }
}
