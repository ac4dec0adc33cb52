//! What Jaeger shows of a span that it was sent as OTLP: in the form of its user interface
//! (<https://github.com/jaegertracing/jaeger/blob/main/internal/uimodel/model.go>), and in OTLP again, which is made of that form and
//! knows no more. Lists whose order says nothing are put in order on both sides.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::{AnyValue, InstrumentationScope, KeyValue, any_value::Value},
    resource::v1::Resource,
    trace::v1::{
        Span,
        span::{Event, Link},
    },
};
use serde_json::{Value as Json, json};

const REF_TYPE: &str = "opentracing.ref_type";

/// The spans of a request by their ids, as they are shown.
pub(super) fn spans(request: &ExportTraceServiceRequest) -> BTreeMap<String, Json> {
    each(request, shown)
}

/// The spans of a request by their ids, as OTLP.
pub(super) fn spans_in_otlp(request: &ExportTraceServiceRequest) -> BTreeMap<String, Json> {
    each(request, in_otlp)
}

/// The spans of a trace that is shown, each with its process.
pub(super) fn found(trace: &Json) -> BTreeMap<String, Json> {
    let spans = trace["spans"].as_array().into_iter().flatten();
    spans
        .map(|span| {
            let mut span = span.clone();
            let process = span["processID"].take();
            span["process"] = trace["processes"][process.as_str().unwrap_or_default()].clone();
            sort(&mut span["process"]["tags"]);
            sort(&mut span["tags"]);
            span["logs"].as_array_mut().into_iter().flatten().for_each(|log| sort(&mut log["fields"]));
            (span["spanID"].as_str().unwrap_or_default().to_owned(), span)
        })
        .collect()
}

/// The spans of a list of `resourceSpans`, each with its resource and scope, and with the fields that are not written because
/// they are empty.
pub(super) fn found_in_otlp(resources: &Json) -> BTreeMap<String, Json> {
    let mut found = BTreeMap::new();
    for resource in resources.as_array().into_iter().flatten() {
        for scope in resource["scopeSpans"].as_array().into_iter().flatten() {
            for span in scope["spans"].as_array().into_iter().flatten() {
                let mut full = empty_in_otlp();
                written_over(&mut full, span);
                written_over(&mut full["scope"], &scope["scope"]);
                full["resource"] = resource["resource"]["attributes"].clone();
                full["events"].as_array_mut().into_iter().flatten().for_each(|event| sort(&mut event["attributes"]));
                sort(&mut full["attributes"]);
                sort(&mut full["resource"]);
                found.insert(full["spanId"].as_str().unwrap_or_default().to_owned(), full);
            }
        }
    }
    found
}

fn empty_in_otlp() -> Json {
    json!({
        "name": "", "kind": 0, "traceState": "", "parentSpanId": "", "attributes": [], "events": [], "links": [],
        "status": {"code": 0, "message": ""}, "scope": {"name": "", "version": ""},
    })
}

fn written_over(object: &mut Json, other: &Json) {
    for (key, value) in other.as_object().into_iter().flatten() {
        match value {
            Json::Object(_) => written_over(&mut object[key], value),
            _ => object[key] = value.clone(),
        }
    }
}

type Form = fn(&Resource, &InstrumentationScope, &Span) -> Json;

fn each(request: &ExportTraceServiceRequest, form: Form) -> BTreeMap<String, Json> {
    let mut spans = BTreeMap::new();
    for resource_spans in &request.resource_spans {
        let resource = resource_spans.resource.clone().unwrap_or_default();
        for scope_spans in &resource_spans.scope_spans {
            let scope = scope_spans.scope.clone().unwrap_or_default();
            spans.extend(scope_spans.spans.iter().map(|span| (hex(&span.span_id), form(&resource, &scope, span))));
        }
    }
    spans
}

fn shown(resource: &Resource, scope: &InstrumentationScope, span: &Span) -> Json {
    let reference =
        |kind: &str, trace: &[u8], span: &[u8]| json!({"refType": kind, "traceID": hex(trace), "spanID": hex(span)});
    let parent = Some(&span.parent_span_id).filter(|id| !id.is_empty());
    let parent = parent.map(|parent| reference("CHILD_OF", &span.trace_id, parent));
    let links = span.links.iter().map(|link| {
        let kind = if is_child(link) { "CHILD_OF" } else { "FOLLOWS_FROM" };
        reference(kind, &link.trace_id, &link.span_id)
    });
    let (name, attributes): (Vec<_>, Vec<_>) = resource.attributes.iter().partition(|it| it.key == "service.name");
    let name = name.first().and_then(|name| name.value.as_ref()).and_then(|value| value.value.clone());
    let Some(Value::StringValue(name)) = name else { panic!("no service: {resource:?}") };
    json!({
        "traceID": hex(&span.trace_id),
        "spanID": hex(&span.span_id),
        "operationName": span.name,
        "references": parent.into_iter().chain(links).collect::<Vec<_>>(),
        "startTime": span.start_time_unix_nano / 1000,
        "duration": (span.end_time_unix_nano - span.start_time_unix_nano) / 1000,
        "tags": sorted(tags_of(scope, span).into()),
        "logs": span.events.iter().map(log).collect::<Vec<_>>(),
        "processID": null,
        "process": {"serviceName": name, "tags": sorted(attributes.into_iter().map(tag).collect())},
        "warnings": null,
    })
}

