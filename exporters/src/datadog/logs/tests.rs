//! What log records become.

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, ArrayValue, InstrumentationScope, KeyValue, KeyValueList};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::resource::v1::Resource;
use prost::Message;
use serde_json::{Value as Json, json};
use sluice_pdata::{Batch, Signal};

use super::super::testing::{attribute, attributes};
use super::bodies::Bodies;
use super::entry::MAX_ENTRY;

fn batch(resource: Vec<KeyValue>, scope: Vec<KeyValue>, log_records: Vec<LogRecord>) -> Batch {
    let items = log_records.len();
    let scope = InstrumentationScope { attributes: scope, ..InstrumentationScope::default() };
    let scope_logs = vec![ScopeLogs { scope: Some(scope), log_records, ..ScopeLogs::default() }];
    let resource = Resource { attributes: resource, ..Resource::default() };
    let resource_logs = vec![ResourceLogs { resource: Some(resource), scope_logs, ..ResourceLogs::default() }];
    let request = ExportLogsServiceRequest { resource_logs };
    Batch::trusted(Signal::Logs, request.encode_to_vec().into(), items)
}

/// The entries of a batch, which fit into one body.
fn entries(batch: &Batch) -> Vec<Json> {
    let bodies = Bodies::of(batch, "fallback").bodies;
    assert_eq!(bodies.len(), 1);
    serde_json::from_slice(&bodies[0].json).unwrap()
}

fn entry(resource: &[(&str, &str)], record: LogRecord) -> Json {
    entries(&batch(attributes(resource), Vec::new(), vec![record])).remove(0)
}

fn text(text: &str) -> Option<AnyValue> {
    Some(AnyValue { value: Some(Value::StringValue(text.into())) })
}

fn map(entries: Vec<KeyValue>) -> Value {
    Value::KvlistValue(KeyValueList { values: entries })
}

fn list(values: Vec<Value>) -> Value {
    Value::ArrayValue(ArrayValue { values: values.into_iter().map(|value| AnyValue { value: Some(value) }).collect() })
}

/// The example of Datadog's documentation of its own mapping, completed.
#[test]
fn a_record_becomes_an_entry_with_all_its_fields() {
    let record = LogRecord {
        time_unix_nano: 1_787_306_400_123_000_000,
        severity_number: 9,
        body: text("hello"),
        attributes: attributes(&[("http.method", "GET")]),
        trace_id: hex::decode("5b8efff798038103d269b633813fc60c").unwrap(),
        span_id: hex::decode("eee19b7ec3c1b174").unwrap(),
        event_name: "started".into(),
        ..LogRecord::default()
    };
    let resource = [
        ("deployment.environment.name", "prod"),
        ("service.name", "cart"),
        ("service.version", "1.2"),
        ("host.name", "web-1"),
    ];

    let entry = entry(&resource, record);

    assert_eq!(
        entry,
        json!({
            "message": "hello",
            "ddsource": "otlp_log_ingestion",
            "ddtags": "env:prod,service:cart,version:1.2,otel_source:datadog_exporter",
            "hostname": "web-1",
            "service": "cart",
            "status": "info",
            "@timestamp": "2026-08-21T10:00:00.123Z",
            "otel.timestamp": "1787306400123000000",
            "otel.severity_number": "9",
            "otel.event_name": "started",
            "dd.trace_id": "15161849952847513100",
            "otel.trace_id": "5b8efff798038103d269b633813fc60c",
            "dd.span_id": "17213210219539181940",
            "otel.span_id": "eee19b7ec3c1b174",
            "http.method": "GET",
            "deployment.environment.name": "prod",
            "service.name": "cart",
            "service.version": "1.2",
            "host.name": "web-1",
        })
    );
}

#[test]
fn a_record_that_says_nothing_has_a_host_a_source_and_no_status() {
    let entry = entry(&[], LogRecord::default());

    let expected = json!({
        "message": "", "status": "", "hostname": "fallback", "ddsource": "otlp_log_ingestion",
        "ddtags": "otel_source:datadog_exporter",
    });
    assert_eq!(entry, expected);
}

#[test]
fn a_status_is_taken_from_an_attribute_the_text_or_the_number() {
    let status = |attribute: Option<&str>, severity_text: &str, severity_number| {
        let attributes = attribute.map_or(Vec::new(), |level| attributes(&[("Level", level)]));
        let record =
            LogRecord { attributes, severity_text: severity_text.into(), severity_number, ..LogRecord::default() };
        entry(&[], record)["status"].as_str().unwrap().to_owned()
    };

    assert_eq!(status(Some("crit"), "Warning", 9), "crit");
    assert_eq!(status(Some(""), "Warning", 9), "Warning");
    let names = [(1, "trace"), (4, "trace"), (5, "debug"), (9, "info"), (16, "warn"), (17, "error"), (24, "fatal")];
    for (number, name) in names.into_iter().chain([(25, "error"), (-1, "trace")]) {
        assert_eq!(status(None, "", number), name, "{number}");
    }
}

