//! OTLP/JSON to protobuf and back.
//!
//! `cargo bench -p sluice-pdata --bench json`. Items are spans or log records, bytes are of JSON.

mod workload;

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use sluice_pdata::{Batch, Limits, Signal};
use workload::{ITEMS, SIGNALS, batch};

fn main() {
    divan::main();
}

fn json(signal: Signal) -> Vec<u8> {
    let mut json = Vec::new();
    batch(signal).write_json(&mut json);
    json
}

#[divan::bench(args = SIGNALS)]
fn read(bencher: Bencher, signal: Signal) {
    let json = json(signal);
    bencher
        .counter(BytesCount::new(json.len()))
        .counter(ItemsCount::new(ITEMS))
        .bench_local(|| Batch::check_json(signal, black_box(&json), &Limits::default()).expect("valid JSON"));
}

#[divan::bench(args = SIGNALS)]
fn write(bencher: Bencher, signal: Signal) {
    let batch = batch(signal);
    let mut out = json(signal);
    bencher.counter(BytesCount::new(out.len())).counter(ItemsCount::new(ITEMS)).bench_local(|| {
        out.clear();
        black_box(&batch).write_json(&mut out);
    });
}

/// What a tree of any JSON costs, without making anything of it.
#[divan::bench(args = SIGNALS)]
fn serde_json_value(bencher: Bencher, signal: Signal) {
    let json = json(signal);
    bencher
        .counter(BytesCount::new(json.len()))
        .counter(ItemsCount::new(ITEMS))
        .bench_local(|| serde_json::from_slice::<serde_json::Value>(black_box(&json)).expect("valid JSON"));
}
