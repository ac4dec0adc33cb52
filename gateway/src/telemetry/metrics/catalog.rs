//! What is known about each metric: its unit, the level from which it is shown, its bounds, and what it means.
//!
//! Source: the Collector's `documentation.md` files of `receiverhelper`, `exporterhelper`, `processorhelper`,
//! `batchprocessor`, `memorylimiterprocessor`, and `service/internal/metricviews`.

use super::Level;

/// One metric of the catalogue.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) name: &'static str,
    /// In UCUM, annotations such as `{span}` left out.
    pub(super) unit: &'static str,
    pub(super) level: Level,
    pub(super) help: &'static str,
}

/// What the catalogue says about a metric.
pub(super) fn find(name: &str) -> Option<&'static Entry> {
    ENTRIES.iter().find(|entry| entry.name == name)
}

/// The level from which a metric is shown.
pub(super) fn level(name: &str) -> Level {
    let is_of_network = ["http_server_", "http_client_", "rpc_server_", "rpc_client_"];
    match find(name) {
        Some(entry) => entry.level,
        None if is_of_network.iter().any(|prefix| name.starts_with(prefix)) => Level::Detailed,
        None => Level::Basic,
    }
}

/// The bounds of a histogram.
pub(super) fn bounds(name: &str) -> &'static [f64] {
    if name.ends_with("_bytes") || name.ends_with("body_size") {
        BYTES
    } else if name.ends_with("_size") {
        ITEMS
    } else {
        SECONDS
    }
}

const ITEMS: &[f64] = &[
    10.0, 25.0, 50.0, 75.0, 100.0, 250.0, 500.0, 750.0, 1000.0, 2000.0, 3000.0, 4000.0, 5000.0, 6000.0, 7000.0, 8000.0,
    9000.0, 10000.0, 20000.0, 30000.0, 50000.0, 100000.0,
];

/// Powers of two from 128 B to 16 MiB.
const BYTES: &[f64] = &[
    128.0, 256.0, 512.0, 1024.0, 2048.0, 4096.0, 8192.0, 16384.0, 32768.0, 65536.0, 131072.0, 262144.0, 524288.0,
    1048576.0, 2097152.0, 4194304.0, 8388608.0, 16777216.0,
];

/// The semantic conventions' bounds for durations of requests.
const SECONDS: &[f64] = &[0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];

const fn entry(name: &'static str, unit: &'static str, level: Level, help: &'static str) -> Entry {
    Entry { name, unit, level, help }
}

use Level::{Basic, Detailed, Normal};

