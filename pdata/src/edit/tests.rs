use bytes::Bytes;
use opentelemetry_proto::tonic::collector::{
    logs::v1::ExportLogsServiceRequest, metrics::v1::ExportMetricsServiceRequest, trace::v1::ExportTraceServiceRequest,
};
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value};
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use proptest::prelude::*;
use prost::Message as _;

use super::{Attribute, Keep, Node, Parts, Role, Slot, Survey, Tail};
use crate::arbitrary::{by_prost, request, tidy_request};
use crate::view::{LogRecord, Value};
use crate::{Batch, Limits, Signal, wire};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn renaming_setting_removing_and_adding_does_what_it_would_to_decoded_items(signal in signal(), seed: u64) {
        let batch = batch(signal, request(signal, seed));
        let added = Attribute::new("added", &Value::Int(-7));

        let edited = batch.edit_items(|item| {
            let mut tail = item.attributes(|attribute| match attribute.key_bytes() {
                b"a" => attribute.rename("renamed, and longer than it was before"),
                b"service.name" => attribute.set(&Value::String("set")),
                b"http.request.method" => attribute.remove(),
                _ => {}
            });
            tail.append_attribute(&added);
        });

        prop_assert_eq!(by_prost(signal, &edited.to_bytes()), Ok(changed_by_hand(signal, &batch.to_bytes(), change)));
        prop_assert_eq!(edited.items(), batch.items());
    }

    #[test]
    fn attributes_may_take_the_places_of_each_other(signal in signal(), seed: u64) {
        let batch = batch(signal, request(signal, seed));
        let changed = AnyValue { value: Some(any_value::Value::IntValue(300)) }.encode_to_vec();

        let edited = batch.edit(|request| each_survey(request, &mut |mut survey, slots| {
            for (slot, other) in slots.iter().zip(slots.iter().rev()) {
                match other.key_bytes() {
                    b"a" => survey.replace_parts(slot, &Parts { key: b"b", value: &changed, rest: Some(other.view()) }),
                    _ => survey.replace(slot, other.view()),
                }
            }
            if let Some(first) = slots.first() {
                survey.remove(first);
                let added = Parts { key: b"added", value: first.view().value_bytes(), rest: None };
                survey.into_tail().append_parts(&added);
            }
        }));

        let expected = changed_by_hand(signal, &batch.to_bytes(), reverse);
        prop_assert_eq!(by_prost(signal, &edited.to_bytes()), Ok(expected));
    }

    #[test]
    fn what_is_removed_at_its_place_is_what_is_removed_on_the_way(signal in signal(), seed: u64, which: u64) {
        let batch = batch(signal, request(signal, seed));
        let chosen = |number: u32| which >> (number % 64) & 1 == 1;

        let on_the_way = batch.edit_items(|item| {
            item.fields(|field| if chosen(field.number()) { field.remove() });
        });
        let at_places = batch.edit_items(|item| {
            let places: Vec<_> = item.places().filter(|place| chosen(place.number())).collect();
            let contents: Vec<_> = places.iter().map(|place| item.content_at(*place)).collect();
            let mut found = Vec::new();
            item.fields_at(places.into_iter().zip(0..), |number: usize, field| {
                found.push((number, field.content()));
                field.remove();
            });
            assert_eq!(found, contents.into_iter().enumerate().collect::<Vec<_>>());
        });

        prop_assert_eq!(at_places.messages(), on_the_way.messages());
    }

    #[test]
    fn making_every_text_longer_and_shorter_again_gives_the_same_bytes(signal in signal(), seed: u64) {
        let batch = batch(signal, tidy_request(signal, seed));
        let tail = "x".repeat(seed as usize % 200);

        let longer = batch.edit(|request| each_text(request, &mut |text| [text, tail.as_bytes()].concat()));
        let again = longer.edit(|request| each_text(request, &mut |text| text[..text.len() - tail.len()].to_vec()));

        prop_assert!(Batch::check(signal, longer.to_bytes(), &Limits::default()).is_ok());
        prop_assert_eq!(again.to_bytes(), batch.to_bytes());
    }

    #[test]
    fn whatever_is_removed_the_rest_is_valid_and_counted(signal in signal(), seed: u64) {
        let batch = batch(signal, request(signal, seed));
        let mut rng = fastrand::Rng::with_seed(seed);

        let edited = batch.edit(|request| remove_some(request, &mut rng));

        let checked = Batch::check(signal, edited.to_bytes(), &Limits::default()).expect("valid after removal");
        prop_assert_eq!(checked.items(), edited.items());
        prop_assert_eq!(checked.bytes(), edited.bytes());
    }
}

fn signal() -> impl Strategy<Value = Signal> {
    prop::sample::select(vec![Signal::Traces, Signal::Metrics, Signal::Logs])
}

fn batch(signal: Signal, message: Bytes) -> Batch {
    Batch::check(signal, message, &Limits::default()).expect("a valid request")
}

fn each_text(node: Node<'_, '_>, change: &mut dyn FnMut(&[u8]) -> Vec<u8>) {
    node.fields(|field| match field.role() {
        Role::Text => {
            let changed = change(field.content());
            field.replace(&changed);
        }
        _ => field.enter(|node| each_text(node, change)),
    });
}

