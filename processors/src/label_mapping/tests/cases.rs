//! `testdata/cases/NAME.yaml`: a configuration, one item with attributes at each level, what becomes of it, and the counts.

use std::fs;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use opentelemetry_proto::tonic::collector::{
    logs::v1::ExportLogsServiceRequest, metrics::v1::ExportMetricsServiceRequest, trace::v1::ExportTraceServiceRequest,
};
use opentelemetry_proto::tonic::common::v1::{AnyValue, ArrayValue, InstrumentationScope, KeyValue, any_value};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::{
    Exemplar, Gauge, Metric, NumberDataPoint, ResourceMetrics, ScopeMetrics, number_data_point,
};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::span::{Event, Link};
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};
use prost::Message;
use sluice_component::config::{Node, Report, Section, Value};
use sluice_pdata::{Batch, Limits, Signal};

use super::super::config::Config;
use super::super::processor::LabelMapping;
use super::super::telemetry::Counts;
use crate::testing::{settings, yaml};

fn cases() -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/label_mapping/testdata/cases");
    let mut cases: Vec<_> = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    cases
}

#[test]
fn every_case_gives_what_it_says() {
    let cases = cases();
    assert!(cases.len() >= 20, "the folder with the cases was found");

    let differences: Vec<_> = cases.iter().filter_map(|case| difference(case)).collect();

    assert!(differences.is_empty(), "{}", differences.join("\n\n"));
}

/// What differs from what a case says.
fn difference(file: &Path) -> Option<String> {
    let name = file.file_stem().unwrap().to_string_lossy().into_owned();
    let case = yaml(&fs::read_to_string(file).unwrap());
    let signal = match text_of(&case, "signal").as_str() {
        "traces" => Signal::Traces,
        "metrics" => Signal::Metrics,
        "logs" => Signal::Logs,
        other => panic!("{name}: no such signal: {other}"),
    };
    let report = Report::default();
    let (config, _) = Section::read(case.get("config").unwrap(), "label_mapping", &report, Config::read);
    let problems: Vec<_> = report.into_problems().iter().map(ToString::to_string).collect();
    assert_eq!(problems, [""; 0], "{name}");
    let input = case.get("in").unwrap();
    let message = Bytes::from(request(signal, input));
    let batch = Batch::check(signal, message.clone(), &Limits::default()).unwrap();

    let (mapped, counts) = LabelMapping::new(config.plan(), &settings("label_mapping").id, signal).map(&batch);

    Batch::check(signal, mapped.to_bytes(), &Limits::default()).unwrap();
    let found = describe(signal, &mapped.to_bytes());
    let same = mapped.messages()[0].as_ptr() == message.as_ptr();
    let (expected, expect_same) = match case.get("out") {
        Some(out) => (describe(signal, &request(signal, out)), false),
        None => (describe(signal, &message), true),
    };
    let counted = counted(&counts);
    let expected_counts = texts(case.get("counts"));
    let wrong = found != expected || same != expect_same || counted != expected_counts;
    wrong.then(|| {
        format!(
            "{name}:\nexpected:\n{expected}unchanged: {expect_same}\n{expected_counts:?}\nfound:\n{found}unchanged: \
             {same}\n{counted:?}"
        )
    })
}

fn text_of(node: &Node, key: &str) -> String {
    match node.get(key) {
        Some(Node { value: Value::Text(text), .. }) => text.to_string(),
        Some(Node { value: Value::Int(number), .. }) => number.to_string(),
        _ => String::new(),
    }
}

/// `renamed: 1` and so on, sorted.
fn texts(counts: Option<&Node>) -> Vec<String> {
    let Some(Node { value: Value::Map(entries), .. }) = counts else { return Vec::new() };
    let mut texts: Vec<_> = entries
        .iter()
        .map(|((key, _), node)| match node.value {
            Value::Int(count) => format!("{key}: {count}"),
            _ => panic!("a count is a number"),
        })
        .collect();
    texts.sort();
    texts
}

fn counted(counts: &Counts) -> Vec<String> {
    let mut texts: Vec<_> =
        counts.named().filter(|(_, count)| *count > 0).map(|(name, count)| format!("{name}: {count}")).collect();
    texts.sort();
    texts
}

/// The attributes that stand at a level.
fn attributes(node: &Node, level: &str) -> Vec<KeyValue> {
    let Some(Node { value: Value::Map(entries), .. }) = node.get(level) else { return Vec::new() };
    entries
        .iter()
        .map(|((key, _), value)| KeyValue { key: key.to_string(), value: Some(any(value)), ..KeyValue::default() })
        .collect()
}

