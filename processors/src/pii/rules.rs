//! The settings, made ready.

use std::sync::{Mutex, PoisonError};

use sluice_pdata::Signal;
use sluice_pii::{Detector, Finding, Globs, Key, Rule, Scanner};

use super::keys::{Class, Keys};
use super::place::Place;
use super::steps::Steps;
use crate::repeated::Repeated;

/// What is done about a finding.
#[derive(Clone, Debug)]
pub(super) enum Action {
    /// Something stands in its place.
    Replace(sluice_pii::Action),
    /// The value that it is in becomes empty.
    DropValue,
    /// The attribute or entry that it is in goes.
    DropAttribute,
    /// The span, data point or log record that it is in goes.
    DropRecord,
}

impl Action {
    /// Its name in the settings.
    pub(super) fn name(&self) -> &'static str {
        use sluice_pii::Action as Replacement;
        match self {
            Self::Replace(Replacement::Mask) => "mask",
            Self::Replace(Replacement::Text(_)) => "text",
            Self::Replace(Replacement::Hmac(_)) => "hmac",
            Self::Replace(Replacement::Token(_)) => "token",
            Self::Replace(Replacement::Partial { .. }) => "partial",
            Self::Replace(Replacement::TruncateIp { .. }) => "truncate_ip",
            Self::DropValue => "drop_value",
            Self::DropAttribute => "drop_attribute",
            Self::DropRecord => "drop_record",
        }
    }
}

/// A detector or a pattern of the user's, as it is counted, shown and masked.
#[derive(Clone, Debug)]
pub(super) struct Named {
    pub(super) name: String,
    pub(super) mask: String,
    pub(super) action: Action,
}

/// What becomes of a value that cannot be scanned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unscanned {
    /// A mask stands in the place of all of it.
    Mask,
    DropAttribute,
    DropRecord,
    /// The batch is refused.
    Refuse,
}

/// What becomes of a number in which something was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Numbers {
    /// It becomes a text: what would stand in the place of its digits.
    Text,
    /// It becomes zero, and stays a number.
    Zero,
    /// Numbers are not looked at.
    Off,
}

/// Where to look, and what to do where one cannot.
#[derive(Clone, Copy, Debug)]
pub(super) struct Options {
    /// Whether keys of attributes and maps are looked at.
    pub(super) keys: bool,
    /// Whether names, versions, units, descriptions and schema URLs are looked at.
    pub(super) names: bool,
    /// Whether bytes are looked at.
    pub(super) bytes: bool,
    pub(super) numbers: Numbers,
    pub(super) unscanned: Unscanned,
    /// A value of more bytes is not scanned, and none grows past it.
    pub(super) max_value_size: usize,
    /// Whether items say how much was found in them.
    pub(super) summary: bool,
}

/// A key whose findings have an action of their own.
#[derive(Clone, Debug)]
pub(super) struct ByKey {
    globs: Globs,
    action: Action,
}

impl ByKey {
    pub(super) fn new(globs: &[String], action: Action) -> Self {
        Self { globs: Globs::new(globs.iter().map(String::as_str)), action }
    }

    /// A key alone is also meant where it is in a map.
    fn matches(&self, path: &[u8], key: &[u8]) -> bool {
        let key = &key[key.len().saturating_sub(LONGEST_PATH)..];
        self.globs.first_match(path).or_else(|| self.globs.first_match(key)).is_some()
    }
}

/// The settings, made ready.
pub(super) struct Rules {
    pub(super) scanner: Scanner,
    /// By [`index`].
    pub(super) named: Vec<Named>,
    pub(super) by_key: Vec<ByKey>,
    pub(super) options: Options,
    /// What is known of the fields without a key.
    fields: Vec<Class>,
    /// What is done with the fields of each message, by signal.
    steps: Vec<Steps>,
    /// What is lent to those who scrub, one each.
    scratch: Mutex<Vec<Scratch>>,
}

/// How many bytes of a path say something, counted from its end: so that many keys in a long one cost no more than others.
const LONGEST_PATH: usize = 512;

/// What scrubbing needs besides the rules: buffers that are used again.
pub(super) struct Scratch {
    pub(super) keys: Keys,
    /// Attributes and texts in which there is nothing.
    pub(super) clean: Repeated,
    pub(super) findings: Vec<Finding>,
    /// The keys that lead to a value in a map, joined by dots.
    pub(super) path: Vec<u8>,
    /// What stands in the place of a value.
    pub(super) out: Vec<u8>,
    /// How often each rule found something in the item at hand.
    pub(super) counts: Vec<u32>,
}

impl Rules {
    pub(super) fn new(scanner: Scanner, named: Vec<Named>, by_key: Vec<ByKey>, options: Options) -> Self {
        let steps = Signal::ALL.map(|signal| Steps::new(signal, options)).into();
        let mut rules = Self { scanner, named, by_key, options, fields: Vec::new(), steps, scratch: Mutex::default() };
        let mut findings = Vec::new();
        let class = |place: Place| {
            let key = place.key().as_bytes();
            Class { personal: false, ..rules.class(key, key.len(), &mut findings) }
        };
        rules.fields = Place::ALL.map(class).to_vec();
        rules
    }

    /// What is known of a field without a key.
    pub(super) fn field(&self, place: Place) -> Class {
        self.fields[place as usize]
    }

    /// What is done with the fields of each message of a signal.
    pub(super) fn steps(&self, signal: Signal) -> &Steps {
        &self.steps[signal as usize]
    }

    pub(super) fn named(&self, rule: Rule) -> &Named {
        &self.named[index(rule)]
    }

    /// What is done about a finding.
    pub(super) fn action(&self, class: Class, rule: Rule) -> &Action {
        match class.action {
            Some(by_key) => &self.by_key[usize::from(by_key)].action,
            None => &self.named(rule).action,
        }
    }

    /// What the key at the end of a path says about its value.
    pub(super) fn class(&self, path: &[u8], leaf: usize, findings: &mut Vec<Finding>) -> Class {
        let key = &path[path.len() - leaf..];
        let path = &path[path.len().saturating_sub(LONGEST_PATH)..];
        let action = self.by_key.iter().position(|by_key| by_key.matches(path, key));
        let action = action.and_then(|position| u16::try_from(position).ok());
        let personal = self.options.keys && {
            self.scanner.scan(Key::default(), key, findings);
            !findings.is_empty()
        };
        Class { key: self.scanner.key(path), action, personal }
    }

    /// Lends the buffers to `work`.
    pub(super) fn with_scratch<T>(&self, work: impl FnOnce(&mut Scratch) -> T) -> T {
        let pool = || self.scratch.lock().unwrap_or_else(PoisonError::into_inner);
        let lent = pool().pop();
        let mut scratch = lent.unwrap_or_else(|| Scratch::new(self.named.len()));
        let result = work(&mut scratch);
        pool().push(scratch);
        result
    }
}

impl Scratch {
    fn new(rules: usize) -> Self {
        Self {
            keys: Keys::new(),
            clean: Repeated::new(),
            findings: Vec::new(),
            path: Vec::new(),
            out: Vec::new(),
            counts: vec![0; rules],
        }
    }
}

/// Where a rule is in [`Rules::named`].
pub(super) fn index(rule: Rule) -> usize {
    match rule {
        Rule::Detector(detector) => detector as usize,
        Rule::Denied => Detector::ALL.len(),
        Rule::Pattern(pattern) => Detector::ALL.len() + 1 + usize::from(pattern),
    }
}
