//! What the user writes.
//!
//! Source: the Collector's `pkg/datadog/config`.

mod host_metadata;
mod logs;
mod metrics;
mod traces;

use std::time::Duration;

use http::HeaderValue;
use sluice_component::config::{Node, Secret, Section, Value};
use sluice_transport::client::http as client;

use super::running::Shared;
use super::site;
use crate::sending;

pub use host_metadata::{HostMetadataConfig, HostnameSource};
pub use logs::LogsConfig;
pub use metrics::{CumulativeMonotonicMode, HistogramMode, InitialValue, MetricsConfig, SummaryMode};
pub use traces::TracesConfig;

/// The settings of `datadog`.
#[derive(Clone, Debug)]
pub struct Config {
    /// The API key, without white space around it.
    pub key: Secret,
    /// Whether a key that Datadog does not know is a mistake at start. Default no.
    pub fail_on_invalid_key: bool,
    /// What is sent as the host where telemetry does not say one; empty for the name of this machine.
    pub hostname: String,
    /// Logs.
    pub logs: LogsConfig,
    /// Metrics.
    pub metrics: MetricsConfig,
    /// Traces and their statistics.
    pub traces: TracesConfig,
    /// What is told about the host that this program runs on; none if nothing is.
    pub host_metadata: Option<HostMetadataConfig>,
    /// How to send.
    pub client: client::Config,
    /// Queue, retry and timeout. The timeout is 15 s by default.
    pub sending: sending::Config,
    /// What is done once for all signals.
    pub(super) shared: Shared,
}

impl Config {
    /// Reads the exporter's section.
    pub fn read(section: &mut Section<'_>) -> Self {
        refuse_removed(section);
        let (key, site, fail_on_invalid_key) = section.section("api", |api| {
            let key = Secret::new(api.secret("key").reveal().trim());
            let site = api.string("site", site::DEFAULT);
            (key, site, api.bool("fail_on_invalid_key", false))
        });
        if key.reveal().is_empty() {
            section.problem("api", "api::key must be set");
        } else if HeaderValue::from_str(key.reveal()).is_err() {
            section.problem("api", "api::key has characters that a header cannot have");
        }
        let hostname = section.string("hostname", "");
        if let Err(problem) = valid_hostname(&hostname) {
            section.problem("hostname", problem);
        }
        // No cloud is asked for a name, so that there is nothing to wait for.
        section.duration("hostname_detection_timeout", Duration::from_secs(25));
        if section.bool("only_metadata", false) {
            section.problem("only_metadata", "not supported by Sluice yet");
        }
        section.section("orchestrator_explorer", |explorer| {
            explorer.string("endpoint", "");
            if explorer.bool("enabled", false) {
                explorer.problem("enabled", "not supported by Sluice yet");
            }
        });
        let host_metadata = section.section("host_metadata", HostMetadataConfig::read);
        let logs = section.section("logs", |logs| LogsConfig::read(logs, &site));
        let metrics = section.section("metrics", |metrics| MetricsConfig::read(metrics, &site));
        let traces = section.section("traces", |traces| TracesConfig::read(traces, &site));
        refuse_what_has_no_effect(section);
        let client = client::Config::read(section, "");
        let sending = sending::Config::read(section, Duration::from_secs(15));
        Self {
            key,
            fail_on_invalid_key,
            hostname,
            logs,
            metrics,
            traces,
            host_metadata,
            client,
            sending,
            shared: Shared::default(),
        }
    }
}

/// Names that were given up; the Collector refuses them too.
fn refuse_removed(section: &mut Section<'_>) {
    for (key, now) in [
        ("tags", "host_metadata::tags"),
        ("send_metadata", "host_metadata::enabled"),
        ("use_resource_metadata", "host_metadata::hostname_source"),
    ] {
        removed(section, key, now);
    }
}

/// Refuses `key`, which is called `now` today.
fn removed(section: &mut Section<'_>, key: &'static str, now: &str) {
    if section.raw(key).is_some() {
        section.problem(key, format!("was removed, use {now}"));
    }
}

/// Takes a boolean under its former name, with a warning.
fn renamed(section: &mut Section<'_>, key: &'static str, now: &'static str, default: bool) -> bool {
    let both = section.has(key) && section.has(now);
    let Some(node) = section.raw(key) else { return section.bool(now, default) };
    if both {
        section.problem(key, format!("is the former name of {now}, which is set too"));
        return section.bool(now, default);
    }
    section.warning(key, format!("is called {now} now"));
    match node.value {
        Value::Bool(former) => return section.bool(now, former),
        Value::Null => return section.bool(now, false),
        _ => section.problem(key, format!("must be true or false, found {}", node.value.kind())),
    }
    section.bool(now, default)
}

/// Keys of an HTTP client that would change nothing: Datadog's intakes have their own headers, bodies and authentication.
fn refuse_what_has_no_effect(section: &mut Section<'_>) {
    for key in ["auth", "compression", "endpoint", "headers", "http2_ping_timeout", "http2_read_idle_timeout"] {
        if section.raw(key).is_some_and(|node| !is_zero(node)) {
            section.problem(key, "has no effect on the exporter datadog");
        }
    }
}

/// Whether a value is what an absent key means.
fn is_zero(node: &Node) -> bool {
    match &node.value {
        Value::Null | Value::Int(0) => true,
        Value::Text(text) => matches!(&**text, "" | "0s"),
        Value::List(items) => items.is_empty(),
        Value::Map(entries) => entries.is_empty(),
        _ => false,
    }
}

/// Reads the endpoint of a kind of telemetry. Only where the key is absent it follows from the site.
fn endpoint(section: &mut Section<'_>, default: String) -> String {
    let endpoint = section.string("endpoint", &default);
    if endpoint.is_empty() {
        section.problem("endpoint", "must not be empty");
        return default;
    }
    if let Err(problem) = client::parse_url(&endpoint) {
        section.problem("endpoint", problem);
        return default;
    }
    endpoint
}

/// A name that Datadog takes for a host.
///
/// Source: the Datadog Agent, `pkg/util/hostname/validate`.
pub(super) fn valid_hostname(name: &str) -> Result<(), &'static str> {
    const LONGEST: usize = 255;
    let is_label = |label: &str| {
        let ends = [label.bytes().next(), label.bytes().next_back()];
        ends.iter().all(|end| end.is_some_and(|end| end.is_ascii_alphanumeric()))
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    match name {
        "" => Ok(()),
        _ if name.len() > LONGEST => Err("must have at most 255 characters"),
        _ if super::host::is_local(&name.to_ascii_lowercase()) => Err("must not be a name that every machine has"),
        _ if !name.split('.').all(is_label) => Err("must be labels of letters, digits and hyphens, joined by dots"),
        _ => Ok(()),
    }
}
