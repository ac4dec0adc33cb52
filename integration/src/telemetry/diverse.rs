//! Requests of records that differ in their attributes: every type of value, odd texts and numbers, keys that come twice,
//! nothing at all; under several resources and scopes, some of them missing.

use std::sync::LazyLock;

use opentelemetry_proto::tonic::{
    collector::{
        logs::v1::ExportLogsServiceRequest, metrics::v1::ExportMetricsServiceRequest,
        trace::v1::ExportTraceServiceRequest,
    },
    common::v1::{AnyValue, ArrayValue, InstrumentationScope, KeyValue, KeyValueList, any_value::Value},
    logs::v1::{LogRecord, ResourceLogs, ScopeLogs},
    metrics::v1::{Metric, ResourceMetrics, ScopeMetrics, metric::Data},
    resource::v1::Resource,
    trace::v1::{ResourceSpans, ScopeSpans, Span},
};

use super::{Signal, Telemetry, samples};

/// Records a scope.
const RECORDS: usize = 9;

/// A request of a signal in which any two records differ.
pub fn diverse(signal: Signal) -> &'static Telemetry {
    static MADE: LazyLock<[Telemetry; 3]> = LazyLock::new(|| Signal::ALL.map(make));
    &MADE[signal as usize]
}

fn make(signal: Signal) -> Telemetry {
    match signal {
        Signal::Traces => Telemetry::Traces(ExportTraceServiceRequest {
            resource_spans: places()
                .map(|(resource, scopes)| ResourceSpans {
                    resource,
                    scope_spans: scopes
                        .map(|(scope, seed)| ScopeSpans { scope, spans: spans(seed), schema_url: String::new() })
                        .collect(),
                    schema_url: String::new(),
                })
                .collect(),
        }),
        Signal::Metrics => Telemetry::Metrics(ExportMetricsServiceRequest {
            resource_metrics: places()
                .map(|(resource, scopes)| ResourceMetrics {
                    resource,
                    scope_metrics: scopes
                        .map(|(scope, seed)| ScopeMetrics { scope, metrics: metrics(seed), schema_url: String::new() })
                        .collect(),
                    schema_url: String::new(),
                })
                .collect(),
        }),
        Signal::Logs => Telemetry::Logs(ExportLogsServiceRequest {
            resource_logs: places()
                .map(|(resource, scopes)| ResourceLogs {
                    resource,
                    scope_logs: scopes
                        .map(|(scope, seed)| ScopeLogs { scope, log_records: logs(seed), schema_url: String::new() })
                        .collect(),
                    schema_url: String::new(),
                })
                .collect(),
        }),
    }
}

type Scopes = std::vec::IntoIter<(Option<InstrumentationScope>, usize)>;

/// Resources, one of them missing, and their scopes, one of them missing, each with a number of its own.
fn places() -> impl Iterator<Item = (Option<Resource>, Scopes)> {
    let service = |name: Value| pair("service.name", Some(name));
    let resources = [
        Some(vec![
            service(text("shop")),
            pair("host.name", Some(text("node-1"))),
            pair("deployment.environment", Some(text("prod"))),
        ]),
        Some(vec![service(text("cart")), service(text("shop")), pair("replicas", Some(Value::IntValue(3)))]),
        Some(vec![service(Value::IntValue(7))]),
        Some(Vec::new()),
        Some(attributes(5)),
        None,
    ];
    resources.into_iter().enumerate().map(|(number, attributes)| {
        let resource = attributes.map(|attributes| Resource { attributes, ..Resource::default() });
        let scope = |name: &str, version: &str| {
            let scope =
                InstrumentationScope { name: name.to_owned(), version: version.to_owned(), ..Default::default() };
            Some(scope)
        };
        let scopes = [scope("http-server", "1.2.3"), scope("http-client", ""), None];
        let of_some = scopes.into_iter().enumerate().take(if number < 2 { 3 } else { 1 });
        let scopes: Vec<_> = of_some.map(|(index, scope)| (scope, number * 7 + index * 3)).collect();
        (resource, scopes.into_iter())
    })
}

