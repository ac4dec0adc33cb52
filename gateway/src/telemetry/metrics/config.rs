//! `service::telemetry::metrics`, read.

use std::time::Duration;

use sluice_component::config::{Effective, Secret, Section};

use crate::telemetry::config::named;

/// How the gateway shows its own metrics.
#[derive(Clone, Debug)]
pub struct Config {
    /// How much is shown (`normal`).
    pub level: Level,
    /// Who gets it: by default whoever asks for Prometheus text on `localhost:8888`.
    pub readers: Vec<Reader>,
}

/// How much of the own metrics is shown; each level has what those before it have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the names are the Collector's")]
pub enum Level {
    None,
    Basic,
    Normal,
    Detailed,
}

/// One way out for the own metrics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reader {
    /// Whoever asks.
    Pull(PrometheusPull),
    /// An OTLP endpoint, from time to time.
    Periodic(OtlpPush),
}

/// Prometheus text over HTTP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrometheusPull {
    /// The host to listen on (`localhost`).
    pub host: String,
    /// The port to listen on (8888).
    pub port: u16,
    /// Whether the labels `otel_scope_*` are left out (`true`).
    pub without_scope_info: bool,
    /// Whether names do without their unit (`true`).
    pub without_units: bool,
    /// Whether counters do without `_total` (`true`).
    pub without_type_suffix: bool,
}

impl Default for PrometheusPull {
    fn default() -> Self {
        Self {
            host: "localhost".into(),
            port: 8888,
            without_scope_info: true,
            without_units: true,
            without_type_suffix: true,
        }
    }
}

/// Metrics sent as OTLP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtlpPush {
    /// How often (60 s).
    pub interval: Duration,
    /// How long one sending may take (30 s).
    pub timeout: Duration,
    /// Over what.
    pub protocol: Protocol,
    /// Where to, as in the exporters.
    pub endpoint: String,
    /// Whether the connection is plaintext although the endpoint has no scheme that says so.
    pub insecure: bool,
    /// The certificate authority's file, empty for the system's.
    pub certificate: String,
    /// The client's certificate file, empty for none.
    pub client_certificate: String,
    /// The client's key file, empty for none.
    pub client_key: String,
    /// `gzip` or `none`.
    pub compression: String,
    /// Request headers.
    pub headers: Vec<(String, Secret)>,
}

/// How OTLP metrics are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// `grpc`.
    Grpc,
    /// `http/protobuf`.
    Http,
}

impl Config {
    /// Reads `service::telemetry::metrics`.
    pub(in crate::telemetry) fn read(section: &mut Section<'_>) -> Self {
        let levels =
            [("none", Level::None), ("basic", Level::Basic), ("normal", Level::Normal), ("detailed", Level::Detailed)];
        let level = named(section, "level", "normal", &levels);
        section.unsupported("views", "");
        let address = read_former_address(section);
        let readers = if section.has("readers") {
            section.list("readers", read_reader).into_iter().flatten().collect()
        } else {
            section.ignored("readers");
            let pull = address.unwrap_or_default();
            section.record("readers", Effective::List(vec![effective_pull(&pull)]));
            vec![Reader::Pull(pull)]
        };
        if level != Level::None && readers.is_empty() {
            section.problem("readers", "collector telemetry metrics reader should exist when metric level is not none");
        }
        Self { level, readers }
    }
}

/// `address: host:port`, which the Collector had until 2025.
fn read_former_address(section: &mut Section<'_>) -> Option<PrometheusPull> {
    if !section.has("address") {
        section.ignored("address");
        return None;
    }
    let address = section.string("address", "");
    let Some((host, port)) = address.rsplit_once(':').and_then(|(host, port)| Some((host, port.parse().ok()?))) else {
        section.problem("address", format!("must be host:port, found {address:?}"));
        return None;
    };
    let host = if host.is_empty() { "0.0.0.0" } else { host.trim_start_matches('[').trim_end_matches(']') };
    let spelling = format!(
        "the Collector has removed this key, write readers: [{{pull: {{exporter: {{prometheus: {{host: {host:?}, port: {port}}}}}}}}}]"
    );
    section.warning("address", spelling);
    Some(PrometheusPull { host: host.into(), port, ..PrometheusPull::default() })
}

