//! What the benchmarks work on: 512 spans, or log records, of ten attributes each.

use bytes::Bytes;
use opentelemetry_proto::tonic::collector::{logs::v1::ExportLogsServiceRequest, trace::v1::ExportTraceServiceRequest};
use opentelemetry_proto::tonic::common::v1::{AnyValue, InstrumentationScope, KeyValue, any_value::Value};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span, Status};
use prost::Message;
use sluice_pdata::{Batch, Limits, Signal};

pub(crate) const ITEMS: usize = 512;

pub(crate) const SIGNALS: [Signal; 2] = [Signal::Traces, Signal::Logs];

pub(crate) fn message(signal: Signal) -> Bytes {
    match signal {
        Signal::Traces => traces().encode_to_vec().into(),
        _ => logs().encode_to_vec().into(),
    }
}

pub(crate) fn batch(signal: Signal) -> Batch {
    Batch::check(signal, message(signal), &Limits::default()).expect("the workload is valid")
}

pub(crate) fn traces() -> ExportTraceServiceRequest {
    let spans = (0..ITEMS as u64)
        .map(|index| Span {
            trace_id: id(index, 16),
            span_id: id(index * 3, 8),
            parent_span_id: id(index * 5, 8),
            flags: 0x101,
            name: format!("GET /api/v1/users/{}", index % 7),
            kind: 2,
            start_time_unix_nano: 1_750_000_000_000_000_000 + index * 1_000_003,
            end_time_unix_nano: 1_750_000_000_012_000_000 + index * 1_000_003,
            attributes: attributes(index),
            status: Some(Status { code: 1, message: String::new() }),
            ..Span::default()
        })
        .collect();
    ExportTraceServiceRequest {
        resource_spans: vec![ResourceSpans {
            resource: Some(resource()),
            scope_spans: vec![ScopeSpans { scope: Some(scope()), spans, schema_url: String::new() }],
            schema_url: "https://opentelemetry.io/schemas/1.27.0".into(),
        }],
    }
}

pub(crate) fn logs() -> ExportLogsServiceRequest {
    let log_records = (0..ITEMS as u64)
        .map(|index| LogRecord {
            time_unix_nano: 1_750_000_000_000_000_000 + index * 1_000_003,
            observed_time_unix_nano: 1_750_000_000_000_500_000 + index * 1_000_003,
            severity_number: 9,
            severity_text: "INFO".into(),
            body: Some(string(format!("request {index} took 12 ms, the answer was 200 OK and 5120 bytes long"))),
            attributes: attributes(index),
            flags: 1,
            trace_id: id(index, 16),
            span_id: id(index * 3, 8),
            ..LogRecord::default()
        })
        .collect();
    ExportLogsServiceRequest {
        resource_logs: vec![ResourceLogs {
            resource: Some(resource()),
            scope_logs: vec![ScopeLogs { scope: Some(scope()), log_records, schema_url: String::new() }],
            schema_url: "https://opentelemetry.io/schemas/1.27.0".into(),
        }],
    }
}

fn attributes(index: u64) -> Vec<KeyValue> {
    vec![
        attribute("http.request.method", string(["GET", "POST", "DELETE"][index as usize % 3])),
        attribute("url.path", string(format!("/api/v1/users/{}/orders", index * 7919))),
        attribute("url.scheme", string("https")),
        attribute("server.address", string("shop.example.com")),
        attribute("server.port", int(443)),
        attribute("http.response.status_code", int([200, 200, 404, 503][index as usize % 4])),
        attribute("user_agent.original", string("Mozilla/5.0 (X11; Linux x86_64) Firefox/128.0")),
        attribute("network.peer.address", string(format!("10.{}.{}.7", index % 256, index * 31 % 256))),
        attribute("http.request.body.size", int((index * 77 % 9000) as i64)),
        attribute("cache.hit", AnyValue { value: Some(Value::BoolValue(index.is_multiple_of(3))) }),
    ]
}

fn resource() -> Resource {
    let attributes = vec![
        attribute("service.name", string("checkout")),
        attribute("service.version", string("1.42.0")),
        attribute("host.name", string("node-17.example.com")),
    ];
    Resource { attributes, ..Resource::default() }
}

fn scope() -> InstrumentationScope {
    InstrumentationScope { name: "io.opentelemetry.http".into(), version: "2.1".into(), ..Default::default() }
}

fn attribute(key: &str, value: AnyValue) -> KeyValue {
    KeyValue { key: key.into(), value: Some(value), ..KeyValue::default() }
}

fn string(text: impl Into<String>) -> AnyValue {
    AnyValue { value: Some(Value::StringValue(text.into())) }
}

fn int(number: i64) -> AnyValue {
    AnyValue { value: Some(Value::IntValue(number)) }
}

/// Bytes that look random, as ids do.
fn id(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_add(1);
    let mut bytes = Vec::new();
    while bytes.len() < length {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        bytes.push((state >> 33) as u8);
    }
    bytes
}
