use proptest::prelude::*;

use super::Size;
use crate::arbitrary::request;
use crate::{Batch, Limits, Signal, wire};

fn batch(signal: Signal, seeds: &[u64]) -> Batch {
    let mut batch = Batch::empty(signal);
    for seed in seeds {
        let other = Batch::check(signal, request(signal, *seed), &Limits::default()).expect("a valid request");
        batch.merge(other).expect("the same signal");
    }
    batch
}

fn signal() -> impl Strategy<Value = Signal> {
    prop::sample::select(vec![Signal::Traces, Signal::Metrics, Signal::Logs])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn pieces_are_valid_and_within_the_limit(
        signal in signal(),
        seeds in prop::collection::vec(any::<u64>(), 1..4),
        items in 1..20usize,
        bytes in prop_oneof![Just(usize::MAX), 1..3000usize],
    ) {
        let batch = batch(signal, &seeds);
        let most = Size { items, bytes };

        let pieces: Vec<Batch> = batch.clone().split(most).collect();

        for piece in &pieces {
            let again = Batch::check(signal, piece.to_bytes(), &Limits::default()).expect("a piece is valid");
            prop_assert_eq!((again.items(), again.bytes()), (piece.items(), piece.bytes()));
            prop_assert!(piece.items() <= items);
            prop_assert!(piece.bytes() <= bytes || piece.items() <= 1, "{} bytes", piece.bytes());
            prop_assert!(piece.bytes() > 0);
        }
        prop_assert_eq!(pieces.iter().map(Batch::items).sum::<usize>(), batch.items());
    }
}

fn field(number: u32, content: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    wire::put_header(&mut out, wire::tag(number, wire::BYTES), content.len());
    out.extend(content);
    out
}

fn joined(parts: &[Vec<u8>]) -> Vec<u8> {
    parts.concat()
}

#[test]
fn each_piece_repeats_resource_scope_schema_and_unknown_fields() {
    let record = |name: &[u8]| field(2, &field(12, name));
    let scope = |records: &[Vec<u8>]| {
        field(2, &joined(&[field(1, b"\x0a\x01s"), joined(records), field(3, b"inner"), field(99, b"?")]))
    };
    let resource =
        |scope: Vec<u8>| field(1, &joined(&[field(1, b"\x10\x07"), scope, field(3, b"outer"), field(98, b"?")]));
    // The repeated fields come first in a piece; nothing depends on the order of different fields.
    let piece_scope = |records: &[Vec<u8>]| {
        field(2, &joined(&[field(1, b"\x0a\x01s"), field(3, b"inner"), field(99, b"?"), joined(records)]))
    };
    let piece =
        |scope: Vec<u8>| field(1, &joined(&[field(1, b"\x10\x07"), field(3, b"outer"), field(98, b"?"), scope]));
    let message = resource(scope(&[record(b"a"), record(b"b"), record(b"c")]));
    let batch = Batch::check(Signal::Logs, message.into(), &Limits::default()).expect("a valid request");

    let pieces: Vec<_> = batch.split(Size::items(2)).map(|piece| piece.to_bytes()).collect();

    assert_eq!(pieces, [piece(piece_scope(&[record(b"a"), record(b"b")])), piece(piece_scope(&[record(b"c")]))]);
}

#[test]
fn a_metric_cut_between_its_points_keeps_name_unit_and_temporality() {
    let point = |time: u8| field(1, &[&[0x19][..], &[time; 8]].concat());
    let metric = |points: &[Vec<u8>]| {
        let sum = field(7, &joined(&[vec![0x10, 2, 0x18, 1], joined(points)]));
        field(1, &field(2, &field(2, &joined(&[field(1, b"name"), field(3, b"By"), sum]))))
    };
    let batch = Batch::check(Signal::Metrics, metric(&[point(1), point(2), point(3)]).into(), &Limits::default())
        .expect("a valid request");

    let pieces: Vec<_> = batch.split(Size::items(2)).map(|piece| piece.to_bytes()).collect();

    assert_eq!(pieces, [metric(&[point(1), point(2)]), metric(&[point(3)])]);
}

#[test]
fn an_item_beyond_the_byte_limit_goes_alone() {
    let record = |name: &[u8]| field(2, &field(12, name));
    let message = |records: &[Vec<u8>]| field(1, &field(2, &joined(records)));
    let large = record(&[b'x'; 100]);
    let batch =
        Batch::check(Signal::Logs, message(&[record(b"a"), large.clone(), record(b"b")]).into(), &Limits::default())
            .expect("a valid request");

    let pieces: Vec<_> = batch.split(Size::bytes(50)).map(|piece| piece.to_bytes()).collect();

    assert_eq!(pieces, [message(&[record(b"a")]), message(&[large]), message(&[record(b"b")])]);
}

#[test]
fn whole_resources_are_shared_not_copied() {
    let resource = field(1, &field(2, &field(2, &field(12, b"name"))));
    let message = bytes::Bytes::from(resource.repeat(3));
    let batch = Batch::trusted(Signal::Logs, message.clone(), 3);

    let pieces: Vec<_> = batch.split(Size::items(2)).flat_map(|piece| piece.messages().to_vec()).collect();

    assert_eq!(pieces, [resource.repeat(2), resource.clone()]);
    assert_eq!(pieces[1].as_ptr(), message[2 * resource.len()..].as_ptr());
}

#[test]
fn a_batch_within_the_limit_stays_as_it_is() {
    let message = bytes::Bytes::from(field(1, &field(2, &field(2, &field(12, b"name")))));
    let batch = Batch::trusted(Signal::Logs, message.clone(), 1);

    let pieces: Vec<_> = batch.split(Size { items: 1, bytes: message.len() }).collect();

    assert_eq!(pieces.len(), 1);
    assert_eq!(pieces[0].messages()[0].as_ptr(), message.as_ptr());
}

#[test]
fn profiles_are_neither_split_nor_merged() {
    let message = bytes::Bytes::from(field(1, &field(2, &field(2, &field(2, &[]).repeat(3)))));
    let mut batch = Batch::check(Signal::Profiles, message.clone(), &Limits::default()).expect("a valid request");
    assert_eq!(batch.items(), 3);

    let back = batch.merge(batch.clone()).expect_err("profiles do not merge");
    let pieces: Vec<_> = batch.split(Size::items(1)).map(|piece| piece.to_bytes()).collect();

    assert_eq!(back.items(), 3);
    assert_eq!(pieces, [message]);
}