#[test]
fn attributes_that_mean_something_are_taken_for_it_in_any_case() {
    let record = LogRecord {
        body: text("body"),
        attributes: attributes(&[
            ("MSG", "from an attribute"),
            ("TraceId", "5b8efff798038103d269b633813fc60c"),
            ("contextMap.spanId", "eee19b7ec3c1b174"),
            ("span_id", "no id"),
            ("ddtags", "team:a"),
            ("service.name", "late"),
            ("host.name", "web-2"),
            ("datadog.log.source", "nginx"),
        ]),
        ..LogRecord::default()
    };

    let entry = entry(&[("service.version", "1")], record);

    assert_eq!(
        entry,
        json!({
            "message": "from an attribute",
            "dd.trace_id": "15161849952847513100",
            "otel.trace_id": "5b8efff798038103d269b633813fc60c",
            "dd.span_id": "17213210219539181940",
            "otel.span_id": "eee19b7ec3c1b174",
            "span_id": "no id",
            "ddtags": "version:1,otel_source:datadog_exporter,team:a",
            "service": "late",
            "hostname": "web-2",
            "ddsource": "nginx",
            "status": "",
            "service.name": "late",
            "service.version": "1",
            "host.name": "web-2",
            "datadog.log.source": "nginx",
        })
    );
}

#[test]
fn values_keep_their_types_and_maps_become_dotted_keys() {
    let inner = map(vec![attribute("x", Value::IntValue(1)), attribute("x", Value::IntValue(2))]);
    let record = LogRecord {
        attributes: vec![
            attribute("int", Value::IntValue(i64::MIN)),
            attribute("double", Value::DoubleValue(1.5)),
            attribute("nan", Value::DoubleValue(f64::NAN)),
            attribute("bool", Value::BoolValue(true)),
            attribute("bytes", Value::BytesValue(vec![0, 255])),
            attribute("map", map(vec![attribute("a", inner.clone()), attribute("empty", map(vec![]))])),
            attribute("list", list(vec![Value::IntValue(1), inner, list(vec![])])),
            KeyValue { key: "none".into(), ..KeyValue::default() },
            attribute("\"\u{1}\n", Value::StringValue("\\\t".into())),
        ],
        ..LogRecord::default()
    };

    let entry = entry(&[], record);

    let expected = json!({
        "int": i64::MIN, "double": 1.5, "nan": "NaN", "bool": true, "bytes": "AP8=", "map.a.x": 2,
        "list": [1, {"x": 2}, []], "none": "", "\"\u{1}\n": "\\\t",
        "message": "", "status": "", "hostname": "fallback", "ddsource": "otlp_log_ingestion",
        "ddtags": "otel_source:datadog_exporter",
    });
    assert_eq!(entry, expected);
}

