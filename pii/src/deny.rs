//! Values that the user listed.

use regex_automata::meta::{Config, Regex};
use regex_automata::util::syntax;

use crate::settings::{Mistake, Place, Problem};
use crate::text::{at, before};
use crate::{Finding, Reason, Rule};

/// Values, made ready to be looked for.
#[derive(Debug)]
pub(crate) struct Denied(Regex);

impl Denied {
    /// Nothing if nothing is listed.
    pub(crate) fn new(values: &[String], mistakes: &mut Vec<Mistake>) -> Option<Self> {
        if values.is_empty() {
            return None;
        }
        // The longest first: the first that matches wins.
        let mut values: Vec<_> = values.iter().collect();
        values.sort_by_key(|value| std::cmp::Reverse(value.len()));
        let escaped: Vec<_> = values.into_iter().map(|value| regex_syntax::escape(value)).collect();
        let regex = Regex::builder()
            .configure(Config::new().utf8_empty(false).nfa_size_limit(Some(64 << 20)))
            .syntax(syntax::Config::new().unicode(false).utf8(false).case_insensitive(true))
            .build(&escaped.join("|"));
        regex.map_err(|_| mistakes.push(Mistake { place: Place::Deny(0), problem: Problem::Many })).ok().map(Self)
    }

    pub(crate) fn find(&self, text: &[u8], findings: &mut Vec<Finding>) {
        for found in self.0.find_iter(text) {
            let (start, end) = (found.start(), found.end());
            let glued = |outside: u8, inside: u8| outside.is_ascii_alphanumeric() && inside.is_ascii_alphanumeric();
            if start < end && !glued(before(text, start), text[start]) && !glued(at(text, end), text[end - 1]) {
                findings.push(Finding { rule: Rule::Denied, reason: Reason::Settings, start, end });
            }
        }
    }
}
