//! The effective configuration as text: what `print-config` prints.
//!
//! The YAML is written here and not by a library, because a text must be put in quotes exactly where the rules that it
//! will be read by (`yaml`, Go's) would take it for something else.

use std::fmt::Write;

use serde::ser::{Serialize, SerializeMap, Serializer};
use sluice_component::config::{Effective, Secret};

use super::yaml;

/// What becomes of secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secrets {
    /// They are printed as `[REDACTED]`, empty ones as they are.
    Redacted,
    /// They are printed.
    Revealed,
}

/// As a YAML document, in the order of the configuration.
pub fn yaml(effective: &Effective, secrets: Secrets) -> String {
    let mut text = String::new();
    match effective {
        Effective::Map(entries) if !entries.is_empty() => map(&mut text, entries, 0, secrets),
        Effective::List(items) if !items.is_empty() => list(&mut text, items, 0, secrets),
        scalar => {
            text += &inline(scalar, secrets);
            text.push('\n');
        }
    }
    text
}

/// As a JSON document, in the order of the configuration. Infinity and NaN, which JSON lacks, are null.
pub fn json(effective: &Effective, secrets: Secrets) -> String {
    let mut text =
        serde_json::to_string_pretty(&Shown(effective, secrets)).expect("maps have text keys, memory is no I/O");
    text.push('\n');
    text
}

fn map(text: &mut String, entries: &[(String, Effective)], depth: usize, secrets: Secrets) {
    for (index, (key, value)) in entries.iter().enumerate() {
        // The first key of a map in a list stands behind its dash.
        if index > 0 || text.is_empty() || text.ends_with('\n') {
            indent(text, depth);
        }
        *text += &scalar(key);
        text.push(':');
        match value {
            Effective::Map(entries) if !entries.is_empty() => {
                text.push('\n');
                map(text, entries, depth + 1, secrets);
            }
            Effective::List(items) if !items.is_empty() => {
                text.push('\n');
                list(text, items, depth + 1, secrets);
            }
            other => {
                let _ = writeln!(text, " {}", inline(other, secrets));
            }
        }
    }
}

fn list(text: &mut String, items: &[Effective], depth: usize, secrets: Secrets) {
    for item in items {
        if text.is_empty() || text.ends_with('\n') {
            indent(text, depth);
        }
        *text += "- ";
        match item {
            Effective::Map(entries) if !entries.is_empty() => map(text, entries, depth + 1, secrets),
            Effective::List(items) if !items.is_empty() => list(text, items, depth + 1, secrets),
            other => {
                *text += &inline(other, secrets);
                text.push('\n');
            }
        }
    }
}

fn indent(text: &mut String, depth: usize) {
    text.extend(std::iter::repeat_n("  ", depth));
}

/// A value that takes no lines of its own.
fn inline(value: &Effective, secrets: Secrets) -> String {
    match value {
        Effective::Null => "null".into(),
        Effective::Bool(value) => value.to_string(),
        Effective::Int(value) => value.to_string(),
        Effective::Float(value) if value.is_nan() => ".nan".into(),
        Effective::Float(value) if value.is_infinite() => if *value > 0.0 { ".inf" } else { "-.inf" }.into(),
        Effective::Float(value) => format!("{value:?}"),
        Effective::Text(text) => scalar(text),
        Effective::Secret(secret) => scalar(&shown(secret, secrets)),
        Effective::List(_) => "[]".into(),
        Effective::Map(_) => "{}".into(),
    }
}

/// A text, in quotes unless it is plainly a text.
fn scalar(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '/' | ':' | '-' | ' ' | '+' | '%');
    let safe = text.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '/'))
        && text.chars().all(plain)
        && !text.ends_with([':', ' '])
        && !text.contains(": ")
        && !text[..text.len().min(5)].ends_with('-')
        && yaml::is_text(text);
    if safe { text.to_owned() } else { serde_json::Value::from(text).to_string() }
}

fn shown(secret: &Secret, secrets: Secrets) -> String {
    match secrets {
        Secrets::Redacted if !secret.reveal().is_empty() => secret.to_string(),
        _ => secret.reveal().to_owned(),
    }
}

