use bytes::Bytes;
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::common::v1::{AnyValue, ArrayValue, KeyValue, KeyValueList};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use proptest::prelude::*;
use prost::Message;
use regex_automata::meta::Regex;
use serde_json::{Value as Json, json};
use sluice_component::{Context, Metadata};
use sluice_pdata::{Batch, Limits, Signal};

use super::{Actions, Workbench};
use crate::testing::configure_json;

const KEYS: [&str; 5] = ["a", "b", "a.b", "", "quite a long key, longer than most"];
const PATTERNS: [&str; 4] = ["^a", "b$", ".*", "nothing like it"];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn actions_do_what_they_would_to_decoded_attributes(seed: u64) {
        let mut rng = Rng(seed);
        let actions: Vec<_> = (0..rng.below(5) + 1).map(|_| action(&mut rng)).collect();
        let records: Vec<_> = (0..rng.below(4)).map(|_| attributes(&mut rng)).collect();
        let batch = logs(&records);

        let edited = edit(&json!({"actions": actions}), &batch);

        let mut has_changed = false;
        let expected: Vec<_> = records.into_iter().map(|mut attributes| {
            actions.iter().for_each(|action| {
                let before = attributes.clone();
                act_by_hand(action, &mut attributes);
                has_changed |= before != attributes;
            });
            attributes
        }).collect();
        prop_assert_eq!(decoded(&edited), expected, "{:?}", actions);
        prop_assert!(Batch::check(Signal::Logs, edited.to_bytes(), &Limits::default()).is_ok());
        if !has_changed {
            prop_assert_eq!(edited.messages()[0].as_ptr(), batch.messages()[0].as_ptr());
        }
    }
}

/// Small numbers that look random.
struct Rng(u64);

impl Rng {
    /// The next number, below `most`. Source: Sebastiano Vigna, SplitMix64.
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % most as u64) as usize
    }

    fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }
}

fn action(rng: &mut Rng) -> Json {
    let key = KEYS[rng.below(3)];
    match rng.below(8) {
        kind @ 0..=3 => {
            let name = ["insert", "update", "upsert", "upsert"][kind];
            match rng.below(4) {
                0 => json!({"action": name, "key": key, "from_attribute": rng.of(&KEYS[..3])}),
                1 => json!({"action": name, "key": key, "from_attribute": rng.of(&KEYS[..3]), "default_value": 1.5}),
                2 => json!({"action": name, "key": key, "from_context": rng.of(&["metadata.tenant", "none"])}),
                _ => {
                    json!({"action": name, "key": key, "value": ([json!("text"), json!(3), json!(true)][rng.below(3)])})
                }
            }
        }
        4 => json!({"action": "delete", "key": key}),
        5 => {
            let mut action = json!({"action": rng.of(&["delete", "hash"]), "pattern": rng.of(&PATTERNS)});
            if rng.below(2) == 0 {
                action["key"] = json!(key);
            }
            action
        }
        6 => json!({"action": "convert", "key": key, "converted_type": rng.of(&["string", "int", "double"])}),
        _ => json!({"action": "extract", "key": key, "pattern": rng.of(&["(?P<a>.)(?P<b>x)?", "^(?P<c>[0-9]+)$"])}),
    }
}

fn attributes(rng: &mut Rng) -> Vec<KeyValue> {
    let attribute = |rng: &mut Rng| KeyValue { key: rng.of(&KEYS).into(), value: value(rng), ..KeyValue::default() };
    (0..rng.below(7)).map(|_| attribute(rng)).collect()
}