/// The attributes, and as tags what is a field in OTLP.
fn tags_of(scope: &InstrumentationScope, span: &Span) -> Vec<Json> {
    let status = span.status.clone().unwrap_or_default();
    let kind = ["", "internal", "server", "client", "producer", "consumer"][span.kind as usize];
    let code = ["", "OK", "ERROR"][status.code as usize];
    let fields = [
        ("otel.scope.name", scope.name.as_str()),
        ("otel.scope.version", &scope.version),
        ("span.kind", kind),
        ("otel.status_code", code),
        ("otel.status_description", &status.message),
        ("w3c.tracestate", &span.trace_state),
    ];
    let fields = fields.into_iter().filter(|(_, value)| !value.is_empty());
    let fields = fields.map(|(key, value)| json!({"key": key, "type": "string", "value": value}));
    let error = (code == "ERROR").then(|| json!({"key": "error", "type": "bool", "value": true}));
    span.attributes.iter().map(tag).chain(fields).chain(error).collect()
}

fn log(event: &Event) -> Json {
    let name = Some(&event.name).filter(|name| !name.is_empty());
    let name = name.map(|name| json!({"key": "event", "type": "string", "value": name}));
    let fields = event.attributes.iter().map(tag).chain(name).collect();
    json!({"timestamp": event.time_unix_nano / 1000, "fields": sorted(fields)})
}

fn tag(attribute: &KeyValue) -> Json {
    /// Up to which JavaScript, in which the user interface is written, counts one by one.
    const SAFE: u64 = 1 << 53;
    let (kind, value) = match value_of(attribute) {
        Value::StringValue(text) => ("string", json!(text)),
        Value::BoolValue(value) => ("bool", json!(value)),
        Value::IntValue(number) if number.unsigned_abs() >= SAFE => ("int64", json!(number.to_string())),
        Value::IntValue(number) => ("int64", json!(number)),
        Value::DoubleValue(number) => ("float64", json!(number)),
        Value::BytesValue(bytes) => ("binary", json!(STANDARD.encode(bytes))),
        nested => ("string", json!(plain(&nested).to_string())),
    };
    json!({"key": attribute.key, "type": kind, "value": value})
}

fn in_otlp(resource: &Resource, scope: &InstrumentationScope, span: &Span) -> Json {
    let status = span.status.clone().unwrap_or_default();
    json!({
        "traceId": hex(&span.trace_id),
        "spanId": hex(&span.span_id),
        "parentSpanId": hex(&span.parent_span_id),
        "traceState": span.trace_state,
        "name": span.name,
        "kind": span.kind,
        "startTimeUnixNano": span.start_time_unix_nano.to_string(),
        "endTimeUnixNano": span.end_time_unix_nano.to_string(),
        "attributes": attributes(&span.attributes),
        "events": span.events.iter().map(event_in_otlp).collect::<Vec<_>>(),
        "links": span.links.iter().map(link_in_otlp).collect::<Vec<_>>(),
        "status": {"code": status.code, "message": status.message},
        "resource": attributes(&resource.attributes),
        "scope": {"name": scope.name, "version": scope.version},
    })
}

fn event_in_otlp(event: &Event) -> Json {
    // Jaeger has one place for both.
    let (named, others): (Vec<_>, Vec<_>) =
        event.attributes.iter().cloned().partition(|attribute| attribute.key == "event");
    let name = named.first().map(value_of);
    let name = if let Some(Value::StringValue(name)) = name { name } else { event.name.clone() };
    json!({"timeUnixNano": event.time_unix_nano.to_string(), "name": name, "attributes": attributes(&others)})
}

fn link_in_otlp(link: &Link) -> Json {
    let kind = if is_child(link) { "child_of" } else { "follows_from" };
    let kind = json!([{"key": REF_TYPE, "value": {"stringValue": kind}}]);
    json!({"traceId": hex(&link.trace_id), "spanId": hex(&link.span_id), "attributes": kind})
}

fn attributes(attributes: &[KeyValue]) -> Json {
    let value = |attribute: &KeyValue| match value_of(attribute) {
        Value::StringValue(text) => json!({"stringValue": text}),
        Value::BoolValue(value) => json!({"boolValue": value}),
        Value::IntValue(number) => json!({"intValue": number.to_string()}),
        Value::DoubleValue(number) => json!({"doubleValue": number}),
        Value::BytesValue(bytes) => json!({"bytesValue": STANDARD.encode(bytes)}),
        nested => json!({"stringValue": plain(&nested).to_string()}),
    };
    sorted(attributes.iter().map(|attribute| json!({"key": attribute.key, "value": value(attribute)})).collect())
}

/// Whether a link says that it is the parent.
fn is_child(link: &Link) -> bool {
    let child = Value::StringValue("child_of".to_owned());
    link.attributes.iter().any(|attribute| attribute.key == REF_TYPE && value_of(attribute) == child)
}

/// A list or a map as the JSON that it is shown as.
fn plain(value: &Value) -> Json {
    let inner = |value: &Option<AnyValue>| value.as_ref().and_then(|it| it.value.as_ref()).map_or(Json::Null, plain);
    match value {
        Value::StringValue(text) => json!(text),
        Value::IntValue(number) => json!(number),
        Value::ArrayValue(list) => list.values.iter().map(|value| inner(&Some(value.clone()))).collect(),
        Value::KvlistValue(map) => map.values.iter().map(|pair| (pair.key.clone(), inner(&pair.value))).collect(),
        other => panic!("no such value within another in the sample: {other:?}"),
    }
}

fn value_of(attribute: &KeyValue) -> Value {
    attribute.value.clone().and_then(|value| value.value).expect("the sample has no attribute without a value")
}

fn sorted(mut list: Json) -> Json {
    sort(&mut list);
    list
}

/// Puts a list in order; one that is not written is empty.
fn sort(list: &mut Json) {
    match list.as_array_mut() {
        Some(list) => list.sort_by_key(ToString::to_string),
        None => *list = json!([]),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
