//! What the tests of several processors use.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use bytes::Bytes;
use saphyr_parser::{Event, Parser, ScalarStyle};
use sluice_component::config::{Location, Node, Report, Section, Value};
use sluice_component::factory::{Program, Settings};
use sluice_component::{Accepted, BoxFuture, ConsumeError, Consumer, Context, StatusReporter};
use sluice_pdata::{Batch, Signal};

/// Takes everything and remembers it.
#[derive(Default)]
pub(crate) struct Sink(Mutex<Vec<(Batch, Context)>>);

impl Sink {
    /// What was taken, in order.
    pub(crate) fn taken(&self) -> Vec<(Batch, Context)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How many items were taken.
    pub(crate) fn items(&self) -> usize {
        self.taken().iter().map(|(batch, _)| batch.items()).sum()
    }
}

impl Consumer for Sink {
    fn consume(&self, batch: Batch, context: Context) -> BoxFuture<'_, Result<Accepted, ConsumeError>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((batch, context));
        Box::pin(std::future::ready(Ok(Accepted::ALL)))
    }

    fn flush(&self, _deadline: Instant) -> BoxFuture<'_, usize> {
        Box::pin(std::future::ready(0))
    }
}

/// A batch whose content does not matter.
pub(crate) fn batch(signal: Signal, items: usize) -> Batch {
    Batch::trusted(signal, Bytes::new(), items)
}

/// The settings of a component of this id.
pub(crate) fn settings(id: &str) -> Settings {
    Settings {
        id: id.parse().unwrap(),
        program: Program { name: "sluice", description: "Sluice", version: "0.0.0" },
        status: StatusReporter::default(),
        extensions: Default::default(),
    }
}

/// Reads the configuration that stands at `path`.
pub(crate) fn configure<T>(
    path: &str,
    keys: &[(&str, Value)],
    report: &Report,
    read: impl Fn(&mut Section<'_>) -> T,
) -> T {
    let entry = |(key, value): &(&str, Value)| ((Arc::from(*key), Location::default()), Node::new(value.clone()));
    let node = Node::new(Value::Map(keys.iter().map(entry).collect()));
    Section::read(&node, path, report, |section| read(section)).0
}

/// Reads YAML, each value with its line and column. Anchors and tags are not for tests.
pub(crate) fn yaml(text: &str) -> Node {
    let mut parser = Parser::new_from_str(text);
    let mut next = || parser.next_event().expect("the document has an end").expect("it is YAML");
    // The stream and the document begin.
    next();
    next();
    let first = next();
    yaml_node(first, &mut next)
}

fn yaml_node<'t>(
    (event, span): (Event<'t>, saphyr_parser::Span),
    next: &mut dyn FnMut() -> (Event<'t>, saphyr_parser::Span),
) -> Node {
    let (line, column) = (span.start.line() as u32, span.start.col() as u32 + 1);
    let location = Location { source: Some("config.yaml".into()), line, column };
    let value = match event {
        Event::Scalar(text, ScalarStyle::Plain, ..) => plain(&text),
        Event::Scalar(text, ..) => Value::Text(text.as_ref().into()),
        Event::SequenceStart(..) => {
            let mut items = Vec::new();
            loop {
                match next() {
                    (Event::SequenceEnd, _) => break Value::List(items),
                    item => items.push(yaml_node(item, next)),
                }
            }
        }
        Event::MappingStart(..) => {
            let mut entries = Vec::new();
            loop {
                match next() {
                    (Event::MappingEnd, _) => break Value::Map(entries),
                    key => {
                        let Node { value: Value::Text(key), location, .. } = text_node(yaml_node(key, next)) else {
                            panic!("keys are texts");
                        };
                        let value = next();
                        entries.push(((key, location), yaml_node(value, next)));
                    }
                }
            }
        }
        other => panic!("not for tests: {other:?}"),
    };
    Node { value, text: None, location }
}

/// A key, whatever it looks like.
fn text_node(node: Node) -> Node {
    let text = match &node.value {
        Value::Text(text) => text.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Bool(value) => value.to_string(),
        other => panic!("keys are texts, not {}", other.kind()),
    };
    Node { value: Value::Text(text.into()), ..node }
}

fn plain(text: &str) -> Value {
    let int = || text.parse().ok().map(Value::Int);
    let float = || text.parse().ok().filter(|_| text.contains('.')).map(Value::Float);
    match text {
        "" | "~" | "null" => Value::Null,
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        _ => int().or_else(float).unwrap_or_else(|| Value::Text(text.into())),
    }
}

/// Reads a configuration that is written in JSON and stands at `path`, and says what is wrong with it.
pub(crate) fn configure_json<T>(
    path: &str,
    json: &serde_json::Value,
    read: impl Fn(&mut Section<'_>) -> T,
) -> (T, Vec<String>) {
    let report = Report::default();
    // JSON is YAML.
    let node = yaml(&json.to_string());
    let (value, _) = Section::read(&node, path, &report, |section| read(section));
    let problems = report.into_problems();
    (value, problems.iter().map(|problem| format!("{}: {}", problem.path, problem.message)).collect())
}