fn value(rng: &mut Rng) -> Option<AnyValue> {
    let nested = AnyValue { value: Some(Any::BytesValue(vec![1, 2])) };
    let value = match rng.below(10) {
        0 => return None,
        1 => None,
        2 => Some(Any::StringValue("12".into())),
        3 => Some(Any::StringValue("long ".repeat(rng.below(60)))),
        4 => Some(Any::IntValue(3)),
        5 => Some(Any::DoubleValue(1.5)),
        6 => Some(Any::BoolValue(true)),
        7 => Some(Any::BytesValue(vec![0, 255])),
        8 => Some(Any::ArrayValue(ArrayValue { values: vec![nested] })),
        _ => Some(Any::KvlistValue(KeyValueList::default())),
    };
    Some(AnyValue { value })
}

fn logs(records: &[Vec<KeyValue>]) -> Batch {
    let record = |attributes: &Vec<KeyValue>| LogRecord { attributes: attributes.clone(), ..LogRecord::default() };
    let log_records = records.iter().map(record).collect();
    let scope_logs = vec![ScopeLogs { log_records, ..ScopeLogs::default() }];
    let request = ExportLogsServiceRequest { resource_logs: vec![ResourceLogs { scope_logs, ..Default::default() }] };
    batch(request.encode_to_vec())
}

fn batch(message: Vec<u8>) -> Batch {
    Batch::check(Signal::Logs, Bytes::from(message), &Limits::default()).unwrap()
}

fn decoded(batch: &Batch) -> Vec<Vec<KeyValue>> {
    let request = ExportLogsServiceRequest::decode(batch.to_bytes()).unwrap();
    let scopes = request.resource_logs.into_iter().flat_map(|resource| resource.scope_logs);
    scopes.flat_map(|scope| scope.log_records).map(|record| record.attributes).collect()
}

fn edit(config: &Json, batch: &Batch) -> Batch {
    let (actions, problems) = configure_json("test", config, |section| Actions::read(section, "actions"));
    assert_eq!(problems, [""; 0]);
    let metadata: Metadata = [("tenant", "red"), ("tenant", "blue")].into_iter().collect();
    let prepared = actions.prepare(&Context::with_metadata(metadata));
    batch.edit(|request| {
        let mut bench = Workbench::new(&prepared);
        request.fields(|resource| {
            resource.enter(|resource| {
                resource.fields(|scope| {
                    scope.enter(|scope| {
                        scope.fields(|record| record.enter(|record| bench.edit(record)));
                    });
                });
            });
        });
    })
}