fn any(node: &Node) -> AnyValue {
    let value = match &node.value {
        Value::Text(text) => any_value::Value::StringValue(text.to_string()),
        Value::Int(number) => any_value::Value::IntValue(*number),
        Value::Float(number) => any_value::Value::DoubleValue(*number),
        Value::Bool(value) => any_value::Value::BoolValue(*value),
        Value::List(items) => any_value::Value::ArrayValue(ArrayValue { values: items.iter().map(any).collect() }),
        _ => panic!("no value of an attribute"),
    };
    AnyValue { value: Some(value) }
}

fn request(signal: Signal, node: &Node) -> Vec<u8> {
    let resource = Some(Resource { attributes: attributes(node, "resource"), ..Resource::default() });
    let scope = Some(InstrumentationScope { attributes: attributes(node, "scope"), ..InstrumentationScope::default() });
    match signal {
        Signal::Traces => {
            let span = Span {
                attributes: attributes(node, "span"),
                kind: text_of(node, "span_kind").parse().unwrap_or_default(),
                events: vec![Event { attributes: attributes(node, "span_event"), ..Event::default() }],
                links: vec![Link { attributes: attributes(node, "link"), ..Link::default() }],
                ..Span::default()
            };
            let scope_spans = vec![ScopeSpans { scope, spans: vec![span], ..ScopeSpans::default() }];
            let resource_spans = vec![ResourceSpans { resource, scope_spans, ..ResourceSpans::default() }];
            ExportTraceServiceRequest { resource_spans }.encode_to_vec()
        }
        Signal::Metrics => {
            let exemplars = vec![Exemplar { filtered_attributes: attributes(node, "exemplar"), ..Exemplar::default() }];
            let value = Some(number_data_point::Value::AsInt(1));
            let point = NumberDataPoint {
                attributes: attributes(node, "data_point"),
                exemplars,
                value,
                ..NumberDataPoint::default()
            };
            let data = Some(Data::Gauge(Gauge { data_points: vec![point] }));
            let metric = Metric { metadata: attributes(node, "metric"), data, ..Metric::default() };
            let scope_metrics = vec![ScopeMetrics { scope, metrics: vec![metric], ..ScopeMetrics::default() }];
            let resource_metrics = vec![ResourceMetrics { resource, scope_metrics, ..ResourceMetrics::default() }];
            ExportMetricsServiceRequest { resource_metrics }.encode_to_vec()
        }
        _ => {
            let record = LogRecord {
                attributes: attributes(node, "log_record"),
                severity_number: text_of(node, "severity_number").parse().unwrap_or_default(),
                severity_text: text_of(node, "severity_text"),
                ..LogRecord::default()
            };
            let scope_logs = vec![ScopeLogs { scope, log_records: vec![record], ..ScopeLogs::default() }];
            let resource_logs = vec![ResourceLogs { resource, scope_logs, ..ResourceLogs::default() }];
            ExportLogsServiceRequest { resource_logs }.encode_to_vec()
        }
    }
}

/// Every attribute on a line of its own, with its level.
fn describe(signal: Signal, message: &[u8]) -> String {
    let mut lines = String::new();
    let mut add = |level: &str, attributes: &[KeyValue]| {
        for attribute in attributes {
            let value = attribute.value.as_ref().and_then(|value| value.value.as_ref());
            lines.push_str(&format!("{level}: {} = {value:?}\n", attribute.key));
        }
    };
    match signal {
        Signal::Traces => {
            let request = ExportTraceServiceRequest::decode(message).unwrap();
            let entry = &request.resource_spans[0];
            let span = &entry.scope_spans[0].spans[0];
            add("resource", &entry.resource.as_ref().unwrap().attributes);
            add("scope", &entry.scope_spans[0].scope.as_ref().unwrap().attributes);
            add("span", &span.attributes);
            add("span_event", &span.events[0].attributes);
            add("link", &span.links[0].attributes);
        }
        Signal::Metrics => {
            let request = ExportMetricsServiceRequest::decode(message).unwrap();
            let entry = &request.resource_metrics[0];
            let metric = &entry.scope_metrics[0].metrics[0];
            let Some(Data::Gauge(gauge)) = &metric.data else { panic!("it was a gauge") };
            add("resource", &entry.resource.as_ref().unwrap().attributes);
            add("scope", &entry.scope_metrics[0].scope.as_ref().unwrap().attributes);
            add("metric", &metric.metadata);
            add("data_point", &gauge.data_points[0].attributes);
            add("exemplar", &gauge.data_points[0].exemplars[0].filtered_attributes);
        }
        _ => {
            let request = ExportLogsServiceRequest::decode(message).unwrap();
            let entry = &request.resource_logs[0];
            let record = &entry.scope_logs[0].log_records[0];
            add("resource", &entry.resource.as_ref().unwrap().attributes);
            add("scope", &entry.scope_logs[0].scope.as_ref().unwrap().attributes);
            add("log_record", &record.attributes);
            lines.push_str(&format!("severity: {} {:?}\n", record.severity_number, record.severity_text));
        }
    }
    lines
}
