//! What nobody sends who means well.

use bytes::Bytes;
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::common::v1::{AnyValue, ArrayValue, KeyValue, any_value};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use prost::Message;
use sluice_pdata::{Batch, Limits, Signal};

use super::{attribute, mapping, text};

/// One log record with these attributes.
fn batch(attributes: Vec<KeyValue>) -> Batch {
    let log_records = vec![LogRecord { attributes, ..LogRecord::default() }];
    let scope_logs = vec![ScopeLogs { log_records, ..ScopeLogs::default() }];
    let resource_logs = vec![ResourceLogs { scope_logs, ..ResourceLogs::default() }];
    let message = ExportLogsServiceRequest { resource_logs }.encode_to_vec();
    Batch::check(Signal::Logs, Bytes::from(message), &Limits::default()).unwrap()
}

fn map(config: &str, attributes: Vec<KeyValue>) -> Vec<KeyValue> {
    let (mapped, _) = mapping(config, Signal::Logs).map(&batch(attributes));
    let mapped = Batch::check(Signal::Logs, mapped.to_bytes(), &Limits::default()).unwrap();
    let request = ExportLogsServiceRequest::decode(mapped.to_bytes()).unwrap();
    request.resource_logs[0].scope_logs[0].log_records[0].attributes.clone()
}

#[test]
fn fields_that_nobody_knows_stay() {
    // Field 100, of two bytes.
    const UNKNOWN: [u8; 5] = [0xa2, 0x06, 2, 0xca, 0xfe];
    let field = |number: u8, content: &[u8]| [&[number << 3 | 2, content.len() as u8], content].concat();
    let known = |key: &str, value: &[u8]| [field(1, key.as_bytes()), field(2, value)].concat();
    let request = |attributes: &[(&str, &[u8])]| {
        let attributes: Vec<u8> = attributes
            .iter()
            .flat_map(|(key, value)| field(6, &[known(key, value), UNKNOWN.to_vec()].concat()))
            .collect();
        let record = field(2, &[&UNKNOWN, attributes.as_slice()].concat());
        Bytes::from(field(1, &[field(2, &[record, UNKNOWN.to_vec()].concat()), UNKNOWN.to_vec()].concat()))
    };
    let one: &[u8] = &[0x0a, 1, b'1'];
    let config = "rules: [{rename: {a: x, c: z}}, {convert: {b: int, z: int}}]";
    let batch = Batch::check(Signal::Logs, request(&[("a", one), ("b", one), ("c", one)]), &Limits::default()).unwrap();

    let (mapped, _) = mapping(config, Signal::Logs).map(&batch);

    let sorted = |bytes: &[u8]| {
        let mut bytes = bytes.to_vec();
        bytes.sort_unstable();
        bytes
    };
    // Where a value is new, the fields have another order.
    assert_eq!(sorted(&mapped.to_bytes()), sorted(&request(&[("x", one), ("b", &[0x18, 1]), ("z", &[0x18, 1])])));
}

#[test]
fn values_nested_as_deep_as_may_be_are_renamed_and_written_as_text() {
    let mut value = AnyValue { value: Some(any_value::Value::IntValue(1)) };
    for _ in 0..40 {
        value = AnyValue { value: Some(any_value::Value::ArrayValue(ArrayValue { values: vec![value] })) };
    }
    let deep = KeyValue { key: "a".into(), value: Some(value), ..KeyValue::default() };

    let renamed = map("rules: [{rename: {a: b}}]", vec![deep.clone()]);
    let converted = map("rules: [{convert: {a: string}}]", vec![deep.clone()]);

    assert_eq!(renamed, [KeyValue { key: "b".into(), ..deep }]);
    assert_eq!(converted, [attribute("a", text(&format!("{}1{}", "[".repeat(40), "]".repeat(40))))]);
}

#[test]
fn twenty_thousand_attributes_of_two_keys_take_no_longer_than_others() {
    let attributes: Vec<_> =
        (0..20_000).map(|number| attribute(["a", "b"][number % 2], text(&number.to_string()))).collect();

    for (on_conflict, left) in
        [("keep_existing", 10_000), ("overwrite", 1), ("keep_both", 20_000), ("skip", 20_000), ("fill", 10_000)]
    {
        let config = format!("rules: [{{rename: {{a: b}}, on_conflict: {on_conflict}}}]");

        assert_eq!(map(&config, attributes.clone()).len(), left, "{on_conflict}");
    }
}

#[test]
fn ten_thousand_names_meet_patterns_and_each_other() {
    let attributes: Vec<_> = (0..10_000).map(|number| attribute(&format!("k-{number}"), text("v"))).collect();

    let renamed = map("rules: [{rename: {'k-*': 'n{1}'}, match_type: glob}]", attributes.clone());
    let to_one = map("rules: [{rename: {'k-*': same}, match_type: glob}]", attributes);

    assert!(renamed.iter().enumerate().all(|(number, attribute)| attribute.key == format!("n{number}")));
    assert_eq!((renamed.len(), to_one.len()), (10_000, 1));
}

#[test]
fn what_is_remembered_of_names_is_bounded_and_stays_right() {
    let mapping = mapping("rules: [{rename: {'k-*': 'n{1}'}, match_type: glob}]", Signal::Logs);

    for round in 0..3 {
        for number in 0..3000 {
            let name = format!("{round}{number}");
            let batch = batch(vec![attribute(&format!("k-{name}"), text("v")), attribute(&name, text("v"))]);

            let (_, counts) = mapping.map(&batch);

            assert_eq!(counts.named().filter(|(_, count)| *count > 0).collect::<Vec<_>>(), [("renamed", 1)]);
        }
    }
    let remembered: Vec<usize> = mapping.remembered();
    assert!(remembered.iter().all(|names| *names <= 4096), "{remembered:?}");
}

#[test]
fn names_that_are_long_or_hold_anything_are_treated_as_any_other() {
    let long = "k".repeat(100_000);
    let odd = "k\0\u{1f600}\n$1{1}";

    let renamed = map(
        "rules: [{rename: {'k*': 'n*'}, match_type: glob}, {normalize: prometheus}]",
        vec![attribute(&long, text("v")), attribute(odd, text("v"))],
    );

    let keys: Vec<_> = renamed.iter().map(|attribute| attribute.key.as_str()).collect();
    assert_eq!(keys, [&*format!("n{}", &long[1..]), "n_1_1_"]);
}