const ENTRIES: &[Entry] = &[
    entry("otelcol_receiver_accepted_spans", "", Basic, "Spans that the receiver brought and the pipelines took."),
    entry(
        "otelcol_receiver_accepted_metric_points",
        "",
        Basic,
        "Data points that the receiver brought and the pipelines took.",
    ),
    entry(
        "otelcol_receiver_accepted_log_records",
        "",
        Basic,
        "Log records that the receiver brought and the pipelines took.",
    ),
    entry(
        "otelcol_receiver_accepted_profile_samples",
        "",
        Basic,
        "Profile samples that the receiver brought and the pipelines took.",
    ),
    entry("otelcol_receiver_refused_spans", "", Basic, "Spans that the pipelines sent back."),
    entry("otelcol_receiver_refused_metric_points", "", Basic, "Data points that the pipelines sent back."),
    entry("otelcol_receiver_refused_log_records", "", Basic, "Log records that the pipelines sent back."),
    entry("otelcol_receiver_refused_profile_samples", "", Basic, "Profile samples that the pipelines sent back."),
    entry("otelcol_receiver_failed_spans", "", Basic, "Spans that an internal error cost."),
    entry("otelcol_receiver_failed_metric_points", "", Basic, "Data points that an internal error cost."),
    entry("otelcol_receiver_failed_log_records", "", Basic, "Log records that an internal error cost."),
    entry("otelcol_receiver_failed_profile_samples", "", Basic, "Profile samples that an internal error cost."),
    entry("otelcol_processor_incoming_items", "", Basic, "Items that were handed to the processor."),
    entry("otelcol_processor_outgoing_items", "", Basic, "Items that the processor handed on."),
    entry("otelcol_processor_internal_duration", "s", Detailed, "How long the processor worked on a batch."),
    entry("otelcol_processor_memory_limiter_accepted_spans", "", Basic, "Spans that the memory limiter let through."),
    entry(
        "otelcol_processor_memory_limiter_accepted_metric_points",
        "",
        Basic,
        "Data points that the memory limiter let through.",
    ),
    entry(
        "otelcol_processor_memory_limiter_accepted_log_records",
        "",
        Basic,
        "Log records that the memory limiter let through.",
    ),
    entry("otelcol_processor_memory_limiter_refused_spans", "", Basic, "Spans that the memory limiter sent back."),
    entry(
        "otelcol_processor_memory_limiter_refused_metric_points",
        "",
        Basic,
        "Data points that the memory limiter sent back.",
    ),
    entry(
        "otelcol_processor_memory_limiter_refused_log_records",
        "",
        Basic,
        "Log records that the memory limiter sent back.",
    ),
    entry("otelcol_processor_batch_batch_send_size", "", Normal, "Items in a batch that was sent."),
    entry("otelcol_processor_batch_batch_send_size_bytes", "By", Detailed, "Bytes in a batch that was sent."),
    entry(
        "otelcol_processor_batch_batch_size_trigger_send",
        "",
        Normal,
        "Batches that were sent because they were full.",
    ),
    entry("otelcol_processor_batch_timeout_trigger_send", "", Normal, "Batches that were sent because of their age."),
    entry(
        "otelcol_processor_batch_metadata_cardinality",
        "",
        Normal,
        "Combinations of client metadata that are batched apart.",
    ),
    entry(
        "otelcol_processor_label_mapping_changed_attributes",
        "",
        Basic,
        "Attributes that were changed, by what was done to them.",
    ),
    entry(
        "otelcol_processor_label_mapping_conflicts",
        "",
        Basic,
        "New names of attributes that were taken by another value.",
    ),
    entry(
        "otelcol_processor_label_mapping_conversion_failures",
        "",
        Basic,
        "Values that could not be converted to the type they should have.",
    ),
    entry("otelcol_processor_label_mapping_severities", "", Normal, "Log records whose severity was set."),
    entry(
        "otelcol_processor_label_mapping_merged_data_points",
        "",
        Basic,
        "Data points that became the same as another one, and went into it.",
    ),
    entry(
        "otelcol_processor_label_mapping_unmerged_data_points",
        "",
        Basic,
        "Data points that became the same as another one, and could not be merged.",
    ),
    entry(
        "otelcol_processor_label_mapping_dropped_exemplars",
        "",
        Basic,
        "Exemplars for which a merged data point had no room.",
    ),
    entry("otelcol_processor_label_mapping_dropped_quantiles", "", Basic, "Quantiles of summaries that were merged."),
    entry(
        "otelcol_processor_pii_findings",
        "",
        Basic,
        "Personal data and secrets that were found, by detector and place.",
    ),
    entry("otelcol_processor_pii_dropped_items", "", Basic, "Items that were dropped for what was found in them."),
    entry(
        "otelcol_processor_pii_unscanned_values",
        "",
        Basic,
        "Values that could not be scanned and did not pass, by reason.",
    ),
    entry("otelcol_exporter_sent_spans", "", Basic, "Spans that the backend took."),
    entry("otelcol_exporter_sent_metric_points", "", Basic, "Data points that the backend took."),
    entry("otelcol_exporter_sent_log_records", "", Basic, "Log records that the backend took."),
    entry("otelcol_exporter_sent_profile_samples", "", Basic, "Profile samples that the backend took."),
    entry("otelcol_exporter_send_failed_spans", "", Basic, "Spans that could not be sent."),
    entry("otelcol_exporter_send_failed_metric_points", "", Basic, "Data points that could not be sent."),
    entry("otelcol_exporter_send_failed_log_records", "", Basic, "Log records that could not be sent."),
    entry("otelcol_exporter_send_failed_profile_samples", "", Basic, "Profile samples that could not be sent."),
    entry("otelcol_exporter_enqueue_failed_spans", "", Basic, "Spans that the sending queue sent back."),
    entry("otelcol_exporter_enqueue_failed_metric_points", "", Basic, "Data points that the sending queue sent back."),
    entry("otelcol_exporter_enqueue_failed_log_records", "", Basic, "Log records that the sending queue sent back."),
    entry(
        "otelcol_exporter_enqueue_failed_profile_samples",
        "",
        Basic,
        "Profile samples that the sending queue sent back.",
    ),
    entry("otelcol_exporter_queue_size", "", Basic, "How much is in the sending queue, in the unit of its sizer."),
    entry("otelcol_exporter_queue_capacity", "", Basic, "How much the sending queue takes, in the unit of its sizer."),
    entry(
        "otelcol_exporter_in_flight_requests",
        "",
        Basic,
        "Requests under way to the backend, waiting retries included.",
    ),
    entry("otelcol_exporter_queue_batch_send_size", "", Detailed, "Items in a batch that the sending queue made."),
    entry(
        "otelcol_exporter_queue_batch_send_size_bytes",
        "By",
        Detailed,
        "Bytes in a batch that the sending queue made.",
    ),
    entry("otelcol_exporter_enqueue_size", "", Detailed, "Items in a request that entered the sending queue."),
    entry("otelcol_exporter_enqueue_size_bytes", "By", Detailed, "Bytes in a request that entered the sending queue."),
    entry("otelcol_process_cpu_seconds", "s", Basic, "CPU time of the process, user and system."),
    entry("otelcol_process_memory_rss", "By", Basic, "Resident memory of the process."),
    entry(
        "otelcol_process_runtime_heap_alloc_bytes",
        "By",
        Basic,
        "Resident anonymous memory of the process: its heap and stacks.",
    ),
    entry("otelcol_process_uptime", "s", Basic, "Time since the process began."),
    entry("sluice_exporter_prometheus_series", "", Basic, "Series that the exporter prometheus keeps."),
    entry("sluice_lost_items", "", Basic, "Items that were taken and could not be handed on, by component and reason."),
    entry(
        "sluice_receiver_rejected_requests",
        "",
        Basic,
        "Requests that the receiver answered with an error before their items were known, by reason.",
    ),
    entry("sluice_panics", "", Basic, "Panics that were caught in a component."),
    entry("target_info", "", Basic, "Who these metrics are about."),
];
