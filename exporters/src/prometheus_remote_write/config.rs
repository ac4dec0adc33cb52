//! What the user writes.

use std::time::Duration;

use http::{HeaderName, Uri};
use sluice_component::config::{Presence, Section};
use sluice_transport::client::http::{self as client, parse_url};
use sluice_transport::compression::Encoding;

use crate::prometheus_model::{LabelNamer, Translation};
use crate::sending::{self, QueueConfig, RetryConfig, Sizer};

/// The settings of `prometheus_remote_write`.
#[derive(Clone, Debug)]
pub struct Config {
    pub(super) endpoint: Option<Uri>,
    /// The protocol's version. Default 1.0.
    pub(super) message: Message,
    /// What stands in front of every metric's name. Default nothing.
    pub(super) namespace: String,
    /// Labels that every series gets where it has none of the name; names are made valid.
    pub(super) external_labels: Vec<(String, String)>,
    /// How names are changed.
    pub(super) translation: Translation,
    /// Whether resources are sent as `target_info`. Default yes.
    pub(super) target_info: bool,
    /// Whether scopes become labels. Default yes.
    pub(super) scope_info: bool,
    /// Whether the attributes of resources become labels. Default no.
    pub(super) resource_labels: Option<ResourceLabels>,
    /// Whether types, help and units are sent by 1.0; by 2.0 they always are. Default no.
    pub(super) send_metadata: bool,
    /// How histograms with fixed bounds are sent. Default classic.
    pub(super) histograms: Histograms,
    /// The most of a request before it is packed, in bytes. Default 3,000,000.
    pub(super) max_batch_size_bytes: usize,
    /// How many requests of one batch are under way at the same time. Default `num_consumers`, which is 5.
    pub(super) parallelism: usize,
    /// Which of a client's metadata are passed on as headers.
    pub(super) metadata_keys: Vec<HeaderName>,
    pub(super) client: client::Config,
    pub(super) sending: sending::Config,
}

/// The protocol's versions, by their messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message {
    /// `prometheus.WriteRequest`, 1.0.
    V1,
    /// `io.prometheus.write.v2.Request`, 2.0.
    V2,
}

/// Which attributes of a resource become labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ResourceLabels {
    /// Whether those that are in `job` and `instance` are left out.
    pub but_service: bool,
}

/// How histograms with fixed bounds are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Histograms {
    /// As `_bucket`, `_sum` and `_count`.
    pub classic: bool,
    /// As native histograms with custom buckets.
    pub native: bool,
}

/// How names of labels are made: as the Collector does without its feature gate of permissive names.
pub(super) fn label_namer(translation: Translation) -> LabelNamer {
    LabelNamer { keeps_utf8: translation.keeps_utf8(), keeps_runs: false, marks_underscore: true }
}

/// The headers that are the protocol's own.
const RESERVED: [&str; 4] = ["content-encoding", "content-type", "user-agent", "x-prometheus-remote-write-version"];

