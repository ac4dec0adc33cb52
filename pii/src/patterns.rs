//! The user's patterns: all of them in one automaton.

use regex_automata::PatternID;
use regex_automata::meta::{Config, Regex};
use regex_automata::util::captures::Captures;
use regex_automata::util::syntax;
use regex_syntax::hir::literal::{ExtractKind, Extractor};

use crate::checksum::Checksum;
use crate::settings::{Mistake, Pattern, Place, Problem};
use crate::{Finding, Key, Reason, Rule};

impl Pattern {
    /// Whether all that matches must hold one of a few literal texts, by which places to look at are found fast. Without
    /// one every byte of every text is given to the automaton.
    pub fn has_literal(&self) -> bool {
        let parsed = regex_syntax::ParserBuilder::new().utf8(false).build().parse(&self.regex);
        parsed.is_ok_and(|parsed| {
            [ExtractKind::Prefix, ExtractKind::Suffix].into_iter().any(|kind| {
                let mut literals = Extractor::new().kind(kind.clone()).extract(&parsed);
                match kind {
                    ExtractKind::Prefix => literals.optimize_for_prefix_by_preference(),
                    _ => literals.optimize_for_suffix_by_preference(),
                }
                literals
                    .literals()
                    .is_some_and(|found| !found.is_empty() && found.iter().all(|literal| literal.len() >= 2))
            })
        })
    }
}

/// Patterns, made ready to be looked for.
#[derive(Debug)]
pub(crate) struct Patterns {
    regex: Regex,
    rules: Vec<PatternRule>,
}

#[derive(Debug)]
struct PatternRule {
    /// The group that is the finding.
    group: usize,
    keywords: Option<Regex>,
    checksum: Option<Checksum>,
}

impl Patterns {
    /// Nothing if there is none, or a mistake.
    pub(crate) fn new(patterns: &[Pattern], mistakes: &mut Vec<Mistake>) -> Option<Self> {
        let before = mistakes.len();
        let rules: Vec<_> = patterns
            .iter()
            .enumerate()
            .filter_map(|(place, pattern)| {
                let rule = PatternRule::new(pattern);
                rule.map_err(|problem| mistakes.push(Mistake { place: Place::Pattern(place), problem })).ok()
            })
            .collect();
        if patterns.is_empty() || mistakes.len() > before {
            return None;
        }
        let sources: Vec<_> = patterns.iter().map(|pattern| pattern.regex.clone()).collect();
        match build(&sources) {
            Ok(regex) => Some(Self { regex, rules }),
            Err(problem) => {
                mistakes.push(Mistake { place: Place::Pattern(0), problem });
                None
            }
        }
    }

    /// The bits of those that have a keyword in a key. Only the first 127 can.
    pub(crate) fn keywords_in(&self, key: &[u8]) -> u128 {
        let in_key = |rule: &PatternRule| rule.keywords.as_ref().is_some_and(|keywords| keywords.is_match(key));
        self.rules
            .iter()
            .take(127)
            .enumerate()
            .filter(|(_, rule)| in_key(rule))
            .fold(0, |bits, (place, _)| bits | 1 << place)
    }

    pub(crate) fn find(&self, key: Key, text: &[u8], findings: &mut Vec<Finding>) {
        if !self.regex.is_match(text) {
            return;
        }
        for captures in self.regex.captures_iter(text) {
            findings.extend(self.finding(key, text, &captures));
        }
    }

    fn finding(&self, key: Key, text: &[u8], captures: &Captures) -> Option<Finding> {
        let pattern = captures.pattern()?;
        let rule = &self.rules[pattern.as_usize()];
        let all = captures.get_match()?;
        let span = captures.get_group(rule.group).filter(|span| !span.is_empty())?;
        let found = &text[span.start..span.end];
        if rule.checksum.is_some_and(|checksum| !checksum.passes(found))
            || !rule.has_keyword(text, all.start(), all.end()) && key.keywords >> pattern.as_usize().min(127) & 1 == 0
        {
            return None;
        }
        let index = u16::try_from(pattern.as_usize()).ok()?;
        Some(Finding { rule: Rule::Pattern(index), reason: Reason::Settings, start: span.start, end: span.end })
    }
}

impl PatternRule {
    fn new(pattern: &Pattern) -> Result<Self, Problem> {
        let regex = build(std::slice::from_ref(&pattern.regex))?;
        if regex.is_match("") {
            return Err(Problem::MatchesEmpty);
        }
        let groups = regex.group_info();
        let group =
            groups.to_index(PatternID::ZERO, "value").unwrap_or(usize::from(groups.group_len(PatternID::ZERO) > 1));
        let keywords: Vec<_> = pattern.keywords.iter().map(|word| regex_syntax::escape(word)).collect();
        let keywords = if keywords.is_empty() { None } else { Some(build(&[format!("(?i){}", keywords.join("|"))])?) };
        Ok(Self { group, keywords, checksum: pattern.checksum })
    }

    fn has_keyword(&self, text: &[u8], start: usize, end: usize) -> bool {
        let Some(keywords) = &self.keywords else { return true };
        let near = &text[start.saturating_sub(64)..text.len().min(end + 32)];
        keywords.is_match(near)
    }
}

/// Builds an automaton for bytes that need not be UTF-8.
pub(crate) fn build(patterns: &[String]) -> Result<Regex, Problem> {
    Regex::builder()
        .configure(Config::new().utf8_empty(false).nfa_size_limit(Some(16 << 20)).hybrid_cache_capacity(4 << 20))
        .syntax(syntax::Config::new().utf8(false))
        .build_many(patterns)
        .map_err(|error| {
            let text = error.syntax_error().map_or_else(|| error.to_string(), ToString::to_string);
            Problem::Regex(text)
        })
}
