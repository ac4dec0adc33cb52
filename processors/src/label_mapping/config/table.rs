//! The tables in a rule: what it does, row by row.

use std::sync::Arc;

use sluice_component::config::{Effective, Location, Node, Section, Value};

use super::super::convert::{TYPES, Type};
use super::super::names::{self, MatchType, Names, Template};
use super::super::rule::{Action, Bits, Composed, OnFailure, Part, STYLES, Values};
use crate::patterns::Regex;

/// What a rule can do, by the keys of its tables.
pub(super) const ACTIONS: &[&str] =
    &["rename", "copy", "drop", "keep", "values", "convert", "extract", "compose", "normalize"];

/// A table that stands in a rule.
pub(super) struct Table {
    pub(super) key: &'static str,
    pub(super) actions: Vec<Action>,
    pub(super) rows: Vec<Row>,
}

/// A row of a table.
#[derive(Clone)]
pub(super) struct Row {
    pub(super) key: String,
    pub(super) location: Location,
}

/// Reads whatever tables stand in a rule.
pub(super) fn read(
    section: &mut Section<'_>,
    match_type: MatchType,
    into: Option<Bits>,
    on_failure: OnFailure,
) -> Vec<Table> {
    let mut tables = Vec::new();
    for key in ACTIONS.iter().copied() {
        let there = section.has(key);
        let mut table = Reader { section: &mut *section, key, match_type, names: Names::default(), rows: Vec::new() };
        let actions = match key {
            "rename" => {
                let to = table.targets();
                vec![Action::Rename { names: table.names(), to, into }]
            }
            "copy" => {
                let to = table.targets();
                vec![Action::Copy { names: table.names(), to, into }]
            }
            "drop" => vec![Action::Drop(table.list())],
            "keep" => vec![Action::Keep(table.list())],
            "values" => {
                let tables = table.values();
                vec![Action::Values { names: table.names(), tables }]
            }
            "convert" => {
                let to = table.types();
                vec![Action::Convert { names: table.names(), to, on_failure }]
            }
            "extract" => {
                let patterns = table.patterns();
                vec![Action::Extract { names: table.names(), patterns }]
            }
            "compose" => table.composed(into),
            _ if there => vec![Action::Normalize(table.section.one_of("normalize", STYLES, "prometheus"))],
            _ => {
                table.section.ignored("normalize");
                Vec::new()
            }
        };
        let rows = table.rows;
        if there {
            tables.push(Table { key, actions, rows });
        }
    }
    tables
}

/// The texts in a map of texts, and where their keys stand.
pub(super) fn pairs(section: &mut Section<'_>, key: &'static str) -> Vec<(String, String, Location)> {
    let mut pairs = Vec::new();
    for (name, location, node) in entries(section, key) {
        match text_of(node) {
            Some(text) => pairs.push((name, text, location)),
            None => section.problem_below(&format!("{key}::{name}"), &node.location, not_a_text(node)),
        }
    }
    pairs
}

/// Reads one table.
struct Reader<'s, 'n> {
    section: &'s mut Section<'n>,
    key: &'static str,
    match_type: MatchType,
    names: Names,
    rows: Vec<Row>,
}

impl Reader<'_, '_> {
    fn names(&mut self) -> Names {
        std::mem::take(&mut self.names)
    }

    fn problem(&self, row: &str, location: &Location, message: impl Into<String>) {
        self.section.problem_below(&format!("{}::{row}", self.key), location, message);
    }

    /// Adds a row; says whether it is one.
    fn add(&mut self, key: &str, location: &Location) -> bool {
        if key.is_empty() {
            self.problem(key, location, "must not be empty");
            return false;
        }
        if let Err(problem) = self.names.add(self.match_type, key) {
            self.problem(key, location, problem);
            return false;
        }
        self.rows.push(Row { key: key.into(), location: location.clone() });
        true
    }

    /// What the rows of `rename` and `copy` give.
    fn targets(&mut self) -> Vec<Template> {
        let mut targets = Vec::new();
        for (key, to, location) in pairs(self.section, self.key) {
            if to.is_empty() {
                self.problem(&key, &location, "must be a name, found \"\"");
                continue;
            }
            if !self.add(&key, &location) {
                continue;
            }
            match Template::read(&to, self.match_type, self.names.last_pattern()) {
                Ok(template) => targets.push(template),
                Err(problem) => {
                    self.problem(&key, &location, problem);
                    // The rows must stay in step.
                    targets.extend(Template::read("", MatchType::Strict, None));
                }
            }
        }
        targets
    }

    /// The names in `drop` and `keep`.
    fn list(&mut self) -> Names {
        let node = self.section.raw(self.key);
        if let Some(node) = node {
            self.section.record(self.key, effective(node));
        }
        match node.map(|node| (&node.value, &node.location)) {
            None | Some((Value::Null, _)) => {}
            Some((Value::List(items), _)) => {
                for (index, item) in items.iter().enumerate() {
                    match text_of(item) {
                        Some(text) => {
                            self.add(&text, &item.location);
                        }
                        None => self.problem(&index.to_string(), &item.location, not_a_text(item)),
                    }
                }
            }
            Some((Value::Text(text), location)) => {
                text.split(',').for_each(|name| {
                    self.add(name.trim(), location);
                });
            }
            Some((other, location)) => {
                let message = format!("must be a list of names, found {}", other.kind());
                self.section.problem_below(self.key, location, message);
            }
        }
        self.names()
    }

