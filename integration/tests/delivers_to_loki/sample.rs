//! Log records to send.

use std::time::{SystemTime, UNIX_EPOCH};

use opentelemetry_proto::tonic::{
    collector::logs::v1::ExportLogsServiceRequest,
    common::v1::{AnyValue, ArrayValue, InstrumentationScope, KeyValue, KeyValueList, any_value::Value},
    logs::v1::{LogRecord, ResourceLogs, ScopeLogs},
    resource::v1::Resource,
};
use sluice_integration::Telemetry;

/// Nanoseconds since 1970.
pub(super) fn now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is after 1970");
    u64::try_from(now.as_nanos()).expect("it is before 2554")
}

pub(super) fn text(text: &str) -> Value {
    Value::StringValue(text.to_owned())
}

pub(super) fn list(values: Vec<Value>) -> Value {
    Value::ArrayValue(ArrayValue { values: values.into_iter().map(any).collect() })
}

pub(super) fn map(entries: Vec<(&str, Value)>) -> Value {
    Value::KvlistValue(KeyValueList { values: attributes(entries) })
}

pub(super) fn any(value: Value) -> AnyValue {
    AnyValue { value: Some(value) }
}

pub(super) fn attributes(entries: Vec<(&str, Value)>) -> Vec<KeyValue> {
    let entry =
        |(key, value): (&str, Value)| KeyValue { key: key.to_owned(), value: Some(any(value)), key_strindex: 0 };
    entries.into_iter().map(entry).collect()
}

/// A line of a time.
pub(super) fn line(time: u64, body: &str) -> LogRecord {
    LogRecord { time_unix_nano: time, body: Some(any(text(body))), ..LogRecord::default() }
}

/// Records of one resource, in a scope with a name.
pub(super) fn logs(resource: Vec<(&str, Value)>, records: Vec<LogRecord>) -> Telemetry {
    let scope = InstrumentationScope { name: "lib".into(), version: "1.0".into(), ..InstrumentationScope::default() };
    let scope_logs = vec![ScopeLogs { scope: Some(scope), log_records: records, schema_url: String::new() }];
    let resource = Some(Resource { attributes: attributes(resource), ..Resource::default() });
    let resource_logs = vec![ResourceLogs { resource, scope_logs, schema_url: String::new() }];
    Telemetry::Logs(ExportLogsServiceRequest { resource_logs })
}

/// Two lines that use every field.
pub(super) fn full(time: u64) -> Vec<LogRecord> {
    let failed = LogRecord {
        observed_time_unix_nano: time + 5,
        severity_number: 17,
        severity_text: "err".into(),
        trace_id: (1..=16).collect(),
        span_id: (1..=8).collect(),
        flags: 1,
        event_name: "payment.failed".into(),
        dropped_attributes_count: 2,
        attributes: attributes(vec![
            ("http.status_code", Value::IntValue(500)),
            ("user \"name\"", text("Ada\nLovelace")),
            ("nested", map(vec![("list", list(vec![Value::BoolValue(true), Value::DoubleValue(1.5)]))])),
        ]),
        ..line(time, "payment \"failed\"\n\tat once {é}")
    };
    let info = LogRecord { severity_number: 9, ..line(time + 1, "retrying") };
    // Not in the order of time.
    vec![info, failed]
}
