use bytes::Bytes;
use proptest::prelude::*;

use super::{Limits, MAX_DEPTH, check};
use crate::arbitrary::{by_prost, mutated, request};
use crate::{Batch, Malformed, Signal, wire};

fn signal() -> impl Strategy<Value = Signal> {
    prop::sample::select(Signal::ALL.as_slice())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn accepts_what_prost_accepts_and_keeps_its_meaning(signal in signal(), seed: u64) {
        let message = request(signal, seed);

        let checked = check(signal, message.clone(), &Limits::default()).expect("arbitrary requests are valid");

        prop_assert_eq!(by_prost(signal, &checked.message), by_prost(signal, &message));
        prop_assert_eq!(checked.items, crate::count::items(signal, &checked.message));
    }

    #[test]
    fn agrees_with_prost_about_mutated_bytes(signal in prop::sample::select(vec![Signal::Traces, Signal::Metrics, Signal::Logs]), seed: u64) {
        let message = mutated(&request(signal, seed), seed);

        match (check(signal, message.clone(), &Limits::default()), by_prost(signal, &message)) {
            (Ok(checked), Ok(meaning)) => prop_assert_eq!(by_prost(signal, &checked.message), Ok(meaning)),
            // Prost refuses a known field with another wire type, which protobuf calls an unknown field.
            (Ok(_), Err(error)) => {
                let text = error.to_string();
                prop_assert!(text.contains("invalid wire type") || text.contains("recursion limit"), "{}", text);
            }
            // Prost takes groups, and ids of any length.
            (Err(malformed), Ok(_)) => {
                let text = malformed.to_string();
                prop_assert!(text.contains("expected an id of") || text.contains("found tag"), "{}", text);
            }
            (Err(_), Err(_)) => {}
        }
    }

    #[test]
    fn never_panics_on_noise(signal in signal(), bytes: Vec<u8>) {
        let _ = check(signal, Bytes::from(bytes), &Limits::default());
    }
}

fn refused(signal: Signal, message: &[u8]) -> String {
    let result: Result<Batch, Malformed> = Batch::check(signal, Bytes::copy_from_slice(message), &Limits::default());
    result.expect_err("the message must be refused").to_string()
}

fn field(number: u32, content: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    wire::put_header(&mut out, wire::tag(number, wire::BYTES), content.len());
    out.extend(content);
    out
}

fn span(content: &[u8]) -> Vec<u8> {
    field(1, &field(2, &field(2, content)))
}

#[test]
fn says_where_an_id_has_the_wrong_length() {
    let message = span(&field(1, &[7; 15]));

    assert_eq!(
        refused(Signal::Traces, &message),
        "resource_spans.scope_spans.spans.trace_id at byte 8: expected an id of 16 bytes or none, found 15 bytes"
    );
}

#[test]
fn says_where_a_string_is_not_utf8() {
    let value = field(9, &[field(1, b"key"), field(2, &field(1, b"good \xff bad"))].concat());

    assert_eq!(
        refused(Signal::Traces, &span(&value)),
        "resource_spans.scope_spans.spans.attributes.value.string_value at byte 22: expected UTF-8"
    );
}

#[test]
fn says_where_a_message_is_cut_off() {
    let message = span(&field(5, b"name"));

    assert_eq!(
        refused(Signal::Traces, &message[..message.len() - 1]),
        "resource_spans at byte 1: expected at most 9 bytes, found a field of 10"
    );
}

#[test]
fn refuses_a_field_that_reaches_beyond_its_message() {
    let message = span(&[0x2a, 5, b'n']);

    assert_eq!(
        refused(Signal::Traces, &message),
        "resource_spans.scope_spans.spans.name at byte 7: expected at most 1 bytes, found a field of 5"
    );
}

#[test]
fn refuses_groups_and_field_number_zero() {
    assert_eq!(
        refused(Signal::Logs, &[0x0b, 0x0c]),
        "at byte 0: expected a field number and a wire type, found tag 11"
    );
    assert_eq!(refused(Signal::Logs, &[0x02, 0x00]), "at byte 0: expected a field number and a wire type, found tag 2");
}

#[test]
fn refuses_a_varint_of_more_than_64_bits() {
    let message = span(&[&[0x50][..], &[0xff; 9], &[0x02]].concat());

    assert_eq!(
        refused(Signal::Traces, &message),
        "resource_spans.scope_spans.spans.dropped_attributes_count at byte 7: expected a varint of at most 64 bits"
    );
}

