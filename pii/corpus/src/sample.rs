//! What the corpus is made of.

use std::ops::Range;

use crate::{Family, Place};

/// One string of telemetry, where it stands, and what is true of it.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Where it stands.
    pub place: Place,
    /// The attribute's key, or the key of the map entry; empty where a place has none.
    pub key: String,
    /// What it says. A number stands here as it is written.
    pub text: String,
    /// What is true of it.
    pub truth: Truth,
}

/// What is true of a sample.
#[derive(Clone, Debug)]
pub enum Truth {
    /// There is personal data or a secret in it.
    Positive(Vec<Label>),
    /// There is none, whatever it looks like. The name is the kind of look-alike.
    LookAlike(&'static str),
}

impl Truth {
    /// What has to go.
    pub fn labels(&self) -> &[Label] {
        match self {
            Self::Positive(labels) => labels,
            Self::LookAlike(_) => &[],
        }
    }
}

/// A piece of a text that has to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The bytes that must not stay.
    pub core: Range<usize>,
    /// The bytes that may go with them: a scheme, quotes, the user before the password.
    pub outer: Range<usize>,
    /// What it is.
    pub family: Family,
    /// Which format of its family, such as `visa` or `github_fine_grained`.
    pub variant: &'static str,
    /// How it stands in the text, such as `json` or `url_query`.
    pub frame: &'static str,
    /// How much may be asked of a detector.
    pub difficulty: Difficulty,
}

/// How much may be asked of a detector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difficulty {
    /// A usual format in a usual surrounding.
    Plain,
    /// Disguised, encoded, or in an unusual format.
    Hard,
}
