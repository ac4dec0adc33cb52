//! What redaction costs a span.
//!
//! `cargo bench -p sluice-processors --bench redaction`. A batch holds a thousand spans with ten attributes: `clean` ones, and
//! some of which every other one has an address in it, as in the load test. Items are spans.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use bytes::Bytes;
use divan::Bencher;
use divan::counter::ItemsCount;
use futures_util::FutureExt;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value};
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};
use prost::Message;
use sluice_component::config::{Location, Node, Report, Section, Value};
use sluice_component::factory::{Program, Settings};
use sluice_component::{Accepted, BoxFuture, ConsumeError, Consumer, Context, StatusReporter};
use sluice_pdata::{Batch, Signal};

const SPANS: usize = 1000;

fn main() {
    divan::main();
}

#[divan::bench]
fn clean(bencher: Bencher) {
    run(bencher, &values(), "node-7.eu.example.internal");
}

#[divan::bench]
fn every_other_span_has_an_address(bencher: Bencher) {
    run(bencher, &values(), "10.12.0.7");
}

#[divan::bench]
fn keys_alone(bencher: Bencher) {
    let keys =
        list(&["http.request.method", "http.route", "url.scheme", "url.path", "client.address", "user_agent.original"]);
    run(bencher, &[("allowed_keys", keys), ("blocked_key_patterns", list(&["password", "secret"]))], "10.12.0.7");
}

fn run(bencher: Bencher, keys: &[(&str, Value)], client: &str) {
    let redaction = redaction(keys);
    let request = request(client);
    bencher.counter(ItemsCount::new(SPANS)).bench_local(|| {
        redaction.consume(request.clone(), Context::default()).now_or_never().expect("it does not wait")
    });
}

/// Cards, social security numbers, e-mail addresses, IPv4 addresses and tokens, as users write them.
fn values() -> Vec<(&'static str, Value)> {
    let patterns = [
        r"\b(?:\d{4}[ -]?){3}\d{4}\b",
        r"\b\d{3}-\d{2}-\d{4}\b",
        r"[a-zA-Z0-9._%+-]+@[a-zA-Z0-9.-]+\.[a-zA-Z]{2,}",
        r"\b(?:\d{1,3}\.){3}\d{1,3}\b",
        r"(?i)bearer\s+[a-z0-9._~+/=-]+",
    ];
    vec![("allow_all_keys", Value::Bool(true)), ("blocked_values", list(&patterns))]
}

fn list(texts: &[&str]) -> Value {
    Value::List(texts.iter().map(|text| Node::new(Value::Text(Arc::from(*text)))).collect())
}

fn redaction(keys: &[(&str, Value)]) -> Arc<dyn Consumer> {
    let factory = sluice_processors::redaction::FACTORY;
    let entry = |(key, value): &(&str, Value)| ((Arc::from(*key), Location::default()), Node::new(value.clone()));
    let node = Node::new(Value::Map(keys.iter().map(entry).collect()));
    let report = Report::default();
    let config = Section::read(&node, "redaction", &report, |section| (factory.configure)(section)).0;
    let program = Program { name: "bench", description: "bench", version: "0.0.0" };
    let settings = Settings {
        id: "redaction".parse().expect("an id"),
        program,
        status: StatusReporter::default(),
        extensions: Default::default(),
    };
    config.build(settings, Signal::Traces, Arc::new(Sink::default())).expect("the settings are right")
}

fn request(client: &str) -> Batch {
    let text = |key: &str, value: &str| KeyValue {
        key: key.into(),
        value: Some(AnyValue { value: Some(any_value::Value::StringValue(value.into())) }),
        ..KeyValue::default()
    };
    let server = vec![
        text("http.request.method", "GET"),
        text("http.route", "/v1/orders/{id}"),
        text("url.scheme", "https"),
        text("url.path", "/v1/orders/61f0c2b7d9a84e13ffc02d81"),
        text("server.address", "storefront.eu-central-1.example.com"),
        text("network.protocol.version", "1.1"),
        text("client.address", client),
        text(
            "user_agent.original",
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/118 Safari/537.36",
        ),
        text("http.response.status_code", "200"),
        text("enduser.cart.items", "17"),
    ];
    let database = vec![
        text("db.system.name", "postgresql"),
        text("db.namespace", "shop"),
        text("db.collection.name", "checkout"),
        text("db.operation.name", "SELECT"),
        text(
            "db.query.text",
            "SELECT id, sku, state, updated_at FROM checkout WHERE account = $1 AND state <> $2 ORDER BY updated_at LIMIT 50",
        ),
        text("server.address", "pg-3.eu-central-1.example.internal"),
        text("server.port", "5432"),
        text("db.response.returned_rows", "12"),
        text("db.client.connection.pool.name", "checkout-primary"),
        text("thread.name", "worker-17"),
    ];
    let span = |index: usize| Span {
        trace_id: vec![7; 16],
        span_id: vec![7; 8],
        name: "GET /v1/orders/{id}".into(),
        attributes: if index.is_multiple_of(2) { server.clone() } else { database.clone() },
        ..Span::default()
    };
    let spans = (0..SPANS).map(span).collect();
    let scope_spans = vec![ScopeSpans { spans, ..ScopeSpans::default() }];
    let resource_spans = vec![ResourceSpans { scope_spans, ..ResourceSpans::default() }];
    let message = ExportTraceServiceRequest { resource_spans }.encode_to_vec();
    Batch::trusted(Signal::Traces, Bytes::from(message), SPANS)
}

/// Keeps the last batch, so that nothing is left out as unused.
#[derive(Default)]
struct Sink(Mutex<Option<Batch>>);

impl Consumer for Sink {
    fn consume(&self, batch: Batch, _context: Context) -> BoxFuture<'_, Result<Accepted, ConsumeError>> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(batch);
        Box::pin(std::future::ready(Ok(Accepted::ALL)))
    }

    fn flush(&self, _deadline: Instant) -> BoxFuture<'_, usize> {
        Box::pin(std::future::ready(0))
    }
}
