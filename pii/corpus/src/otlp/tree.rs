//! OTLP/JSON taken apart: items by their number, and each as a list of paths and scalars.

use std::collections::BTreeMap;

use serde_json::Value;

use super::pack::{START, STEP};

/// The scalars of an item by their path below its resource.
pub(super) type Leaves = BTreeMap<String, String>;

/// The items of a request by number, in its order. An item that carries no number of the corpus has none.
pub(super) fn items(request: &Value) -> Vec<(Option<u64>, Leaves)> {
    ["resourceSpans", "resourceLogs", "resourceMetrics"]
        .iter()
        .filter_map(|name| request.get(name)?.as_array())
        .flatten()
        .map(|item| (number(item), leaves(item)))
        .collect()
}

fn number(item: &Value) -> Option<u64> {
    let span = ["/scopeSpans/0/spans/0/spanId", "/scopeLogs/0/logRecords/0/spanId"];
    if let Some(id) = span.iter().find_map(|path| item.pointer(path)?.as_str()) {
        return u64::from_str_radix(id, 16).ok()?.checked_sub(1);
    }
    let time = item.pointer("/scopeMetrics/0/metrics/0/sum/dataPoints/0/timeUnixNano")?;
    let time: u64 = time.as_str().and_then(|time| time.parse().ok()).or_else(|| time.as_u64())?;
    Some(time.checked_sub(START)? / STEP)
}

fn leaves(item: &Value) -> Leaves {
    let mut leaves = Leaves::new();
    collect(item, String::new(), &mut leaves);
    leaves
}

fn collect(value: &Value, path: String, leaves: &mut Leaves) {
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") };
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                // A scalar of any type stands at the place of its value: a number may become text.
                let scalar =
                    matches!(name.as_str(), "stringValue" | "intValue" | "doubleValue" | "boolValue" | "bytesValue");
                collect(member, if scalar { path.clone() } else { below(name) }, leaves);
            }
        }
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                collect(element, below(&index.to_string()), leaves);
            }
        }
        Value::String(text) => drop(leaves.insert(path, text.clone())),
        other => drop(leaves.insert(path, other.to_string())),
    }
}
