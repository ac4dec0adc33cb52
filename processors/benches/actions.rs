//! What `attributes` and `resource` cost a span.
//!
//! `cargo bench -p sluice-processors --bench actions`. A request holds a thousand spans of ten attributes.

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use futures_util::FutureExt;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value};
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};
use prost::Message;
use sluice_component::config::{Location, Node, Report, Section, Value};
use sluice_component::factory::{ProcessorFactory, Program, Settings};
use sluice_component::{Accepted, BoxFuture, ConsumeError, Consumer, Context, StatusReporter};
use sluice_pdata::{Batch, Limits, Signal};
use sluice_processors::{attributes, resource};

const SPANS: usize = 1000;

fn main() {
    divan::main();
}

/// Looks for a key that no span has.
#[divan::bench]
fn nothing_to_change(bencher: Bencher) {
    run(bencher, attributes::FACTORY, &[&[("key", "no.such.key"), ("action", "delete")]]);
}

#[divan::bench]
fn insert(bencher: Bencher) {
    run(bencher, attributes::FACTORY, &[&[("key", "deployment.cell"), ("action", "insert"), ("value", "eu-1")]]);
}

#[divan::bench]
fn update(bencher: Bencher) {
    run(bencher, attributes::FACTORY, &[&[("key", "server.address"), ("action", "update"), ("value", "hidden")]]);
}

/// In two actions, as the Collector's users have to.
#[divan::bench]
fn rename(bencher: Bencher) {
    let insert = [("key", "host.name"), ("action", "insert"), ("from_attribute", "server.address")];
    run(bencher, attributes::FACTORY, &[&insert, &[("key", "server.address"), ("action", "delete")]]);
}

#[divan::bench]
fn hash(bencher: Bencher) {
    run(bencher, attributes::FACTORY, &[&[("key", "client.address"), ("action", "hash")]]);
}

#[divan::bench]
fn delete_by_pattern(bencher: Bencher) {
    run(bencher, attributes::FACTORY, &[&[("pattern", "(?i)password|secret"), ("action", "delete")]]);
}

#[divan::bench]
fn extract(bencher: Bencher) {
    let extract = [("key", "url.path"), ("action", "extract"), ("pattern", r"^/api/(?P<api_version>v\d+)/")];
    run(bencher, attributes::FACTORY, &[&extract]);
}

/// One resource for all the spans.
#[divan::bench]
fn resource_upsert(bencher: Bencher) {
    run(bencher, resource::FACTORY, &[&[("key", "deployment.cell"), ("action", "upsert"), ("value", "eu-1")]]);
}

fn run(bencher: Bencher, factory: ProcessorFactory, actions: &[&[(&str, &str)]]) {
    let processor = processor(factory, actions);
    let request = request();
    bencher.counter(ItemsCount::new(SPANS)).bench_local(|| {
        let answer = processor.consume(black_box(request.clone()), Context::default()).now_or_never();
        answer.expect("it does not wait").expect("nothing is refused")
    });
}

fn processor(factory: ProcessorFactory, actions: &[&[(&str, &str)]]) -> Arc<dyn Consumer> {
    let key = |key: &str| (Arc::from(key), Location::default());
    let text = |text: &str| Node::new(Value::Text(text.into()));
    let action = |keys: &&[(&str, &str)]| {
        Node::new(Value::Map(keys.iter().map(|(name, value)| (key(name), text(value))).collect()))
    };
    let name = if factory.info.name == "resource" { "attributes" } else { "actions" };
    let list = Node::new(Value::List(actions.iter().map(action).collect()));
    let node = Node::new(Value::Map(vec![(key(name), list)]));
    let report = Report::default();
    let (config, _) = Section::read(&node, factory.info.name, &report, factory.configure);
    assert!(!report.has_errors());
    let settings = Settings {
        id: factory.info.name.parse().expect("an id"),
        program: Program { name: "bench", description: "bench", version: "0" },
        status: StatusReporter::default(),
        extensions: Default::default(),
    };
    config.build(settings, Signal::Traces, Arc::new(Sink)).expect("nothing is missing")
}

/// Takes everything and does nothing with it.
struct Sink;

impl Consumer for Sink {
    fn consume(&self, _batch: Batch, _context: Context) -> BoxFuture<'_, Result<Accepted, ConsumeError>> {
        Box::pin(std::future::ready(Ok(Accepted::ALL)))
    }

    fn flush(&self, _deadline: Instant) -> BoxFuture<'_, usize> {
        Box::pin(std::future::ready(0))
    }
}

fn request() -> Batch {
    let span = |index: u64| Span {
        trace_id: (u128::from(index) + 1).to_be_bytes().to_vec(),
        span_id: (index + 1).to_be_bytes().to_vec(),
        parent_span_id: (index + 2).to_be_bytes().to_vec(),
        flags: 0x101,
        name: format!("GET /api/v1/users/{}", index % 7),
        kind: 2,
        start_time_unix_nano: 1_790_000_000_000_000_000 + index,
        end_time_unix_nano: 1_790_000_000_012_000_000 + index,
        attributes: span_attributes(index),
        ..Span::default()
    };
    let scope_spans = vec![ScopeSpans { spans: (0..SPANS as u64).map(span).collect(), ..ScopeSpans::default() }];
    let resource_spans = vec![ResourceSpans { scope_spans, ..ResourceSpans::default() }];
    let message = ExportTraceServiceRequest { resource_spans }.encode_to_vec();
    Batch::check(Signal::Traces, Bytes::from(message), &Limits::default()).expect("a valid request")
}

fn span_attributes(index: u64) -> Vec<KeyValue> {
    let pair = |key: &str, value| KeyValue {
        key: key.into(),
        value: Some(AnyValue { value: Some(value) }),
        ..Default::default()
    };
    let text = |key: &str, text: String| pair(key, any_value::Value::StringValue(text));
    let number = |key: &str, number| pair(key, any_value::Value::IntValue(number));
    vec![
        text("http.request.method", "GET".into()),
        text("http.route", "/api/v1/users/{id}".into()),
        text("url.scheme", "https".into()),
        text("url.path", format!("/api/v1/users/{index}/orders")),
        text("server.address", "storefront.eu-central-1.example.com".into()),
        text("network.protocol.version", "1.1".into()),
        number("http.response.status_code", 200),
        text("client.address", format!("10.0.{}.{}", index / 250, index % 250)),
        text("user_agent.original", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130.0.0.0".into()),
        number("enduser.cart.items", index as i64),
    ]
}
