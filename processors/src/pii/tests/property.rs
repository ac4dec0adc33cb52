//! Of arbitrary telemetry the found parts change and nothing else: prost is the judge.

use std::ops::Range;

use opentelemetry_proto::tonic::common::v1::{ArrayValue, KeyValueList};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::json;
use sluice_pii::{Key, Scanner, Settings};

use super::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn what_was_found_is_masked_and_the_rest_stays(records in vec(record(), 0..6)) {
        let request = logs(records);
        let batch = batch(Signal::Logs, &request);

        let scrubbed = scrub(json!({}), &batch).unwrap();

        let mut expected = request;
        let scanner = Scanner::new(&Settings::default()).unwrap();
        for record in &mut expected.resource_logs[0].scope_logs[0].log_records {
            record.event_name = masked(&scanner, &record.event_name);
            record.body.iter_mut().for_each(|body| mask(&scanner, body));
            mask_all(&scanner, &mut record.attributes);
        }
        prop_assert!(ExportLogsServiceRequest::decode(scrubbed.to_bytes()).unwrap() == expected);
        prop_assert!(scrubbed.to_bytes() == batch_of(&expected).to_bytes());
        let again = scrub(json!({}), &scrubbed).unwrap();
        prop_assert!(again.messages() == scrubbed.messages());
    }
}

fn batch_of(request: &ExportLogsServiceRequest) -> Batch {
    batch(Signal::Logs, request)
}

fn record() -> impl Strategy<Value = LogRecord> {
    (words(0..6), proptest::option::of(a_value()), vec(an_entry(a_value()), 0..5)).prop_map(
        |(event_name, body, attributes)| LogRecord {
            event_name,
            body,
            attributes,
            time_unix_nano: 7,
            ..LogRecord::default()
        },
    )
}

/// Texts, short and long, with something personal in them or without.
fn words(count: Range<usize>) -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "anna.meier@example.org",
        "4111 1111 1111 1111",
        "DE89370400440532013000",
        "Grüße",
        "☃",
        "order 17 took 5 ms;",
        "GET /items",
        "e0b1c2d3-0000-4000-8000-0123456789ab",
    ]);
    vec(word, count).prop_map(|words| words.join(" "))
}

fn a_value() -> impl Strategy<Value = AnyValue> {
    let leaf = prop_oneof![
        8 => words(0..20).prop_map(|words| text(&words)),
        1 => words(0..3).prop_map(|words| value(any_value::Value::BytesValue(words.into_bytes()))),
        1 => any::<bool>().prop_map(|it| value(any_value::Value::BoolValue(it))),
        1 => (0..100_000_i64).prop_map(|number| value(any_value::Value::IntValue(number))),
        1 => Just(AnyValue::default()),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(|values| value(any_value::Value::ArrayValue(ArrayValue { values }))),
            vec(an_entry(inner), 0..4).prop_map(|values| value(any_value::Value::KvlistValue(KeyValueList { values }))),
        ]
    })
}

/// Keys say nothing, but may hold something.
fn an_entry(inner: impl Strategy<Value = AnyValue>) -> impl Strategy<Value = KeyValue> {
    let key = prop::sample::select(vec!["a", "x.y", "", "of anna.meier@example.org"]);
    (key, proptest::option::of(inner)).prop_map(|(key, value)| KeyValue {
        key: key.into(),
        value,
        ..KeyValue::default()
    })
}

fn mask_all(scanner: &Scanner, entries: &mut [KeyValue]) {
    for entry in entries {
        entry.key = masked(scanner, &entry.key);
        entry.value.iter_mut().for_each(|value| mask(scanner, value));
    }
}

fn mask(scanner: &Scanner, value: &mut AnyValue) {
    match &mut value.value {
        Some(any_value::Value::StringValue(text)) => *text = masked(scanner, text),
        Some(any_value::Value::BytesValue(bytes)) => {
            *bytes = masked(scanner, std::str::from_utf8(bytes).unwrap()).into_bytes();
        }
        Some(any_value::Value::ArrayValue(list)) => list.values.iter_mut().for_each(|value| mask(scanner, value)),
        Some(any_value::Value::KvlistValue(map)) => mask_all(scanner, &mut map.values),
        _ => {}
    }
}

/// From the end to the beginning, so that places stay right.
fn masked(scanner: &Scanner, text: &str) -> String {
    let (mut masked, mut findings) = (text.to_owned(), Vec::new());
    scanner.scan(Key::default(), text.as_bytes(), &mut findings);
    for finding in findings.iter().rev() {
        let sluice_pii::Rule::Detector(detector) = finding.rule else { panic!("{finding:?}") };
        masked.replace_range(finding.range(), detector.mask());
    }
    masked
}
