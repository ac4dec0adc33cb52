//! `metrics`.

use std::time::Duration;

use sluice_component::config::Section;

use super::{endpoint, removed, renamed, site};

/// How metrics are translated and sent.
#[derive(Clone, Debug)]
pub struct MetricsConfig {
    /// The host that takes them.
    pub endpoint: String,
    /// How long the last value of a cumulative stream is remembered after it was seen. Default 3600 s.
    pub delta_ttl: Duration,
    /// How much memory those values may take, in bytes. Default 128 MiB.
    pub delta_cache_bytes: usize,
    /// Whether every attribute of the resource becomes a tag. Default no.
    pub resource_attributes_as_tags: bool,
    /// Whether name, version and attributes of the scope become tags. Default yes.
    pub instrumentation_scope_metadata_as_tags: bool,
    /// What becomes of histograms. Default distributions.
    pub histogram_mode: HistogramMode,
    /// Whether histograms have `.count`, `.sum`, `.min` and `.max` besides. Default no.
    pub send_aggregation_metrics: bool,
    /// What becomes of cumulative monotonic sums. Default counts.
    pub cumulative_monotonic_mode: CumulativeMonotonicMode,
    /// What becomes of the first value of a cumulative monotonic sum. Default auto.
    pub initial_value: InitialValue,
    /// What becomes of the quantiles of summaries. Default gauges.
    pub summary_mode: SummaryMode,
}

/// What becomes of a histogram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HistogramMode {
    /// A sketch, for a metric of the type distribution.
    Distributions,
    /// A count for each bucket.
    Counters,
    /// Nothing but the aggregation metrics.
    NoBuckets,
}

/// What becomes of a cumulative monotonic sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CumulativeMonotonicMode {
    /// A count of what was added since the last point.
    ToDelta,
    /// A gauge of the value itself.
    RawValue,
}

/// What becomes of the first value of a cumulative stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InitialValue {
    /// It is sent if the stream has begun after this program did.
    Auto,
    /// It is not sent.
    Drop,
    /// It is sent.
    Keep,
}

/// What becomes of a summary's quantiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SummaryMode {
    /// A gauge each.
    Gauges,
    /// Nothing.
    NoQuantiles,
}

const MIB: usize = 1024 * 1024;

impl MetricsConfig {
    pub(super) fn read(section: &mut Section<'_>, site: &str) -> Self {
        removed(section, "send_monotonic_counter", "sums::cumulative_monotonic_mode");
        removed(section, "report_quantiles", "summaries::mode");
        removed(section, "instrumentation_library_metadata_as_tags", "instrumentation_scope_metadata_as_tags");
        let endpoint = endpoint(section, site::metrics(site));
        let delta_ttl = Duration::from_secs(positive(section, "delta_ttl", 3600));
        let delta_cache_mib = positive(section, "delta_cache_mib", 128);
        let resource_attributes_as_tags = section.bool("resource_attributes_as_tags", false);
        let instrumentation_scope_metadata_as_tags = section.bool("instrumentation_scope_metadata_as_tags", true);
        let (histogram_mode, send_aggregation_metrics) = section.section("histograms", histograms);
        let (cumulative_monotonic_mode, initial_value) = section.section("sums", sums);
        let summary_mode = section.section("summaries", |summaries| {
            let modes = [("gauges", SummaryMode::Gauges), ("noquantiles", SummaryMode::NoQuantiles)];
            summaries.one_of("mode", &modes, "gauges")
        });
        Self {
            endpoint,
            delta_ttl,
            delta_cache_bytes: usize::try_from(delta_cache_mib).unwrap_or(usize::MAX).saturating_mul(MIB),
            resource_attributes_as_tags,
            instrumentation_scope_metadata_as_tags,
            histogram_mode,
            send_aggregation_metrics,
            cumulative_monotonic_mode,
            initial_value,
            summary_mode,
        }
    }
}

fn histograms(section: &mut Section<'_>) -> (HistogramMode, bool) {
    const MODES: [(&str, HistogramMode); 3] = [
        ("distributions", HistogramMode::Distributions),
        ("counters", HistogramMode::Counters),
        ("nobuckets", HistogramMode::NoBuckets),
    ];
    let mode = section.one_of("mode", &MODES, "distributions");
    let aggregations = renamed(section, "send_count_sum_metrics", "send_aggregation_metrics", false);
    if mode == HistogramMode::NoBuckets && !aggregations {
        section.problem("mode", "nobuckets needs send_aggregation_metrics: nothing of a histogram would be sent");
    }
    (mode, aggregations)
}

fn sums(section: &mut Section<'_>) -> (CumulativeMonotonicMode, InitialValue) {
    const MODES: [(&str, CumulativeMonotonicMode); 2] =
        [("to_delta", CumulativeMonotonicMode::ToDelta), ("raw_value", CumulativeMonotonicMode::RawValue)];
    const VALUES: [(&str, InitialValue); 3] =
        [("auto", InitialValue::Auto), ("drop", InitialValue::Drop), ("keep", InitialValue::Keep)];
    let mode = section.one_of("cumulative_monotonic_mode", &MODES, "to_delta");
    if mode != CumulativeMonotonicMode::ToDelta && section.has("initial_cumulative_monotonic_value") {
        section.problem("initial_cumulative_monotonic_value", "needs cumulative_monotonic_mode: to_delta");
    }
    (mode, section.one_of("initial_cumulative_monotonic_value", &VALUES, "auto"))
}

fn positive(section: &mut Section<'_>, key: &'static str, default: u64) -> u64 {
    let value = section.integer(key, default);
    if value == 0 {
        section.problem(key, "must be greater than zero");
    }
    value.max(1)
}