/// A log record whose body is nested so deep, written from the inside out.
fn nested(levels: usize) -> Vec<u8> {
    let mut value = field(1, b"core");
    for _ in 1..levels {
        value = field(5, &field(1, &value));
    }
    field(1, &field(2, &field(2, &field(5, &value))))
}

#[test]
fn takes_values_nested_up_to_the_limit() {
    let message = Bytes::from(nested(MAX_DEPTH as usize));

    assert_eq!(check(Signal::Logs, message, &Limits::default()).expect("64 levels are allowed").items, 1);
}

#[test]
fn refuses_values_nested_deeper() {
    for levels in [MAX_DEPTH as usize + 1, 10_000] {
        let text = refused(Signal::Logs, &nested(levels));

        let path = "resource_logs.scope_logs.log_records.body.array_value.values.array_value.values... at byte ";
        assert!(text.starts_with(path), "{text}");
        assert!(text.ends_with(": expected values nested at most 64 deep"), "{text}");
    }
}

#[test]
fn refuses_four_mebibytes_of_empty_spans() {
    let message = field(1, &field(2, &[0x12, 0].repeat(2 << 20)));

    let text = refused(Signal::Traces, &message);

    assert!(text.ends_with("expected at most 500000 elements"), "{text}");
}

#[test]
fn takes_an_empty_request() {
    for signal in Signal::ALL {
        let batch = Batch::check(signal, Bytes::new(), &Limits::default()).expect("an empty request is valid");

        assert_eq!((batch.items(), batch.bytes()), (0, 0));
    }
}

#[test]
fn keeps_the_bytes_of_a_tidy_message() {
    let message = Bytes::from(span(&field(5, b"name")));

    let batch = Batch::check(Signal::Traces, message.clone(), &Limits::default()).expect("a valid message");

    assert_eq!(batch.messages()[0].as_ptr(), message.as_ptr());
}

#[test]
fn keeps_a_known_field_of_another_wire_type() {
    let message = Bytes::from(span(&[0x28, 7]));

    let batch = Batch::check(Signal::Traces, message.clone(), &Limits::default()).expect("an unknown field is valid");

    assert_eq!(batch.messages(), [message]);
}

#[test]
fn puts_a_resource_together_that_came_in_two_pieces() {
    let attribute = |key: &[u8]| field(1, &field(1, key));
    let message = field(1, &[field(1, &attribute(b"a")), field(3, b"url"), field(1, &attribute(b"b"))].concat());

    let checked = check(Signal::Traces, Bytes::from(message), &Limits::default()).expect("a valid message");

    let whole = field(1, &[field(3, b"url"), field(1, &[attribute(b"a"), attribute(b"b")].concat())].concat());
    assert_eq!(checked.message, whole);
}

#[test]
fn counts_further_pieces_as_elements() {
    let message = field(1, &[0x0a, 0].repeat(600_000));

    let text = refused(Signal::Traces, &message);

    assert_eq!(text, "resource_spans.resource at byte 1000006: expected at most 500000 elements");
}

#[test]
fn puts_together_what_came_in_pieces_at_every_depth() {
    let mut value = field(1, b"core");
    for _ in 1..MAX_DEPTH {
        value = [field(5, b""), field(5, &field(1, &value))].concat();
    }
    let message = field(1, &field(2, &field(2, &[field(5, b""), field(5, &value)].concat())));

    let checked = check(Signal::Logs, message.clone().into(), &Limits::default()).expect("a valid message");

    assert_eq!(checked.message, nested(MAX_DEPTH as usize));
    assert_eq!(by_prost(Signal::Logs, &checked.message).is_err(), by_prost(Signal::Logs, &message).is_err());
}

#[test]
fn of_a_oneof_the_pieces_of_the_last_member_count() {
    let text = |text: &[u8]| field(1, &field(1, text));
    let array = |text_of: &[u8]| field(5, &text(text_of));
    let body = [array(b"gone"), field(1, b"gone"), array(b"one"), array(b"two")].concat();
    let log = |body: &[u8]| field(1, &field(2, &field(2, &field(5, body))));

    let checked = check(Signal::Logs, log(&body).into(), &Limits::default()).expect("a valid message");

    assert_eq!(checked.message, log(&field(5, &[text(b"one"), text(b"two")].concat())));
}
