//! A value that has to go, before it stands anywhere.

use std::ops::Range;

use crate::{Difficulty, Family};

/// A value that has to go.
#[derive(Clone, Debug)]
pub(crate) struct Value {
    pub(crate) family: Family,
    pub(crate) variant: &'static str,
    pub(crate) text: String,
    /// The part of the text that must not stay; the rest may go with it.
    pub(crate) core: Range<usize>,
    pub(crate) difficulty: Difficulty,
    /// The names that it goes by.
    pub(crate) cues: &'static Cues,
    /// Whether nobody can know it without one of its names beside it.
    pub(crate) needs_cue: bool,
}

/// The names that a kind of value goes by.
#[derive(Debug)]
pub(crate) struct Cues {
    /// Names of keys in lower snake case; the corpus writes them in all cases and with all prefixes.
    pub(crate) keys: &'static [&'static str],
    /// What people write before it in a sentence.
    pub(crate) phrases: &'static [&'static str],
}

impl Value {
    /// A value that shows by itself what it is.
    pub(crate) fn evident(family: Family, variant: &'static str, text: String, cues: &'static Cues) -> Self {
        let core = 0..text.len();
        Self { family, variant, text, core, difficulty: Difficulty::Plain, cues, needs_cue: false }
    }

    /// A value that only its name gives away.
    pub(crate) fn named(family: Family, variant: &'static str, text: String, cues: &'static Cues) -> Self {
        Self { needs_cue: true, ..Self::evident(family, variant, text, cues) }
    }

    pub(crate) fn hard(self) -> Self {
        Self { difficulty: Difficulty::Hard, ..self }
    }

    /// The same value of which only a part must go.
    pub(crate) fn core(self, core: Range<usize>) -> Self {
        Self { core, ..self }
    }

    /// The same value all of which must go.
    pub(crate) fn whole(self) -> Self {
        Self { core: 0..self.text.len(), ..self }
    }

    /// The same value of which only so many bytes at the end must go.
    pub(crate) fn last(self, bytes: usize) -> Self {
        let end = self.text.len();
        self.core(end - bytes..end)
    }

    /// How much of the text around the core may go with it: a scheme, a user name, the lines around a key.
    pub(crate) fn slack(&self) -> usize {
        match self.family {
            Family::PrivateKey | Family::Card | Family::Session => 64,
            _ => 16,
        }
    }

    /// Whether its words may be anything, so that only quotes or an end tell where it stops.
    pub(crate) fn is_free_text(&self) -> bool {
        matches!(
            self.family,
            Family::PersonName
                | Family::UserName
                | Family::Password
                | Family::Address
                | Family::ApiKey
                | Family::Session
        )
    }

    /// Whether it may be an integer in telemetry.
    pub(crate) fn is_integer(&self) -> bool {
        self.core == (0..self.text.len())
            && !self.text.starts_with('0')
            && self.text.parse::<i64>().is_ok_and(|number| number > 0)
    }

    /// Whether it may stand unquoted between white space.
    pub(crate) fn is_one_word(&self) -> bool {
        !self.text.contains(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ',' | ';' | '&' | '='))
    }

    pub(crate) fn is_one_line(&self) -> bool {
        !self.text.contains('\n')
    }
}
