//! YAML to the configuration tree, every value with its place.
//!
//! `saphyr-parser` reads the syntax; what a plain scalar means is decided in [`scalar`], as Go's `yaml.v3` decides it.
//! Only the first document of a text is read, as the Collector does.

mod scalar;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Tag};
use sluice_component::config::{Key, Location, Node, Problem, Severity, Value};

/// The longest text that is read as YAML, in bytes.
pub(super) const MAX_BYTES: usize = 4 << 20;
/// The most values that one text may unfold to, aliases counted each time.
pub(super) const MAX_NODES: usize = 250_000;
/// The deepest nesting.
pub(super) const MAX_DEPTH: usize = 128;

/// Where the values of a text are said to stand.
#[derive(Clone, Copy)]
pub(super) enum Place<'a> {
    /// In this source, at their own lines and columns.
    In(&'a Arc<str>),
    /// All at one place: what a reference was replaced by stands where the reference stood.
    At(&'a Location),
}

impl Place<'_> {
    fn of(self, marker: Marker) -> Location {
        match self {
            Self::At(location) => location.clone(),
            Self::In(source) => Location {
                source: Some(Arc::clone(source)),
                line: u32::try_from(marker.line()).unwrap_or(u32::MAX),
                column: u32::try_from(marker.col() + 1).unwrap_or(u32::MAX),
            },
        }
    }
}

/// Reads the first document of `text`; an empty text is null.
///
/// # Errors
///
/// The text is no YAML, says a key twice, or is over a limit. All repeated keys are found, of syntax errors the first.
pub(super) fn parse(text: &str, place: Place<'_>) -> Result<Node, Vec<Problem>> {
    if text.len() > MAX_BYTES {
        return Err(vec![problem(place.of(Marker::new(0, 1, 0)), format!("is longer than {} MiB", MAX_BYTES >> 20))]);
    }
    let mut builder = Builder::new(place);
    let mut parser = Parser::new_from_str(text);
    while let Some(event) = parser.next_event() {
        let taken = match event {
            Ok((Event::StreamEnd, _)) => break,
            // What follows must at least begin as a document, or the first one ended too early: bad indentation.
            Ok((Event::DocumentEnd, _)) => match parser.next_event() {
                Some(Err(error)) => {
                    let message = "is not YAML: does not belong to what stands above, is it indented alike?";
                    Err(problem(place.of(*error.marker()), message.into()))
                }
                _ => break,
            },
            Ok((event, span)) => builder.take(event, span.start),
            Err(error) => Err(not_yaml(place, &error)),
        };
        if let Err(fatal) = taken {
            builder.problems.push(fatal);
            break;
        }
    }
    if builder.problems.is_empty() { Ok(builder.root) } else { Err(builder.problems) }
}

fn not_yaml(place: Place<'_>, error: &ScanError) -> Problem {
    problem(place.of(*error.marker()), format!("is not YAML: {}", error.info()))
}

/// Whether a plain scalar is taken for a text, and not for a number, a boolean or null.
pub(super) fn is_text(plain: &str) -> bool {
    matches!(scalar::resolve(plain, true, None), Ok(Value::Text(_)))
}

fn problem(location: Location, message: String) -> Problem {
    Problem { severity: Severity::Error, location, path: String::new(), message }
}

/// Builds the tree from the parser's events, without recursion.
struct Builder<'a> {
    place: Place<'a>,
    open: Vec<Open>,
    /// What each anchor stands for, and how many values that is.
    anchors: HashMap<usize, (Node, usize)>,
    nodes: usize,
    root: Node,
    problems: Vec<Problem>,
}

/// A list or map whose end has not come yet.
struct Open {
    container: Container,
    anchor: usize,
    location: Location,
    /// How many values there were before it.
    nodes_before: usize,
}

enum Container {
    List(Vec<Node>),
    Map(OpenMap),
}

#[derive(Default)]
struct OpenMap {
    entries: Vec<(Key, Node)>,
    /// Where each key stands in `entries`.
    index: HashMap<Arc<str>, usize>,
    /// The key whose value comes next.
    key: Option<PendingKey>,
    /// What `<<` brings in, weaker than the map's own keys.
    merged: Vec<(Key, Node)>,
}

enum PendingKey {
    Own(Key),
    Merge,
}

impl<'a> Builder<'a> {
    fn new(place: Place<'a>) -> Self {
        let root = Node { value: Value::Null, text: None, location: place.of(Marker::new(0, 1, 0)) };
        Self { place, open: Vec::new(), anchors: HashMap::new(), nodes: 0, root, problems: Vec::new() }
    }