    fn values(&mut self) -> Vec<Values> {
        let mut tables = Vec::new();
        for (key, location, node) in entries(self.section, self.key) {
            let Value::Map(entries) = &node.value else {
                self.problem(&key, &node.location, format!("must be a map of texts, found {}", node.value.kind()));
                continue;
            };
            let mut values = Values::default();
            for ((from, _), to) in entries {
                let Some(to_text) = text_of(to) else {
                    self.problem(&format!("{key}::{from}"), &to.location, not_a_text(to));
                    continue;
                };
                if &**from == "*" {
                    values.other = Some(to_text.into());
                } else {
                    values.table.insert((&**from).into(), to_text.into());
                }
            }
            if self.add(&key, &location) {
                tables.push(values);
            }
        }
        tables
    }

    fn types(&mut self) -> Vec<Type> {
        let mut types = Vec::new();
        for (key, name, location) in pairs(self.section, self.key) {
            match TYPES.iter().find(|(known, _)| *known == name) {
                Some((_, found)) if self.add(&key, &location) => types.push(*found),
                Some(_) => {}
                None => {
                    let message = format!("must be one of \"int\", \"double\", \"string\", \"bool\", found {name:?}");
                    self.problem(&key, &location, message);
                }
            }
        }
        types
    }

    fn patterns(&mut self) -> Vec<Regex> {
        let mut patterns = Vec::new();
        for (key, pattern, location) in pairs(self.section, self.key) {
            match names::compile(&pattern) {
                Ok(pattern) if names::group_names(&pattern).flatten().next().is_none() => {
                    self.problem(&key, &location, "must have a named group such as (?<name>.*)");
                }
                Ok(pattern) if self.add(&key, &location) => patterns.push(pattern),
                Ok(_) => {}
                Err(problem) => self.problem(&key, &location, problem),
            }
        }
        patterns
    }

    /// The rows of `compose`, each an action of its own.
    fn composed(&mut self, into: Option<Bits>) -> Vec<Action> {
        let mut actions = Vec::new();
        for (key, template, location) in pairs(self.section, self.key) {
            let composed = Composed { key: key.as_str().into(), parts: parts(&template), into };
            if composed.first_key().is_none() {
                self.problem(&key, &location, "must name an attribute, such as {service.name}");
            } else {
                actions.push(Action::Compose(composed));
            }
        }
        actions
    }
}

/// Reads `{service.namespace}/{service.name}`.
pub(in crate::label_mapping) fn parts(template: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = template;
    while let Some((text, (key, after))) =
        rest.split_once('{').and_then(|(text, rest)| Some((text, rest.split_once('}')?)))
    {
        if !text.is_empty() {
            parts.push(Part::Text(text.into()));
        }
        parts.push(Part::Value(key.into()));
        rest = after;
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest.into()));
    }
    parts
}

/// The entries of a map: key, where it stands, value. What else stands there is a mistake.
fn entries<'n>(section: &mut Section<'n>, key: &'static str) -> Vec<(String, Location, &'n Node)> {
    let Some(node) = section.raw(key) else { return Vec::new() };
    section.record(key, effective(node));
    match &node.value {
        Value::Null => Vec::new(),
        Value::Map(entries) => {
            entries.iter().map(|((key, location), node)| (key.to_string(), location.clone(), node)).collect()
        }
        other => {
            section.problem_below(key, &node.location, format!("must be a map, found {}", other.kind()));
            Vec::new()
        }
    }
}

/// The text of a scalar as it is written: in a table, `200` is as good as `"200"`.
fn text_of(node: &Node) -> Option<String> {
    match (&node.text, &node.value) {
        (Some(text), _) | (None, Value::Text(text)) => Some(Arc::clone(text).to_string()),
        (None, Value::Int(number)) => Some(number.to_string()),
        (None, Value::Float(number)) => Some(number.to_string()),
        (None, Value::Bool(value)) => Some(value.to_string()),
        (None, Value::Null | Value::List(_) | Value::Map(_)) => None,
    }
}

fn not_a_text(node: &Node) -> String {
    format!("must be a text, found {}", node.value.kind())
}

/// What was read, for `print-config`.
fn effective(node: &Node) -> Effective {
    match &node.value {
        Value::Null => Effective::Null,
        Value::List(items) => Effective::List(items.iter().map(effective).collect()),
        Value::Map(entries) => {
            Effective::Map(entries.iter().map(|((key, _), node)| (key.to_string(), effective(node))).collect())
        }
        _ => Effective::Text(text_of(node).unwrap_or_default()),
    }
}
