//! What batching costs a request, and an item, beside handing the request on as it is.
//!
//! `cargo bench -p sluice-processors --bench batch`. A request holds ten spans of 545 bytes, as in the load test's small
//! requests; a thousand of them are consumed and flushed. Items are spans.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use divan::Bencher;
use divan::counter::ItemsCount;
use futures_util::future::join_all;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};
use prost::Message;
use sluice_component::config::{Location, Node, Report, Section, Value};
use sluice_component::factory::{Program, Settings};
use sluice_component::{Accepted, BoxFuture, ConsumeError, Consumer, Context, StatusReporter};
use sluice_pdata::{Batch, Signal};

const REQUESTS: usize = 1000;
const SPANS: usize = 10;

fn main() {
    divan::main();
}

#[divan::bench]
fn without(bencher: Bencher) {
    let sink: Arc<dyn Consumer> = Arc::new(Sink);
    one_after_the_other(bencher, &sink);
}

#[divan::bench]
fn on_enqueue(bencher: Bencher) {
    one_after_the_other(bencher, &batcher(&[]));
}

#[divan::bench]
fn on_enqueue_cut_at_the_largest_size(bencher: Bencher) {
    let sizes = [("send_batch_size", Value::Int(512)), ("send_batch_max_size", Value::Int(512))];
    one_after_the_other(bencher, &batcher(&sizes));
}

#[divan::bench]
fn on_delivery_with_all_callers_at_once(bencher: Bencher) {
    let batcher = batcher(&[("acknowledge", Value::Text("on_delivery".into()))]);
    let (runtime, request) = (runtime(), request());
    bencher.counter(ItemsCount::new(REQUESTS * SPANS)).bench_local(|| {
        runtime.block_on(join_all((0..REQUESTS).map(|_| batcher.consume(request.clone(), Context::default()))))
    });
}

fn one_after_the_other(bencher: Bencher, consumer: &Arc<dyn Consumer>) {
    let (runtime, request) = (runtime(), request());
    bencher.counter(ItemsCount::new(REQUESTS * SPANS)).bench_local(|| {
        runtime.block_on(async {
            for _ in 0..REQUESTS {
                consumer.consume(request.clone(), Context::default()).await.expect("there is room");
            }
            consumer.flush(Instant::now() + Duration::from_secs(60)).await
        })
    });
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

fn batcher(keys: &[(&str, Value)]) -> Arc<dyn Consumer> {
    let entry = |(key, value): &(&str, Value)| ((Arc::from(*key), Location::default()), Node::new(value.clone()));
    let node = Node::new(Value::Map(keys.iter().map(entry).collect()));
    let report = Report::default();
    let (config, _) = Section::read(&node, "batch", &report, sluice_processors::batch::FACTORY.configure);
    assert!(!report.has_errors());
    let settings = Settings {
        id: "batch".parse().expect("an id"),
        program: Program { name: "bench", description: "bench", version: "0" },
        status: StatusReporter::default(),
        extensions: Default::default(),
    };
    config.build(settings, Signal::Traces, Arc::new(Sink)).expect("nothing is missing")
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

fn request() -> Batch {
    let span = Span { name: "x".repeat(540), ..Span::default() };
    let scope_spans = vec![ScopeSpans { spans: vec![span; SPANS], ..ScopeSpans::default() }];
    let resource_spans = vec![ResourceSpans { scope_spans, ..ResourceSpans::default() }];
    let message = ExportTraceServiceRequest { resource_spans }.encode_to_vec();
    Batch::trusted(Signal::Traces, Bytes::from(message), SPANS)
}
