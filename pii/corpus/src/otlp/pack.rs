//! Samples as OTLP export requests, and what is true of them as lines of JSON.

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, ArrayValue, InstrumentationScope, KeyValue, KeyValueList};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::metrics::v1::{
    Exemplar, Metric, NumberDataPoint, ResourceMetrics, ScopeMetrics, Sum, metric, number_data_point,
};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::span::{Event, Link};
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span, Status};
use prost::Message;
use serde::{Deserialize, Serialize};
use sluice_pdata::Signal;

use crate::{Difficulty, Place, Sample, Truth};

/// When the first item happened, in nanoseconds since 1970; each item is a millisecond later than the one before.
pub(super) const START: u64 = 1_767_225_600_000_000_000;
pub(super) const STEP: u64 = 1_000_000;

/// An export request of the corpus.
#[derive(Clone, Debug)]
pub struct Packed {
    /// Its signal.
    pub signal: Signal,
    /// The request in protobuf.
    pub request: Vec<u8>,
}

/// What is true of a string in the packed corpus.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Labelled {
    /// The number of the item: its span id less one, or its milliseconds since the first.
    pub item: u64,
    /// Where it stands, in words.
    pub place: String,
    /// Where it stands, as a path below its `resourceSpans`, `resourceLogs` or `resourceMetrics` in OTLP/JSON.
    pub path: String,
    /// The text.
    pub text: String,
    /// The kind of look-alike, where nothing may change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub look_alike: Option<String>,
    /// What must go.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ranges: Vec<Range>,
}

/// A piece of a text that must go, in bytes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Range {
    /// What must not stay.
    pub core: (usize, usize),
    /// What may go with it.
    pub outer: (usize, usize),
    /// The family.
    pub family: String,
    /// The format within the family.
    pub variant: String,
    /// Whether it is hard to find.
    pub hard: bool,
}

/// Packs samples into requests of at most so many items, and says what is true of them.
pub fn pack(samples: &[Sample], items_per_request: usize) -> (Vec<Packed>, Vec<Labelled>) {
    let mut labels = Vec::with_capacity(samples.len());
    let (mut spans, mut logs, mut metrics) = (Vec::new(), Vec::new(), Vec::new());
    for (item, sample) in (0..).zip(samples) {
        match sample.place.signal() {
            crate::Signal::Traces => spans.push(resource_spans(item, sample)),
            crate::Signal::Logs => logs.push(resource_logs(item, sample)),
            crate::Signal::Metrics => metrics.push(resource_metrics(item, sample)),
        }
        labels.push(labelled(item, sample));
    }
    let mut packed = Vec::new();
    for chunk in spans.chunks(items_per_request) {
        let request = ExportTraceServiceRequest { resource_spans: chunk.to_vec() }.encode_to_vec();
        packed.push(Packed { signal: Signal::Traces, request });
    }
    for chunk in logs.chunks(items_per_request) {
        let request = ExportLogsServiceRequest { resource_logs: chunk.to_vec() }.encode_to_vec();
        packed.push(Packed { signal: Signal::Logs, request });
    }
    for chunk in metrics.chunks(items_per_request) {
        let request = ExportMetricsServiceRequest { resource_metrics: chunk.to_vec() }.encode_to_vec();
        packed.push(Packed { signal: Signal::Metrics, request });
    }
    (packed, labels)
}

fn labelled(item: u64, sample: &Sample) -> Labelled {
    let look_alike = match sample.truth {
        Truth::LookAlike(kind) => Some(kind.to_owned()),
        Truth::Positive(_) => None,
    };
    let ranges = sample.truth.labels().iter().map(|label| Range {
        core: (label.core.start, label.core.end),
        outer: (label.outer.start, label.outer.end),
        family: label.family.name().to_owned(),
        variant: label.variant.to_owned(),
        hard: label.difficulty == Difficulty::Hard,
    });
    Labelled {
        item,
        place: sample.place.name().to_owned(),
        path: path(sample.place).to_owned(),
        text: sample.text.clone(),
        look_alike,
        ranges: ranges.collect(),
    }
}

