//! What mapping labels costs a span or log record of ten attributes, 512 in a request.
//!
//! `cargo bench -p sluice-processors --bench label_mapping`.

#[path = "../../pdata/benches/workload/mod.rs"]
mod workload;

use std::sync::Arc;
use std::time::Instant;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use futures_util::FutureExt;
use sluice_component::config::{Location, Node, Report, Section, Value};
use sluice_component::factory::{Program, Settings};
use sluice_component::{Accepted, BoxFuture, ConsumeError, Consumer, Context, StatusReporter};
use sluice_pdata::{Batch, Signal};
use workload::{ITEMS, SIGNALS, batch};

fn main() {
    // The largest workload first, so that all benchmarks see the same allocator.
    drop(workload::traces());
    divan::main();
}

/// A rule whose key no record has: the same bytes are handed on.
#[divan::bench(args = SIGNALS)]
fn rename_nothing(bencher: Bencher, signal: Signal) {
    map(bencher, signal, &[("rules", list([rule("rename", map_of(&[("no.such.key", "other")]))]))]);
}

#[divan::bench(args = SIGNALS)]
fn rename_one_attribute(bencher: Bencher, signal: Signal) {
    map(bencher, signal, &[("rules", list([rule("rename", map_of(&[("server.address", "host.address")]))]))]);
}

#[divan::bench(args = SIGNALS)]
fn rename_one_by_pattern(bencher: Bencher, signal: Signal) {
    let mut rule = rule("rename", map_of(&[("server.*", "host.*"), ("*.no.such", "*")]));
    rule.push(("match_type", text("glob")));
    map(bencher, signal, &[("rules", list([rule]))]);
}

/// Six rules, each by one attribute.
#[divan::bench(args = SIGNALS)]
fn six_rules(bencher: Bencher, signal: Signal) {
    let rules = [
        rule("rename", map_of(&[("http.request.method", "http.method"), ("server.address", "host")])),
        rule("copy", map_of(&[("url.path", "path")])),
        rule("drop", Value::List(vec![Node::new(text("cache.hit"))])),
        rule("convert", map_of(&[("server.port", "string")])),
        rule("rename", map_of(&[("host", "host.address")])),
        rule("convert", map_of(&[("http.response.status_code", "string")])),
    ];
    map(bencher, signal, &[("rules", list(rules))]);
}

/// All tables of semantic conventions, on records that follow the new ones already.
#[divan::bench(args = SIGNALS)]
fn semantic_conventions_that_are_new(bencher: Bencher, signal: Signal) {
    map(bencher, signal, &[("presets", Value::List(vec![Node::new(text("semconv"))]))]);
}

fn map(bencher: Bencher, signal: Signal, keys: &[(&str, Value)]) {
    let (processor, batch) = (processor(signal, keys), batch(signal));
    bencher.counter(ItemsCount::new(ITEMS)).bench_local(|| {
        let taken = processor.consume(black_box(batch.clone()), Context::default()).now_or_never();
        taken.expect("nobody waits").expect("it is taken")
    });
}

fn processor(signal: Signal, keys: &[(&str, Value)]) -> Arc<dyn Consumer> {
    let node = Node::new(entries(keys.to_vec()));
    let report = Report::default();
    let (config, _) =
        Section::read(&node, "label_mapping", &report, sluice_processors::label_mapping::FACTORY.configure);
    assert!(!report.has_errors());
    let settings = Settings {
        id: "label_mapping".parse().expect("an id"),
        program: Program { name: "bench", description: "bench", version: "0" },
        status: StatusReporter::default(),
        extensions: Default::default(),
    };
    config.build(settings, signal, Arc::new(Sink)).expect("nothing is missing")
}

fn text(text: &str) -> Value {
    Value::Text(text.into())
}

fn rule(action: &'static str, table: Value) -> Vec<(&'static str, Value)> {
    vec![(action, table)]
}

fn list<const N: usize>(rules: [Vec<(&'static str, Value)>; N]) -> Value {
    Value::List(rules.into_iter().map(|rule| Node::new(entries(rule))).collect())
}

fn map_of(rows: &[(&'static str, &str)]) -> Value {
    entries(rows.iter().map(|(key, value)| (*key, text(value))).collect())
}

fn entries(entries: Vec<(&str, Value)>) -> Value {
    let entry = |(key, value): (&str, Value)| ((Arc::from(key), Location::default()), Node::new(value));
    Value::Map(entries.into_iter().map(entry).collect())
}

/// Takes everything and does nothing with it.
struct Sink;

impl Consumer for Sink {
    fn consume(&self, batch: Batch, _context: Context) -> BoxFuture<'_, Result<Accepted, ConsumeError>> {
        drop(black_box(batch));
        Box::pin(std::future::ready(Ok(Accepted::ALL)))
    }

    fn flush(&self, _deadline: Instant) -> BoxFuture<'_, usize> {
        Box::pin(std::future::ready(0))
    }
}