fn spans(seed: usize) -> Vec<Span> {
    let Telemetry::Traces(request) = samples::spans(1..RECORDS as u64 + 1) else { return Vec::new() };
    let mut spans: Vec<Span> =
        request.resource_spans.into_iter().flat_map(|it| it.scope_spans).flat_map(|it| it.spans).collect();
    for (index, span) in spans.iter_mut().enumerate() {
        span.name = ["GET /items/{id}", "POST /cart", "checkout", "", "worker:run"][(seed + index) % 5].to_owned();
        span.kind = [1, 2, 3, 4, 5, 0, 77][(seed + index) % 7];
        span.attributes = attributes(seed + index);
        span.events.iter_mut().for_each(|event| event.attributes = few(seed + index + 1));
        span.links.iter_mut().for_each(|link| link.attributes = few(seed + index + 2));
    }
    spans
}

fn metrics(seed: usize) -> Vec<Metric> {
    let Telemetry::Metrics(request) = samples::metrics(1..3) else { return Vec::new() };
    let scopes = request.resource_metrics.into_iter().flat_map(|resource| resource.scope_metrics);
    let mut metrics: Vec<Metric> = scopes.flat_map(|scope| scope.metrics).collect();
    for (index, metric) in metrics.iter_mut().enumerate() {
        let number = seed + index;
        metric.metadata = few(number + 1);
        match &mut metric.data {
            Some(Data::Gauge(data)) => several(&mut data.data_points, |at, point| {
                point.attributes = attributes(number + at);
                point.exemplars.iter_mut().for_each(|exemplar| exemplar.filtered_attributes = few(number));
            }),
            Some(Data::Sum(data)) => {
                several(&mut data.data_points, |at, point| point.attributes = attributes(number + at))
            }
            Some(Data::Histogram(data)) => {
                several(&mut data.data_points, |at, point| point.attributes = attributes(number + at));
            }
            Some(Data::ExponentialHistogram(data)) => {
                several(&mut data.data_points, |at, point| point.attributes = attributes(number + at));
            }
            Some(Data::Summary(data)) => {
                several(&mut data.data_points, |at, point| point.attributes = attributes(number + at));
            }
            None => {}
        }
    }
    metrics.push(Metric { name: "without.data".to_owned(), ..Metric::default() });
    metrics
}

/// Makes two points of one.
fn several<P: Clone>(points: &mut Vec<P>, mut change: impl FnMut(usize, &mut P)) {
    *points = points.iter().cycle().take(2 * points.len()).cloned().collect();
    points.iter_mut().enumerate().for_each(|(index, point)| change(index, point));
}

fn logs(seed: usize) -> Vec<LogRecord> {
    let Telemetry::Logs(request) = samples::logs(1..RECORDS as u64 + 1) else { return Vec::new() };
    let scopes = request.resource_logs.into_iter().flat_map(|resource| resource.scope_logs);
    let mut records: Vec<LogRecord> = scopes.flat_map(|scope| scope.log_records).collect();
    for (index, record) in records.iter_mut().enumerate() {
        let number = seed + index;
        let texts = ["user logged in", "payment failed: card declined", "", "multi\nline"];
        let mut bodies: Vec<_> = texts.into_iter().map(|body| Some(value(text(body)))).collect();
        bodies.extend(VALUES.iter().map(|(_, make)| make().map(value)));
        record.body = bodies.swap_remove(number % bodies.len());
        record.severity_number = number as i32 % 25;
        record.severity_text = ["INFO", "Warn", "ERROR", ""][number % 4].to_owned();
        record.attributes = attributes(number);
    }
    records
}

/// Some attributes, other ones for each number; for some numbers a key comes twice or more.
fn attributes(number: usize) -> Vec<KeyValue> {
    if number % 11 == 10 {
        return Vec::new();
    }
    let chosen = VALUES.iter().enumerate().filter(|(index, _)| (number * 7 + index * 3) % 5 < 3);
    let mut attributes: Vec<_> = chosen.map(|(_, (key, make))| pair(key, make())).collect();
    if number % 4 == 1 {
        attributes.insert(0, pair("http.method", Some(text("PATCH"))));
        attributes.push(pair("http.method", Some(Value::IntValue(number as i64))));
        attributes.push(pair("user.id", Some(text("twice"))));
    }
    let turn = number % attributes.len().max(1);
    attributes.rotate_left(turn);
    attributes
}

/// A few of them, for what no case looks at closely.
fn few(number: usize) -> Vec<KeyValue> {
    attributes(number).into_iter().take(3).collect()
}

