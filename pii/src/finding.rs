//! What was found.

use std::ops::Range;

use crate::Detector;

/// Something found in a text, by its place in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What found it.
    pub rule: Rule,
    /// Where it begins.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

impl Finding {
    /// Where it is.
    pub fn range(&self) -> Range<usize> {
        self.start..self.end
    }
}

/// What found something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// A built-in detector.
    Detector(Detector),
    /// A pattern of the user's, by its place in the settings.
    Pattern(u16),
}
