//! What was found.

use std::ops::Range;

use crate::Detector;

/// Something found in a text, by its place in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What found it.
    pub rule: Rule,
    /// Why it is taken for that.
    pub reason: Reason,
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
    /// A value that the user listed.
    Denied,
}

/// Why something is taken for what it is said to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// Nothing else is written like that.
    Format,
    /// Its check digits are right, or its check sum.
    Checksum,
    /// It begins as only these begin.
    Prefix,
    /// The key of the value says so, or the key written before it in the text.
    Key,
    /// Words near it say so.
    Context,
    /// The user's settings say so.
    Settings,
}

impl Reason {
    /// In words, as the end of "found because ...".
    pub fn text(self) -> &'static str {
        match self {
            Self::Format => "it has the format",
            Self::Checksum => "it has the format and its check sum is right",
            Self::Prefix => "it begins as only these begin",
            Self::Key => "the key before it says so",
            Self::Context => "words near it say so",
            Self::Settings => "the settings list it",
        }
    }
}
