//! Checking, merging and splitting, beside prost's decoding and encoding.
//!
//! `cargo bench -p sluice-pdata --bench batch`. Items are spans or log records.

mod workload;

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use opentelemetry_proto::tonic::collector::{logs::v1::ExportLogsServiceRequest, trace::v1::ExportTraceServiceRequest};
use prost::Message;
use sluice_pdata::{Batch, Limits, Signal, Size};
use workload::{ITEMS, SIGNALS, batch, message};

fn main() {
    divan::main();
}

#[divan::bench(args = SIGNALS)]
fn check(bencher: Bencher, signal: Signal) {
    let message = message(signal);
    bencher.counter(BytesCount::new(message.len())).counter(ItemsCount::new(ITEMS)).bench_local(|| {
        Batch::check(signal, black_box(&message).clone(), &Limits::default()).expect("a valid message")
    });
}

#[divan::bench(args = SIGNALS)]
fn count(bencher: Bencher, signal: Signal) {
    let message = message(signal);
    bencher
        .counter(ItemsCount::new(ITEMS))
        .bench_local(|| Batch::from_messages(signal, [black_box(&message).clone()]).items());
}

#[divan::bench(args = SIGNALS)]
fn merge(bencher: Bencher, signal: Signal) {
    let batch = batch(signal);
    bencher.counter(ItemsCount::new(2 * ITEMS)).bench_local(|| {
        let mut merged = black_box(&batch).clone();
        merged.merge(batch.clone()).expect("the same signal");
        merged
    });
}

#[divan::bench(args = SIGNALS)]
fn split_by_100(bencher: Bencher, signal: Signal) {
    let batch = batch(signal);
    bencher
        .counter(ItemsCount::new(ITEMS))
        .bench_local(|| black_box(&batch).clone().split(Size::items(100)).map(|piece| piece.bytes()).sum::<usize>());
}

#[divan::bench(args = SIGNALS)]
fn split_by_64_kib(bencher: Bencher, signal: Signal) {
    let batch = batch(signal);
    bencher.counter(ItemsCount::new(ITEMS)).bench_local(|| {
        black_box(&batch).clone().split(Size::bytes(64 << 10)).map(|piece| piece.bytes()).sum::<usize>()
    });
}

#[divan::bench(args = SIGNALS)]
fn prost_decode_and_drop(bencher: Bencher, signal: Signal) {
    let message = message(signal);
    let bencher = bencher.counter(ItemsCount::new(ITEMS));
    match signal {
        Signal::Traces => bencher.bench_local(|| drop(ExportTraceServiceRequest::decode(black_box(&message[..])))),
        _ => bencher.bench_local(|| drop(ExportLogsServiceRequest::decode(black_box(&message[..])))),
    }
}

#[divan::bench(args = SIGNALS)]
fn prost_encode(bencher: Bencher, signal: Signal) {
    let bencher = bencher.counter(ItemsCount::new(ITEMS));
    match signal {
        Signal::Traces => {
            let request = workload::traces();
            bencher.bench_local(|| black_box(&request).encode_to_vec());
        }
        _ => {
            let request = workload::logs();
            bencher.bench_local(|| black_box(&request).encode_to_vec());
        }
    }
}
