//! The configuration tree: what YAML, merging and expansion produce.

use std::fmt;
use std::sync::Arc;

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// The text that the value came from, where it came from an environment variable or a file: a text field takes it as
    /// it is, whatever it looks like (`0123` stays `0123`).
    pub text: Option<Arc<str>>,
    /// Where it stands.
    pub location: Location,
}

/// A YAML value, resolved by the Collector's rules.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Another number.
    Float(f64),
    /// A text.
    Text(Arc<str>),
    /// A list.
    List(Vec<Node>),
    /// A map, in the order of the file; keys are unique.
    Map(Vec<(Key, Node)>),
}

/// A key of a map and where it stands.
pub type Key = (Arc<str>, Location);

impl Value {
    /// What it is, for a message: `a whole number`, `a map`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Bool(_) => "a boolean",
            Self::Int(_) => "a whole number",
            Self::Float(_) => "a number",
            Self::Text(_) => "a text",
            Self::List(_) => "a list",
            Self::Map(_) => "a map",
        }
    }
}

impl Node {
    /// A value without a place: a default, or what `--set` gave.
    pub fn new(value: Value) -> Self {
        Self { value, text: None, location: Location::default() }
    }

    /// The value of a key, if this is a map that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        match &self.value {
            Value::Map(entries) => entries.iter().find(|((name, _), _)| &**name == key).map(|(_, node)| node),
            _ => None,
        }
    }
}

/// A place in a configuration source. Lines and columns begin at 1; line 0 means that there is no place to show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Location {
    /// The source as the user named it: a file name, `env:NAME`, `--set`.
    pub source: Option<Arc<str>>,
    /// The line.
    pub line: u32,
    /// The column.
    pub column: u32,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.source, self.line) {
            (None, _) => Ok(()),
            (Some(source), 0) => write!(f, "{source}"),
            (Some(source), line) => write!(f, "{source}:{line}:{}", self.column),
        }
    }
}
