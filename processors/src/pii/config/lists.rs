//! Patterns, keys, and what is let go or always taken out.

use std::net::IpAddr;

use sluice_component::config::Section;
use sluice_pii::{Allow, Checksum, Detector, IpNet, Mistake, Pattern, Place, Problem, Rule, SensitiveKey, Settings};

use super::actions::Actions;
use crate::pii::rules::{ByKey, Named};

/// More patterns would be too many values of a metric's label.
const MOST_PATTERNS: usize = 1000;

/// Everything that is listed, as it is read.
pub(super) struct Lists {
    pub(super) settings: Settings,
    /// What the patterns are called.
    pub(super) patterns: Vec<Named>,
    pub(super) by_key: Vec<ByKey>,
    /// Where each of the settings' keys stands.
    keys_from: Vec<(&'static str, usize)>,
}

impl Lists {
    pub(super) fn read(section: &mut Section<'_>, actions: &Actions, settings: Settings) -> Self {
        let mut lists = Self { settings, patterns: Vec::new(), by_key: Vec::new(), keys_from: Vec::new() };
        lists.read_patterns(section, actions);
        lists.read_keys(section, actions);
        section.section("deny", |section| {
            let keys = section.strings("keys", &[]);
            for (index, glob) in keys.iter().enumerate() {
                lists.add_key(glob, Rule::Denied, ("deny::keys", index));
            }
            lists.settings.deny = section.strings("values", &[]);
        });
        lists.settings.allow = section.section("allow", allow);
        lists
    }

    fn read_patterns(&mut self, section: &mut Section<'_>, actions: &Actions) {
        let names: Vec<_> = Checksum::NAMES.iter().map(|(name, checksum)| (*name, Some(*checksum))).collect();
        let checksums = [&[("none", None)], &names[..]].concat();
        let read = section.list("patterns", |section| {
            let name = section.string("name", "");
            let is_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
            if name.is_empty() || name.len() > 64 || !name.bytes().all(is_name) {
                section.problem("name", "must have from 1 to 64 lower-case letters, digits and underscores");
            }
            if Detector::from_name(&name).is_some() || name == DENIED {
                section.problem("name", format!("must not be that of a detector, found {name:?}"));
            }
            let pattern = Pattern {
                regex: section.string("regex", ""),
                keywords: section.strings("keywords", &[]),
                checksum: section.one_of("checksum", &checksums, "none"),
            };
            let mask = format!("[{}]", name.to_ascii_uppercase());
            (Named { mask, name, action: actions.read_another(section) }, pattern)
        });
        for (index, (named, pattern)) in read.into_iter().enumerate() {
            if self.patterns.iter().any(|other| other.name == named.name) {
                section.problem_at("patterns", index, format!("there is a pattern {:?} already", named.name));
            }
            if index == MOST_PATTERNS {
                section.problem_at("patterns", index, format!("there must be at most {MOST_PATTERNS} patterns"));
            }
            self.patterns.push(named);
            self.settings.patterns.push(pattern);
        }
    }

    fn read_keys(&mut self, section: &mut Section<'_>, actions: &Actions) {
        let read = section.list("keys", |section| {
            let globs = section.strings("match", &[]);
            if globs.is_empty() {
                section.problem("match", "must have at least one key, for instance [password, \"*.password\"]");
            }
            let detector = section.string("detector", "");
            let rule = self.rule(&detector);
            if rule.is_none() {
                section.problem("detector", format!("must be a detector or the name of a pattern, found {detector:?}"));
            }
            let whole = section.bool("whole", true);
            (globs, rule.unwrap_or(Rule::Denied), whole, actions.read_another(section))
        });
        for (index, (globs, rule, whole, action)) in read.into_iter().enumerate() {
            for glob in globs.iter().filter(|_| whole) {
                self.add_key(glob, rule, ("keys", index));
            }
            self.by_key.push(ByKey::new(&globs, action));
        }
    }

    /// The rule of a name; what the user listed if there is none.
    fn rule(&self, name: &str) -> Option<Rule> {
        if name.is_empty() {
            return Some(Rule::Denied);
        }
        let pattern = || self.patterns.iter().position(|named| named.name == name);
        let pattern = || pattern().and_then(|position| u16::try_from(position).ok()).map(Rule::Pattern);
        Detector::from_name(name).map(Rule::Detector).or_else(pattern)
    }

    /// A key alone is also meant where it is in a map.
    fn add_key(&mut self, glob: &str, rule: Rule, from: (&'static str, usize)) {
        for glob in at_any_depth(glob) {
            self.settings.keys.push(SensitiveKey { glob, rule });
            self.keys_from.push(from);
        }
    }

    /// Warns of patterns that are right and slow.
    pub(super) fn warn_of_slow_patterns(&self, section: &Section<'_>) {
        for (index, pattern) in self.settings.patterns.iter().enumerate() {
            if !pattern.has_literal() {
                let slow = "is slow: no text in it must occur in every match, so nothing can be skipped";
                section.warning_at("patterns", index, slow);
            }
        }
    }

    /// Reports why the settings cannot be used, each where it stands.
    pub(super) fn report(&self, section: &Section<'_>, mistakes: Vec<Mistake>) {
        for Mistake { place, problem } in mistakes {
            let (key, index) = match place {
                Place::Pattern(index) => ("patterns", index),
                Place::Key(index) => self.keys_from.get(index).copied().unwrap_or(("keys", index)),
                Place::Deny(index) => ("deny::values", index),
                Place::AllowValue(index) => ("allow::values", index),
                Place::AllowPattern(index) => ("allow::value_patterns", index),
                Place::AllowNetwork(index) => ("allow::networks", index),
                Place::AllowDomain(index) => ("allow::email_domains", index),
                // Each stands for itself and for itself in a map.
                Place::AllowKey(index) => ("allow::keys", index / 2),
            };
            let message = match problem {
                // The last line says what is wrong; those before it draw the pattern.
                Problem::Regex(text) => {
                    let last = text.lines().last().unwrap_or_default();
                    format!("is not a regular expression: {}", last.trim_start_matches("error: "))
                }
                other => other.to_string(),
            };
            section.problem_at(key, index, message);
        }
    }
}

/// The name of what the user listed, as metrics show it.
pub(super) const DENIED: &str = "denied";

fn allow(section: &mut Section<'_>) -> Allow {
    let keys = section.strings("keys", &[]);
    let written = section.strings("networks", &[]);
    let mut networks = Vec::with_capacity(written.len());
    for (index, text) in written.iter().enumerate() {
        match text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from)) {
            Ok(network) => networks.push(network),
            Err(_) => {
                let message = format!("must be an address or a network such as 10.0.0.0/8, found {text:?}");
                section.problem_at("networks", index, message);
            }
        }
    }
    Allow {
        values: section.strings("values", &[]),
        patterns: section.strings("value_patterns", &[]),
        networks,
        domains: section.strings("email_domains", &[]),
        keys: keys.iter().flat_map(|glob| at_any_depth(glob)).collect(),
    }
}

fn at_any_depth(glob: &str) -> [String; 2] {
    [glob.to_owned(), format!("*.{glob}")]
}