/// What the Collector does, step by step, to a list of attributes.
fn act_by_hand(action: &Json, attributes: &mut Vec<KeyValue>) {
    let text = |name: &str| action[name].as_str();
    let find = |attributes: &[KeyValue], key: &str| attributes.iter().position(|attribute| attribute.key == key);
    let key = text("key").unwrap_or_default();
    let pattern = text("pattern").map(|pattern| Regex::new(pattern).unwrap());
    let matches = |key: &str| pattern.as_ref().is_some_and(|pattern| pattern.is_match(key));
    match text("action").unwrap() {
        name @ ("insert" | "update" | "upsert") => {
            let of_attribute = text("from_attribute").and_then(|from| find(attributes, from));
            let of_context = text("from_context").filter(|from| *from == "metadata.tenant").map(|_| "red;blue");
            let value = if let Some(index) = of_attribute {
                Some(attributes[index].value.clone().unwrap_or_default())
            } else if let Some(text) = of_context {
                Some(any(&json!(text)))
            } else {
                [&action["value"], &action["default_value"]].into_iter().find(|value| !value.is_null()).map(any)
            };
            let Some(value) = value else { return };
            match find(attributes, key) {
                // An absent value is as good as an empty one.
                Some(index) if attributes[index].value.clone().unwrap_or_default() == value => {}
                Some(index) if name != "insert" => attributes[index].value = Some(value),
                None if name != "update" => {
                    attributes.push(KeyValue { key: key.into(), value: Some(value), ..KeyValue::default() });
                }
                _ => {}
            }
        }
        // Where no key is given, what has an empty key is meant.
        "delete" => {
            if let Some(index) = find(attributes, key) {
                attributes.swap_remove(index);
            }
            attributes.retain(|attribute| !matches(&attribute.key));
        }
        "hash" => {
            if let Some(index) = find(attributes, key) {
                hash_by_hand(&mut attributes[index]);
            }
            attributes.iter_mut().filter(|attribute| matches(&attribute.key)).for_each(hash_by_hand);
        }
        "convert" => {
            let Some(index) = find(attributes, key) else { return };
            let value = attributes[index].value.clone().and_then(|value| value.value);
            let converted = match (text("converted_type").unwrap(), value) {
                ("string", Some(Any::StringValue(_))) => None,
                ("string", None) => Some(json!("")),
                ("string", Some(Any::IntValue(number))) => Some(json!(number.to_string())),
                ("string", Some(Any::DoubleValue(number))) => Some(json!(number.to_string())),
                ("string", Some(Any::BoolValue(value))) => Some(json!(value.to_string())),
                ("string", Some(Any::BytesValue(_))) => Some(json!("AP8=")),
                ("string", Some(Any::ArrayValue(_))) => Some(json!("[\"AQI=\"]")),
                ("string", Some(_)) => Some(json!("{}")),
                ("int", Some(Any::DoubleValue(number))) => Some(json!(number as i64)),
                ("int", Some(Any::BoolValue(value))) => Some(json!(i64::from(value))),
                ("int", Some(Any::StringValue(text))) => text.parse::<i64>().ok().map(|number| json!(number)),
                ("double", Some(Any::IntValue(number))) => Some(json!(number as f64)),
                ("double", Some(Any::BoolValue(value))) => Some(json!(f64::from(u8::from(value)))),
                ("double", Some(Any::StringValue(text))) => text.parse::<f64>().ok().map(|number| json!(number)),
                _ => None,
            };
            if let Some(converted) = converted {
                attributes[index].value = Some(any(&converted));
            }
        }
        "extract" => {
            let Some(Any::StringValue(found)) =
                find(attributes, key).and_then(|index| attributes[index].value.clone()?.value)
            else {
                return;
            };
            let pattern = pattern.unwrap();
            let mut groups = pattern.create_captures();
            pattern.captures(&found, &mut groups);
            for name in groups.group_info().all_names().filter_map(|(_, _, name)| name) {
                if !groups.is_match() {
                    return;
                }
                let value = any(&json!(groups.get_group_by_name(name).map_or("", |group| &found[group.range()])));
                match find(attributes, name) {
                    Some(index) => attributes[index].value = Some(value),
                    None => {
                        attributes.push(KeyValue { key: name.into(), value: Some(value), ..KeyValue::default() });
                    }
                }
            }
        }
        other => unreachable!("{other}"),
    }
}

fn hash_by_hand(attribute: &mut KeyValue) {
    let hashed = match attribute.value.take().and_then(|value| value.value) {
        Some(Any::StringValue(text)) => Some(text.into_bytes()),
        Some(Any::IntValue(number)) => Some(number.to_le_bytes().to_vec()),
        Some(Any::DoubleValue(number)) => Some(number.to_le_bytes().to_vec()),
        Some(Any::BoolValue(value)) => Some(vec![value.into()]),
        _ => None,
    };
    let hash = hashed.map(|hashed| hex::encode(ring::digest::digest(&ring::digest::SHA256, &hashed)));
    attribute.value = Some(any(&json!(hash.unwrap_or_default())));
}

fn any(json: &Json) -> AnyValue {
    let value = match json {
        Json::String(text) => Any::StringValue(text.clone()),
        Json::Number(number) => match number.as_i64() {
            Some(number) => Any::IntValue(number),
            None => Any::DoubleValue(number.as_f64().unwrap()),
        },
        Json::Bool(value) => Any::BoolValue(*value),
        other => unreachable!("{other}"),
    };
    AnyValue { value: Some(value) }
}

/// A field of bytes; all lengths are short.
fn field(number: u8, content: &[u8]) -> Vec<u8> {
    [&[number << 3 | 2, content.len() as u8], content].concat()
}

