//! Regular expressions of a configuration, in the syntax of the Collector.

mod literal;
mod needs;
mod syntax;
#[cfg(test)]
mod tests;

pub use needs::{Needs, count_digits};
pub use regex_automata::meta::Regex;

use regex_automata::util::syntax as parse;
use regex_syntax::hir::Hir;
use sluice_component::config::Section;
use thiserror::Error;

use literal::has_literal;

/// What a compiled list may take in memory, in bytes: patterns such as `(\d{1000}){1000}` are refused.
const MOST_BYTES: usize = 16 << 20;

/// Why a pattern cannot be used. Says where in the pattern, if that is known.
#[derive(Debug, Error)]
#[error("is not a regular expression: {0}")]
pub struct Invalid(String);

/// A pattern that was understood.
#[derive(Clone, Debug)]
pub struct Pattern(Hir);

impl Pattern {
    /// Reads a pattern as Go's `regexp` does.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let translated = syntax::translate(text).map_err(|error| Invalid(error.to_string()))?;
        let config = parse::Config::new().utf8(false);
        match parse::parse_with(&translated, &config) {
            Ok(hir) => Ok(Self(hir)),
            Err(error) => Err(Invalid(kind_of(&error))),
        }
    }

    /// Whether every match holds some text that is known beforehand. Where there is none, each byte of each value has to
    /// be looked at.
    pub fn has_literal(&self) -> bool {
        has_literal(&self.0)
    }

    /// What every match holds: a cheap look that spares most searches.
    pub fn needs(&self) -> Needs {
        Needs::of(&self.0)
    }
}

/// Compiles a pattern: [`Pattern::parse`] and [`union`] of one.
pub fn compile(text: &str) -> Result<Regex, Invalid> {
    union(&[Pattern::parse(text)?])
}

/// Compiles a list of patterns into one regular expression that matches wherever one of them does.
pub fn union(patterns: &[Pattern]) -> Result<Regex, Invalid> {
    let hirs: Vec<&Hir> = patterns.iter().map(|pattern| &pattern.0).collect();
    // Go steps over characters, so that no empty match is within one.
    let config = Regex::config().utf8_empty(true).nfa_size_limit(Some(MOST_BYTES));
    Regex::builder().configure(config).build_many_from_hir(&hirs).map_err(|error| match error.size_limit() {
        Some(_) => Invalid("it is too large when compiled".into()),
        None => Invalid(error.to_string()),
    })
}

/// As [`union`], of a list that may be empty: then nothing matches.
pub fn any(patterns: &[Pattern]) -> Result<Option<Regex>, Invalid> {
    if patterns.is_empty() { Ok(None) } else { union(patterns).map(Some) }
}

/// Reads a list of patterns: those that cannot be compiled are mistakes, those that are slow are warned of.
pub fn read(section: &mut Section<'_>, key: &'static str) -> Vec<Pattern> {
    let texts = section.strings(key, &[]);
    let mut patterns = Vec::with_capacity(texts.len());
    for (index, text) in texts.iter().enumerate() {
        match Pattern::parse(text).and_then(|pattern| union(std::slice::from_ref(&pattern)).map(|_| pattern)) {
            Ok(pattern) => {
                warn_if_slow(section, key, index, &pattern);
                patterns.push(pattern);
            }
            Err(invalid) => section.problem_at(key, index, format!("{invalid}, found {text:?}")),
        }
    }
    patterns
}

/// Warns of a pattern without any literal.
pub fn warn_if_slow(section: &Section<'_>, key: &str, index: usize, pattern: &Pattern) {
    if !pattern.has_literal() {
        section.warning_at(key, index, "is slow: no text in it must occur in every match, so nothing can be skipped");
    }
}

/// What is wrong, without the drawing of the pattern that the library puts around it.
fn kind_of(error: &regex_syntax::Error) -> String {
    match error {
        regex_syntax::Error::Parse(error) => error.kind().to_string(),
        regex_syntax::Error::Translate(error) => error.kind().to_string(),
        _ => error.to_string(),
    }
}