#[test]
fn a_body_of_any_kind_is_a_message() {
    for (body, message) in [
        (Value::IntValue(5), "5"),
        (Value::BytesValue(vec![0, 255]), "AP8="),
        (map(vec![attribute("b", Value::BoolValue(true)), attribute("a", Value::IntValue(1))]), r#"{"a":1,"b":true}"#),
        (list(vec![Value::StringValue("x".into())]), r#"["x"]"#),
        (Value::StringValue(String::new()), ""),
    ] {
        let record = LogRecord { body: Some(AnyValue { value: Some(body) }), ..LogRecord::default() };
        assert_eq!(entry(&[], record)["message"], message);
    }
}

#[test]
fn each_key_is_there_once_and_resource_and_scope_take_no_reserved_one() {
    let resource =
        attributes(&[("status", "r"), ("service", "r"), ("both", "r"), ("shared", "r"), ("@timestamp", "r")]);
    let scope = attributes(&[("both", "s")]);
    let record = LogRecord {
        time_unix_nano: 1_000_000,
        attributes: attributes(&[
            ("shared", "a"),
            ("twice", "1"),
            ("twice", "2"),
            ("hostname", "a"),
            ("@timestamp", "a"),
        ]),
        ..LogRecord::default()
    };

    let bodies = Bodies::of(&batch(resource, scope, vec![record]), "fallback").bodies;

    // serde_json would take the last of two.
    let json = String::from_utf8(bodies[0].json.clone()).unwrap();
    assert_eq!(
        json,
        concat!(
            r#"[{"message":"","status":"","otel.timestamp":"1000000","@timestamp":"1970-01-01T00:00:00.001Z","both":"s","#,
            r#""otel.@timestamp":"r","shared":"r","otel.service":"r","otel.status":"r","twice":"2","hostname":"a","#,
            r#""ddsource":"otlp_log_ingestion","ddtags":"service:r,otel_source:datadog_exporter"}]"#,
        )
    );
}

#[test]
fn many_attributes_with_one_key_cost_no_more_than_others() {
    let attributes = (0..50_000).map(|number| attribute("same", Value::IntValue(number))).collect();

    let entry = entry(&[], LogRecord { attributes, ..LogRecord::default() });

    assert_eq!(entry["same"], 49_999);
}

#[test]
fn times_are_those_of_the_record_or_of_its_arrival() {
    let times = |time_unix_nano, observed_time_unix_nano| {
        let record = LogRecord { time_unix_nano, observed_time_unix_nano, ..LogRecord::default() };
        let entry = entry(&[], record);
        (entry["@timestamp"].clone(), entry["otel.timestamp"].clone())
    };

    assert_eq!(times(0, 0), (Json::Null, Json::Null));
    assert_eq!(times(0, 999_999), (json!("1970-01-01T00:00:00.000Z"), json!("999999")));
    assert_eq!(times(u64::MAX, 1), (json!("2554-07-21T23:34:33.709Z"), json!("18446744073709551615")));
}

#[test]
fn bodies_hold_at_most_a_thousand_entries() {
    let records = (0..2001).map(|number| LogRecord { body: text(&number.to_string()), ..LogRecord::default() });

    let bodies = Bodies::of(&batch(Vec::new(), Vec::new(), records.collect()), "").bodies;

    let sizes: Vec<_> = bodies.iter().map(|body| body.entries).collect();
    assert_eq!(sizes, [1000, 1000, 1]);
    let messages: Vec<_> = bodies
        .iter()
        .flat_map(|body| serde_json::from_slice::<Vec<Json>>(&body.json).unwrap())
        .map(|entry| entry["message"].as_str().unwrap().parse::<usize>().unwrap())
        .collect();
    assert!(messages.into_iter().eq(0..2001));
}

#[test]
fn bodies_hold_at_most_five_megabytes() {
    let records = vec![LogRecord { body: text(&"a".repeat(900_000)), ..LogRecord::default() }; 12];

    let bodies = Bodies::of(&batch(Vec::new(), Vec::new(), records), "").bodies;

    assert_eq!(bodies.iter().map(|body| body.entries).collect::<Vec<_>>(), [5, 5, 2]);
    assert!(bodies.iter().all(|body| body.json.len() <= 5_000_000));
}

#[test]
fn a_message_that_is_too_long_is_cut_between_characters() {
    for unit in ["a", "é", "\u{1}", "\\", "\n", "\u{1F600}"] {
        for shift in 0..4 {
            let body = "x".repeat(shift) + &unit.repeat(MAX_ENTRY / unit.len() + 1);
            let batch = batch(Vec::new(), Vec::new(), vec![LogRecord { body: text(&body), ..LogRecord::default() }]);

            let bodies = Bodies::of(&batch, "");

            assert_eq!(bodies.too_large, 0);
            assert!(bodies.bodies[0].json.len() <= MAX_ENTRY + 2);
            let entries: Vec<Json> = serde_json::from_slice(&bodies.bodies[0].json).unwrap();
            assert!(body.starts_with(entries[0]["message"].as_str().unwrap()));
        }
    }
}

#[test]
fn a_record_that_cutting_does_not_help_is_left_out_and_counted() {
    let huge = attributes(&[("huge", &"a".repeat(MAX_ENTRY))]);
    let records = vec![
        LogRecord { body: text("before"), ..LogRecord::default() },
        LogRecord { attributes: huge, ..LogRecord::default() },
        LogRecord { body: text("after"), ..LogRecord::default() },
    ];

    let bodies = Bodies::of(&batch(Vec::new(), Vec::new(), records), "");

    let entries: Vec<Json> = serde_json::from_slice(&bodies.bodies[0].json).unwrap();
    assert_eq!(bodies.too_large, 1);
    assert_eq!(entries.iter().map(|entry| &entry["message"]).collect::<Vec<_>>(), ["before", "after"]);
}

#[test]
fn a_batch_without_records_has_no_body() {
    assert_eq!(Bodies::of(&batch(Vec::new(), Vec::new(), Vec::new()), ""), Bodies::default());
}
