//! Telemetry that no backend has a place for. Each case is in the README's table.

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};

use super::*;

fn raw(json: Json) -> Config {
    let mut json = json;
    json["format"] = json!("raw");
    config(json)
}

#[test]
fn a_hundred_thousand_label_sets_are_requests_of_bounded_size() {
    let pair = |key: &str, value: String| KeyValue {
        key: key.into(),
        value: Some(AnyValue { value: Some(Any::StringValue(value)) }),
        ..KeyValue::default()
    };
    let record = |number: usize| LogRecord {
        attributes: vec![pair("loki.attribute.labels", "id".into()), pair("id", number.to_string())],
        ..LogRecord::default()
    };
    let scope_logs = vec![ScopeLogs { log_records: (0..100_000).map(record).collect(), ..ScopeLogs::default() }];
    let request =
        ExportLogsServiceRequest { resource_logs: vec![ResourceLogs { scope_logs, ..ResourceLogs::default() }] };
    let batch = Batch::trusted(Signal::Logs, request.encode_to_vec().into(), 100_000);

    let translation = translated(&config(json!({})), &batch);

    let sizes: Vec<_> = translation.bodies.iter().map(|body| (body.lines, body.bytes.len() < 100_000)).collect();
    assert_eq!(sizes, [(1000, true); 100]);
    assert_eq!(streams(&translation.bodies[99]).len(), 1000);
}

#[test]
fn a_large_resource_does_not_multiply_with_its_records() {
    let attributes: serde_json::Map<_, _> =
        (0..200).map(|number| (format!("attribute {number}"), json!("x".repeat(1000)))).collect();
    let batch = logs(Json::Object(attributes), (0..2000).map(|_| json!({"body": "hi"})));

    let translation = translated(&config(json!({})), &batch);

    let bytes: usize = translation.bodies.iter().map(|body| body.bytes.len()).sum();
    assert!((32 << 20..48 << 20).contains(&bytes), "{bytes}");
    let sent: usize = translation.bodies.iter().map(|body| body.lines).sum();
    assert_eq!(translation.lost, Lost { too_large: 2000 - sent, ..Lost::default() });
}

#[test]
fn labels_of_a_resource_do_not_multiply_with_its_streams() {
    let names: Vec<_> = (0..12).map(|number| format!("a{number}")).collect();
    let mut resource: serde_json::Map<_, _> =
        names.iter().map(|name| (name.clone(), json!("x".repeat(2000)))).collect();
    resource.insert("loki.resource.labels".into(), json!(names.join(",")));
    let record =
        |number: usize| json!({"body": "hi", "attributes": {"loki.attribute.labels": "id", "id": number.to_string()}});
    let batch = logs(Json::Object(resource), (0..3000).map(record));

    let translation = translated(&config(json!({})), &batch);

    let bytes: usize = translation.bodies.iter().map(|body| body.bytes.len()).sum();
    assert!((32 << 20..48 << 20).contains(&bytes), "{bytes}");
    let sent: usize = translation.bodies.iter().map(|body| body.lines).sum();
    assert_eq!(translation.lost, Lost { too_large: 3000 - sent, ..Lost::default() });
}

#[test]
fn a_line_that_is_too_long_is_lost_alone() {
    let body = |bytes: usize| json!({"body": "x".repeat(bytes)});
    let batch = logs(json!({}), [body(262_144), body(262_145), body(1)]);

    let translation = translated(&raw(json!({})), &batch);

    assert_eq!(translation.lost, Lost { too_large: 1, ..Lost::default() });
    assert_eq!(translation.bodies.iter().map(|body| body.lines).sum::<usize>(), 2);
}

