//! What a user can set.

use ipnet::IpNet;

use crate::{DetectorSet, Rule, checksum::Checksum};

/// What is looked for, and what is let go.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The detectors that look; all by default.
    pub detectors: DetectorSet,
    /// Patterns beside the detectors; at most [`Settings::MOST`].
    pub patterns: Vec<Pattern>,
    /// Keys whose whole value is personal; at most [`Settings::MOST`]. The first that matches decides.
    pub keys: Vec<SensitiveKey>,
    /// What is let go.
    pub allow: Allow,
    /// Values that are found wherever they stand as words of their own, upper and lower case alike; at most
    /// [`Settings::MOST`].
    pub deny: Vec<String>,
}

impl Settings {
    /// The most entries that each list can have.
    pub const MOST: usize = 10_000;
    /// The most bytes that an entry of a list can have.
    pub const LONGEST: usize = 4096;
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            detectors: DetectorSet::ALL,
            patterns: Vec::new(),
            keys: Vec::new(),
            allow: Allow::default(),
            deny: Vec::new(),
        }
    }
}

/// A pattern of the user's.
#[derive(Clone, Debug, Default)]
pub struct Pattern {
    /// A regular expression, in the syntax of the crate `regex`. What its group `value` matched is the finding; without
    /// one, what its first group matched; without groups, all of it.
    pub regex: String,
    /// One of these must stand near: in the key, or in the 64 bytes before what was matched or the 32 after. Upper and
    /// lower case alike. Without any, everything that matches is found.
    pub keywords: Vec<String>,
    /// The check that the digits of what was matched must pass.
    pub checksum: Option<Checksum>,
}

/// Keys whose whole value is personal.
#[derive(Clone, Debug)]
pub struct SensitiveKey {
    /// A glob over the key: `*` is any number of bytes, `?` is one; upper and lower case alike. Keys of nested maps are
    /// joined by dots.
    pub glob: String,
    /// What the value is said to be.
    pub rule: Rule,
}

/// What is let go although a rule found it.
#[derive(Clone, Debug, Default)]
pub struct Allow {
    /// Findings that equal one of these, upper and lower case alike.
    pub values: Vec<String>,
    /// Findings of which all matches one of these regular expressions.
    pub patterns: Vec<String>,
    /// IP addresses that lie in one of these networks.
    pub networks: Vec<IpNet>,
    /// E-mail addresses at one of these domains or below it.
    pub domains: Vec<String>,
    /// Globs over keys, as in [`SensitiveKey::glob`]: their values are not looked at.
    pub keys: Vec<String>,
}

/// Why settings cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {problem}")]
pub struct Mistake {
    /// Where.
    pub place: Place,
    /// What is wrong.
    pub problem: Problem,
}

/// An entry of the settings, by its place in its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Place {
    /// In [`Settings::patterns`].
    #[error("patterns[{0}]")]
    Pattern(usize),
    /// In [`Settings::keys`].
    #[error("keys[{0}]")]
    Key(usize),
    /// In [`Settings::deny`].
    #[error("deny[{0}]")]
    Deny(usize),
    /// In [`Allow::values`].
    #[error("allow.values[{0}]")]
    AllowValue(usize),
    /// In [`Allow::patterns`].
    #[error("allow.patterns[{0}]")]
    AllowPattern(usize),
    /// In [`Allow::networks`].
    #[error("allow.networks[{0}]")]
    AllowNetwork(usize),
    /// In [`Allow::domains`].
    #[error("allow.domains[{0}]")]
    AllowDomain(usize),
    /// In [`Allow::keys`].
    #[error("allow.keys[{0}]")]
    AllowKey(usize),
}

/// What is wrong with an entry of the settings.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// It is empty.
    #[error("must not be empty")]
    Empty,
    /// It has more than [`Settings::LONGEST`] bytes.
    #[error("must have at most {most} bytes, has {0}", most = Settings::LONGEST)]
    Long(usize),
    /// Its list has more than [`Settings::MOST`] entries.
    #[error("there must be at most {most} of these", most = Settings::MOST)]
    Many,
    /// It is no regular expression, or one that is too large.
    #[error("{0}")]
    Regex(String),
    /// It matches a text without bytes.
    #[error("must not match an empty text")]
    MatchesEmpty,
    /// It names a pattern that is not there.
    #[error("there is no pattern {0}")]
    NoPattern(u16),
}
