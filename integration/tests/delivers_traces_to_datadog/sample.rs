//! Spans of all kinds, put together out of what the Agent's mapping looks at.

use std::time::{SystemTime, UNIX_EPOCH};

use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::{AnyValue, ArrayValue, InstrumentationScope, KeyValue, KeyValueList, any_value::Value},
    resource::v1::Resource,
    trace::v1::{
        ResourceSpans, ScopeSpans, Span, Status,
        span::{Event, Link},
    },
};

/// Numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }

    fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.roll(of.len())].clone()
    }
}

pub(super) fn text(key: &str, text: &str) -> KeyValue {
    attribute(key, Value::StringValue(text.into()))
}

pub(super) fn attribute(key: &str, value: Value) -> KeyValue {
    KeyValue { key: key.into(), value: Some(AnyValue { value: Some(value) }), ..KeyValue::default() }
}

/// What HTTP, databases, messages, calls and functions say of themselves, each group of them together or in part.
fn groups() -> Vec<Vec<KeyValue>> {
    let int = |key: &str, number| attribute(key, Value::IntValue(number));
    let list = |values: Vec<Value>| ArrayValue {
        values: values.into_iter().map(|value| AnyValue { value: Some(value) }).collect(),
    };
    vec![
        vec![
            text("http.request.method", "GET"),
            text("http.route", "/cart/{id}"),
            int("http.response.status_code", 200),
        ],
        vec![text("http.method", "_OTHER"), text("http.status_code", "404"), text("http.url", "http://u:p@h/x?y=1")],
        vec![text("url.full", "https://h/1"), text("user_agent.original", "x/1"), text("client.address", "10.0.0.1")],
        vec![attribute("http.response.status_code", Value::DoubleValue(503.0)), text("http.route", "/only")],
        vec![text("db.system", "postgresql"), text("db.statement", "SELECT a AS b FROM t WHERE x IN (1, 'y', ?) -- z")],
        vec![
            text("db.system", "mysql"),
            text("db.query.text", "INSERT INTO t VALUES (1, 2), (3, 4)"),
            text("db.namespace", "n"),
        ],
        vec![text("db.system", "Cassandra"), text("db.statement", "SELECT 'open")],
        vec![text("db.system", "redis"), text("db.statement", "SET k v\nCONFIG get x\nGET y\nDEL z")],
        vec![text("db.system", "mongodb"), text("db.name", "orders"), text("peer.hostname", "10.1.2.3:27017")],
        vec![
            text("messaging.system", "Kafka"),
            text("messaging.operation", "send"),
            text("messaging.destination.name", "t 1"),
        ],
        vec![
            text("rpc.system", "grpc"),
            text("rpc.method", "Get"),
            text("rpc.service", "cart.Cart"),
            int("rpc.grpc.status_code", 5),
        ],
        vec![text("rpc.system", "aws-api"), text("rpc.service", "S3"), text("rpc.grpc.status_code", "NOT_FOUND")],
        vec![text("faas.invoked_provider", "aws"), text("faas.invoked_name", "Fn"), text("faas.trigger", "Timer")],
        vec![text("graphql.operation.type", "query"), text("graphql.operation.name", "Cart")],
        vec![text("network.protocol.name", "AMQP"), text("network.protocol.version", "1.0")],
        vec![text("operation.name", "My Op!"), text("resource.name", "res"), text("span.type", "worker")],
        vec![
            text("service.name", "Other Service"),
            text("peer.service", "Ünder__Scored "),
            text("_dd.base_service", "Base"),
        ],
        vec![
            text("datadog.service", "D S"),
            text("datadog.name", "d.name"),
            text("datadog.resource", "D R"),
            text("datadog.type", "t"),
        ],
        vec![
            text("datadog.env", "D E"),
            text("datadog.version", "v9"),
            int("datadog.http_status_code", 418),
            text("datadog.span.kind", "client"),
        ],
        vec![int("datadog.error", 1), text("error.msg", "m"), text("error.type", "t"), text("error.stack", "s")],
        vec![text("deployment.environment", "Staging Two"), text("service.version", "2.0"), text("env", "Env!")],
        vec![int("sampling.priority", 2), text("analytics.event", "true"), text("_dd.measured", "1")],
        vec![
            text("http.request.header.X-Id", "7"),
            text("http.request.header.referrer", "r"),
            int("http.request.body.size", 9),
        ],
        vec![
            attribute("a.list", Value::ArrayValue(list(vec![Value::IntValue(1), Value::StringValue("x".into())]))),
            attribute("a.map", Value::KvlistValue(KeyValueList { values: vec![text("k", "v"), int("n", 1)] })),
            attribute("bytes", Value::BytesValue(vec![1, 2, 255])),
            attribute("yes", Value::BoolValue(true)),
            attribute("ratio", Value::DoubleValue(0.1)),
            int("big", i64::MAX),
            text("empty", ""),
        ],
        vec![text("_sample_rate", "0.5"), text("_dd.origin", "synthetics-browser"), text("_dd.git.commit.sha", "abc")],
        vec![
            attribute("_sample_rate", Value::DoubleValue(0.5)),
            text("server.address", "db.internal"),
            text("net.peer.name", "1.2.3.4"),
        ],
    ]
}