impl Config {
    /// Reads the exporter's section.
    pub fn read(section: &mut Section<'_>) -> Self {
        let endpoint = endpoint(section);
        let message = section.one_of(
            "protobuf_message",
            &[("prometheus.WriteRequest", Message::V1), ("io.prometheus.write.v2.Request", Message::V2)],
            "prometheus.WriteRequest",
        );
        let namespace = section.string("namespace", "");
        let external_labels = external_labels(section);
        let translation = Translation::read(section);
        if translation.keeps_utf8() && message == Message::V1 {
            section.problem("translation_strategy", "needs protobuf_message: io.prometheus.write.v2.Request");
        }
        let target_info = section.section("target_info", |section| section.bool("enabled", true));
        let scope_info = !section.bool("disable_scope_info", false);
        let resource_labels = section.section("resource_to_telemetry_conversion", ResourceLabels::read);
        let send_metadata = section.bool("send_metadata", false);
        let histograms = Histograms::read(section);
        let max_batch_size_bytes = match section.integer("max_batch_size_bytes", 3_000_000) {
            0 => 3_000_000,
            size => size,
        };
        let queue = section.section("remote_write_queue", Queue::read);
        let parallelism = section.integer("max_batch_request_parallelism", queue.num_consumers);
        if parallelism == 0 {
            section.problem("max_batch_request_parallelism", "must be at least 1");
        }
        let metadata_keys = metadata_keys(section);
        section.unsupported("wal", "what waits is held in memory");
        section.unsupported("export_created_metric", "remove it, the Collector has it no longer either");
        let mut client = client::Config::read(section, "snappy");
        // Requests are packed where they are made.
        if client.take_compressor().is_some_and(|compressor| compressor.encoding() != Encoding::Snappy) {
            section.problem("compression", "must be \"snappy\"");
        }
        let timeout = section.duration("timeout", Duration::from_secs(5));
        let retry = section.optional("retry_on_failure", Presence::OnByDefault, |section| {
            RetryConfig::read_from(section, Duration::from_millis(50))
        });
        let timeout = Some(timeout).filter(|timeout| !timeout.is_zero());
        let sending = sending::Config { queue: queue.config, retry, timeout };
        Self {
            endpoint,
            message,
            namespace,
            external_labels,
            translation,
            target_info,
            scope_info,
            resource_labels,
            send_metadata,
            histograms,
            max_batch_size_bytes,
            parallelism: parallelism.max(1),
            metadata_keys,
            client,
            sending,
        }
    }
}

fn endpoint(section: &mut Section<'_>) -> Option<Uri> {
    let text = section.string("endpoint", "");
    if text.is_empty() {
        section.problem("endpoint", "must be the URL that metrics are written to");
        return None;
    }
    parse_url(&text).map_err(|problem| section.problem("endpoint", problem)).ok()
}

fn external_labels(section: &mut Section<'_>) -> Vec<(String, String)> {
    let namer = label_namer(Translation::UnderscoreEscapingWithSuffixes);
    let mut labels = Vec::new();
    for (key, value) in section.texts("external_labels") {
        match namer.name(&key) {
            _ if value.is_empty() => section.problem("external_labels", format!("{key:?} must have a value")),
            Ok(name) => labels.push((name, value)),
            Err(_) => section.problem("external_labels", format!("{key:?} cannot be the name of a label")),
        }
    }
    labels
}

fn metadata_keys(section: &mut Section<'_>) -> Vec<HeaderName> {
    let mut names = Vec::new();
    for (index, key) in section.strings("include_metadata_keys", &[]).iter().enumerate() {
        match HeaderName::try_from(key.as_str()) {
            Ok(name) if RESERVED.contains(&name.as_str()) => {
                section.problem_at(
                    "include_metadata_keys",
                    index,
                    format!("{key:?} is a header of remote write itself"),
                );
            }
            Ok(name) => names.push(name),
            Err(_) => section.problem_at("include_metadata_keys", index, format!("{key:?} cannot be a header's name")),
        }
    }
    names
}

impl ResourceLabels {
    fn read(section: &mut Section<'_>) -> Option<Self> {
        let enabled = section.bool("enabled", false);
        let but_service = section.bool("exclude_service_attributes", false);
        enabled.then_some(Self { but_service })
    }
}

impl Histograms {
    fn read(section: &mut Section<'_>) -> Self {
        let native = section.bool("convert_explicit_histograms_to_nhcb", false);
        let kept = section.bool("keep_classic_histograms", false);
        Self { classic: !native || kept, native }
    }
}

/// `remote_write_queue`.
struct Queue {
    num_consumers: usize,
    config: Option<QueueConfig>,
}

impl Queue {
    fn read(section: &mut Section<'_>) -> Self {
        let enabled = section.bool("enabled", true);
        let queue_size = section.integer("queue_size", 10_000);
        if enabled && queue_size == 0 {
            section.problem("queue_size", "must be greater than zero");
        }
        let num_consumers = section.integer("num_consumers", 5);
        let config = QueueConfig {
            // One batch after another; the requests of one are what is sent at the same time.
            num_consumers: 1,
            queue_size,
            sizer: Sizer::Requests,
            block_on_overflow: false,
            wait_for_result: false,
            batch: None,
        };
        Self { num_consumers: num_consumers.max(1), config: enabled.then_some(config) }
    }
}
