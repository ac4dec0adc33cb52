//! The scanner: settings made ready, to be asked about text.

use crate::allow::Allowed;
use crate::deny::Denied;
use crate::glob::Globs;
use crate::key::Look;
use crate::patterns::Patterns;
use crate::resolve::resolve;
use crate::settings::{Mistake, Place, Problem};
use crate::sweep::Sweep;
use crate::value::is_plausible;
use crate::{Detector, DetectorSet, Finding, Key, Reason, Rule, Settings};

/// Finds personal data and secrets in text. It does not change: all threads share one.
#[derive(Debug)]
pub struct Scanner {
    detectors: DetectorSet,
    patterns: Option<Patterns>,
    denied: Option<Denied>,
    allowed: Option<Allowed>,
    keys: Globs,
    rules: Vec<Rule>,
    allowed_keys: Globs,
}

impl Scanner {
    /// Makes settings ready.
    ///
    /// # Errors
    ///
    /// All entries that cannot be used.
    pub fn new(settings: &Settings) -> Result<Self, Vec<Mistake>> {
        let mut mistakes = Vec::new();
        check_sizes(settings, &mut mistakes);
        for (place, key) in settings.keys.iter().enumerate() {
            if let Rule::Pattern(pattern) = key.rule
                && usize::from(pattern) >= settings.patterns.len()
            {
                mistakes.push(Mistake { place: Place::Key(place), problem: Problem::NoPattern(pattern) });
            }
        }
        let patterns = Patterns::new(&settings.patterns, &mut mistakes);
        let allowed = Allowed::new(&settings.allow, &mut mistakes);
        let denied = Denied::new(&settings.deny, &mut mistakes);
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        Ok(Self {
            detectors: settings.detectors,
            patterns,
            denied,
            allowed,
            keys: Globs::new(settings.keys.iter().map(|key| key.glob.as_str())),
            rules: settings.keys.iter().map(|key| key.rule).collect(),
            allowed_keys: Globs::new(settings.allow.keys.iter().map(String::as_str)),
        })
    }

    /// Says what a key says of its value: an attribute's key, with those of the maps around it joined by dots, or the name
    /// of a field such as `body`. Costs some hundred nanoseconds; whoever asks about many values of a key keeps the answer.
    pub fn key(&self, key: &[u8]) -> Key {
        if self.allowed_keys.first_match(key).is_some() {
            return Key { look: Look::Skip, ..Key::default() };
        }
        let mut known = Key::of(key);
        if let Some(place) = self.keys.first_match(key) {
            known.whole = Some(self.rules[place]);
            known.look = Look::All;
            known.is_listed = true;
        } else if let Some(Rule::Detector(detector)) = known.whole
            && !self.detectors.contains(detector)
        {
            known.whole = None;
        }
        known.keywords = self.patterns.as_ref().map_or(0, |patterns| patterns.keywords_in(key));
        if known.look == Look::Skip && (self.patterns.is_some() || self.denied.is_some()) {
            known.look = Look::Settings;
        }
        known
    }

    /// Finds what is in a text: sorted, none overlapping another. What `findings` held before is gone. The text need not
    /// be UTF-8. Takes time linear in the length of the text, and memory only for findings.
    #[inline]
    pub fn scan(&self, key: Key, text: &[u8], findings: &mut Vec<Finding>) {
        findings.clear();
        if key.look != Look::Skip && !text.is_empty() {
            self.look(key, text, findings);
        }
    }

    fn look(&self, key: Key, text: &[u8], findings: &mut Vec<Finding>) {
        let header = key.whole == Some(Rule::Detector(Detector::Authorization)) && !key.is_listed;
        if let Some(whole) = self.whole(key, text) {
            findings.push(whole);
        } else if !(header && Sweep::new(text, key, self.detectors, findings).header()) {
            if key.look != Look::Settings {
                Sweep::new(text, key, self.detectors, findings).run();
            }
            if let Some(patterns) = &self.patterns {
                patterns.find(key, text, findings);
            }
            if let Some(denied) = &self.denied {
                denied.find(text, findings);
            }
        }
        if !findings.is_empty() {
            if let Some(allowed) = &self.allowed {
                findings.retain(|finding| !allowed.allows(finding, &text[finding.range()]));
            }
            resolve(findings);
        }
    }

