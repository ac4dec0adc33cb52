//! Several sources to one tree.

use std::sync::Arc;

use sluice_component::config::{Key, Node, Problem, Severity, Value};

/// Unfolds keys that are paths: `a::b: 1` is `a: {b: 1}`, at any level of maps; the maps in lists stay as they are.
///
/// Two spellings of one path are one map, unless both give it a value: that is a repeated key, and noted.
pub(super) fn unfold(node: Node, problems: &mut Vec<Problem>) -> Node {
    let Value::Map(entries) = node.value else {
        return node;
    };
    if entries.iter().all(|((name, _), _)| !name.contains("::")) {
        let entries = entries.into_iter().map(|(key, value)| (key, unfold(value, problems))).collect();
        return Node { value: Value::Map(entries), ..node };
    }
    let mut unfolded = Node { value: Value::Map(Vec::with_capacity(entries.len())), ..node };
    for ((name, location), value) in entries {
        let value = unfold(value, problems);
        let mut keys: Vec<Key> = name.split("::").map(|part| (Arc::from(part), location.clone())).collect();
        let last = keys.pop().expect("a split has one part at least");
        let path = keys.into_iter().rev().fold((last, value), |(inner, value), outer| {
            let location = inner.1.clone();
            (outer, Node { value: Value::Map(vec![(inner, value)]), text: None, location })
        });
        join(&mut unfolded, path, problems);
    }
    unfolded
}

/// Adds an entry of the same source.
fn join(map: &mut Node, (key, value): (Key, Node), problems: &mut Vec<Problem>) {
    let Value::Map(entries) = &mut map.value else { return };
    let Some((first, there)) = entries.iter_mut().find(|((name, _), _)| *name == key.0) else {
        entries.push((key, value));
        return;
    };
    match (&there.value, value.value) {
        (Value::Map(_), Value::Map(entries)) => entries.into_iter().for_each(|entry| join(there, entry, problems)),
        _ => {
            let message = format!("key {:?} stands here already at {}", key.0, first.1);
            problems.push(Problem { severity: Severity::Error, location: key.1, path: String::new(), message });
        }
    }
}

/// How a list meets a list of an earlier source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lists {
    /// The later one stands.
    Replace,
    /// In `service::extensions`, and `receivers` and `exporters` anywhere below `service`, what is new is added
    /// (the feature gate `confmap.enableMergeAppendOption`).
    Append,
}

/// Lays a later source over an earlier one: maps merge key by key, everything else is replaced, by null too.
pub(super) fn merge(base: &mut Node, over: Node, lists: Lists) {
    merge_at(base, over, lists, &mut Vec::new());
}

fn merge_at(base: &mut Node, over: Node, lists: Lists, path: &mut Vec<Arc<str>>) {
    match (&mut base.value, over.value) {
        (Value::Map(base), Value::Map(over)) => {
            for (key, value) in over {
                match base.iter_mut().find(|((name, _), _)| *name == key.0) {
                    None => base.push((key, value)),
                    Some((known, there)) => {
                        if !matches!((&there.value, &value.value), (Value::Map(_), Value::Map(_))) {
                            known.1 = key.1;
                        }
                        path.push(key.0);
                        merge_at(there, value, lists, path);
                        path.pop();
                    }
                }
            }
        }
        (Value::List(base), Value::List(over)) if lists == Lists::Append && grows(path) => {
            for item in over {
                if !base.iter().any(|there| there.value == item.value) {
                    base.push(item);
                }
            }
        }
        (_, value) => *base = Node { value, ..over },
    }
}

fn grows(path: &[Arc<str>]) -> bool {
    let path: Vec<_> = path.iter().map(|key| &**key).collect();
    matches!(path[..], ["service", "extensions"] | ["service", .., "receivers" | "exporters"])
}

#[cfg(test)]
mod tests {
    use super::super::yaml::{Place, parse};
    use super::*;

    fn read(text: &str, source: &str) -> (Node, Vec<String>) {
        let mut problems = Vec::new();
        let node = unfold(parse(text, Place::In(&source.into())).unwrap(), &mut problems);
        (node, problems.iter().map(ToString::to_string).collect())
    }

    /// The tree as YAML of one line, without places.
    fn shown(node: &Node) -> String {
        match &node.value {
            Value::Null => "~".into(),
            Value::Bool(value) => value.to_string(),
            Value::Int(value) => value.to_string(),
            Value::Float(value) => value.to_string(),
            Value::Text(text) => text.to_string(),
            Value::List(items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(", ")),
            Value::Map(entries) => {
                let entries: Vec<_> =
                    entries.iter().map(|((key, _), value)| format!("{key}: {}", shown(value))).collect();
                format!("{{{}}}", entries.join(", "))
            }
        }
    }

    fn merged(sources: &[&str], lists: Lists) -> String {
        let mut sources = sources.iter().map(|text| read(text, "x").0);
        let mut base = sources.next().unwrap();
        sources.for_each(|over| merge(&mut base, over, lists));
        shown(&base)
    }

    #[test]
    fn a_key_with_colons_is_a_path_at_any_level() {
        let (node, problems) = read("a::b: 1\na: {c::d: 2, c: {e: 3}}\nf: [{g::h: 4}]", "x");

        assert_eq!(shown(&node), "{a: {b: 1, c: {d: 2, e: 3}}, f: [{g::h: 4}]}");
        assert_eq!(problems, [""; 0]);
    }

    #[test]
    fn one_path_spelt_twice_is_refused() {
        let (_, problems) = read("a::b: 1\na:\n  b: 2", "x.yaml");

        assert_eq!(problems, [r#"x.yaml:3:3: key "b" stands here already at x.yaml:1:1"#]);
    }

    #[test]
    fn maps_merge_and_the_rest_is_replaced() {
        let merged = merged(&["a: {b: 1, c: [1, 2]}\nd: 1", "a: {c: [3], e: 4}\nd: {f: 5}"], Lists::Replace);

        assert_eq!(merged, "{a: {b: 1, c: [3], e: 4}, d: {f: 5}}");
    }

    #[test]
    fn a_later_null_wipes_a_map_and_an_empty_map_keeps_it() {
        assert_eq!(merged(&["a: {b: 1}\nc: {d: 1}", "a:\nc: {}"], Lists::Replace), "{a: ~, c: {d: 1}}");
    }

    #[test]
    fn the_place_is_that_of_the_value_that_holds() {
        let mut base = read("a:\n  b: 1\n  c: 2", "one.yaml").0;

        merge(&mut base, read("a:\n  c: 3", "two.yaml").0, Lists::Replace);

        let Value::Map(entries) = &base.get("a").unwrap().value else { panic!("a is a map") };
        let places: Vec<_> = entries.iter().map(|((_, key), value)| format!("{key} {}", value.location)).collect();
        assert_eq!(places, ["one.yaml:2:3 one.yaml:2:6", "two.yaml:2:3 two.yaml:2:6"]);
    }

    #[test]
    fn lists_of_ids_grow_when_asked_to() {
        let first = "service: {extensions: [a], pipelines: {logs: {receivers: [r], processors: [p], exporters: [e]}}}";
        let second =
            "service: {extensions: [b, a], pipelines: {logs: {receivers: [s], processors: [q], exporters: [e, f]}}}";

        assert_eq!(
            merged(&[first, second], Lists::Append),
            "{service: {extensions: [a, b], pipelines: {logs: {receivers: [r, s], processors: [q], exporters: [e, f]}}}}"
        );
    }
}
