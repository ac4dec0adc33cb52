//! What is done to the attributes of a record, one action after the other.
//!
//! Source: the Collector's `internal/coreinternal/attraction`, and what the running Collector does.

mod config;
mod convert;
mod hash;
mod source;
#[cfg(test)]
mod tests;
mod workbench;

pub(crate) use workbench::Workbench;

use crate::patterns::Regex;
use convert::Type;
use source::Source;

/// The actions of a processor, in their order.
pub(crate) struct Actions(Vec<Action>);

/// What is done to one attribute, or to those whose keys match.
enum Action {
    /// Sets an attribute, or not, depending on whether it is there.
    Put { when: When, key: Box<str>, source: Source },
    /// Removes what has the key, and then what matches the pattern.
    Delete(Keys),
    /// Hashes what has the key, and then what matches the pattern: an attribute may be hashed twice.
    Hash(Keys),
    /// Sets attributes to what the named groups of a pattern find in a text.
    Extract { key: Box<str>, pattern: Regex, names: Vec<Box<str>> },
    /// Changes the type of a value, if that can be done.
    Convert { key: Box<str>, to: Type },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    /// `insert`: the key is not there.
    Absent,
    /// `update`: the key is there.
    Present,
    /// `upsert`.
    Always,
}

/// Attributes by their keys.
struct Keys {
    /// The empty key where none is given: to the Collector that is a key as well.
    key: Box<str>,
    pattern: Option<Regex>,
}

impl Action {
    /// The keys that it names.
    fn keys(&self) -> Vec<&str> {
        match self {
            Self::Put { key, source: Source::Attribute { key: from, .. }, .. } => vec![key, from],
            Self::Put { key, .. } | Self::Convert { key, .. } => vec![key],
            Self::Delete(keys) | Self::Hash(keys) => vec![&keys.key],
            Self::Extract { key, names, .. } => std::iter::once(key).chain(names).map(|key| &**key).collect(),
        }
    }

    /// Whether it may mean keys that it does not name.
    fn has_pattern(&self) -> bool {
        matches!(self, Self::Delete(Keys { pattern: Some(_), .. }) | Self::Hash(Keys { pattern: Some(_), .. }))
    }
}
