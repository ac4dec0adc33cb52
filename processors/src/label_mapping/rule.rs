//! What a rule is, whoever wrote it: the user, a preset, a guard.

use std::collections::HashMap;
use std::sync::Arc;

use sluice_pdata::Signal;

use super::convert::Type;
use super::names::{Names, Template};
use crate::patterns::Regex;

/// Where attributes stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub(super) enum Level {
    Resource = 1,
    Scope = 1 << 1,
    Span = 1 << 2,
    SpanEvent = 1 << 3,
    Link = 1 << 4,
    /// The metadata of a metric.
    Metric = 1 << 5,
    DataPoint = 1 << 6,
    /// The filtered attributes of an exemplar.
    Exemplar = 1 << 7,
    LogRecord = 1 << 8,
}

/// The levels by their names.
pub(super) const LEVELS: &[(&str, Level)] = &[
    ("resource", Level::Resource),
    ("scope", Level::Scope),
    ("span", Level::Span),
    ("span_event", Level::SpanEvent),
    ("link", Level::Link),
    ("metric", Level::Metric),
    ("data_point", Level::DataPoint),
    ("exemplar", Level::Exemplar),
    ("log_record", Level::LogRecord),
];

/// The kinds of spans by their names; the number is OTLP's.
pub(super) const SPAN_KINDS: &[(&str, u8)] =
    &[("unspecified", 0), ("internal", 1), ("server", 2), ("client", 3), ("producer", 4), ("consumer", 5)];

/// Several levels, kinds of spans, or signals: a bit each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bits(pub(super) u16);

impl Bits {
    pub(super) const ALL: Self = Self(u16::MAX);
    pub(super) const NONE: Self = Self(0);

    pub(super) const fn of(levels: &[Level]) -> Self {
        let (mut bits, mut index) = (0, 0);
        while index < levels.len() {
            bits |= levels[index] as u16;
            index += 1;
        }
        Self(bits)
    }

    pub(super) const fn kinds(kinds: &[u8]) -> Self {
        let (mut bits, mut index) = (0, 0);
        while index < kinds.len() {
            bits |= 1 << kinds[index];
            index += 1;
        }
        Self(bits)
    }

    pub(super) fn has(self, level: Level) -> bool {
        self.0 & level as u16 != 0
    }

    /// Whether the bit of this number is in it.
    pub(super) fn has_number(self, number: u8) -> bool {
        number < 16 && self.0 & 1 << number != 0
    }

    pub(super) fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// A change of attributes, and where it is made.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    /// Where it stands, for a message: `rules::3`, `presets::0`.
    pub(super) place: Arc<str>,
    pub(super) levels: Bits,
    /// By their numbers in [`Signal::ALL`].
    pub(super) signals: Bits,
    /// By their numbers in OTLP; of spans only.
    pub(super) span_kinds: Bits,
    pub(super) on_conflict: OnConflict,
    pub(super) action: Action,
}

impl Rule {
    /// Whether it is for a level of a signal, and for spans of this kind.
    pub(super) fn applies(&self, signal: Signal, level: Level, span_kind: u8) -> bool {
        let number = Signal::ALL.iter().position(|it| *it == signal).unwrap_or_default() as u8;
        self.levels.has(level)
            && self.signals.has_number(number)
            && (level != Level::Span || self.span_kinds.has_number(span_kind))
    }

    /// Whether there is an attribute that both may meet.
    pub(super) fn meets(&self, other: &Self) -> bool {
        let levels = Bits(self.levels.0 & other.levels.0);
        levels.0 != 0
            && self.signals.meets(other.signals)
            && (levels.0 != Level::Span as u16 || self.span_kinds.meets(other.span_kinds))
    }
}

/// What a rule does.
#[derive(Clone, Debug)]
pub(super) enum Action {
    /// Gives other keys, by row. With levels, the attribute goes there and leaves this one.
    Rename { names: Names, to: Vec<Template>, into: Option<Bits> },
    /// The same, and the attribute stays as well.
    Copy { names: Names, to: Vec<Template>, into: Option<Bits> },
    /// Takes away what is named.
    Drop(Names),
    /// The same, for the sake of metrics.
    Guard(Names),
    /// Takes away all but what is named.
    Keep(Names),
    /// Gives other values, by row.
    Values { names: Names, tables: Vec<Values> },
    /// Gives values another type, by row.
    Convert { names: Names, to: Vec<Type>, on_failure: OnFailure },
    /// Makes attributes of the named groups of a pattern over the value, by row.
    Extract { names: Names, patterns: Vec<Regex> },
    /// Makes an attribute out of several.
    Compose(Composed),
    /// Gives every key the form that a backend wants.
    Normalize(Style),
    /// Bounds how many values there are; the number is that of the limit.
    Limit { names: Names, limit: usize, fold_into: Arc<str> },
}

/// The values that become others.
#[derive(Clone, Debug, Default)]
pub(super) struct Values {
    pub(super) table: HashMap<Box<str>, Arc<str>>,
    /// What becomes of any other value; it stays if this is none.
    pub(super) other: Option<Arc<str>>,
}

/// An attribute made out of several.
#[derive(Clone, Debug)]
pub(super) struct Composed {
    pub(super) key: Arc<str>,
    /// Texts, and the keys of the attributes whose values stand between them.
    pub(super) parts: Vec<Part>,
    pub(super) into: Option<Bits>,
}

impl Composed {
    /// The key of the first attribute in it.
    pub(super) fn first_key(&self) -> Option<&str> {
        self.parts.iter().find_map(|part| match part {
            Part::Value(key) => Some(&**key),
            Part::Text(_) => None,
        })
    }
}

/// A part of a composed value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Text(Arc<str>),
    Value(Arc<str>),
}

/// What to do when an attribute of the new name is there already, with another value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum OnConflict {
    /// What is there stays, and what was to get its name goes.
    #[default]
    KeepExisting,
    /// What is there goes.
    Overwrite,
    /// Both stay; the new one gets the name and `_renamed`.
    KeepBoth,
    /// Nothing happens.
    Skip,
    /// What is there stays, and nobody minds: for a second choice.
    Fill,
}

/// How they are written.
pub(super) const ON_CONFLICT: &[(&str, OnConflict)] = &[
    ("keep_existing", OnConflict::KeepExisting),
    ("overwrite", OnConflict::Overwrite),
    ("keep_both", OnConflict::KeepBoth),
    ("skip", OnConflict::Skip),
    ("fill", OnConflict::Fill),
];

/// What follows the name of an attribute whose name was taken.
pub(super) const SUFFIX: &str = "_renamed";

/// What to do with a value that cannot be converted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum OnFailure {
    /// The attribute stays as it is.
    #[default]
    Keep,
    /// It goes.
    Drop,
}

/// How they are written.
pub(super) const ON_FAILURE: &[(&str, OnFailure)] = &[("keep", OnFailure::Keep), ("drop", OnFailure::Drop)];

/// A form of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// `[a-zA-Z_][a-zA-Z0-9_]*`.
    Prometheus,
    /// Lower case letters, digits and `_-:./`, at most 200 characters.
    Datadog,
    /// Lower case, words joined by `_`.
    SnakeCase,
    /// Lower case.
    LowerCase,
}

/// How they are written.
pub(super) const STYLES: &[(&str, Style)] = &[
    ("prometheus", Style::Prometheus),
    ("datadog", Style::Datadog),
    ("snake_case", Style::SnakeCase),
    ("lower_case", Style::LowerCase),
];
