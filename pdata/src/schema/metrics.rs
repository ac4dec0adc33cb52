//! `opentelemetry.proto.metrics.v1`.

use super::Kind::{Bool, Double, Enum, Fixed64, Id, KeyValue, Sfixed64, Sint32, Str, Uint32, Uint64};
use super::common::{RESOURCE, SCOPE};
use super::{Kind, Message, items, many, one, oneof, optional};

pub(super) static REQUEST: Message =
    Message::new(&[many(1, "resource_metrics", "resourceMetrics", Kind::Message(&RESOURCE_METRICS))]);

static RESOURCE_METRICS: Message = Message::new(&[
    one(1, "resource", "resource", Kind::Message(&RESOURCE)),
    many(2, "scope_metrics", "scopeMetrics", Kind::Message(&SCOPE_METRICS)),
    one(3, "schema_url", "schemaUrl", Str),
]);

static SCOPE_METRICS: Message = Message::new(&[
    one(1, "scope", "scope", Kind::Message(&SCOPE)),
    many(2, "metrics", "metrics", Kind::Message(&METRIC)),
    one(3, "schema_url", "schemaUrl", Str),
]);

static METRIC: Message = Message::new(&[
    one(1, "name", "name", Str),
    one(2, "description", "description", Str),
    one(3, "unit", "unit", Str),
    oneof(5, "gauge", "gauge", Kind::Message(&GAUGE)),
    oneof(7, "sum", "sum", Kind::Message(&SUM)),
    oneof(9, "histogram", "histogram", Kind::Message(&HISTOGRAM)),
    oneof(10, "exponential_histogram", "exponentialHistogram", Kind::Message(&EXPONENTIAL_HISTOGRAM)),
    oneof(11, "summary", "summary", Kind::Message(&SUMMARY)),
    many(12, "metadata", "metadata", KeyValue),
]);

static GAUGE: Message = Message::new(&[items(1, "data_points", "dataPoints", Kind::Message(&NUMBER_DATA_POINT))]);

static SUM: Message = Message::new(&[
    items(1, "data_points", "dataPoints", Kind::Message(&NUMBER_DATA_POINT)),
    one(2, "aggregation_temporality", "aggregationTemporality", Enum(AGGREGATION_TEMPORALITY)),
    one(3, "is_monotonic", "isMonotonic", Bool),
]);

static HISTOGRAM: Message = Message::new(&[
    items(1, "data_points", "dataPoints", Kind::Message(&HISTOGRAM_DATA_POINT)),
    one(2, "aggregation_temporality", "aggregationTemporality", Enum(AGGREGATION_TEMPORALITY)),
]);

static EXPONENTIAL_HISTOGRAM: Message = Message::new(&[
    items(1, "data_points", "dataPoints", Kind::Message(&EXPONENTIAL_HISTOGRAM_DATA_POINT)),
    one(2, "aggregation_temporality", "aggregationTemporality", Enum(AGGREGATION_TEMPORALITY)),
]);

static SUMMARY: Message = Message::new(&[items(1, "data_points", "dataPoints", Kind::Message(&SUMMARY_DATA_POINT))]);

static NUMBER_DATA_POINT: Message = Message::new(&[
    many(7, "attributes", "attributes", KeyValue),
    one(2, "start_time_unix_nano", "startTimeUnixNano", Fixed64),
    one(3, "time_unix_nano", "timeUnixNano", Fixed64),
    oneof(4, "as_double", "asDouble", Double),
    oneof(6, "as_int", "asInt", Sfixed64),
    many(5, "exemplars", "exemplars", Kind::Message(&EXEMPLAR)),
    one(8, "flags", "flags", Uint32),
]);

static HISTOGRAM_DATA_POINT: Message = Message::new(&[
    many(9, "attributes", "attributes", KeyValue),
    one(2, "start_time_unix_nano", "startTimeUnixNano", Fixed64),
    one(3, "time_unix_nano", "timeUnixNano", Fixed64),
    one(4, "count", "count", Fixed64),
    optional(5, "sum", "sum", Double),
    many(6, "bucket_counts", "bucketCounts", Fixed64),
    many(7, "explicit_bounds", "explicitBounds", Double),
    many(8, "exemplars", "exemplars", Kind::Message(&EXEMPLAR)),
    one(10, "flags", "flags", Uint32),
    optional(11, "min", "min", Double),
    optional(12, "max", "max", Double),
]);

static EXPONENTIAL_HISTOGRAM_DATA_POINT: Message = Message::new(&[
    many(1, "attributes", "attributes", KeyValue),
    one(2, "start_time_unix_nano", "startTimeUnixNano", Fixed64),
    one(3, "time_unix_nano", "timeUnixNano", Fixed64),
    one(4, "count", "count", Fixed64),
    optional(5, "sum", "sum", Double),
    one(6, "scale", "scale", Sint32),
    one(7, "zero_count", "zeroCount", Fixed64),
    one(8, "positive", "positive", Kind::Message(&BUCKETS)),
    one(9, "negative", "negative", Kind::Message(&BUCKETS)),
    one(10, "flags", "flags", Uint32),
    many(11, "exemplars", "exemplars", Kind::Message(&EXEMPLAR)),
    optional(12, "min", "min", Double),
    optional(13, "max", "max", Double),
    one(14, "zero_threshold", "zeroThreshold", Double),
]);

static BUCKETS: Message =
    Message::new(&[one(1, "offset", "offset", Sint32), many(2, "bucket_counts", "bucketCounts", Uint64)]);

static SUMMARY_DATA_POINT: Message = Message::new(&[
    many(7, "attributes", "attributes", KeyValue),
    one(2, "start_time_unix_nano", "startTimeUnixNano", Fixed64),
    one(3, "time_unix_nano", "timeUnixNano", Fixed64),
    one(4, "count", "count", Fixed64),
    one(5, "sum", "sum", Double),
    many(6, "quantile_values", "quantileValues", Kind::Message(&VALUE_AT_QUANTILE)),
    one(8, "flags", "flags", Uint32),
]);

static VALUE_AT_QUANTILE: Message =
    Message::new(&[one(1, "quantile", "quantile", Double), one(2, "value", "value", Double)]);

static EXEMPLAR: Message = Message::new(&[
    many(7, "filtered_attributes", "filteredAttributes", KeyValue),
    one(2, "time_unix_nano", "timeUnixNano", Fixed64),
    oneof(3, "as_double", "asDouble", Double),
    oneof(6, "as_int", "asInt", Sfixed64),
    one(4, "span_id", "spanId", Id(8)),
    one(5, "trace_id", "traceId", Id(16)),
]);

const AGGREGATION_TEMPORALITY: &[(&str, i32)] = &[
    ("AGGREGATION_TEMPORALITY_UNSPECIFIED", 0),
    ("AGGREGATION_TEMPORALITY_DELTA", 1),
    ("AGGREGATION_TEMPORALITY_CUMULATIVE", 2),
];
