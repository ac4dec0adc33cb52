//! Why a message was refused.

use std::fmt;

use crate::check::MAX_DEPTH;

/// What is wrong with a message, and where. The message must be refused: no retry can make it valid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{position}: {problem}", PathPrefix(&self.path))]
pub struct Malformed {
    /// The field names from the outermost in, in reverse.
    path: Vec<&'static str>,
    position: Position,
    problem: Problem,
}

/// Where in a message something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Position {
    /// So many bytes from the start of a protobuf message.
    Offset(usize),
    /// In a JSON text. Both count from one, columns in bytes.
    Text {
        /// The line.
        line: usize,
        /// The column.
        column: usize,
    },
}

/// What was expected and what was found.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// A varint has no end, or does not fit into 64 bits.
    #[error("expected a varint of at most 64 bits")]
    Varint,
    /// A tag has field number 0, a number above 2^29 - 1, a group's wire type or no known wire type.
    #[error("expected a field number and a wire type, found tag {tag}")]
    Tag {
        /// The tag.
        tag: u64,
    },
    /// A field is longer than what is left of the message around it.
    #[error("expected at most {left} bytes, found a field of {length}")]
    Length {
        /// How long the field says it is.
        length: u64,
        /// How many bytes there are.
        left: usize,
    },
    /// Packed numbers are cut off.
    #[error("expected numbers of {width} bytes each, found {length} bytes")]
    Packed {
        /// The size of a number in bytes.
        width: usize,
        /// The size of all of them.
        length: usize,
    },
    /// An id has another length than OTLP defines.
    #[error("expected an id of {expected} bytes or none, found {found} bytes")]
    IdLength {
        /// The length it must have, unless it is empty.
        expected: usize,
        /// The length it has.
        found: usize,
    },
    /// A string is not UTF-8.
    #[error("expected UTF-8")]
    Utf8,
    /// Values are nested too deep.
    #[error("expected values nested at most {MAX_DEPTH} deep")]
    Depth,
    /// There are too many elements; see [`Limits`](crate::Limits).
    #[error("expected at most {limit} elements")]
    Elements {
        /// How many there may be.
        limit: usize,
    },
    /// It is not JSON.
    #[error("expected JSON: {reason}")]
    Json {
        /// What the parser says.
        reason: String,
    },
    /// A JSON value has another type than the field.
    #[error("expected {expected}, found {found}")]
    Type {
        /// What the field takes.
        expected: &'static str,
        /// What is there.
        found: &'static str,
    },
    /// A number or a text is none that the field can hold.
    #[error("expected {expected}")]
    Value {
        /// What the field takes.
        expected: &'static str,
    },
    /// A member of a JSON object is there twice.
    #[error("expected it once, found it again")]
    Again,
    /// Of members that exclude each other a second is there.
    #[error("expected one of its kind, found a second")]
    Second,
}

impl Malformed {
    #[cold]
    pub(crate) fn new(offset: usize, problem: Problem) -> Box<Self> {
        Box::new(Self { path: Vec::new(), position: Position::Offset(offset), problem })
    }

    /// A problem in a JSON text. The path leads from the outermost member to the innermost.
    #[cold]
    pub(crate) fn in_text(mut path: Vec<&'static str>, line: usize, column: usize, problem: Problem) -> Self {
        path.reverse();
        Self { path, position: Position::Text { line, column }, problem }
    }

    /// Says that the message in which the problem lies is in this field, and begins so many bytes in.
    #[cold]
    pub(crate) fn within(mut self: Box<Self>, field: Option<&'static str>, begins: usize) -> Box<Self> {
        self.path.extend(field);
        if let Position::Offset(offset) = &mut self.position {
            *offset += begins;
        }
        self
    }

    /// The names of the fields that lead to it, joined by dots, for instance `resource_spans.scope_spans.spans.trace_id`,
    /// or `resourceSpans.scopeSpans.spans.traceId` in JSON.
    /// Empty where the outermost message itself is broken, cut off after eight names.
    pub fn path(&self) -> String {
        Path(&self.path).to_string()
    }

    /// Where it is.
    pub fn position(&self) -> Position {
        self.position
    }

    /// What was expected there.
    pub fn problem(&self) -> &Problem {
        &self.problem
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Offset(offset) => write!(f, "at byte {offset}"),
            Self::Text { line, column } => write!(f, "at line {line} column {column}"),
        }
    }
}

struct Path<'a>(&'a [&'static str]);

/// How many names of a path are shown. What is longer is a value within values.
const SHOWN: usize = 8;

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (depth, name) in self.0.iter().rev().take(SHOWN).enumerate() {
            if depth > 0 {
                f.write_str(".")?;
            }
            f.write_str(name)?;
        }
        if self.0.len() > SHOWN { f.write_str("...") } else { Ok(()) }
    }
}

struct PathPrefix<'a>(&'a [&'static str]);

impl fmt::Display for PathPrefix<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() { Ok(()) } else { write!(f, "{} ", Path(self.0)) }
    }
}
