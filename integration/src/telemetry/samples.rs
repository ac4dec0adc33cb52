//! Requests that use every field a client may set, each item with a number of its own.

use std::ops::Range;

use opentelemetry_proto::tonic::{
    collector::{
        logs::v1::ExportLogsServiceRequest, metrics::v1::ExportMetricsServiceRequest,
        trace::v1::ExportTraceServiceRequest,
    },
    common::v1::{AnyValue, ArrayValue, InstrumentationScope, KeyValue, KeyValueList, any_value::Value},
    logs::v1::{LogRecord, ResourceLogs, ScopeLogs},
    metrics::v1::{
        Exemplar, ExponentialHistogram, ExponentialHistogramDataPoint, Gauge, Histogram, HistogramDataPoint, Metric,
        NumberDataPoint, ResourceMetrics, ScopeMetrics, Sum, Summary, SummaryDataPoint, exemplar,
        exponential_histogram_data_point::Buckets, metric::Data, number_data_point,
        summary_data_point::ValueAtQuantile,
    },
    resource::v1::Resource,
    trace::v1::{
        ResourceSpans, ScopeSpans, Span, Status,
        span::{Event, Link},
    },
};

use super::{Signal, Telemetry};

const START: u64 = 1_790_000_000_000_000_000;
const MILLISECOND: u64 = 1_000_000;
const CUMULATIVE: i32 = 2;

/// A small request of a signal with everything in it.
pub fn one_of_each(signal: Signal) -> Telemetry {
    match signal {
        Signal::Traces => spans(1..4),
        Signal::Metrics => metrics(1..3),
        Signal::Logs => logs(1..4),
    }
}

/// Spans numbered by their span id (big-endian), with attributes of every type, an event and a link.
pub fn spans(numbers: Range<u64>) -> Telemetry {
    let spans = numbers.map(span).collect();
    let scope_spans = ScopeSpans { scope: Some(scope()), spans, schema_url: "https://example.com/scope".to_owned() };
    Telemetry::Traces(ExportTraceServiceRequest {
        resource_spans: vec![ResourceSpans {
            resource: Some(resource()),
            scope_spans: vec![scope_spans],
            schema_url: "https://example.com/resource".to_owned(),
        }],
    })
}

/// Five metrics a number, one of each kind, with a data point each.
pub fn metrics(numbers: Range<u64>) -> Telemetry {
    let metrics = numbers.flat_map(five_metrics).collect();
    let scope_metrics = ScopeMetrics { scope: Some(scope()), metrics, schema_url: String::new() };
    Telemetry::Metrics(ExportMetricsServiceRequest {
        resource_metrics: vec![ResourceMetrics {
            resource: Some(resource()),
            scope_metrics: vec![scope_metrics],
            schema_url: String::new(),
        }],
    })
}

/// Log records with bodies of every type in turn.
pub fn logs(numbers: Range<u64>) -> Telemetry {
    let log_records = numbers.map(log_record).collect();
    let scope_logs = ScopeLogs { scope: Some(scope()), log_records, schema_url: String::new() };
    Telemetry::Logs(ExportLogsServiceRequest {
        resource_logs: vec![ResourceLogs {
            resource: Some(resource()),
            scope_logs: vec![scope_logs],
            schema_url: String::new(),
        }],
    })
}

fn span(number: u64) -> Span {
    let start = START + number * MILLISECOND;
    Span {
        trace_id: trace_id(number),
        span_id: number.to_be_bytes().to_vec(),
        trace_state: "vendor=value".to_owned(),
        parent_span_id: (number + 1_000_000_000).to_be_bytes().to_vec(),
        flags: 0x101,
        name: format!("GET /items/{number}"),
        kind: 2,
        start_time_unix_nano: start,
        end_time_unix_nano: start + 5 * MILLISECOND,
        attributes: attributes(number),
        dropped_attributes_count: 1,
        events: vec![Event {
            time_unix_nano: start + MILLISECOND,
            name: "cache miss".to_owned(),
            attributes: vec![text("cache.key", "item")],
            dropped_attributes_count: 2,
        }],
        dropped_events_count: 3,
        links: vec![Link {
            trace_id: trace_id(number + 1),
            span_id: (number + 1).to_be_bytes().to_vec(),
            trace_state: "other=1".to_owned(),
            attributes: vec![text("link.kind", "follows")],
            dropped_attributes_count: 4,
            flags: 1,
        }],
        dropped_links_count: 5,
        status: Some(Status { message: "not found".to_owned(), code: 2 }),
    }
}

