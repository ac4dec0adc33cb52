//! What `datadog` costs for a span: its mapping, the packed body, the post, and its statistics.
//!
//! `cargo bench -p sluice-exporters --bench datadog_traces`. A request holds a thousand spans of about 545 bytes in traces of
//! five; Datadog is a socket here that takes everything.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::common::v1::{AnyValue, InstrumentationScope, KeyValue};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};
use prost::Message;
use serde_json::{Value as Json, json};
use sluice_component::config::{Location, Node, Report, Section, Value};
use sluice_component::factory::{Program, Settings};
use sluice_component::{Consumer, Context};
use sluice_exporters::datadog::FACTORY;
use sluice_pdata::{Batch, Limits, Signal};
use tokio::runtime::Runtime;

const SPANS: usize = 1000;

fn main() {
    divan::main();
}

/// All of it.
#[divan::bench]
fn with_statistics(bencher: Bencher) {
    sends(bencher, &[]);
}

/// Somebody else has computed statistics.
#[divan::bench]
fn without_statistics(bencher: Bencher) {
    sends(bencher, &[text("_dd.stats_computed", "true")]);
}

fn sends(bencher: Bencher, more: &[KeyValue]) {
    let runtime = Runtime::new().expect("a runtime");
    let exporter = {
        let _inside = runtime.enter();
        exporter(&datadog())
    };
    let batch = request(more);
    let consume = || {
        let sent = runtime.block_on(exporter.consume(batch.clone(), Context::default()));
        black_box(sent).expect("everything is taken");
    };
    consume();
    bencher.counter(ItemsCount::new(SPANS)).bench(consume);
}

fn exporter(endpoint: &str) -> Arc<dyn Consumer> {
    let settings = json!({
        "api": {"key": "k"},
        "hostname": "gateway",
        "traces": {"endpoint": endpoint},
        "sending_queue": {"enabled": false},
        "host_metadata": {"enabled": false},
    });
    let report = Report::default();
    let node = node(settings);
    let (config, _) = Section::read(&node, "", &report, FACTORY.configure);
    let settings = Settings {
        id: "datadog".parse().expect("a name"),
        program: Program { name: "sluice", description: "Sluice", version: "0.0.0" },
        status: Default::default(),
        extensions: Default::default(),
    };
    config.build(settings, Signal::Traces).expect("it is a configuration")
}

/// The URL of a server that takes everything on one connection after the other.
fn datadog() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || serve(stream));
        }
    });
    format!("http://{address}")
}

/// Reads requests by their lengths.
fn serve(mut stream: std::net::TcpStream) -> Option<()> {
    let mut held = Vec::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let head = loop {
            if let Some(end) = held.windows(4).position(|window| window == b"\r\n\r\n") {
                break end + 4;
            }
            let read = stream.read(&mut buffer).ok().filter(|read| *read > 0)?;
            held.extend_from_slice(&buffer[..read]);
        };
        let text = std::str::from_utf8(&held[..head]).ok()?.to_ascii_lowercase();
        let length = text.lines().find_map(|line| line.strip_prefix("content-length: "))?.parse::<usize>().ok()?;
        while held.len() < head + length {
            let read = stream.read(&mut buffer).ok().filter(|read| *read > 0)?;
            held.extend_from_slice(&buffer[..read]);
        }
        held.drain(..head + length);
        stream.write_all(b"HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n").ok()?;
    }
}

fn request(more: &[KeyValue]) -> Batch {
    let attributes = [
        text("service.name", "checkout"),
        text("service.version", "1.4.2"),
        text("deployment.environment.name", "production"),
        text("host.name", "web-17"),
        text("telemetry.sdk.name", "opentelemetry"),
        text("telemetry.sdk.language", "go"),
        text("telemetry.sdk.version", "1.38.0"),
    ];
    let resource = Resource { attributes: [&attributes, more].concat(), ..Resource::default() };
    let scope = InstrumentationScope { name: "net/http".into(), version: "0.63.0".into(), ..Default::default() };
    let spans = (1..=SPANS as u64).map(span).collect();
    let request = ExportTraceServiceRequest {
        resource_spans: vec![ResourceSpans {
            resource: Some(resource),
            scope_spans: vec![ScopeSpans { scope: Some(scope), spans, ..ScopeSpans::default() }],
            ..ResourceSpans::default()
        }],
    };
    Batch::check(Signal::Traces, request.encode_to_vec().into(), &Limits::default()).expect("it is OTLP")
}

fn span(number: u64) -> Span {
    let now = 1_787_306_400_000_000_000;
    let trace = number.div_ceil(5).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let id = |number: u64| number.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes().to_vec();
    Span {
        trace_id: [trace.rotate_left(17).to_be_bytes(), trace.to_be_bytes()].concat(),
        span_id: id(number),
        parent_span_id: if number % 5 == 1 { Vec::new() } else { id(number - 1) },
        name: format!("GET /v1/orders/{}", number % 20),
        kind: (number % 3 + 1) as i32,
        start_time_unix_nano: now,
        end_time_unix_nano: now + number * 104_729,
        attributes: vec![
            text("http.request.method", "GET"),
            text("http.route", &format!("/v1/orders/{}", number % 20)),
            text("url.full", &format!("https://shop.example.com/v1/orders/{number}?expand=items")),
            text("url.scheme", "https"),
            text("server.address", "shop.example.com"),
            text("network.protocol.version", "1.1"),
            text("user_agent.original", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"),
            number_of("http.response.status_code", 200),
            number_of("server.port", 443),
            text("customer.tier", if number.is_multiple_of(7) { "gold" } else { "silver" }),
            text("order.id", &format!("{:016x}", number.wrapping_mul(0x9e37_79b9_7f4a_7c15))),
        ],
        ..Span::default()
    }
}

fn text(key: &str, text: &str) -> KeyValue {
    attribute(key, Any::StringValue(text.into()))
}

fn number_of(key: &str, number: i64) -> KeyValue {
    attribute(key, Any::IntValue(number))
}

fn attribute(key: &str, value: Any) -> KeyValue {
    KeyValue { key: key.into(), value: Some(AnyValue { value: Some(value) }), ..KeyValue::default() }
}

fn node(json: Json) -> Node {
    Node::new(match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(value),
        Json::Number(number) => Value::Int(number.as_i64().unwrap_or_default()),
        Json::String(text) => Value::Text(text.into()),
        Json::Array(items) => Value::List(items.into_iter().map(node).collect()),
        Json::Object(entries) => Value::Map(
            entries.into_iter().map(|(key, value)| ((key.into(), Location::default()), node(value))).collect(),
        ),
    })
}
