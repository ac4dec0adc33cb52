//! The scanner: settings made ready, to be asked about text.

use crate::{Detector, Rule};
use crate::{DetectorSet, Finding, email};

/// What is looked for.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The detectors that look; all by default.
    pub detectors: DetectorSet,
}

impl Default for Settings {
    fn default() -> Self {
        Self { detectors: DetectorSet::ALL }
    }
}

/// What the key of a value says of it: that it needs no look, that all of it is personal, or which detectors to trust.
/// Keys repeat, so whoever walks telemetry asks once a key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Key(());

/// Finds personal data and secrets in text.
#[derive(Clone, Debug)]
pub struct Scanner {
    detectors: DetectorSet,
}

impl Scanner {
    /// Makes settings ready.
    pub fn new(settings: &Settings) -> Self {
        Self { detectors: settings.detectors }
    }

    /// Says what a key says of its value: an attribute's key, or the name of a field such as `body`.
    pub fn key(&self, _key: &[u8]) -> Key {
        Key(())
    }

    /// Finds what is in a text: sorted, none overlapping another. What `findings` held before is gone. The text need not
    /// be UTF-8. Takes time linear in the length of the text.
    pub fn scan(&self, _key: Key, text: &[u8], findings: &mut Vec<Finding>) {
        findings.clear();
        if self.detectors.contains(Detector::Email) {
            email::find(text, |range| {
                findings.push(Finding { rule: Rule::Detector(Detector::Email), start: range.start, end: range.end });
            });
        }
    }
}
