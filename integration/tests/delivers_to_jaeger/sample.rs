//! A trace with everything in it that Jaeger knows.

use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::{AnyValue, ArrayValue, InstrumentationScope, KeyValue, KeyValueList, any_value::Value},
    resource::v1::Resource,
    trace::v1::{
        ResourceSpans, ScopeSpans, Span, Status,
        span::{Event, Link},
    },
};

/// More than 64 bits: half of an id must not do.
const TRACE: u128 = 0x5b8e_fff7_98d0_3810_3d26_9b63_3813_fc60;
const OTHER_TRACE: u128 = 0x0af7_6519_16cd_43dd_8448_eb21_1c80_319c;
/// Not a whole microsecond, in which Jaeger's own form counts.
const START: u64 = 1_790_000_000_123_456_789;
const MICROSECOND: u64 = 1_000;

/// The id of the trace in hex.
pub(super) fn trace_id() -> String {
    format!("{TRACE:032x}")
}

/// Spans of each kind and status, of two services under three scopes; the first is the parent of the others.
pub(super) fn trace() -> ExportTraceServiceRequest {
    let request = Span {
        kind: 2,
        trace_state: "vendor=value,other=1".to_owned(),
        attributes: every_type(),
        events: vec![
            event(10, "cache miss", vec![text("cache.key", "item"), pair("size", Value::IntValue(-7))]),
            // Jaeger calls the name "event", too, and keeps the attribute when there are both.
            event(20, "", vec![text("event", "named by an attribute")]),
            event(30, "nothing but a name", Vec::new()),
        ],
        links: vec![
            link(OTHER_TRACE, 77, Vec::new()),
            link(OTHER_TRACE, 78, vec![text("opentracing.ref_type", "child_of")]),
        ],
        status: status(2, "the stock is empty"),
        ..span(1, None, "POST /orders/{id}")
    };
    let call = Span { kind: 3, status: status(1, ""), ..span(2, Some(1), "reserve — ☃") };
    let step = Span { kind: 1, status: status(2, ""), ..span(3, Some(1), "pick") };
    let sent = Span { kind: 4, ..span(4, Some(1), "send") };
    let received = Span { kind: 5, attributes: vec![text("messaging.system", "kafka")], ..span(5, Some(4), "receive") };
    let instant = span(6, Some(5), "");
    // Of no duration at all Jaeger makes this one, with a warning.
    let instant = Span { end_time_unix_nano: instant.start_time_unix_nano + 1, ..instant };

    let scope = |name: &str, version: &str| {
        Some(InstrumentationScope { name: name.to_owned(), version: version.to_owned(), ..Default::default() })
    };
    let shop = vec![
        text("service.name", "shop"),
        text("service.namespace", "retail"),
        text("deployment.environment.name", "prod"),
        pair("process.pid", Value::IntValue(4711)),
        pair("host.ip", list(["10.0.0.1", "::1"])),
    ];
    ExportTraceServiceRequest {
        resource_spans: vec![
            resource_spans(
                shop,
                [(scope("http-server", "1.2.3"), vec![request]), (scope("http-client", ""), vec![call, step])],
            ),
            resource_spans(vec![text("service.name", "warehouse")], [(None, vec![sent, received, instant])]),
        ],
    }
}

fn resource_spans<const N: usize>(
    attributes: Vec<KeyValue>,
    scopes: [(Option<InstrumentationScope>, Vec<Span>); N],
) -> ResourceSpans {
    let scope_spans = scopes.map(|(scope, spans)| ScopeSpans { scope, spans, schema_url: String::new() });
    ResourceSpans {
        resource: Some(Resource { attributes, ..Resource::default() }),
        scope_spans: scope_spans.to_vec(),
        schema_url: String::new(),
    }
}

/// Within its parent's time, else Jaeger suspects the clocks.
fn span(number: u64, parent: Option<u64>, name: &str) -> Span {
    Span {
        trace_id: TRACE.to_be_bytes().to_vec(),
        span_id: span_id(number),
        parent_span_id: parent.map(span_id).unwrap_or_default(),
        name: name.to_owned(),
        start_time_unix_nano: START + number * 100 * MICROSECOND,
        end_time_unix_nano: START + (10_000 - number * 100) * MICROSECOND + 1,
        ..Span::default()
    }
}

fn span_id(number: u64) -> Vec<u8> {
    (number << 48 | 0xabc).to_be_bytes().to_vec()
}

fn event(microseconds: u64, name: &str, attributes: Vec<KeyValue>) -> Event {
    let time_unix_nano = START + microseconds * MICROSECOND;
    Event { time_unix_nano, name: name.to_owned(), attributes, dropped_attributes_count: 0 }
}

fn link(trace: u128, span: u64, attributes: Vec<KeyValue>) -> Link {
    Link { trace_id: trace.to_be_bytes().to_vec(), span_id: span_id(span), attributes, ..Link::default() }
}

fn status(code: i32, message: &str) -> Option<Status> {
    Some(Status { code, message: message.to_owned() })
}

fn every_type() -> Vec<KeyValue> {
    let map = KeyValueList { values: vec![text("inner", "value"), pair("n", Value::IntValue(1))] };
    vec![
        text("http.route", "/orders/{id}"),
        text("empty", ""),
        text("quoted", "a \"b\"\n\\ <ünïcode>"),
        pair("count", Value::IntValue(-42)),
        pair("beyond.a.double", Value::IntValue(i64::MAX)),
        pair("ratio", Value::DoubleValue(0.1)),
        pair("cached", Value::BoolValue(false)),
        pair("retried", Value::BoolValue(true)),
        pair("list", list(["one", "two"])),
        pair("map", Value::KvlistValue(map)),
        pair("blob", Value::BytesValue(vec![0, 255, 128])),
    ]
}

fn list<const N: usize>(texts: [&str; N]) -> Value {
    let values = texts.map(|text| AnyValue { value: Some(Value::StringValue(text.to_owned())) });
    Value::ArrayValue(ArrayValue { values: values.to_vec() })
}

fn text(key: &str, text: &str) -> KeyValue {
    pair(key, Value::StringValue(text.to_owned()))
}

fn pair(key: &str, value: Value) -> KeyValue {
    KeyValue { key: key.to_owned(), value: Some(AnyValue { value: Some(value) }), key_strindex: 0 }
}
