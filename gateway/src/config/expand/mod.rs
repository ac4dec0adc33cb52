//! `${...}`: references to the environment, files and other sources, in values, never in keys.
//!
//! The innermost reference goes first, and what it gives may hold references again. A value that is one whole reference
//! takes whatever type the text has as YAML and remembers the text, so that `0123` can be both a text and 83; a reference
//! within a longer text is replaced by the text. Last, `$$` becomes `$`, which is how a reference is escaped.
//!
//! Source: the Collector's `confmap/expand.go`, `docs/rfcs/env-vars.md`. One difference: what follows an escaped reference
//! in the same text is expanded too.

use std::ops::Range;
use std::sync::Arc;

use sluice_component::config::{Location, Node, Problem, Severity, Value};

use super::merge::unfold;
use super::source::{Environment, Text, Uri};
use super::yaml::{self, MAX_BYTES, MAX_DEPTH, MAX_NODES, Place};

/// How many references one value may unfold to.
const MAX_EXPANSIONS: usize = 1000;

/// Replaces the references in all values below `root`; `problems` takes what failed, and warnings.
///
/// Returns the paths of the values that failed, which are null now.
pub(super) fn expand(root: &mut Node, environment: Environment<'_>, problems: &mut Vec<Problem>) -> Vec<String> {
    let mut expander =
        Expander { environment, problems, path: Vec::new(), failed: Vec::new(), nodes: 0, left: 0, depth: 0 };
    expander.leaves(root);
    expander.failed
}

struct Expander<'a> {
    environment: Environment<'a>,
    problems: &'a mut Vec<Problem>,
    path: Vec<Arc<str>>,
    failed: Vec<String>,
    /// How many values references have brought in.
    nodes: usize,
    /// How many references the value at hand may still unfold to.
    left: usize,
    /// How deep the value at hand is nested by now.
    depth: usize,
}

impl Expander<'_> {
    /// Walks what the user wrote, a value at a time.
    fn leaves(&mut self, node: &mut Node) {
        match &mut node.value {
            Value::Map(entries) => {
                for ((key, _), value) in entries {
                    self.path.push(Arc::clone(key));
                    self.leaves(value);
                    self.path.pop();
                }
            }
            Value::List(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    self.path.push(index.to_string().into());
                    self.leaves(item);
                    self.path.pop();
                }
            }
            Value::Text(text) if text.contains('$') => {
                (self.left, self.depth) = (MAX_EXPANSIONS, 0);
                match self.text(text, &node.location) {
                    Ok(expanded) => *node = expanded,
                    Err(message) => {
                        let path = self.path.join("::");
                        self.note(Severity::Error, &node.location, message);
                        self.failed.push(path);
                        node.value = Value::Null;
                    }
                }
            }
            _ => {}
        }
    }

    /// Expands a text until no reference is left in it.
    fn text(&mut self, text: &str, location: &Location) -> Result<Node, String> {
        let mut text = text.to_owned();
        let mut from_outside = false;
        while let Some(range) = reference(&text) {
            let Some(left) = self.left.checked_sub(1) else {
                return Err("too many references: does one lead back to itself?".into());
            };
            self.left = left;
            let uri = Uri::of_reference(&text[range.start + 2..range.end - 1])?;
            let retrieved = self.retrieve(&uri, location)?;
            if range.len() < text.len() {
                text.replace_range(range, &retrieved.text);
                if text.len() > MAX_BYTES {
                    return Err(format!("unfolds to more than {} MiB", MAX_BYTES >> 20));
                }
                from_outside = false;
                continue;
            }
            let Value::Text(whole) = retrieved.value else {
                let mut node = Node { value: retrieved.value, text: None, location: location.clone() };
                self.inner(&mut node)?;
                node.text = Some(self.raw(&retrieved.text, location).into());
                return Ok(node);
            };
            from_outside = true;
            text = whole.to_string();
        }
        let value: Arc<str> = unescaped(&text).into();
        let original = from_outside.then(|| Arc::clone(&value));
        Ok(Node { value: Value::Text(value), text: original, location: location.clone() })
    }

    /// Expands the texts within a value that came from outside.
    fn inner(&mut self, node: &mut Node) -> Result<(), String> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(format!("unfolds to more than {MAX_DEPTH} levels"));
        }
        match &mut node.value {
            Value::Map(entries) => entries.iter_mut().try_for_each(|(_, value)| self.inner(value))?,
            Value::List(items) => items.iter_mut().try_for_each(|item| self.inner(item))?,
            Value::Text(text) if text.contains('$') => *node = self.text(text, &node.location)?,
            _ => {}
        }
        self.depth -= 1;
        Ok(())
    }

    /// The text form of a value that is no text: its references are replaced where that is possible.
    fn raw(&mut self, text: &str, location: &Location) -> String {
        match self.text(text, location) {
            Ok(Node { value: Value::Text(expanded), .. }) => expanded.to_string(),
            _ => unescaped(text),
        }
    }

    fn retrieve(&mut self, uri: &Uri, location: &Location) -> Result<Retrieved, String> {
        let text = match uri.text(self.environment)? {
            Text::Found(text) => text,
            Text::Unset(name) => {
                let message = format!("environment variable {name} is not set, its value is taken as empty");
                self.note(Severity::Warning, location, message);
                return Ok(Retrieved { value: Value::Null, text: String::new() });
            }
        };
        // `${NAME:-}` is the empty text, a variable that is set and empty is nothing.
        if text.is_empty() && uri.opaque.ends_with(":-") {
            return Ok(Retrieved { value: Value::Text("".into()), text });
        }
        let value = match yaml::parse(&text, Place::At(location)) {
            Ok(Node { value: Value::Text(_), .. }) | Err(_) => Value::Text(text.as_str().into()),
            Ok(node) => {
                self.nodes += count(&node);
                if self.nodes > MAX_NODES {
                    return Err(format!("all references together unfold to more than {MAX_NODES} values"));
                }
                let mut repeated = Vec::new();
                let node = unfold(node, &mut repeated);
                if let Some(first) = repeated.into_iter().next() {
                    return Err(format!("what {} gives is no valid map: {}", uri.label(), first.message));
                }
                node.value
            }
        };
        Ok(Retrieved { value, text })
    }

    fn note(&mut self, severity: Severity, location: &Location, message: String) {
        self.problems.push(Problem { severity, location: location.clone(), path: self.path.join("::"), message });
    }
}

/// What a reference gave.
struct Retrieved {
    value: Value,
    text: String,
}

/// Where the first reference stands that can be replaced now: an innermost one that is not escaped.
fn reference(text: &str) -> Option<Range<usize>> {
    let mut from = 0;
    while let Some(end) = text[from..].find('}').map(|at| from + at + 1) {
        if let Some(start) = text[from..end].rfind("${").map(|at| from + at) {
            let dollars = text[..start].bytes().rev().take_while(|b| *b == b'$').count();
            if dollars % 2 == 0 {
                return Some(start..end);
            }
        }
        from = end;
    }
    None
}

fn unescaped(text: &str) -> String {
    text.replace("$$", "$")
}

fn count(node: &Node) -> usize {
    1 + match &node.value {
        Value::List(items) => items.iter().map(count).sum(),
        Value::Map(entries) => entries.iter().map(|(_, value)| count(value)).sum(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests;
