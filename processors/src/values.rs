//! Values that stand in a configuration, for use in telemetry.

use sluice_component::config::{Effective, Node, Section, Value};
use sluice_pdata::edit::{put_field, put_value};
use sluice_pdata::view;

/// How deep lists and maps may nest: telemetry with more than 64 levels is refused by the next receiver.
const MOST_LEVELS: u32 = 32;

/// Reads a value of any type, as the message `AnyValue`. Null means none.
pub(crate) fn read(section: &mut Section<'_>, key: &'static str) -> Option<Vec<u8>> {
    let node = section.raw(key).filter(|node| node.value != Value::Null)?;
    section.record(key, effective(node));
    let mut out = Vec::new();
    if encode(&mut out, node, 0).is_err() {
        section.problem(key, format!("must not be nested more than {MOST_LEVELS} levels deep"));
    }
    Some(out)
}

struct TooDeep;

fn encode(out: &mut Vec<u8>, node: &Node, level: u32) -> Result<(), TooDeep> {
    if level > MOST_LEVELS {
        return Err(TooDeep);
    }
    match &node.value {
        Value::Null => {}
        Value::Bool(value) => put_value(out, &view::Value::Bool(*value)),
        Value::Int(value) => put_value(out, &view::Value::Int(*value)),
        Value::Float(value) => put_value(out, &view::Value::Double(*value)),
        Value::Text(value) => put_value(out, &view::Value::String(value)),
        Value::List(values) => {
            let mut list = Vec::new();
            for node in values {
                let mut value = Vec::new();
                encode(&mut value, node, level + 1)?;
                put_field(&mut list, 1, &value);
            }
            put_field(out, 5, &list);
        }
        Value::Map(entries) => {
            let mut map = Vec::new();
            for ((key, _), node) in entries {
                let (mut entry, mut value) = (Vec::new(), Vec::new());
                encode(&mut value, node, level + 1)?;
                put_field(&mut entry, 1, key.as_bytes());
                put_field(&mut entry, 2, &value);
                put_field(&mut map, 1, &entry);
            }
            put_field(out, 6, &map);
        }
    }
    Ok(())
}

fn effective(node: &Node) -> Effective {
    match &node.value {
        Value::Null => Effective::Null,
        Value::Bool(value) => Effective::Bool(*value),
        Value::Int(value) => Effective::Int(*value),
        Value::Float(value) => Effective::Float(*value),
        Value::Text(value) => Effective::Text(value.to_string()),
        Value::List(values) => Effective::List(values.iter().map(effective).collect()),
        Value::Map(entries) => {
            Effective::Map(entries.iter().map(|((key, _), node)| (key.to_string(), effective(node))).collect())
        }
    }
}