#[test]
fn what_does_not_fit_into_a_label_stays_in_the_line() {
    let names: Vec<_> = (0..20).map(|number| format!("a{number:02}")).collect();
    let mut resource: serde_json::Map<_, _> = names.iter().map(|name| (name.clone(), json!("1"))).collect();
    resource.insert("long".into(), json!("é".repeat(2000)));
    resource.insert("loki.resource.labels".into(), json!(format!("long,{}", names.join(","))));

    let (labels, line, _) = only_line(&config(json!({})), &logs(Json::Object(resource), [json!({"body": "hi"})]));

    let kept = (0..12).map(|number| format!(r#"a{number:02}="1""#)).collect::<Vec<_>>().join(", ");
    assert_eq!(labels, format!(r#"{{{kept}, exporter="OTLP", long="{}"}}"#, "é".repeat(1024)));
    let line: Json = serde_json::from_str(&line).unwrap();
    let mut rest: serde_json::Map<_, _> = names[12..].iter().map(|name| (name.clone(), json!("1"))).collect();
    rest.insert("long".into(), json!("é".repeat(2000)));
    assert_eq!(line["resources"], Json::Object(rest));
}

#[test]
fn names_that_are_none_become_some() {
    let attributes = json!({"": "1", "ü": "2", "1st": "3", "a b": "4", "loki.attribute.labels": ["", "1st", "a b"]});
    let batch = logs(json!({}), [json!({"body": "hi", "attributes": attributes})]);

    let (labels, line, metadata) = only_line(&raw(json!({})), &batch);

    assert_eq!((labels.as_str(), line.as_str()), (r#"{a_b="4", exporter="OTLP", key_="1", key_1st="3"}"#, "hi"));
    assert_eq!(metadata, texts(&[("key_", "2")]));
}

#[test]
fn metadata_has_no_more_than_loki_takes() {
    let attributes: serde_json::Map<_, _> = (0..200).map(|number| (format!("a{number}"), json!("1"))).collect();
    let many = logs(json!({}), [json!({"body": "hi", "attributes": attributes})]);
    assert_eq!(only_line(&raw(json!({})), &many).2.len(), 127);

    let large = json!({"large": "x".repeat(65_000), "more": "y".repeat(1000), "small": "z"});
    let large = logs(json!({}), [json!({"body": "hi", "attributes": large})]);
    let metadata = only_line(&raw(json!({})), &large).2;
    assert_eq!(metadata.keys().collect::<Vec<_>>(), ["large", "small"]);
}

#[test]
fn numbers_that_are_none_and_bytes_are_texts() {
    let odd = json!({
        "nan": {"$double": "NaN"}, "inf": {"$double": "-Infinity"}, "bytes": {"$bytes": "AP8="},
        "loki.attribute.labels": "nan,inf,bytes,list", "list": [1, {"$double": "NaN"}],
    });
    let batch = logs(json!({}), [json!({"body": {"$double": "Infinity"}, "attributes": odd})]);

    let (labels, line, _) = only_line(&config(json!({})), &batch);

    assert_eq!(labels, r#"{bytes="AP8=", exporter="OTLP", inf="-Infinity", list="[1,\"NaN\"]", nan="NaN"}"#);
    assert_eq!(line, r#"{"body":"Infinity"}"#);
}

#[test]
fn times_at_the_ends_of_time_are_refused_or_sent_as_they_are() {
    let at = |nanos: u64| json!({"body": "hi", "timeUnixNano": nanos.to_string()});
    let batch = logs(json!({}), [at(1), at(u64::MAX), at(i64::MAX as u64), at(NOW)]);

    let lost = translated(&config(json!({})), &batch).lost;
    assert_eq!(lost, Lost { too_old: 1, too_far_ahead: 2, ..Lost::default() });
    // Of what Loki has no number for, nothing is sent even without limits.
    let lost = translated(&config(json!({"limits": {"max_age": 0, "max_ahead": 0}})), &batch).lost;
    assert_eq!(lost, Lost { too_far_ahead: 1, ..Lost::default() });
}

#[test]
fn a_batch_of_nothing_is_no_request() {
    for empty in [vec![], vec![json!({})], vec![of_resource(&json!({"a": 1}), &json!({}), [])]] {
        let translation = translated(&config(json!({})), &batch(empty));
        assert_eq!((translation.bodies.len(), translation.lost), (0, Lost::default()));
    }
}