    fn take(&mut self, event: Event<'_>, marker: Marker) -> Result<(), Problem> {
        let location = self.place.of(marker);
        match event {
            Event::Scalar(text, style, anchor, tag) => self.scalar(&text, style, anchor, tag.as_deref(), location),
            Event::SequenceStart(anchor, _) => self.begin(Container::List(Vec::new()), anchor, location),
            Event::MappingStart(anchor, _) => self.begin(Container::Map(OpenMap::default()), anchor, location),
            Event::SequenceEnd | Event::MappingEnd => self.end(),
            Event::Alias(anchor) => {
                let Some((mut node, nodes)) = self.anchors.get(&anchor).cloned() else {
                    return Err(problem(location, "is not YAML: an anchor contains itself".into()));
                };
                node.location = location;
                self.count(nodes, &node.location)?;
                self.place_node(node)
            }
            _ => Ok(()),
        }
    }

    fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<&Tag>,
        location: Location,
    ) -> Result<(), Problem> {
        if let Some(Open { container: Container::Map(map), .. }) = self.open.last_mut()
            && map.key.is_none()
        {
            let merge = text == "<<" && style == ScalarStyle::Plain;
            map.key = Some(if merge { PendingKey::Merge } else { PendingKey::Own((text.into(), location)) });
            return Ok(());
        }
        let value = scalar::resolve(text, style == ScalarStyle::Plain, tag)
            .map_err(|expected| problem(location.clone(), format!("is not {expected}, as its tag says")))?;
        self.count(1, &location)?;
        let node = Node { value, text: None, location };
        self.remember(anchor, &node, 1)?;
        self.place_node(node)
    }

    fn begin(&mut self, container: Container, anchor: usize, location: Location) -> Result<(), Problem> {
        if self.open.len() >= MAX_DEPTH {
            return Err(problem(location, format!("is nested deeper than {MAX_DEPTH} levels")));
        }
        if let Some(Open { container: Container::Map(OpenMap { key: None, .. }), .. }) = self.open.last() {
            return Err(problem(location, "a key must be a text".into()));
        }
        let nodes_before = self.nodes;
        self.count(1, &location)?;
        self.open.push(Open { container, anchor, location, nodes_before });
        Ok(())
    }

    fn end(&mut self) -> Result<(), Problem> {
        let Some(Open { container, anchor, location, nodes_before }) = self.open.pop() else {
            return Ok(());
        };
        let value = match container {
            Container::List(items) => Value::List(items),
            Container::Map(mut map) => {
                for (key, node) in std::mem::take(&mut map.merged) {
                    if !map.index.contains_key(&key.0) {
                        map.index.insert(Arc::clone(&key.0), map.entries.len());
                        map.entries.push((key, node));
                    }
                }
                Value::Map(map.entries)
            }
        };
        let node = Node { value, text: None, location };
        self.remember(anchor, &node, self.nodes - nodes_before)?;
        self.place_node(node)
    }

    /// Puts a finished value where it belongs.
    fn place_node(&mut self, node: Node) -> Result<(), Problem> {
        let map = match self.open.last_mut().map(|open| &mut open.container) {
            None => {
                self.root = node;
                return Ok(());
            }
            Some(Container::List(items)) => {
                items.push(node);
                return Ok(());
            }
            Some(Container::Map(map)) => map,
        };
        match (map.key.take(), node.value) {
            (Some(PendingKey::Own(key)), value) => {
                match map.index.entry(Arc::clone(&key.0)) {
                    Entry::Vacant(vacant) => {
                        vacant.insert(map.entries.len());
                        map.entries.push((key, Node { value, ..node }));
                    }
                    Entry::Occupied(first) => {
                        let first = &map.entries[*first.get()].0.1;
                        let message = format!("key {:?} stands here already at {first}", key.0);
                        self.problems.push(problem(key.1, message));
                    }
                }
                Ok(())
            }
            (Some(PendingKey::Merge), Value::Map(entries)) => {
                map.merged.extend(entries);
                Ok(())
            }
            (Some(PendingKey::Merge), Value::List(items)) => {
                for item in items {
                    match item.value {
                        Value::Map(entries) => map.merged.extend(entries),
                        _ => return Err(problem(item.location, "<< must be a map or a list of maps".into())),
                    }
                }
                Ok(())
            }
            (Some(PendingKey::Merge), _) => Err(problem(node.location, "<< must be a map or a list of maps".into())),
            // An alias in the place of a key.
            (None, Value::Text(text)) => {
                map.key = Some(PendingKey::Own((text, node.location)));
                Ok(())
            }
            (None, _) => Err(problem(node.location, "a key must be a text".into())),
        }
    }

    fn remember(&mut self, anchor: usize, node: &Node, nodes: usize) -> Result<(), Problem> {
        if anchor != 0 {
            self.count(nodes, &node.location)?;
            self.anchors.insert(anchor, (node.clone(), nodes));
        }
        Ok(())
    }

    fn count(&mut self, nodes: usize, location: &Location) -> Result<(), Problem> {
        self.nodes = self.nodes.saturating_add(nodes);
        if self.nodes > MAX_NODES {
            return Err(problem(location.clone(), format!("unfolds to more than {MAX_NODES} values")));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
