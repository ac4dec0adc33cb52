//! Whatever can hold a text is looked at, and nothing else is changed.

use std::collections::BTreeSet;

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{ArrayValue, EntityRef, InstrumentationScope, KeyValueList};
use opentelemetry_proto::tonic::metrics::v1::{
    Exemplar, ExponentialHistogram, ExponentialHistogramDataPoint, Gauge, Histogram, HistogramDataPoint, Metric,
    NumberDataPoint, ResourceMetrics, ScopeMetrics, Sum, Summary, SummaryDataPoint, metric,
};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::span::{Event, Link};
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span, Status};
use serde_json::json;

use super::*;

const MAIL: &str = "anna.meier@example.org";
const MASK: &str = "[EMAIL]";

/// Attributes with a text at every depth.
fn everywhere(text_is: &str) -> Vec<KeyValue> {
    let list = |values| value(any_value::Value::ArrayValue(ArrayValue { values }));
    let map = |values| value(any_value::Value::KvlistValue(KeyValueList { values }));
    let long = format!("{} {text_is} {}", "long ".repeat(60), "text ".repeat(60));
    vec![
        entry("plain", text(text_is)),
        entry("number", value(any_value::Value::IntValue(7))),
        entry("within", text(&format!("from <{text_is}>, to nobody"))),
        entry("long", text(&long)),
        entry(&format!("key of {text_is}"), text("clean")),
        entry("bytes", value(any_value::Value::BytesValue(text_is.as_bytes().to_vec()))),
        entry("list", list(vec![text("clean"), text(text_is), list(vec![text(text_is)])])),
        entry("map", map(vec![entry("inner", map(vec![entry("leaf", text(text_is)), entry(text_is, text(""))]))])),
        entry("list of maps", list(vec![map(vec![entry("leaf", text(text_is))])])),
    ]
}

