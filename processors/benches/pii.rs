//! What scrubbing costs a span, beside handing the batch on as it is.
//!
//! `cargo bench -p sluice-processors --bench pii`. A request holds a thousand spans of about 545 bytes with ten attributes;
//! items are spans. Half of them are database calls, which have nothing personal; the others are HTTP servers, of which
//! each tells its client's address where it says so. Allocations are shown beside the time: a batch in which nothing is
//! found costs a few for all of it, and none a span.

use std::sync::Arc;

use bytes::Bytes;
use divan::Bencher;
use divan::counter::ItemsCount;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value::Value};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span, Status};
use prost::Message;
use sluice_component::config::{Node, Report, Section, Value as ConfigValue};
use sluice_component::factory::{Program, Settings};
use sluice_component::{Accepted, BoxFuture, ConsumeError, Consumer, Context, StatusReporter};
use sluice_pdata::{Batch, Signal};

const SPANS: usize = 1000;

/// So many different requests: what is remembered of one must not be all that there is.
const REQUESTS: usize = 16;

#[global_allocator]
static ALLOCATOR: divan::AllocProfiler = divan::AllocProfiler::system();

fn main() {
    divan::main();
}

#[divan::bench]
fn nothing_found(bencher: Bencher) {
    scrub(bencher, false);
}

#[divan::bench]
fn an_address_in_every_second_span(bencher: Bencher) {
    scrub(bencher, true);
}

fn scrub(bencher: Bencher, addresses: bool) {
    let mut rng = fastrand::Rng::with_seed(1);
    let requests: Vec<Batch> = (0..REQUESTS).map(|_| request(addresses, &mut rng)).collect();
    let pii = processor();
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    bencher.counter(ItemsCount::new(REQUESTS * SPANS)).bench_local(|| {
        for request in &requests {
            runtime.block_on(pii.consume(request.clone(), Context::default())).expect("nothing is refused");
        }
    });
}

/// Takes everything and does nothing with it.
struct Sink;

impl Consumer for Sink {
    fn consume(&self, _batch: Batch, _context: Context) -> BoxFuture<'_, Result<Accepted, ConsumeError>> {
        Box::pin(std::future::ready(Ok(Accepted::ALL)))
    }

    fn flush(&self, _deadline: std::time::Instant) -> BoxFuture<'_, usize> {
        Box::pin(std::future::ready(0))
    }
}

fn processor() -> Arc<dyn Consumer> {
    let (node, report) = (Node::new(ConfigValue::Null), Report::default());
    let (config, _) = Section::read(&node, "pii", &report, sluice_processors::pii::FACTORY.configure);
    assert!(!report.has_errors());
    let settings = Settings {
        id: "pii".parse().expect("an id"),
        program: Program { name: "bench", description: "bench", version: "0" },
        status: StatusReporter::default(),
        extensions: Default::default(),
    };
    config.build(settings, Signal::Traces, Arc::new(Sink)).expect("nothing is missing")
}

fn request(addresses: bool, rng: &mut fastrand::Rng) -> Batch {
    let spans = (0..SPANS).map(|index| span(addresses, index % 2 == 0, rng)).collect();
    let scope_spans = vec![ScopeSpans { spans, ..ScopeSpans::default() }];
    let attributes = vec![text("service.name", "checkout"), text("host.name", "node-7.eu-central-1.example.internal")];
    let resource = Some(Resource { attributes, ..Resource::default() });
    let resource_spans = vec![ResourceSpans { resource, scope_spans, ..ResourceSpans::default() }];
    let message = ExportTraceServiceRequest { resource_spans }.encode_to_vec();
    Batch::trusted(Signal::Traces, Bytes::from(message), SPANS)
}

fn span(addresses: bool, is_server: bool, rng: &mut fastrand::Rng) -> Span {
    let start = 1_790_000_000_000_000_000 + rng.u64(..1 << 40);
    let route = ["/", "/product/{id}", "/cart", "/cart/checkout"][rng.usize(..4)];
    let (name, attributes) = match is_server {
        true => (format!("GET {route}"), server(route, addresses, rng)),
        false => ("SELECT shop.orders".to_owned(), database(rng)),
    };
    Span {
        trace_id: rng.u128(1..).to_be_bytes().to_vec(),
        span_id: rng.u64(1..).to_be_bytes().to_vec(),
        parent_span_id: rng.u64(1..).to_be_bytes().to_vec(),
        flags: 0x101,
        name,
        kind: 2,
        start_time_unix_nano: start,
        end_time_unix_nano: start + rng.u64(50_000..80_000_000),
        attributes,
        status: Some(Status::default()),
        ..Span::default()
    }
}

fn server(route: &str, addresses: bool, rng: &mut fastrand::Rng) -> Vec<KeyValue> {
    let address = match addresses {
        true => format!("10.{}.{}.{}", rng.u8(..), rng.u8(..), rng.u8(..)),
        false => format!("client-{}.example.internal", rng.u16(..)),
    };
    let agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome";
    vec![
        text("http.request.method", "GET"),
        text("http.route", route),
        text("url.scheme", "https"),
        text("url.path", &format!("{route}/{:024x}", rng.u128(..) >> 32)),
        text("server.address", "storefront.eu-central-1.example.com"),
        text("network.protocol.version", "1.1"),
        number("http.response.status_code", [200, 201, 404, 503][rng.usize(..4)]),
        text("client.address", &address),
        text("user_agent.original", &format!("{agent}/{}.0.0.0 Safari/537.36", rng.u8(100..145))),
        number("enduser.cart.items", rng.i64(0..4000)),
    ]
}

fn database(rng: &mut fastrand::Rng) -> Vec<KeyValue> {
    let query = "SELECT id, sku, state, updated_at FROM orders WHERE account = $1 AND state <> $2 ORDER BY updated_at \
                 LIMIT 50 OFFSET $3";
    vec![
        text("db.system.name", "postgresql"),
        text("db.namespace", "shop"),
        text("db.collection.name", "orders"),
        text("db.operation.name", "SELECT"),
        text("db.query.text", query),
        text("server.address", &format!("pg-{}.eu-central-1.example.internal", rng.u8(0..8))),
        number("server.port", 5432),
        number("db.response.returned_rows", rng.i64(0..50)),
        text("db.client.connection.pool.name", "orders-primary"),
        text("thread.name", &format!("worker-{}", rng.u8(0..64))),
    ]
}

fn text(key: &str, value: &str) -> KeyValue {
    attribute(key, Value::StringValue(value.to_owned()))
}

fn number(key: &str, value: i64) -> KeyValue {
    attribute(key, Value::IntValue(value))
}

fn attribute(key: &str, value: Value) -> KeyValue {
    KeyValue { key: key.into(), value: Some(AnyValue { value: Some(value) }), ..KeyValue::default() }
}