struct Shown<'a>(&'a Effective, Secrets);

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(effective, secrets) = *self;
        match effective {
            Effective::Null => serializer.serialize_unit(),
            Effective::Bool(value) => serializer.serialize_bool(*value),
            Effective::Int(value) => serializer.serialize_i64(*value),
            Effective::Float(value) => serializer.serialize_f64(*value),
            Effective::Text(text) => serializer.serialize_str(text),
            Effective::Secret(secret) => serializer.serialize_str(&shown(secret, secrets)),
            Effective::List(items) => serializer.collect_seq(items.iter().map(|item| Shown(item, secrets))),
            Effective::Map(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (key, value) in entries {
                    map.serialize_entry(key, &Shown(value, secrets))?;
                }
                map.end()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sluice_component::config::{Node, Value};

    use super::*;

    fn text(text: &str) -> Effective {
        Effective::Text(text.into())
    }

    fn map_of<const N: usize>(entries: [(&str, Effective); N]) -> Effective {
        Effective::Map(entries.map(|(key, value)| (key.to_owned(), value)).into())
    }

    fn sample() -> Effective {
        map_of([
            ("otlp/2", map_of([("endpoint", text("0.0.0.0:4317")), ("tls", Effective::Null)])),
            ("token", Effective::Secret(Secret::new("hunter2"))),
            ("no_token", Effective::Secret(Secret::default())),
            ("lists", Effective::List(vec![map_of([("a", Effective::Int(1)), ("b", text("0123"))]), text("5s")])),
            ("empty", map_of([("map", map_of([])), ("list", Effective::List(Vec::new())), ("text", text(""))])),
            ("ratio", Effective::Float(1.0)),
        ])
    }

    #[test]
    fn yaml_is_in_order_and_quotes_what_needs_it() {
        let expected = "\
otlp/2:
  endpoint: 0.0.0.0:4317
  tls: null
token: \"[REDACTED]\"
no_token: \"\"
lists:
  - a: 1
    b: \"0123\"
  - 5s
empty:
  map: {}
  list: []
  text: \"\"
ratio: 1.0
";
        assert_eq!(yaml(&sample(), Secrets::Redacted), expected);
        assert!(yaml(&sample(), Secrets::Revealed).contains("\ntoken: hunter2\n"));
    }

    #[test]
    fn json_is_in_order() {
        let sample =
            map_of([("b", Effective::Secret(Secret::new("hunter2"))), ("a", Effective::List(vec![text("x")]))]);

        assert_eq!(json(&sample, Secrets::Redacted), "{\n  \"b\": \"[REDACTED]\",\n  \"a\": [\n    \"x\"\n  ]\n}\n");
        assert!(json(&sample, Secrets::Revealed).contains("\"b\": \"hunter2\""));
    }

    /// The node without its places.
    fn effective(node: &Node) -> Effective {
        match &node.value {
            Value::Null => Effective::Null,
            Value::Bool(value) => Effective::Bool(*value),
            Value::Int(value) => Effective::Int(*value),
            Value::Float(value) => Effective::Float(*value),
            Value::Text(text) => Effective::Text(text.to_string()),
            Value::List(items) => Effective::List(items.iter().map(effective).collect()),
            Value::Map(entries) => {
                Effective::Map(entries.iter().map(|((key, _), value)| (key.to_string(), effective(value))).collect())
            }
        }
    }

    fn any_effective() -> impl Strategy<Value = Effective> {
        let scalar = prop_oneof![
            Just(Effective::Null),
            any::<bool>().prop_map(Effective::Bool),
            any::<i64>().prop_map(Effective::Int),
            (-1e12..1e12f64).prop_map(Effective::Float),
            "[ -~]{0,12}".prop_map(Effective::Text),
            "[0-9+._eExob:-]{0,10}".prop_map(Effective::Text),
            "[\\PC\n\t\"\\\\]{0,8}".prop_map(Effective::Text),
        ];
        scalar.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Effective::List),
                prop::collection::btree_map("[ -~]{0,8}", inner, 0..5)
                    .prop_map(|entries| Effective::Map(entries.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_as_what_it_was(written in any_effective()) {
            let printed = yaml(&written, Secrets::Redacted);

            let read = yaml::parse(&printed, yaml::Place::In(&"printed".into()));

            prop_assert_eq!(read.as_ref().map(effective), Ok(written), "{}", printed);
        }
    }
}
