//! Tables that have a name: semantic conventions, old to new, and the names of backends.

mod database;
mod datadog;
mod elastic;
mod http;
mod messaging;
mod network;
mod prometheus;
mod rpc;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::config::parts;
use super::convert::Type;
use super::names::{self, MatchType, Names, Template};
use super::rule::{Action, Bits, Composed, Level, OnConflict, OnFailure, Rule, Style, Values};

/// Every preset, in the order in which those of a group are carried out.
pub(super) const PRESETS: &[&Preset] = &[
    &http::PRESET,
    &network::PRESET,
    &database::PRESET,
    &messaging::PRESET,
    &rpc::PRESET,
    &datadog::TO_DATADOG,
    &datadog::FROM_DATADOG,
    &elastic::TO_ELASTIC,
    &elastic::FROM_ELASTIC,
    &prometheus::PRESET,
];

/// The name of the presets of semantic conventions together.
const SEMCONV: Option<&str> = Some("semconv");

/// A table that has a name.
pub(super) struct Preset {
    /// What the user writes.
    pub(super) name: &'static str,
    /// Another name, which several presets share.
    pub(super) group: Option<&'static str>,
    tables: &'static [Table],
}

/// One rule of a preset.
struct Table {
    levels: Bits,
    span_kinds: Bits,
    act: Act,
}

/// What a rule of a preset does, with exact names.
enum Act {
    Rename(&'static [(&'static str, &'static str)]),
    /// Of patterns with one star.
    RenameGlobs(&'static [(&'static str, &'static str)]),
    Copy(&'static [(&'static str, &'static str)]),
    CopyInto(&'static [(&'static str, &'static str)], Bits),
    Values(&'static str, &'static [(&'static str, &'static str)]),
    Convert(&'static [(&'static str, Type)]),
    /// The pattern has the new names as its groups.
    Extract(&'static str, &'static str),
    Drop(&'static [&'static str]),
    ComposeInto(&'static str, &'static str, Bits),
    Normalize(Style),
}

/// The levels whose attributes follow the semantic conventions of what happened.
const EVENTS: Bits =
    Bits::of(&[Level::Span, Level::SpanEvent, Level::Link, Level::DataPoint, Level::Exemplar, Level::LogRecord]);

/// A rule for these levels.
const fn at(levels: Bits, act: Act) -> Table {
    Table { levels, span_kinds: Bits::ALL, act }
}

/// A rule for spans of these kinds.
const fn spans(kinds: &[u8], act: Act) -> Table {
    Table { levels: Bits::of(&[Level::Span]), span_kinds: Bits::kinds(kinds), act }
}

const SERVER: u8 = 2;
const CLIENT: u8 = 3;
const PRODUCER: u8 = 4;
const CONSUMER: u8 = 5;

impl Preset {
    /// Its rules, without the keys that they should leave alone.
    pub(super) fn rules(&self, place: &Arc<str>, except: &[String], on_conflict: OnConflict) -> Vec<Rule> {
        let rule = |table: &Table| {
            let action = table.act.action(except)?;
            let (levels, span_kinds) = (table.levels, table.span_kinds);
            // What is handed down is a second choice to what the record has.
            let on_conflict = if table.act.hands_down() { OnConflict::Fill } else { on_conflict };
            Some(Rule { place: Arc::clone(place), levels, signals: Bits::ALL, span_kinds, on_conflict, action })
        };
        self.tables.iter().filter_map(rule).collect()
    }
}

impl Act {
    fn hands_down(&self) -> bool {
        matches!(self, Self::CopyInto(..) | Self::ComposeInto(..))
    }

    /// What it does, if anything is left to do.
    fn action(&self, except: &[String]) -> Option<Action> {
        let wanted = |key: &str| !except.iter().any(|name| name == key);
        let renames = |rows: &[(&str, &str)], match_type: MatchType| {
            let mut table = (Names::default(), Vec::new());
            for (from, to) in rows.iter().filter(|(from, _)| wanted(from)) {
                // The tables are tested: nothing in them is refused.
                if table.0.add(match_type, from).is_ok()
                    && let Ok(to) = Template::read(to, match_type, table.0.last_pattern())
                {
                    table.1.push(to);
                }
            }
            Some(table).filter(|(_, to)| !to.is_empty())
        };
        let strict = |keys: &mut dyn Iterator<Item = &'static str>| {
            let mut names = Names::default();
            keys.for_each(|key| drop(names.add(MatchType::Strict, key)));
            Some(names).filter(|names| names.len() > 0)
        };
        Some(match self {
            Self::Rename(rows) => {
                let (names, to) = renames(rows, MatchType::Strict)?;
                Action::Rename { names, to, into: None }
            }
            Self::RenameGlobs(rows) => {
                let (names, to) = renames(rows, MatchType::Glob)?;
                Action::Rename { names, to, into: None }
            }
            Self::Copy(rows) => {
                let (names, to) = renames(rows, MatchType::Strict)?;
                Action::Copy { names, to, into: None }
            }
            Self::CopyInto(rows, into) => {
                let (names, to) = renames(rows, MatchType::Strict)?;
                Action::Copy { names, to, into: Some(*into) }
            }
            Self::Values(key, rows) => {
                let names = strict(&mut [*key].into_iter().filter(|key| wanted(key)))?;
                let table = rows.iter().map(|(from, to)| ((*from).into(), (*to).into())).collect();
                Action::Values { names, tables: vec![Values { table, other: None }] }
            }
            Self::Convert(rows) => {
                let rows = || rows.iter().filter(|(key, _)| wanted(key));
                let names = strict(&mut rows().map(|(key, _)| *key))?;
                Action::Convert { names, to: rows().map(|(_, to)| *to).collect(), on_failure: OnFailure::Keep }
            }
            Self::Extract(key, pattern) => {
                let names = strict(&mut [*key].into_iter().filter(|key| wanted(key)))?;
                Action::Extract { names, patterns: vec![names::compile(pattern).ok()?] }
            }
            Self::Drop(keys) => Action::Drop(strict(&mut keys.iter().copied().filter(|key| wanted(key)))?),
            Self::ComposeInto(key, template, into) if wanted(key) => {
                Action::Compose(Composed { key: (*key).into(), parts: parts(template), into: Some(*into) })
            }
            Self::ComposeInto(..) => return None,
            Self::Normalize(style) => Action::Normalize(*style),
        })
    }
}
