//! `opentelemetry.proto.trace.v1`.

use super::Kind::{Enum, Fixed32, Fixed64, Id, KeyValue, Str, Uint32};
use super::common::{RESOURCE, SCOPE};
use super::{Kind, Message, items, many, one};

pub(super) static REQUEST: Message =
    Message::new(&[many(1, "resource_spans", "resourceSpans", Kind::Message(&RESOURCE_SPANS))]);

static RESOURCE_SPANS: Message = Message::new(&[
    one(1, "resource", "resource", Kind::Message(&RESOURCE)),
    many(2, "scope_spans", "scopeSpans", Kind::Message(&SCOPE_SPANS)),
    one(3, "schema_url", "schemaUrl", Str),
]);

static SCOPE_SPANS: Message = Message::new(&[
    one(1, "scope", "scope", Kind::Message(&SCOPE)),
    items(2, "spans", "spans", Kind::Message(&SPAN)),
    one(3, "schema_url", "schemaUrl", Str),
]);

static SPAN: Message = Message::new(&[
    one(1, "trace_id", "traceId", Id(16)),
    one(2, "span_id", "spanId", Id(8)),
    one(3, "trace_state", "traceState", Str),
    one(4, "parent_span_id", "parentSpanId", Id(8)),
    one(16, "flags", "flags", Fixed32),
    one(5, "name", "name", Str),
    one(6, "kind", "kind", Enum(SPAN_KIND)),
    one(7, "start_time_unix_nano", "startTimeUnixNano", Fixed64),
    one(8, "end_time_unix_nano", "endTimeUnixNano", Fixed64),
    many(9, "attributes", "attributes", KeyValue),
    one(10, "dropped_attributes_count", "droppedAttributesCount", Uint32),
    many(11, "events", "events", Kind::Message(&EVENT)),
    one(12, "dropped_events_count", "droppedEventsCount", Uint32),
    many(13, "links", "links", Kind::Message(&LINK)),
    one(14, "dropped_links_count", "droppedLinksCount", Uint32),
    one(15, "status", "status", Kind::Message(&STATUS)),
]);

static EVENT: Message = Message::new(&[
    one(1, "time_unix_nano", "timeUnixNano", Fixed64),
    one(2, "name", "name", Str),
    many(3, "attributes", "attributes", KeyValue),
    one(4, "dropped_attributes_count", "droppedAttributesCount", Uint32),
]);

static LINK: Message = Message::new(&[
    one(1, "trace_id", "traceId", Id(16)),
    one(2, "span_id", "spanId", Id(8)),
    one(3, "trace_state", "traceState", Str),
    many(4, "attributes", "attributes", KeyValue),
    one(5, "dropped_attributes_count", "droppedAttributesCount", Uint32),
    one(6, "flags", "flags", Fixed32),
]);

static STATUS: Message = Message::new(&[one(2, "message", "message", Str), one(3, "code", "code", Enum(STATUS_CODE))]);

const SPAN_KIND: &[(&str, i32)] = &[
    ("SPAN_KIND_UNSPECIFIED", 0),
    ("SPAN_KIND_INTERNAL", 1),
    ("SPAN_KIND_SERVER", 2),
    ("SPAN_KIND_CLIENT", 3),
    ("SPAN_KIND_PRODUCER", 4),
    ("SPAN_KIND_CONSUMER", 5),
];

const STATUS_CODE: &[(&str, i32)] = &[("STATUS_CODE_UNSET", 0), ("STATUS_CODE_OK", 1), ("STATUS_CODE_ERROR", 2)];
