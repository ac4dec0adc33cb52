use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use prost::Message;
use serde_json::{Value as Json, json};
use sluice_pdata::{Batch, Limits, Signal};

use super::config::{Config, Encoding};
use super::repack::proto::PushRequest;
use super::translate::{Lost, Translated, Translation, translate};
use super::*;
use crate::testing::read;

mod answers;
mod config;
mod hostile;
mod labels;
mod sending;
mod splitting;

/// When the tests are, in nanoseconds since 1970.
const NOW: u64 = 1_800_000_000_000_000_000;

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_nanos(NOW)
}

/// Settings without fault.
fn config(mut json: Json) -> Config {
    json.as_object_mut().unwrap().entry("endpoint").or_insert(json!("http://loki/loki/api/v1/push"));
    let (config, problems) = read(json, Config::read);
    assert_eq!(problems, [""; 0]);
    config
}

/// What JSON says, as an `AnyValue`; `{"$bytes": base64}` and `{"$double": "NaN"}` are what JSON has not.
fn any(value: &Json) -> Json {
    match value {
        Json::Null => json!({}),
        Json::Bool(value) => json!({"boolValue": value}),
        Json::Number(number) if number.is_i64() => json!({"intValue": number.to_string()}),
        Json::Number(number) => json!({"doubleValue": number}),
        Json::String(text) => json!({"stringValue": text}),
        Json::Array(values) => json!({"arrayValue": {"values": values.iter().map(any).collect::<Vec<_>>()}}),
        Json::Object(entries) => match (entries.get("$bytes"), entries.get("$double")) {
            (Some(bytes), _) => json!({"bytesValue": bytes}),
            (_, Some(double)) => json!({"doubleValue": double}),
            _ => json!({"kvlistValue": {"values": attributes(value)}}),
        },
    }
}

fn attributes(object: &Json) -> Json {
    let entries = object.as_object().into_iter().flatten();
    entries.map(|(key, value)| json!({"key": key, "value": any(value)})).collect()
}

/// A log record: `attributes` and `body` are plain JSON, all else is as OTLP has it; a minute ago where no time is said.
fn record(mut record: Json) -> Json {
    record["attributes"] = attributes(&record["attributes"]);
    if let Some(body) = record.get("body") {
        record["body"] = any(body);
    }
    if record.get("timeUnixNano").is_none() {
        record["timeUnixNano"] = json!((NOW - 60_000_000_000).to_string());
    }
    record
}

/// The records of one resource, all of one scope.
fn of_resource(resource: &Json, scope: &Json, records: impl IntoIterator<Item = Json>) -> Json {
    let records: Vec<_> = records.into_iter().map(record).collect();
    json!({
        "resource": {"attributes": attributes(resource)},
        "scopeLogs": [{"scope": scope, "logRecords": records}],
    })
}

fn batch(resources: Vec<Json>) -> Batch {
    let json = json!({"resourceLogs": resources}).to_string();
    Batch::check_json(Signal::Logs, json.as_bytes(), &Limits::default()).unwrap()
}

fn logs(resource: Json, records: impl IntoIterator<Item = Json>) -> Batch {
    batch(vec![of_resource(&resource, &json!({}), records)])
}

fn translated(config: &Config, batch: &Batch) -> Translation {
    translate(batch, &config.rules, config.encoding, None, now())
}

/// A line as it was sent: nanoseconds before now, text, metadata.
type Sent = (i64, String, BTreeMap<String, String>);

/// The streams of a body, by their labels.
fn streams(body: &Translated) -> Vec<(String, Vec<Sent>)> {
    let request = PushRequest::decode(&*body.bytes).unwrap();
    let entry = |entry: super::repack::proto::Entry| {
        let at = entry.timestamp.unwrap();
        let before = NOW as i64 - (at.seconds * 1_000_000_000 + i64::from(at.nanos));
        (before, entry.line, entry.structured_metadata.into_iter().map(|pair| (pair.name, pair.value)).collect())
    };
    request.streams.into_iter().map(|stream| (stream.labels, stream.entries.into_iter().map(entry).collect())).collect()
}

/// The one line that a batch became, with its labels and metadata.
fn only_line(config: &Config, batch: &Batch) -> (String, String, BTreeMap<String, String>) {
    let translation = translated(config, batch);
    assert_eq!(translation.lost, Lost::default());
    let [body] = &translation.bodies[..] else { panic!("{translation:?}") };
    let mut streams = streams(body);
    assert_eq!((streams.len(), streams[0].1.len(), body.lines), (1, 1, 1));
    let (labels, mut lines) = streams.remove(0);
    let (_, line, metadata) = lines.remove(0);
    (labels, line, metadata)
}

fn texts(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect()
}