fn resources() -> Vec<Vec<KeyValue>> {
    vec![
        vec![
            text("service.name", "Cart Service"),
            text("service.version", "1.2.3"),
            text("deployment.environment.name", "Prod"),
            text("telemetry.sdk.language", "go"),
            text("telemetry.sdk.version", "1.30.0"),
            text("host.name", "web-1"),
            text("container.id", "c0ffee"),
            text("k8s.pod.name", "cart-7"),
            text("datadog.container.tag.team", "shop"),
        ],
        vec![
            text("service.name", "db"),
            text("cloud.provider", "aws"),
            text("host.id", "i-1"),
            text("k8s.pod.uid", "p1"),
        ],
        vec![
            text("datadog.host", "DD Host"),
            text("datadog.env", "dd"),
            text("peer.service", "resource peer"),
            text("version", "r1"),
        ],
        vec![
            text("http.route", "/of/resource"),
            attribute("process.pid", Value::IntValue(42)),
            text("db.system", "mysql"),
        ],
        Vec::new(),
    ]
}

/// Some hundred spans that end about now, in traces of up to eight, of five resources.
pub(super) fn spans() -> ExportTraceServiceRequest {
    // A little ahead, so that no gateway that is started meanwhile finds them too old for their bucket.
    let now =
        SystemTime::now().duration_since(UNIX_EPOCH).expect("it is after 1970").as_nanos() as u64 + 20_000_000_000;
    let mut dice = Dice(5);
    // The first of a trace of eight.
    let mut number = 7;
    let mut resource_spans = Vec::new();
    for attributes in resources() {
        let mut scope_spans = Vec::new();
        for scope in 0..2 {
            let spans = (0..60).map(|_| {
                number += 1;
                span(&mut dice, number, now)
            });
            let attributes = if scope == 0 { Vec::new() } else { vec![text("of.scope", "s"), text("cached", "scope")] };
            let name = if scope == 0 { "lib" } else { "" };
            let scope =
                InstrumentationScope { name: name.into(), version: "0.1".into(), attributes, ..Default::default() };
            scope_spans.push(ScopeSpans { scope: Some(scope), spans: spans.collect(), ..ScopeSpans::default() });
        }
        let resource = Some(Resource { attributes, ..Resource::default() });
        resource_spans.push(ResourceSpans { resource, scope_spans, ..ResourceSpans::default() });
    }
    ExportTraceServiceRequest { resource_spans }
}

fn span(dice: &mut Dice, number: u64, now: u64) -> Span {
    let groups = groups();
    let mut attributes: Vec<KeyValue> = Vec::new();
    for _ in 0..dice.roll(4) {
        let group = dice.pick(&groups);
        let some = dice.roll(group.len()) + 1;
        for attribute in group.into_iter().take(some) {
            if attributes.iter().all(|known| known.key != attribute.key) {
                attributes.push(attribute);
            }
        }
    }
    let trace = number / 8;
    // One span of a trace has no parent, or one that is elsewhere. The Agent takes any of several for the root.
    let first = number - number % 8;
    let parent = match (number == first, dice.roll(2)) {
        (true, 0) => 0,
        (true, _) => 1_000_000 + number,
        (false, 0) => first,
        (false, _) => number - 1,
    };
    let code = dice.roll(3) as i32;
    let message = if code == 2 && dice.roll(2) == 0 { "it failed" } else { "" };
    let events = (0..dice.roll(3)).map(|index| event(dice, index));
    let events = events.collect();
    let links = (0..dice.roll(2)).map(|_| Link {
        trace_id: vec![0xab; 16],
        span_id: vec![0xcd; 8],
        trace_state: "l=1".into(),
        attributes: vec![text("link.key", "value"), attribute("n", Value::IntValue(1))],
        dropped_attributes_count: 2,
        ..Link::default()
    });
    Span {
        trace_id: [0xfeed_u64.to_be_bytes(), trace.to_be_bytes()].concat(),
        span_id: number.to_be_bytes().into(),
        parent_span_id: if parent == 0 { Vec::new() } else { parent.to_be_bytes().into() },
        trace_state: dice.pick(&["", "a=b,ot=th:8"]).into(),
        name: dice.pick(&["GET /cart", "work", "", "Ünïcode näme", "1 2 3"]).into(),
        kind: dice.roll(6) as i32,
        start_time_unix_nano: now - 1_000_000 * dice.roll(2_000) as u64 - dice.roll(1_000_000) as u64,
        end_time_unix_nano: now,
        attributes,
        events,
        links: links.collect(),
        status: (dice.roll(4) > 0).then(|| Status { code, message: message.into() }),
        ..Span::default()
    }
}

fn event(dice: &mut Dice, index: usize) -> Event {
    let name = dice.pick(&["exception", "say \"hi\"\n", ""]);
    let exception =
        ["type", "message", "stacktrace"].map(|part| text(&format!("exception.{part}"), &format!("its {part}")));
    let other = [attribute("n", Value::IntValue(3)), attribute("f", Value::DoubleValue(0.5)), text("h", "<&>")];
    Event {
        time_unix_nano: 1_787_306_400_000_000_000 + index as u64,
        name: name.into(),
        attributes: if name == "exception" { exception.into() } else { other.into() },
        dropped_attributes_count: dice.roll(2) as u32,
    }
}
