//! Who the gateway says it is.

use indexmap::IndexMap;
use sluice_component::config::{Effective, Node, Section, Value};
use sluice_component::factory::Program;

/// `service::telemetry::resource`: what the user sets beside, instead of, or to suppress the attributes that are given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resource(IndexMap<String, Option<String>>);

impl Resource {
    /// Reads the map form (`key: value`, null to suppress) and the declarative form (`attributes: [{name, value}]`).
    pub(super) fn read(section: &mut Section<'_>) -> Self {
        let Some(node) = section.raw("resource") else {
            return Self::default();
        };
        let entries = match &node.value {
            Value::Map(entries) => entries.as_slice(),
            Value::Null => &[],
            other => {
                section.problem("resource", format!("must be a map, found {}", other.kind()));
                &[]
            }
        };
        let mut attributes = IndexMap::new();
        for ((key, _), value) in entries {
            match (&**key, &value.value) {
                ("attributes", Value::List(items)) => {
                    attributes.extend(items.iter().filter_map(|item| declared(section, item)));
                }
                ("attributes", Value::Null) => {}
                ("schema_url", Value::Text(_)) => {}
                ("detection/development" | "detectors", _) => {
                    section.problem("resource", format!("{key}: not supported by Sluice yet"));
                }
                _ => match scalar(value) {
                    Ok(text) => drop(attributes.insert(key.to_string(), text)),
                    Err(found) => section.problem("resource", format!("{key}: must be a text, found {found}")),
                },
            }
        }
        let resource = Self(attributes);
        section.record("resource", resource.effective());
        resource
    }

    /// All attributes: the program's name and version and the instance's id, unless the user says otherwise.
    pub fn attributes(&self, program: Program, instance: &str) -> Vec<(String, String)> {
        let given =
            [("service.name", program.name), ("service.version", program.version), ("service.instance.id", instance)];
        let kept = given.into_iter().filter(|(name, _)| !self.0.contains_key(*name));
        let own = self.0.iter().filter_map(|(name, value)| Some((name.clone(), value.clone()?)));
        kept.map(|(name, value)| (name.to_owned(), value.to_owned())).chain(own).collect()
    }

    fn effective(&self) -> Effective {
        let value = |value: &Option<String>| value.clone().map_or(Effective::Null, Effective::Text);
        Effective::Map(self.0.iter().map(|(name, text)| (name.clone(), value(text))).collect())
    }
}

fn declared(section: &Section<'_>, item: &Node) -> Option<(String, Option<String>)> {
    let name = item.get("name").and_then(|name| scalar(name).ok().flatten());
    let value = item.get("value").and_then(|value| scalar(value).ok());
    if name.is_none() || value.is_none() {
        section.problem("resource", "attributes: each must be a map of name and value, the value a text or a number");
    }
    Some((name?, value?))
}

fn scalar(node: &Node) -> Result<Option<String>, &'static str> {
    match (&node.text, &node.value) {
        (_, Value::Null) => Ok(None),
        (Some(text), Value::Bool(_) | Value::Int(_) | Value::Float(_)) | (_, Value::Text(text)) => {
            Ok(Some(text.to_string()))
        }
        (None, Value::Bool(value)) => Ok(Some(value.to_string())),
        (None, Value::Int(value)) => Ok(Some(value.to_string())),
        (None, Value::Float(value)) => Ok(Some(value.to_string())),
        (_, other) => Err(other.kind()),
    }
}

#[cfg(test)]
mod tests {
    use sluice_component::config::{Location, Report};

    use super::*;

    const PROGRAM: Program = Program { name: "sluice", description: "Sluice", version: "1.2.3" };

    fn map(entries: Vec<(&str, Value)>) -> Node {
        let entry = |(key, value): (&str, Value)| ((key.into(), Location::default()), Node::new(value));
        Node::new(Value::Map(entries.into_iter().map(entry).collect()))
    }

    fn read(resource: Node) -> (Resource, Vec<String>) {
        let root = Node::new(Value::Map(vec![(("resource".into(), Location::default()), resource)]));
        let report = Report::default();
        let (resource, _) = Section::read(&root, "service::telemetry", &report, Resource::read);
        (resource, report.into_problems().iter().map(ToString::to_string).collect())
    }

    #[test]
    fn null_suppresses_and_a_value_replaces_what_is_given() {
        let (resource, problems) = read(map(vec![
            ("service.name", Value::Text("edge".into())),
            ("service.instance.id", Value::Null),
            ("zone", Value::Int(7)),
        ]));

        let attributes = resource.attributes(PROGRAM, "id");

        assert_eq!(problems, [""; 0]);
        let expected = [("service.version", "1.2.3"), ("service.name", "edge"), ("zone", "7")];
        assert_eq!(attributes, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }

    #[test]
    fn the_declarative_form_means_the_same() {
        let attribute = map(vec![("name", Value::Text("zone".into())), ("value", Value::Text("eu".into()))]);

        let (resource, problems) = read(map(vec![("attributes", Value::List(vec![attribute]))]));

        assert_eq!(problems, [""; 0]);
        assert_eq!(resource.attributes(PROGRAM, "id").last().unwrap(), &("zone".to_owned(), "eu".to_owned()));
    }

    #[test]
    fn what_is_no_text_is_refused_by_name() {
        let (_, problems) = read(map(vec![("zone", Value::List(Vec::new()))]));

        assert_eq!(problems, ["service::telemetry::resource: zone: must be a text, found a list"]);
    }
}
