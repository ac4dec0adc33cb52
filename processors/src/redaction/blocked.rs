//! The patterns of `blocked_values`.

use regex_automata::Input;
use regex_automata::meta::Cache;
use regex_automata::util::iter::Searcher;

use super::mask::Mask;
use crate::patterns::{self, Invalid, Needs, Pattern, Regex, count_digits};

/// The patterns, in the order of the configuration: each sees what those before it left.
pub(super) struct Blocked {
    patterns: Vec<(Needs, Regex)>,
    /// Matches where any of them does.
    any: Option<Regex>,
}

/// What is needed to search.
pub(super) struct Space {
    each: Vec<Cache>,
    any: Option<Cache>,
}

impl Blocked {
    pub(super) fn new(patterns: &[Pattern]) -> Result<Self, Invalid> {
        let compiled = patterns.iter().map(|pattern| {
            let regex = patterns::union(std::slice::from_ref(pattern))?;
            Ok((pattern.needs(), regex))
        });
        Ok(Self { patterns: compiled.collect::<Result<_, _>>()?, any: patterns::any(patterns)? })
    }

    pub(super) fn space(&self) -> Space {
        Space {
            each: self.patterns.iter().map(|(_, regex)| regex.create_cache()).collect(),
            any: self.any.as_ref().map(Regex::create_cache),
        }
    }

    /// Whether a pattern may match: nearly all texts lack what the patterns need, and are not searched.
    #[inline]
    pub(super) fn may_match(&self, text: &[u8]) -> bool {
        let digits = count_digits(text);
        self.patterns.iter().any(|(needs, _)| needs.met_by(text, digits))
    }

    /// The text with all matches hidden; none if nothing matches.
    pub(super) fn mask(&self, text: &str, mask: &Mask, space: &mut Space) -> Option<String> {
        let digits = count_digits(text.as_bytes());
        let mut possible = (0..self.patterns.len()).filter(|at| self.patterns[*at].0.met_by(text.as_bytes(), digits));
        let first = possible.next()?;
        // Several are searched for together.
        if possible.next().is_some()
            && let (Some(any), Some(cache)) = (&self.any, &mut space.any)
            && any.search_half_with(cache, &Input::new(text).earliest(true)).is_none()
        {
            return None;
        }
        let mut changed: Option<String> = None;
        for ((needs, regex), cache) in self.patterns.iter().zip(&mut space.each).skip(first) {
            let text = changed.as_deref().unwrap_or(text);
            if needs.met_by(text.as_bytes(), count_digits(text.as_bytes()))
                && let Some(masked) = mask_matches(regex, cache, text, mask)
            {
                changed = Some(masked);
            }
        }
        changed
    }
}

/// The text with the matches of one pattern hidden; none if it does not match.
fn mask_matches(regex: &Regex, cache: &mut Cache, text: &str, mask: &Mask) -> Option<String> {
    let mut searcher = Searcher::new(Input::new(text));
    let mut next = || searcher.advance(|input| Ok(regex.search_with(cache, input)));
    let mut found = next()?;
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    loop {
        out.push_str(&text[copied..found.start()]);
        mask.put(&mut out, &text[found.range()]);
        copied = found.end();
        match next() {
            Some(more) => found = more,
            None => break,
        }
    }
    out.push_str(&text[copied..]);
    Some(out)
}