fn resource(text: &str) -> Option<Resource> {
    let keys = vec![text.to_owned()];
    let entity =
        EntityRef { schema_url: text.into(), r#type: text.into(), id_keys: keys.clone(), description_keys: keys };
    Some(Resource { attributes: everywhere(text), entity_refs: vec![entity], ..Resource::default() })
}

fn scope(text: &str) -> Option<InstrumentationScope> {
    let attributes = everywhere(text);
    Some(InstrumentationScope { name: text.into(), version: text.into(), attributes, ..Default::default() })
}

fn all_traces(text: &str) -> ExportTraceServiceRequest {
    let span = Span {
        trace_id: vec![1; 16],
        span_id: vec![2; 8],
        trace_state: text.into(),
        name: text.into(),
        attributes: everywhere(text),
        events: vec![Event { name: text.into(), attributes: everywhere(text), ..Event::default() }],
        links: vec![Link { trace_state: text.into(), attributes: everywhere(text), ..Link::default() }],
        status: Some(Status { message: text.into(), code: 2 }),
        ..Span::default()
    };
    let schema_url = text.to_owned();
    let scope_spans = vec![ScopeSpans { scope: scope(text), spans: vec![span], schema_url: schema_url.clone() }];
    ExportTraceServiceRequest {
        resource_spans: vec![ResourceSpans { resource: resource(text), scope_spans, schema_url }],
    }
}

fn all_metrics(text: &str) -> ExportMetricsServiceRequest {
    let attributes = everywhere(text);
    let exemplars = vec![Exemplar { filtered_attributes: everywhere(text), ..Exemplar::default() }];
    let number =
        || NumberDataPoint { attributes: attributes.clone(), exemplars: exemplars.clone(), ..Default::default() };
    let histogram =
        HistogramDataPoint { attributes: attributes.clone(), exemplars: exemplars.clone(), ..Default::default() };
    let exponential = ExponentialHistogramDataPoint {
        attributes: attributes.clone(),
        exemplars: exemplars.clone(),
        ..Default::default()
    };
    let summary = SummaryDataPoint { attributes: attributes.clone(), ..Default::default() };
    let data = [
        metric::Data::Gauge(Gauge { data_points: vec![number()] }),
        metric::Data::Sum(Sum { data_points: vec![number()], ..Default::default() }),
        metric::Data::Histogram(Histogram { data_points: vec![histogram], ..Default::default() }),
        metric::Data::ExponentialHistogram(ExponentialHistogram {
            data_points: vec![exponential],
            ..Default::default()
        }),
        metric::Data::Summary(Summary { data_points: vec![summary] }),
    ];
    let metrics = data.into_iter().map(|data| Metric {
        name: text.into(),
        description: text.into(),
        unit: text.into(),
        metadata: everywhere(text),
        data: Some(data),
    });
    let schema_url = text.to_owned();
    let scope_metrics =
        vec![ScopeMetrics { scope: scope(text), metrics: metrics.collect(), schema_url: schema_url.clone() }];
    let resource_metrics = vec![ResourceMetrics { resource: resource(text), scope_metrics, schema_url }];
    ExportMetricsServiceRequest { resource_metrics }
}

fn all_logs(text_is: &str) -> ExportLogsServiceRequest {
    let record = |body| LogRecord {
        severity_text: text_is.into(),
        event_name: text_is.into(),
        body: Some(body),
        attributes: everywhere(text_is),
        ..LogRecord::default()
    };
    let bodies = everywhere(text_is).into_iter().filter_map(|entry| entry.value);
    let map = value(any_value::Value::KvlistValue(KeyValueList { values: everywhere(text_is) }));
    let mut request = logs(bodies.chain([map]).map(record).collect());
    let resource_logs = &mut request.resource_logs[0];
    resource_logs.resource = resource(text_is);
    resource_logs.schema_url = text_is.into();
    resource_logs.scope_logs[0].scope = scope(text_is);
    resource_logs.scope_logs[0].schema_url = text_is.into();
    request
}

#[test]
fn nothing_personal_is_left_and_all_else_is_as_it_was() {
    let cases = [
        (batch(Signal::Traces, &all_traces(MAIL)), batch(Signal::Traces, &all_traces(MASK))),
        (batch(Signal::Metrics, &all_metrics(MAIL)), batch(Signal::Metrics, &all_metrics(MASK))),
        (batch(Signal::Logs, &all_logs(MAIL)), batch(Signal::Logs, &all_logs(MASK))),
    ];
    for (batch, masked) in cases {
        let scrubbed = scrub(json!({}), &batch).unwrap();

        // Not assert_eq: nobody reads so many bytes.
        assert!(scrubbed.to_bytes() == masked.to_bytes(), "{}", batch.signal());
        assert_eq!(scrubbed.items(), batch.items());
        assert!(Batch::check(batch.signal(), scrubbed.to_bytes(), &Limits::default()).is_ok());
    }
}

#[test]
fn every_place_has_its_name() {
    let batches = [
        batch(Signal::Traces, &all_traces(MAIL)),
        batch(Signal::Metrics, &all_metrics(MAIL)),
        batch(Signal::Logs, &all_logs(MAIL)),
    ];

    let explanations: Vec<_> = batches.iter().map(|batch| explain(json!({}), batch)).collect();

    let places: BTreeSet<_> = explanations.iter().flat_map(|it| &it.values).map(|value| value.place).collect();
    let expected = super::super::place::Place::ALL.map(|place| place.name()).into_iter().collect::<BTreeSet<_>>();
    assert_eq!(expected.difference(&places).collect::<Vec<_>>(), [&"other"]);
}

#[test]
fn a_batch_without_findings_keeps_its_bytes() {
    for batch in [
        batch(Signal::Traces, &all_traces("clean")),
        batch(Signal::Metrics, &all_metrics("clean")),
        batch(Signal::Logs, &all_logs("clean")),
    ] {
        let scrubbed = scrub(json!({}), &batch).unwrap();

        assert_eq!(scrubbed.messages()[0].as_ptr(), batch.messages()[0].as_ptr(), "{}", batch.signal());
    }
}

#[test]
fn the_path_to_a_value_is_its_keys() {
    let record = LogRecord {
        body: Some(value(any_value::Value::KvlistValue(KeyValueList { values: everywhere(MAIL) }))),
        attributes: everywhere(MAIL),
        ..LogRecord::default()
    };

    let explanation = explain(json!({"scan": {"keys": false}}), &batch(Signal::Logs, &logs(vec![record])));

    let paths = |place| {
        let values = explanation.values.iter().filter(move |value| value.place == place);
        values.map(|value| value.path.as_str()).collect::<Vec<_>>()
    };
    let expected = ["plain", "within", "long", "bytes", "list", "list", "map.inner.leaf", "list of maps.leaf"];
    assert_eq!(paths("log.attribute"), expected);
    assert_eq!(paths("log.body"), expected.map(|path| format!("body.{path}")));
}

#[test]
fn unknown_fields_stay() {
    // Field 100 of a log record, a text; field 15 of its value, a number.
    let record = [&[0xa2, 6, 3, b'n', b'e', b'w'][..], &[0x2a, 11, 0x78, 9, 0x0a, 7], b"a@b.com"].concat();
    let with = |tag: u8, content: &[u8]| [&[tag, u8::try_from(content.len()).unwrap()], content].concat();
    let request = with(0x0a, &with(0x12, &with(0x12, &record)));
    let batch = Batch::check(Signal::Logs, request.into(), &Limits::default()).unwrap();

    let scrubbed = scrub(json!({}), &batch).unwrap().to_bytes();

    assert!(
        scrubbed.ends_with(&[&[0xa2, 6, 3, b'n', b'e', b'w'][..], &[0x2a, 11, 0x78, 9, 0x0a, 7], b"[EMAIL]"].concat())
    );
}
