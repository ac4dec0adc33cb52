//! What keys say about their values.

use std::collections::{HashMap, HashSet};

use regex_automata::Input;

use super::config::Config;
use super::outcome::SUMMARY_KEYS;
use crate::patterns::{self, Invalid, Regex};

/// The rules that look at keys alone.
pub(super) struct Keys {
    /// None: all are allowed.
    allowed: Option<HashSet<Box<[u8]>>>,
    ignored: HashSet<Box<[u8]>>,
    ignored_patterns: Option<Regex>,
    blocked_patterns: Option<Regex>,
}

/// What a key says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Nothing: the value decides.
    Value,
    /// It stays, whatever the value is.
    Ignored,
    /// It goes.
    Removed,
    /// The value is hidden, whatever it is.
    Blocked,
}

/// What was said of the keys seen last: the same few come again and again.
#[derive(Default)]
pub(super) struct Seen(HashMap<Box<[u8]>, Verdict>);

/// How many keys are remembered, and how long they may be.
const MOST_SEEN: usize = 1024;
const LONGEST_SEEN: usize = 128;

impl Keys {
    pub(super) fn new(config: &Config) -> Result<Self, Invalid> {
        let set = |keys: &[String]| keys.iter().map(|key| Box::from(key.as_bytes())).collect::<HashSet<_>>();
        let allowed = (!config.allow_all_keys).then(|| {
            let mut allowed = set(&config.allowed_keys);
            allowed.extend(SUMMARY_KEYS.iter().map(|key| Box::from(key.as_bytes())));
            allowed
        });
        Ok(Self {
            allowed,
            ignored: set(&config.ignored_keys),
            ignored_patterns: patterns::any(&config.ignored_key_patterns)?,
            blocked_patterns: patterns::any(&config.blocked_key_patterns)?,
        })
    }

    /// Whether any attribute may be removed.
    pub(super) fn may_remove(&self) -> bool {
        self.allowed.is_some()
    }

    #[inline]
    pub(super) fn verdict(&self, key: &[u8], seen: &mut Seen) -> Verdict {
        if self.allowed.is_none()
            && self.ignored.is_empty()
            && self.ignored_patterns.is_none()
            && self.blocked_patterns.is_none()
        {
            return Verdict::Value;
        }
        if let Some(verdict) = seen.0.get(key) {
            return *verdict;
        }
        let verdict = self.judge(key);
        if key.len() <= LONGEST_SEEN {
            if seen.0.len() >= MOST_SEEN {
                seen.0.clear();
            }
            seen.0.insert(key.into(), verdict);
        }
        verdict
    }

    fn judge(&self, key: &[u8]) -> Verdict {
        let matches = |pattern: &Option<Regex>| pattern.as_ref().is_some_and(|regex| regex.is_match(Input::new(key)));
        if self.ignored.contains(key) || matches(&self.ignored_patterns) {
            Verdict::Ignored
        } else if self.allowed.as_ref().is_some_and(|allowed| !allowed.contains(key)) {
            Verdict::Removed
        } else if matches(&self.blocked_patterns) {
            Verdict::Blocked
        } else {
            Verdict::Value
        }
    }
}