/// Where a sample stands in the item that holds it.
fn path(place: Place) -> &'static str {
    match place {
        Place::TraceResource | Place::LogResource | Place::MetricResource => "resource/attributes/1/value",
        Place::ScopeAttribute => "scopeSpans/0/scope/attributes/0/value",
        Place::ScopeName => "scopeSpans/0/scope/name",
        Place::SpanName => "scopeSpans/0/spans/0/name",
        Place::SpanAttribute | Place::SpanInteger => "scopeSpans/0/spans/0/attributes/1/value",
        Place::SpanArray => "scopeSpans/0/spans/0/attributes/1/value/arrayValue/values/0",
        Place::SpanMap => "scopeSpans/0/spans/0/attributes/1/value/kvlistValue/values/0/value",
        Place::TraceState => "scopeSpans/0/spans/0/traceState",
        Place::StatusMessage => "scopeSpans/0/spans/0/status/message",
        Place::EventName => "scopeSpans/0/spans/0/events/0/name",
        Place::EventAttribute => "scopeSpans/0/spans/0/events/0/attributes/1/value",
        Place::LinkAttribute => "scopeSpans/0/spans/0/links/0/attributes/1/value",
        Place::LinkTraceState => "scopeSpans/0/spans/0/links/0/traceState",
        Place::LogBody => "scopeLogs/0/logRecords/0/body",
        Place::LogBodyMap => "scopeLogs/0/logRecords/0/body/kvlistValue/values/0/value",
        Place::LogBodyArray => "scopeLogs/0/logRecords/0/body/kvlistValue/values/0/value/arrayValue/values/0",
        Place::LogAttribute | Place::LogInteger => "scopeLogs/0/logRecords/0/attributes/1/value",
        Place::LogMap => {
            "scopeLogs/0/logRecords/0/attributes/1/value/kvlistValue/values/0/value/kvlistValue/values/0/value"
        }
        Place::MetricDescription => "scopeMetrics/0/metrics/0/description",
        Place::PointAttribute | Place::PointInteger => "scopeMetrics/0/metrics/0/sum/dataPoints/0/attributes/1/value",
        Place::ExemplarAttribute => "scopeMetrics/0/metrics/0/sum/dataPoints/0/exemplars/0/filteredAttributes/0/value",
    }
}

fn resource_spans(item: u64, sample: &Sample) -> ResourceSpans {
    let text = |place, otherwise: &str| if sample.place == place { sample.text.clone() } else { otherwise.to_owned() };
    let mut attributes = vec![attribute("http.request.method", string("GET"))];
    attributes.extend(match sample.place {
        Place::SpanAttribute => Some(attribute(&sample.key, string(&sample.text))),
        Place::SpanInteger => Some(attribute(&sample.key, integer(&sample.text))),
        Place::SpanArray => Some(attribute(&sample.key, array(string(&sample.text)))),
        Place::SpanMap => Some(attribute("app.values", map(&sample.key, string(&sample.text)))),
        _ => None,
    });
    let time = START + item * STEP;
    let event = Event {
        time_unix_nano: time + 10,
        name: text(Place::EventName, "step"),
        attributes: with_sample(sample, Place::EventAttribute, attribute("step.index", integer("1"))),
        ..Event::default()
    };
    let link = Link {
        trace_id: id(item + 7, 16),
        span_id: id(item + 7, 8),
        trace_state: text(Place::LinkTraceState, ""),
        attributes: with_sample(sample, Place::LinkAttribute, attribute("link.reason", string("follows"))),
        ..Link::default()
    };
    let span = Span {
        trace_id: id(item + 1, 16),
        span_id: id(item + 1, 8),
        trace_state: text(Place::TraceState, ""),
        name: text(Place::SpanName, "work"),
        kind: 2,
        start_time_unix_nano: time,
        end_time_unix_nano: time + 500,
        attributes,
        events: vec![event],
        links: vec![link],
        status: Some(Status { message: text(Place::StatusMessage, ""), code: 1 }),
        ..Span::default()
    };
    let scope = InstrumentationScope {
        name: text(Place::ScopeName, "corpus"),
        attributes: match sample.place {
            Place::ScopeAttribute => vec![attribute(&sample.key, string(&sample.text))],
            _ => Vec::new(),
        },
        ..InstrumentationScope::default()
    };
    ResourceSpans {
        resource: Some(resource(sample, Place::TraceResource)),
        scope_spans: vec![ScopeSpans { scope: Some(scope), spans: vec![span], ..ScopeSpans::default() }],
        ..ResourceSpans::default()
    }
}