#[test]
fn fields_that_nobody_knows_stay() {
    let unknown = field(15, b"later");
    let attribute = |value: &[u8]| [field(1, b"k"), field(2, &field(1, value)), unknown.clone()].concat();
    let record = |value: &[u8]| [unknown.clone(), field(6, &attribute(value)), unknown.clone()].concat();
    let message = |value: &[u8]| field(1, &[field(2, &field(2, &record(value))), unknown.clone()].concat());

    let edited = edit(&json!({"actions": [{"key": "k", "action": "update", "value": "new"}]}), &batch(message(b"old")));

    assert_eq!(edited.messages(), [message(b"new")]);
}

#[test]
fn mistakes_are_told_by_their_places() {
    for (actions, problems) in [
        (json!([]), vec!["test::actions: must have at least one action"]),
        (
            json!([{"key": "k", "action": "rename", "value": 1}, {"key": "k"}]),
            vec![
                "test::actions::0::action: must be one of \"insert\", \"update\", \"upsert\", \"delete\", \"hash\", \
                 \"extract\", \"convert\", found \"rename\"",
                "test::actions::1::action: must be one of \"insert\", \"update\", \"upsert\", \"delete\", \"hash\", \
                 \"extract\", \"convert\", found nothing",
            ],
        ),
        (
            json!([{"action": "insert", "value": 1, "from_attribute": "a", "pattern": "x", "converted_type": "int"}]),
            vec![
                "test::actions::0::key: must be set",
                "test::actions::0::from_attribute: must not be set with another source of the value, found value and \
                 from_attribute",
                "test::actions::0::pattern: must not be set: the action insert does not use it",
                "test::actions::0::converted_type: must not be set: the action insert does not use it",
            ],
        ),
        (
            json!([{"key": "k", "action": "upsert"}]),
            vec!["test::actions::0: must have one of value, from_attribute, from_context or default_value"],
        ),
        (
            json!([{"action": "delete"}, {"action": "hash", "pattern": "(", "value": 1, "default_value": 2}]),
            vec![
                "test::actions::0: must have key, pattern, or both",
                "test::actions::1::value: must not be set: the action hash does not use it",
                "test::actions::1::default_value: has no meaning: the action hash does not use it",
                "test::actions::1::pattern: is not a regular expression: unclosed group, found \"(\"",
            ],
        ),
        (
            json!([
                {"key": "k", "action": "extract"},
                {"key": "k", "action": "extract", "pattern": "a"},
                {"key": "k", "action": "extract", "pattern": "(a)(?P<b>b)"},
            ]),
            vec![
                "test::actions::0::pattern: must be set: its named groups are the attributes to set",
                "test::actions::1::pattern: must have a group with a name, as in (?P<name>...)",
                "test::actions::2::pattern: must have names for all its groups, as in (?P<name>...)",
            ],
        ),
        (
            json!([{"key": "k", "action": "convert", "from_context": "x"}, {"key": "k", "action": "convert", "converted_type": "bool"}]),
            vec![
                "test::actions::0::from_context: must not be set: the action convert does not use it",
                "test::actions::0::converted_type: must be \"string\", \"int\" or \"double\", found nothing",
                "test::actions::1::converted_type: must be \"string\", \"int\" or \"double\", found \"bool\"",
            ],
        ),
    ] {
        let read = configure_json("test", &json!({"actions": actions}), |section| Actions::read(section, "actions"));
        assert_eq!(read.1, problems, "{actions}");
    }
}

#[test]
fn values_that_nest_too_deep_are_refused() {
    let deep = (0..33).fold(json!(1), |inner, _| json!([inner]));
    let config = json!({"actions": [{"key": "k", "action": "insert", "value": deep}]});

    let (_, problems) = configure_json("test", &config, |section| Actions::read(section, "actions"));

    assert_eq!(problems, ["test::actions::0::value: must not be nested more than 32 levels deep"]);
}