type Make = fn() -> Option<Value>;

const VALUES: [(&str, Make); 45] = [
    ("http.method", || Some(text("GET"))),
    ("http.url", || Some(text("https://user:pass@shop.example:8443/items/17?id=3&q=a b#top"))),
    ("http.status_code", || Some(Value::IntValue(404))),
    ("http.status_text", || Some(text("404"))),
    ("user.id", || Some(Value::IntValue(-42))),
    ("user.email", || Some(text("jane.doe@example.com"))),
    ("user.name", || Some(text("Zoë Ünïcode ☃"))),
    ("password", || Some(text("hunter2"))),
    ("credit_card", || Some(text("4111 1111 1111 1111"))),
    ("credit_card.number", || Some(Value::IntValue(4_111_111_111_111_111))),
    ("", || Some(text("an empty key"))),
    ("blank", || Some(text(""))),
    ("cached", || Some(Value::BoolValue(true))),
    ("retried", || Some(Value::BoolValue(false))),
    ("ratio", || Some(Value::DoubleValue(0.5))),
    ("whole", || Some(Value::DoubleValue(-3.0))),
    ("tiny", || Some(Value::DoubleValue(1.5e-9))),
    ("huge", || Some(Value::DoubleValue(1e21))),
    ("nan", || Some(Value::DoubleValue(f64::NAN))),
    ("infinite", || Some(Value::DoubleValue(f64::NEG_INFINITY))),
    ("largest", || Some(Value::IntValue(i64::MAX))),
    ("text.int", || Some(text("+12"))),
    ("text.padded", || Some(text(" 12"))),
    ("text.double", || Some(text("-1.25e3"))),
    ("text.underscores", || Some(text("1_000.5"))),
    ("text.too_large", || Some(text("1e999"))),
    ("text.infinite", || Some(text("-Infinity"))),
    ("text.bool", || Some(text("true"))),
    ("blob", || Some(Value::BytesValue(vec![0, 255, 128, 61]))),
    ("no.bytes", || Some(Value::BytesValue(Vec::new()))),
    ("nothing", || None),
    ("list", || Some(list(vec![Value::IntValue(1), text("two"), Value::DoubleValue(1e-7), list(Vec::new())]))),
    ("no.list", || Some(list(Vec::new()))),
    ("map", || Some(map(vec![pair("z", Some(text("\"<&>\u{2028}\n"))), pair("a", Some(Value::IntValue(9)))]))),
    ("deep", || {
        let secret = map(vec![pair("password", Some(text("hunter2"))), pair("none", None)]);
        Some(map(vec![
            pair("list", Some(list(vec![secret]))),
            pair("twice", Some(text("a"))),
            pair("twice", Some(text("b"))),
        ]))
    }),
    ("no.map", || Some(map(Vec::new()))),
    ("map.nan", || Some(map(vec![pair("nan", Some(Value::DoubleValue(f64::NAN)))]))),
    ("long", || Some(text(&"0123456789".repeat(30)))),
    ("db.statement", || Some(text("SELECT * FROM users WHERE email = 'jane@example.com' AND id = 17"))),
    ("db.system", || Some(text("MySQL"))),
    ("db.system.name", || Some(text("redis"))),
    ("cache.command", || Some(text("SET session:7 \"a b\" EX 10\nAUTH jane hunter2"))),
    ("cache.store", || Some(text("set session 0 60 5\r\nhello\r\n"))),
    ("document", || Some(text(r#"{"find": "users", "filter": {"name": "Jane", "age": [17, true]}} "#))),
    ("http.target", || Some(text("/users/17/orders/a81bc81b-dead-4e5d-abff-90865d1e13b1/items?q=jane"))),
];

fn text(text: &str) -> Value {
    Value::StringValue(text.to_owned())
}

fn list(values: Vec<Value>) -> Value {
    Value::ArrayValue(ArrayValue { values: values.into_iter().map(value).collect() })
}

fn map(values: Vec<KeyValue>) -> Value {
    Value::KvlistValue(KeyValueList { values })
}

fn pair(key: &str, of: Option<Value>) -> KeyValue {
    KeyValue { key: key.to_owned(), value: Some(AnyValue { value: of }), key_strindex: 0 }
}

fn value(value: Value) -> AnyValue {
    AnyValue { value: Some(value) }
}