fn remove_some(node: Node<'_, '_>, rng: &mut fastrand::Rng) {
    node.fields(|field| match rng.u8(..8) {
        0 => field.remove(),
        1 => field.enter_or_remove(|node| {
            remove_some(node, rng);
            Keep::No
        }),
        2 => field.replace_number(rng.u64(..)),
        _ => field.enter(|node| remove_some(node, rng)),
    });
}

fn each_survey<'a>(request: Node<'_, 'a>, change: &mut dyn FnMut(Survey<'_, 'a>, &[Slot<'a>])) {
    let mut slots = Vec::new();
    each_item(request, &mut |item| change(item.survey(&mut slots), &slots));
}

/// Enters everything between a request and its items.
fn each_item<'a>(node: Node<'_, 'a>, change: &mut dyn FnMut(Node<'_, 'a>)) {
    node.fields(|field| match field.name() {
        Some("spans" | "log_records" | "data_points") => field.enter(&mut *change),
        Some(name) if name != "resource" && name != "scope" => field.enter(|node| each_item(node, change)),
        _ => {}
    });
}

/// An edit of each item's attributes, on what prost decoded.
fn changed_by_hand(signal: Signal, message: &[u8], change: fn(&mut Vec<KeyValue>)) -> Vec<u8> {
    match signal {
        Signal::Traces => {
            let mut request = ExportTraceServiceRequest::decode(message).expect("valid");
            let scopes = request.resource_spans.iter_mut().flat_map(|resource| &mut resource.scope_spans);
            scopes.flat_map(|scope| &mut scope.spans).for_each(|span| change(&mut span.attributes));
            request.encode_to_vec()
        }
        Signal::Metrics => {
            let mut request = ExportMetricsServiceRequest::decode(message).expect("valid");
            let scopes = request.resource_metrics.iter_mut().flat_map(|resource| &mut resource.scope_metrics);
            for metric in scopes.flat_map(|scope| &mut scope.metrics) {
                match &mut metric.data {
                    Some(Data::Gauge(data)) => data.data_points.iter_mut().for_each(|it| change(&mut it.attributes)),
                    Some(Data::Sum(data)) => data.data_points.iter_mut().for_each(|it| change(&mut it.attributes)),
                    Some(Data::Histogram(data)) => {
                        data.data_points.iter_mut().for_each(|it| change(&mut it.attributes));
                    }
                    Some(Data::ExponentialHistogram(data)) => {
                        data.data_points.iter_mut().for_each(|it| change(&mut it.attributes));
                    }
                    Some(Data::Summary(data)) => data.data_points.iter_mut().for_each(|it| change(&mut it.attributes)),
                    None => {}
                }
            }
            request.encode_to_vec()
        }
        _ => {
            let mut request = ExportLogsServiceRequest::decode(message).expect("valid");
            let scopes = request.resource_logs.iter_mut().flat_map(|resource| &mut resource.scope_logs);
            scopes.flat_map(|scope| &mut scope.log_records).for_each(|record| change(&mut record.attributes));
            request.encode_to_vec()
        }
    }
}

fn change(attributes: &mut Vec<KeyValue>) {
    let value = |value| Some(AnyValue { value: Some(value) });
    attributes.retain(|attribute| attribute.key != "http.request.method");
    for attribute in attributes.iter_mut() {
        match attribute.key.as_str() {
            "a" => attribute.key = "renamed, and longer than it was before".into(),
            "service.name" => attribute.value = value(any_value::Value::StringValue("set".into())),
            _ => {}
        }
    }
    attributes.push(KeyValue {
        key: "added".into(),
        value: value(any_value::Value::IntValue(-7)),
        ..KeyValue::default()
    });
}

/// The edit of the second property.
fn reverse(attributes: &mut Vec<KeyValue>) {
    let Some(first) = attributes.first().cloned() else { return };
    attributes.reverse();
    for attribute in attributes.iter_mut().filter(|attribute| attribute.key == "a") {
        attribute.key = "b".into();
        attribute.value = Some(AnyValue { value: Some(any_value::Value::IntValue(300)) });
    }
    attributes.push(KeyValue {
        key: "added".into(),
        value: Some(first.value.unwrap_or_default()),
        ..KeyValue::default()
    });
}

fn field(number: u32, content: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    wire::put_header(&mut out, wire::tag(number, wire::BYTES), content.len());
    out.extend(content);
    out
}

fn logs(records: &[Vec<u8>]) -> Vec<u8> {
    field(1, &field(2, &records.iter().flat_map(|record| field(2, record)).collect::<Vec<u8>>()))
}

#[test]
fn without_a_change_the_bytes_are_the_same() {
    let message = Bytes::from(logs(&[field(12, b"a"), field(12, b"b")]));
    let batch = batch(Signal::Logs, message.clone());

    let edited = batch.edit_items(|item| {
        item.attributes(|attribute| attribute.remove());
    });

    assert_eq!(edited.messages()[0].as_ptr(), message.as_ptr());
}

