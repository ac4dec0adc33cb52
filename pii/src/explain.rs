//! Why something was found, in words.

use crate::context::{clause_before, name_before};
use crate::words::{Atoms, meaning, words};
use crate::{Finding, Key, Reason, Scanner};

/// A finding and why it is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explained {
    /// What was found.
    pub finding: Finding,
    /// The end of "found because ...": the check that was passed, the words or the key that say so. Holds words of the text
    /// that are known to say something, never what was found.
    pub because: String,
}

impl Scanner {
    /// Finds what [`Scanner::scan`] finds and says why. For people to read: takes longer.
    pub fn explain(&self, key: Key, text: &[u8]) -> Vec<Explained> {
        let mut findings = Vec::new();
        self.scan(key, text, &mut findings);
        findings.into_iter().map(|finding| Explained { finding, because: because(key, text, finding) }).collect()
    }
}

fn because(key: Key, text: &[u8], finding: Finding) -> String {
    let reason = finding.reason.text();
    let said_by = match finding.reason {
        Reason::Key if key.whole_value() == Some(finding.rule) => return "the key of the value says so".to_owned(),
        Reason::Key | Reason::Context => match name_before(text, finding.start) {
            Some(name) => known_words(name),
            None => known_words(clause_before(text, finding.start)),
        },
        _ => Vec::new(),
    };
    if said_by.is_empty() { reason.to_owned() } else { format!("{reason}: {}", said_by.join(", ")) }
}

fn known_words(text: &[u8]) -> Vec<String> {
    let known = words(text).filter(|word| meaning(word) != Atoms::NONE);
    known.map(|word| String::from_utf8_lossy(word).into_owned()).collect()
}