fn resource_logs(item: u64, sample: &Sample) -> ResourceLogs {
    let body = match sample.place {
        Place::LogBody => string(&sample.text),
        Place::LogBodyMap => map(&sample.key, string(&sample.text)),
        Place::LogBodyArray => map(&sample.key, array(string(&sample.text))),
        _ => string("done"),
    };
    let mut attributes = vec![attribute("log.iostream", string("stdout"))];
    attributes.extend(match sample.place {
        Place::LogAttribute => Some(attribute(&sample.key, string(&sample.text))),
        Place::LogInteger => Some(attribute(&sample.key, integer(&sample.text))),
        Place::LogMap => Some(attribute("app.values", map("inner", map(&sample.key, string(&sample.text))))),
        _ => None,
    });
    let record = LogRecord {
        time_unix_nano: START + item * STEP,
        observed_time_unix_nano: START + item * STEP + 7,
        severity_number: 9,
        severity_text: "INFO".to_owned(),
        body: Some(body),
        attributes,
        trace_id: id(item + 1, 16),
        span_id: id(item + 1, 8),
        ..LogRecord::default()
    };
    ResourceLogs {
        resource: Some(resource(sample, Place::LogResource)),
        scope_logs: vec![ScopeLogs { log_records: vec![record], ..ScopeLogs::default() }],
        ..ResourceLogs::default()
    }
}

fn resource_metrics(item: u64, sample: &Sample) -> ResourceMetrics {
    let mut attributes = vec![attribute("http.request.method", string("GET"))];
    attributes.extend(match sample.place {
        Place::PointAttribute => Some(attribute(&sample.key, string(&sample.text))),
        Place::PointInteger => Some(attribute(&sample.key, integer(&sample.text))),
        _ => None,
    });
    let exemplar = (sample.place == Place::ExemplarAttribute).then(|| Exemplar {
        filtered_attributes: vec![attribute(&sample.key, string(&sample.text))],
        time_unix_nano: START + item * STEP,
        span_id: id(item + 1, 8),
        trace_id: id(item + 1, 16),
        ..Exemplar::default()
    });
    let point = NumberDataPoint {
        attributes,
        start_time_unix_nano: START,
        time_unix_nano: START + item * STEP,
        exemplars: exemplar.into_iter().collect(),
        value: Some(number_data_point::Value::AsInt(3)),
        ..NumberDataPoint::default()
    };
    let sum = Sum { data_points: vec![point], aggregation_temporality: 2, is_monotonic: true };
    let metric = Metric {
        name: "corpus.requests".to_owned(),
        description: if sample.place == Place::MetricDescription { sample.text.clone() } else { String::new() },
        unit: "1".to_owned(),
        data: Some(metric::Data::Sum(sum)),
        ..Metric::default()
    };
    ResourceMetrics {
        resource: Some(resource(sample, Place::MetricResource)),
        scope_metrics: vec![ScopeMetrics { metrics: vec![metric], ..ScopeMetrics::default() }],
        ..ResourceMetrics::default()
    }
}

fn resource(sample: &Sample, place: Place) -> Resource {
    Resource {
        attributes: with_sample(sample, place, attribute("service.name", string("checkout"))),
        ..Resource::default()
    }
}

/// An attribute, and behind it the sample if this is its place.
fn with_sample(sample: &Sample, place: Place, first: KeyValue) -> Vec<KeyValue> {
    let mut attributes = vec![first];
    if sample.place == place {
        attributes.push(attribute(&sample.key, string(&sample.text)));
    }
    attributes
}

fn attribute(key: &str, value: AnyValue) -> KeyValue {
    KeyValue { key: key.to_owned(), value: Some(value), ..KeyValue::default() }
}

fn string(text: &str) -> AnyValue {
    AnyValue { value: Some(Value::StringValue(text.to_owned())) }
}

/// An integer; one that does not fit is zero, and samples for integer places fit.
fn integer(text: &str) -> AnyValue {
    AnyValue { value: Some(Value::IntValue(text.parse().unwrap_or_default())) }
}

fn array(value: AnyValue) -> AnyValue {
    AnyValue { value: Some(Value::ArrayValue(ArrayValue { values: vec![value] })) }
}

fn map(key: &str, value: AnyValue) -> AnyValue {
    AnyValue { value: Some(Value::KvlistValue(KeyValueList { values: vec![attribute(key, value)] })) }
}

/// An identifier of so many bytes that ends in a number.
fn id(number: u64, length: usize) -> Vec<u8> {
    let mut bytes = vec![0xa5; length];
    bytes[length - 8..].copy_from_slice(&number.to_be_bytes());
    bytes
}