fn read_reader(section: &mut Section<'_>) -> Option<Reader> {
    let (pull, periodic) = (section.has("pull"), section.has("periodic"));
    section.ignored("pull");
    section.ignored("periodic");
    match (pull, periodic) {
        (true, false) => section.section("pull", read_pull).map(Reader::Pull),
        (false, true) => section.section("periodic", read_periodic).map(Reader::Periodic),
        _ => {
            section.problem("", "must be either a pull or a periodic reader");
            None
        }
    }
}

fn read_pull(section: &mut Section<'_>) -> Option<PrometheusPull> {
    section.unsupported("producers", "");
    section.unsupported("cardinality_limits", "");
    section.section("exporter", |section| {
        let name = match (section.has("prometheus"), section.has("prometheus/development")) {
            (true, _) => "prometheus",
            (false, true) => "prometheus/development",
            (false, false) => {
                section.ignored("prometheus");
                section.problem("", "must have a prometheus exporter");
                return None;
            }
        };
        Some(section.section(name, |section| {
            let default = PrometheusPull::default();
            section.unsupported("with_resource_constant_labels", "the resource is in target_info");
            PrometheusPull {
                host: section.string("host", &default.host),
                port: section.integer("port", default.port),
                without_scope_info: section.bool("without_scope_info", true),
                without_units: section.bool("without_units", true),
                without_type_suffix: section.bool("without_type_suffix", true),
            }
        }))
    })
}

fn read_periodic(section: &mut Section<'_>) -> Option<OtlpPush> {
    section.unsupported("producers", "");
    section.unsupported("cardinality_limits", "");
    let interval = Duration::from_millis(section.integer("interval", 60_000));
    if interval.is_zero() {
        section.problem("interval", "must be greater than 0");
    }
    let timeout = Duration::from_millis(section.integer("timeout", 30_000));
    let push = section.section("exporter", |section| {
        section.unsupported("console", "use a pull reader with a prometheus exporter");
        if !section.has("otlp") {
            section.ignored("otlp");
            section.problem("", "must have an otlp exporter");
            return None;
        }
        Some(section.section("otlp", read_otlp))
    })?;
    let timeout = if push.timeout.is_zero() { timeout } else { timeout.min(push.timeout) };
    Some(OtlpPush { interval, timeout, ..push })
}

fn read_otlp(section: &mut Section<'_>) -> OtlpPush {
    let protocols = [("http/protobuf", Protocol::Http), ("grpc/protobuf", Protocol::Grpc), ("grpc", Protocol::Grpc)];
    let protocol = section.one_of("protocol", &protocols, "http/protobuf");
    let endpoint = section.string("endpoint", "");
    if endpoint.is_empty() {
        section.problem("endpoint", "must be set");
    }
    section.unsupported("temporality_preference", "sums are cumulative");
    section.unsupported("default_histogram_aggregation", "histograms have explicit bounds");
    section.unsupported("headers_list", "use headers");
    let insecure = section.bool("insecure", false);
    let timeout = Duration::from_millis(section.integer("timeout", 0));
    OtlpPush {
        interval: Duration::ZERO,
        timeout,
        protocol,
        endpoint,
        insecure,
        certificate: section.string("certificate", ""),
        client_certificate: section.string("client_certificate", ""),
        client_key: section.string("client_key", ""),
        compression: section.one_of("compression", &[("gzip", "gzip"), ("none", "none")], "none").into(),
        headers: section.headers("headers"),
    }
}

fn effective_pull(pull: &PrometheusPull) -> Effective {
    let map = |key: &str, value| Effective::Map(vec![(key.to_owned(), value)]);
    let prometheus = Effective::Map(vec![
        ("host".into(), Effective::Text(pull.host.clone())),
        ("port".into(), Effective::Int(pull.port.into())),
        ("without_scope_info".into(), Effective::Bool(pull.without_scope_info)),
        ("without_units".into(), Effective::Bool(pull.without_units)),
        ("without_type_suffix".into(), Effective::Bool(pull.without_type_suffix)),
    ]);
    map("pull", map("exporter", map("prometheus", prometheus)))
}
