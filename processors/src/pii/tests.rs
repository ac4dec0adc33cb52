mod every_place;
mod property;
mod settings;

use std::sync::Arc;

use bytes::Bytes;
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use prost::Message as _;
use serde_json::Value as Json;
use sluice_component::config::{Location, Node, Report, Section, Value};
use sluice_component::{ConsumeError, Context, Transform};
use sluice_pdata::{Batch, Limits, Signal};

use super::config::Config;
use super::explain::{Explainer, Explanation};
use super::processor::Pii;

/// Reads settings, which must be right.
fn config(settings: Json) -> Config {
    let (config, problems) = read(settings);
    assert_eq!(problems, [""; 0]);
    config
}

/// Reads settings; says what is wrong with them.
fn read(settings: Json) -> (Config, Vec<String>) {
    let report = Report::default();
    let (config, _) = Section::read(&node(settings), "processors::pii", &report, Config::read);
    (config, report.into_problems().iter().map(ToString::to_string).collect())
}

fn explainer(settings: Json) -> Explainer {
    Section::read(&node(settings), "processors::pii", &Report::default(), Explainer::read).0
}

fn node(json: Json) -> Node {
    Node::new(match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(value),
        Json::Number(number) => number.as_i64().map_or_else(|| Value::Float(number.as_f64().unwrap()), Value::Int),
        Json::String(text) => Value::Text(text.into()),
        Json::Array(items) => Value::List(items.into_iter().map(node).collect()),
        Json::Object(entries) => {
            let entry = |(key, value): (String, Json)| ((Arc::from(key), Location::default()), node(value));
            Value::Map(entries.into_iter().map(entry).collect())
        }
    })
}

fn batch(signal: Signal, message: &impl prost::Message) -> Batch {
    Batch::check(signal, Bytes::from(message.encode_to_vec()), &Limits::default()).unwrap()
}

fn scrub(settings: Json, batch: &Batch) -> Result<Batch, ConsumeError> {
    let pii = Pii::new("pii".parse().unwrap(), batch.signal(), config(settings).rules);
    pii.transform(batch.clone(), &Context::default())
}

fn explain(settings: Json, batch: &Batch) -> Explanation {
    explainer(settings).batch(batch)
}

fn value(value: any_value::Value) -> AnyValue {
    AnyValue { value: Some(value) }
}

fn text(text: &str) -> AnyValue {
    value(any_value::Value::StringValue(text.into()))
}

fn entry(key: &str, value: AnyValue) -> KeyValue {
    KeyValue { key: key.into(), value: Some(value), ..KeyValue::default() }
}

fn logs(log_records: Vec<LogRecord>) -> ExportLogsServiceRequest {
    let scope_logs = vec![ScopeLogs { log_records, ..ScopeLogs::default() }];
    ExportLogsServiceRequest { resource_logs: vec![ResourceLogs { scope_logs, ..ResourceLogs::default() }] }
}

/// A log record with this body, and what is left of it.
fn body(settings: Json, body: AnyValue) -> AnyValue {
    let record = LogRecord { body: Some(body), ..LogRecord::default() };
    let scrubbed = scrub(settings, &batch(Signal::Logs, &logs(vec![record]))).unwrap();
    records(&scrubbed).remove(0).body.unwrap_or_default()
}

/// A log record with this attribute, and the attributes that are left of it.
fn attributes(settings: Json, attribute: KeyValue) -> Vec<KeyValue> {
    let record = LogRecord { attributes: vec![attribute], ..LogRecord::default() };
    let scrubbed = scrub(settings, &batch(Signal::Logs, &logs(vec![record]))).unwrap();
    records(&scrubbed).remove(0).attributes
}

fn records(batch: &Batch) -> Vec<LogRecord> {
    let request = ExportLogsServiceRequest::decode(batch.to_bytes()).unwrap();
    let scopes = request.resource_logs.into_iter().flat_map(|resource| resource.scope_logs);
    scopes.flat_map(|scope| scope.log_records).collect()
}
