//! `opentelemetry.proto.logs.v1`.

use super::Kind::{Enum, Fixed32, Fixed64, Id, KeyValue, Str, Uint32};
use super::common::{RESOURCE, SCOPE};
use super::{Kind, Message, items, many, one};

pub(super) static REQUEST: Message =
    Message::new(&[many(1, "resource_logs", "resourceLogs", Kind::Message(&RESOURCE_LOGS))]);

static RESOURCE_LOGS: Message = Message::new(&[
    one(1, "resource", "resource", Kind::Message(&RESOURCE)),
    many(2, "scope_logs", "scopeLogs", Kind::Message(&SCOPE_LOGS)),
    one(3, "schema_url", "schemaUrl", Str),
]);

static SCOPE_LOGS: Message = Message::new(&[
    one(1, "scope", "scope", Kind::Message(&SCOPE)),
    items(2, "log_records", "logRecords", Kind::Message(&LOG_RECORD)),
    one(3, "schema_url", "schemaUrl", Str),
]);

static LOG_RECORD: Message = Message::new(&[
    one(1, "time_unix_nano", "timeUnixNano", Fixed64),
    one(11, "observed_time_unix_nano", "observedTimeUnixNano", Fixed64),
    one(2, "severity_number", "severityNumber", Enum(SEVERITY_NUMBER)),
    one(3, "severity_text", "severityText", Str),
    one(5, "body", "body", Kind::AnyValue),
    many(6, "attributes", "attributes", KeyValue),
    one(7, "dropped_attributes_count", "droppedAttributesCount", Uint32),
    one(8, "flags", "flags", Fixed32),
    one(9, "trace_id", "traceId", Id(16)),
    one(10, "span_id", "spanId", Id(8)),
    one(12, "event_name", "eventName", Str),
]);

const SEVERITY_NUMBER: &[(&str, i32)] = &[
    ("SEVERITY_NUMBER_UNSPECIFIED", 0),
    ("SEVERITY_NUMBER_TRACE", 1),
    ("SEVERITY_NUMBER_TRACE2", 2),
    ("SEVERITY_NUMBER_TRACE3", 3),
    ("SEVERITY_NUMBER_TRACE4", 4),
    ("SEVERITY_NUMBER_DEBUG", 5),
    ("SEVERITY_NUMBER_DEBUG2", 6),
    ("SEVERITY_NUMBER_DEBUG3", 7),
    ("SEVERITY_NUMBER_DEBUG4", 8),
    ("SEVERITY_NUMBER_INFO", 9),
    ("SEVERITY_NUMBER_INFO2", 10),
    ("SEVERITY_NUMBER_INFO3", 11),
    ("SEVERITY_NUMBER_INFO4", 12),
    ("SEVERITY_NUMBER_WARN", 13),
    ("SEVERITY_NUMBER_WARN2", 14),
    ("SEVERITY_NUMBER_WARN3", 15),
    ("SEVERITY_NUMBER_WARN4", 16),
    ("SEVERITY_NUMBER_ERROR", 17),
    ("SEVERITY_NUMBER_ERROR2", 18),
    ("SEVERITY_NUMBER_ERROR3", 19),
    ("SEVERITY_NUMBER_ERROR4", 20),
    ("SEVERITY_NUMBER_FATAL", 21),
    ("SEVERITY_NUMBER_FATAL2", 22),
    ("SEVERITY_NUMBER_FATAL3", 23),
    ("SEVERITY_NUMBER_FATAL4", 24),
];