#[test]
fn messages_without_a_change_are_shared() {
    let with = |name: &[u8]| batch(Signal::Logs, logs(&[field(12, name)]).into());
    let mut batch = with(b"a");
    batch.merge(with(b"b")).expect("the same signal");
    batch.merge(with(b"c")).expect("the same signal");

    let edited = batch.edit_items(|item| {
        item.fields(|field| {
            if field.content() == b"b" {
                field.replace(b"changed");
            }
        });
    });

    assert_eq!(edited.messages()[0].as_ptr(), batch.messages()[0].as_ptr());
    assert_eq!(edited.messages()[1], logs(&[field(12, b"changed")]));
    assert_eq!(edited.messages()[2].as_ptr(), batch.messages()[2].as_ptr());
    assert_eq!((edited.items(), edited.bytes()), (3, batch.bytes() + 6));
}

#[test]
fn records_are_dropped_with_the_scopes_and_resources_that_they_leave_empty() {
    let dropped = logs(&[field(12, b"drop")]);
    let message = [logs(&[field(12, b"drop"), field(12, b"keep")]), dropped].concat();
    let batch = batch(Signal::Logs, message.into());

    let edited = batch.edit(|request| {
        request.fields(|resource| resource.enter_or_remove(drop_empty));
    });

    assert_eq!(edited.messages(), [logs(&[field(12, b"keep")])]);
    assert_eq!(edited.items(), 1);
}

/// Drops the records of a resource, or a scope, that are named so, and it if none is left.
fn drop_empty(node: Node<'_, '_>) -> Keep {
    let mut left = false;
    node.fields(|field| {
        let is_record = field.name() == Some("log_records");
        if field.number() != 2 {
            return;
        }
        field.enter_or_remove(|node| {
            let keep = match is_record {
                true if node.view::<LogRecord>().event_name() == "drop" => Keep::No,
                true => Keep::Yes,
                false => drop_empty(node),
            };
            left |= keep == Keep::Yes;
            keep
        });
    });
    if left { Keep::Yes } else { Keep::No }
}

#[test]
fn a_resource_is_made_where_something_is_added_to_it() {
    let entry = field(2, &field(2, &field(12, b"a")));
    let batch = batch(Signal::Logs, field(1, &entry).into());
    let attribute = Attribute::new("k", &Value::Bool(true));

    let untouched = batch.edit_resources(|resource| {
        resource.attributes(|_| {});
    });
    let edited = batch.edit_resources(|resource| resource.attributes(|_| {}).append_attribute(&attribute));

    assert_eq!(untouched.messages(), batch.messages());
    let resource = field(1, &field(1, &[field(1, b"k"), field(2, &[0x10, 1])].concat()));
    assert_eq!(edited.messages(), [field(1, &[entry, resource].concat())]);
}

#[test]
fn numbers_are_replaced_and_added_in_their_wire_types() {
    let batch = batch(Signal::Logs, logs(&[vec![0x10, 9]]).into());

    let edited = batch.edit_items(|item| {
        let mut tail: Tail<'_, '_> = item.fields(|field| {
            assert_eq!(field.value(), Some(9));
            field.replace_number(300);
        });
        tail.append_number(1, 5);
        tail.append_number(8, 6);
        // Not a number: nothing happens.
        tail.append_number(12, 7);
    });

    let expected = [&[0x10, 0xac, 2, 0x09, 5, 0, 0, 0, 0, 0, 0, 0, 0x45, 6, 0, 0, 0][..]].concat();
    assert_eq!(edited.messages(), [logs(&[expected])]);
}

#[test]
fn numbers_are_read_by_their_wire_types() {
    let all = [&[0x10, 0xac, 2, 0x09, 5, 0, 0, 0, 0, 0, 0, 0, 0x45, 6, 0, 0, 0][..], &field(12, b"a")].concat();
    let batch = batch(Signal::Logs, logs(&[all]).into());
    let mut values = Vec::new();

    batch.edit_items(|item| {
        item.fields(|field| values.push(field.value()));
    });

    assert_eq!(values, [Some(300), Some(5), Some(6), None]);
}

#[test]
fn all_kinds_of_values_are_encoded() {
    let array = field(5, &field(1, &field(1, b"in")));
    let map = field(6, b"");
    let view = |bytes| Value::from(crate::view::Message::new(bytes));
    let values = [
        (Value::Empty, Vec::new()),
        (Value::String("text"), field(1, b"text")),
        (Value::Bool(false), vec![0x10, 0]),
        (Value::Int(-1), [&[0x18][..], &[0xff; 9], &[1]].concat()),
        (Value::Double(1.0), [&[0x21][..], &1.0_f64.to_le_bytes()].concat()),
        (view(&array), array.clone()),
        (view(&map), map.clone()),
        (Value::Bytes(b"\xff"), field(7, b"\xff")),
        (Value::StringIndex(3), vec![0x40, 3]),
    ];
    for (value, encoded) in values {
        assert_eq!(Attribute::new("k", &value).as_bytes(), [field(1, b"k"), field(2, &encoded)].concat());
    }
}
