//! Texts to match.

use std::collections::HashSet;

use sluice_component::config::Section;

use crate::patterns::{self, Pattern, Regex};

/// How texts are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MatchType {
    /// The whole text is the same.
    Strict,
    /// A pattern is found in the text.
    Regexp,
}

/// A list of texts, of which any matches.
pub(super) enum Texts {
    Strict(HashSet<Box<str>>),
    Regexp(Regex),
}

impl Texts {
    /// Takes what stands at `key`; none if there is nothing to match.
    pub(super) fn of(
        section: &Section<'_>,
        key: &str,
        match_type: Option<MatchType>,
        texts: &[String],
    ) -> Option<Self> {
        if texts.is_empty() {
            return None;
        }
        match match_type? {
            MatchType::Strict => Some(Self::Strict(texts.iter().map(|text| text.as_str().into()).collect())),
            MatchType::Regexp => {
                let parsed = texts.iter().map(|text| {
                    let invalid = |invalid| format!("{invalid}, found {text:?}");
                    Pattern::parse(text).map_err(invalid)
                });
                let compiled = parsed
                    .collect::<Result<Vec<_>, _>>()
                    .and_then(|patterns| patterns::union(&patterns).map_err(|invalid| invalid.to_string()));
                compiled.map_err(|message| section.problem(key, message)).ok().map(Self::Regexp)
            }
        }
    }

    pub(super) fn match_any(&self, text: &str) -> bool {
        match self {
            Self::Strict(texts) => texts.contains(text),
            Self::Regexp(pattern) => pattern.is_match(text),
        }
    }
}