    /// The rule that a whole number breaks: a card's number, or what its key says.
    pub fn scan_int(&self, key: Key, value: i64) -> Option<Rule> {
        if key.look == Look::Skip || key.whole.is_none() && value.unsigned_abs() < 100_000 {
            return None;
        }
        self.scan_number(key, Digits::of(value).written())
    }

    /// The rule that a number breaks: a card's number held in a double, or what its key says.
    pub fn scan_double(&self, key: Key, value: f64) -> Option<Rule> {
        if !value.is_finite() || key.look == Look::Skip {
            return None;
        }
        if value.fract() == 0.0 && value.abs() < 9e18 {
            return self.scan_int(key, value as i64);
        }
        // Fractions are coordinates by their key, and nothing else.
        key.whole?;
        self.scan_number(key, Digits::of(value).written())
    }

    fn scan_number(&self, key: Key, text: &[u8]) -> Option<Rule> {
        let mut findings = Vec::new();
        self.scan(key, text, &mut findings);
        findings.first().map(|finding| finding.rule)
    }

    /// All of a value that its key says is personal.
    fn whole(&self, key: Key, text: &[u8]) -> Option<Finding> {
        let rule = key.whole?;
        let range = text.len() - text.trim_ascii_start().len()..text.trim_ascii_end().len();
        let finding =
            |range: std::ops::Range<usize>, reason| Finding { rule, reason, start: range.start, end: range.end };
        if key.is_listed {
            return (!crate::value::is_placeholder(text)).then(|| finding(range, Reason::Settings));
        }
        let Rule::Detector(detector) = rule else { return None };
        // Its parts are looked at.
        if detector == Detector::Authorization || !is_plausible(detector, key.atoms, text) {
            return None;
        }
        let range = match detector {
            // An address as a login is an address.
            Detector::UserAccount | Detector::Email if text.contains(&b'@') => return None,
            _ => range,
        };
        Some(finding(range, Reason::Key))
    }
}

/// The digits of a number.
struct Digits {
    bytes: [u8; 40],
    length: usize,
}

impl Digits {
    fn of(value: impl std::fmt::Display) -> Self {
        let mut digits = Self { bytes: [0; 40], length: 0 };
        // What does not fit is no number of anybody.
        let _ = std::io::Write::write_fmt(&mut digits, format_args!("{value}"));
        digits
    }

    fn written(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}

impl std::io::Write for Digits {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = (&mut self.bytes[self.length..]).write(bytes)?;
        self.length += written;
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Checks the sizes of all lists and of their entries.
fn check_sizes(settings: &Settings, mistakes: &mut Vec<Mistake>) {
    fn check<'a>(place: fn(usize) -> Place, entries: impl Iterator<Item = &'a str>, mistakes: &mut Vec<Mistake>) {
        for (index, entry) in entries.enumerate() {
            let problem = match entry.len() {
                _ if index == Settings::MOST => Problem::Many,
                _ if index > Settings::MOST => break,
                0 => Problem::Empty,
                length if length > Settings::LONGEST => Problem::Long(length),
                _ => continue,
            };
            mistakes.push(Mistake { place: place(index), problem });
        }
    }
    let Settings { patterns, keys, allow, deny, .. } = settings;
    check(Place::Pattern, patterns.iter().map(|pattern| pattern.regex.as_str()), mistakes);
    check(Place::Pattern, patterns.iter().flat_map(|pattern| &pattern.keywords).map(String::as_str), mistakes);
    check(Place::Key, keys.iter().map(|key| key.glob.as_str()), mistakes);
    check(Place::Deny, deny.iter().map(String::as_str), mistakes);
    check(Place::AllowValue, allow.values.iter().map(String::as_str), mistakes);
    check(Place::AllowPattern, allow.patterns.iter().map(String::as_str), mistakes);
    check(Place::AllowNetwork, allow.networks.iter().map(|_| "network"), mistakes);
    check(Place::AllowDomain, allow.domains.iter().map(String::as_str), mistakes);
    check(Place::AllowKey, allow.keys.iter().map(String::as_str), mistakes);
}
