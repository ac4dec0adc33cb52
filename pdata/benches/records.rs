//! Reading and changing records where they lie.
//!
//! `cargo bench -p sluice-pdata --bench records`. Items are spans or log records of ten attributes.

mod workload;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message;
use sluice_pdata::edit::{Attribute, Node, Role};
use sluice_pdata::view::{Attributes, Value};
use sluice_pdata::{Batch, Signal};
use workload::{ITEMS, SIGNALS, batch, message, traces};

fn main() {
    // The largest workload first, so that all benchmarks see the same allocator.
    drop(traces());
    divan::main();
}

fn edit(bencher: Bencher, signal: Signal, change: impl Fn(&Batch) -> Batch) {
    let batch = batch(signal);
    bencher.counter(ItemsCount::new(ITEMS)).bench_local(|| change(black_box(&batch)));
}

/// Looks at each attribute key, as a rule that finds nothing does.
#[divan::bench(args = SIGNALS)]
fn view_every_key(bencher: Bencher, signal: Signal) {
    fn found(attributes: Attributes<'_>) -> usize {
        attributes.filter(|attribute| attribute.key_bytes() == b"no.such.key").count()
    }

    let batch = batch(signal);
    bencher.counter(ItemsCount::new(ITEMS)).bench_local(|| {
        let batch = black_box(&batch);
        let mut count = 0;
        for scope in batch.resource_spans().flat_map(|resource| resource.scopes()) {
            scope.spans().for_each(|span| count += found(span.attributes()));
        }
        for scope in batch.resource_logs().flat_map(|resource| resource.scopes()) {
            scope.log_records().for_each(|record| count += found(record.attributes()));
        }
        count
    });
}

#[divan::bench(args = SIGNALS)]
fn rename_nothing(bencher: Bencher, signal: Signal) {
    edit(bencher, signal, |batch| batch.edit_items(|item| rename(item, b"no.such.key")));
}

#[divan::bench(args = SIGNALS)]
fn rename_one_attribute(bencher: Bencher, signal: Signal) {
    edit(bencher, signal, |batch| batch.edit_items(|item| rename(item, b"server.address")));
}

fn rename(item: Node<'_, '_>, key: &[u8]) {
    item.attributes(|attribute| {
        if attribute.key_bytes() == key {
            attribute.rename("host.address");
        }
    });
}

#[divan::bench(args = SIGNALS)]
fn insert_one_attribute(bencher: Bencher, signal: Signal) {
    let attribute = Attribute::new("deployment.environment.name", &Value::String("production"));
    edit(bencher, signal, |batch| {
        batch.edit_items(|item| {
            let mut is_there = false;
            let mut tail = item.attributes(|there| is_there |= there.key_bytes() == b"deployment.environment.name");
            if !is_there {
                tail.append_attribute(&attribute);
            }
        })
    });
}

#[divan::bench(args = SIGNALS)]
fn delete_one_and_insert_one(bencher: Bencher, signal: Signal) {
    let attribute = Attribute::new("deployment.environment.name", &Value::String("production"));
    edit(bencher, signal, |batch| {
        batch.edit_items(|item| {
            let mut tail = item.attributes(|there| {
                if there.key_bytes() == b"cache.hit" {
                    there.remove();
                }
            });
            tail.append_attribute(&attribute);
        })
    });
}

/// Goes over every text at every level and replaces none, as a scrubber that finds nothing does.
#[divan::bench(args = SIGNALS)]
fn look_at_every_text(bencher: Bencher, signal: Signal) {
    edit(bencher, signal, |batch| batch.edit(look));
}

fn look(node: Node<'_, '_>) {
    node.fields(|field| match field.role() {
        Role::Text if field.content() == b"no such text" => field.replace(b""),
        Role::Text => {}
        _ => field.enter(look),
    });
}

#[divan::bench]
fn prost_decode_rename_encode(bencher: Bencher) {
    let message = message(Signal::Traces);
    bencher.counter(ItemsCount::new(ITEMS)).bench_local(|| {
        let mut request = ExportTraceServiceRequest::decode(black_box(&message[..])).expect("a valid message");
        let scopes = request.resource_spans.iter_mut().flat_map(|resource| &mut resource.scope_spans);
        for attribute in scopes.flat_map(|scope| &mut scope.spans).flat_map(|span| &mut span.attributes) {
            if attribute.key == "server.address" {
                attribute.key = "host.address".into();
            }
        }
        request.encode_to_vec()
    });
}