fn five_metrics(number: u64) -> [Metric; 5] {
    let time = START + number * MILLISECOND;
    let exemplar = Exemplar {
        filtered_attributes: vec![text("user.tier", "gold")],
        time_unix_nano: time,
        span_id: number.to_be_bytes().to_vec(),
        trace_id: trace_id(number),
        value: Some(exemplar::Value::AsDouble(0.25)),
    };
    let point = NumberDataPoint {
        attributes: attributes(number),
        start_time_unix_nano: START,
        time_unix_nano: time,
        exemplars: vec![exemplar.clone()],
        flags: 0,
        value: Some(number_data_point::Value::AsInt(-(number as i64))),
    };
    let double =
        NumberDataPoint { value: Some(number_data_point::Value::AsDouble(number as f64 / 3.0)), ..point.clone() };
    let histogram = HistogramDataPoint {
        attributes: attributes(number),
        start_time_unix_nano: START,
        time_unix_nano: time,
        count: 6,
        sum: Some(7.5),
        bucket_counts: vec![1, 2, 3],
        explicit_bounds: vec![0.5, 2.5],
        exemplars: vec![exemplar.clone()],
        flags: 0,
        min: Some(0.1),
        max: Some(3.0),
    };
    let exponential = ExponentialHistogramDataPoint {
        attributes: attributes(number),
        start_time_unix_nano: START,
        time_unix_nano: time,
        count: 7,
        sum: Some(9.5),
        scale: -2,
        zero_count: 1,
        positive: Some(Buckets { offset: -3, bucket_counts: vec![1, 300, 2] }),
        negative: Some(Buckets { offset: 4, bucket_counts: vec![3] }),
        flags: 0,
        exemplars: vec![exemplar],
        min: Some(-8.0),
        max: Some(4.0),
        zero_threshold: 0.001,
    };
    let summary = SummaryDataPoint {
        attributes: attributes(number),
        start_time_unix_nano: START,
        time_unix_nano: time,
        count: 2,
        sum: 3.5,
        quantile_values: vec![ValueAtQuantile { quantile: 0.99, value: 2.0 }],
        flags: 0,
    };
    let metric = |kind: &str, data| Metric {
        name: format!("shop.{kind}.{number}"),
        description: "what it counts".to_owned(),
        unit: "{item}".to_owned(),
        metadata: vec![text("source", "sample")],
        data: Some(data),
    };
    [
        metric("gauge", Data::Gauge(Gauge { data_points: vec![double] })),
        metric(
            "sum",
            Data::Sum(Sum { data_points: vec![point], aggregation_temporality: CUMULATIVE, is_monotonic: true }),
        ),
        metric("histogram", Data::Histogram(Histogram { data_points: vec![histogram], aggregation_temporality: 1 })),
        metric(
            "exponential",
            Data::ExponentialHistogram(ExponentialHistogram {
                data_points: vec![exponential],
                aggregation_temporality: CUMULATIVE,
            }),
        ),
        metric("summary", Data::Summary(Summary { data_points: vec![summary] })),
    ]
}

fn log_record(number: u64) -> LogRecord {
    let bodies = attributes(number);
    LogRecord {
        time_unix_nano: START + number * MILLISECOND,
        observed_time_unix_nano: START + number * MILLISECOND + 1,
        severity_number: 9 + (number % 12) as i32,
        severity_text: "Information".to_owned(),
        body: bodies[number as usize % bodies.len()].value.clone(),
        attributes: bodies,
        dropped_attributes_count: 6,
        flags: 1,
        trace_id: trace_id(number),
        span_id: number.to_be_bytes().to_vec(),
        event_name: "item.seen".to_owned(),
    }
}

fn resource() -> Resource {
    Resource {
        attributes: vec![text("service.name", "shop"), text("host.name", "ünïcode-☃")],
        dropped_attributes_count: 7,
        entity_refs: Vec::new(),
    }
}

fn scope() -> InstrumentationScope {
    InstrumentationScope {
        name: "sample".to_owned(),
        version: "1.2.3".to_owned(),
        attributes: vec![text("scope.kind", "library")],
        dropped_attributes_count: 8,
    }
}

/// One attribute of every type of value.
fn attributes(number: u64) -> Vec<KeyValue> {
    let list = ArrayValue { values: vec![value(Value::IntValue(1)), value(Value::StringValue("two".to_owned()))] };
    let map = KeyValueList { values: vec![text("inner", "value"), pair("n", Value::IntValue(number as i64))] };
    vec![
        text("http.route", "/items/{id}"),
        pair("n", Value::IntValue(number as i64)),
        pair("ratio", Value::DoubleValue(0.5)),
        pair("cached", Value::BoolValue(false)),
        pair("list", Value::ArrayValue(list)),
        pair("map", Value::KvlistValue(map)),
        pair("blob", Value::BytesValue(vec![0, 255, 128])),
    ]
}

fn trace_id(number: u64) -> Vec<u8> {
    (u128::from(number) << 64 | 0xfeed).to_be_bytes().to_vec()
}

fn text(key: &str, text: &str) -> KeyValue {
    pair(key, Value::StringValue(text.to_owned()))
}

fn pair(key: &str, of: Value) -> KeyValue {
    KeyValue { key: key.to_owned(), value: Some(value(of)), key_strindex: 0 }
}

fn value(value: Value) -> AnyValue {
    AnyValue { value: Some(value) }
}
