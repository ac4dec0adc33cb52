//! Showing what would happen to telemetry, and why.

use std::sync::Arc;

use sluice_component::config::Section;
use sluice_pdata::Batch;
use sluice_pii::Finding;

use super::config::Config;
use super::place::Place;
use super::rules::Rules;
use super::walk::{self, Change, Seen, Watcher, Why};

/// Shows what a `pii` would do.
#[derive(Clone)]
pub struct Explainer {
    rules: Arc<Rules>,
}

/// A value in which something was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// Where it is: `span.attribute`, `log.body`.
    pub place: &'static str,
    /// The keys that lead to it, joined by dots.
    pub path: String,
    /// As it came.
    pub before: String,
    /// What stands in its place; none if it goes, alone or with all that it is in.
    pub after: Option<String>,
    /// What was found in it, in order.
    pub found: Vec<Found>,
}

/// Something found in a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The detector, or the name of the pattern.
    pub detector: String,
    /// Why it was taken for that.
    pub why: String,
    /// The name of what is done about it.
    pub action: &'static str,
    /// What was found.
    pub text: String,
}

/// A value that could not be scanned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unscanned {
    /// Where it is.
    pub place: &'static str,
    /// The keys that lead to it, joined by dots.
    pub path: String,
    /// Why it could not be.
    pub why: &'static str,
}

/// What would happen to a batch.
#[derive(Debug)]
pub struct Explanation {
    /// The values in which something was found, in order.
    pub values: Vec<Value>,
    /// Those that could not be scanned.
    pub unscanned: Vec<Unscanned>,
    /// How many items would be dropped.
    pub dropped: usize,
    /// What would be handed on; none if the batch would be refused.
    pub after: Option<Batch>,
}

impl Explainer {
    /// Reads the settings of a `pii`, as the gateway would.
    pub fn read(section: &mut Section<'_>) -> Self {
        Self { rules: Config::read(section).rules }
    }

    /// Says what would happen to a batch.
    pub fn batch(&self, batch: &Batch) -> Explanation {
        let mut notes = Notes { rules: &self.rules, values: Vec::new(), unscanned: Vec::new(), dropped: 0 };
        let after = walk::scrub(batch, &self.rules, &mut notes).ok();
        let Notes { values, unscanned, dropped, .. } = notes;
        Explanation { values, unscanned, dropped, after }
    }
}

/// Writes down what happens.
struct Notes<'r> {
    rules: &'r Rules,
    values: Vec<Value>,
    unscanned: Vec<Unscanned>,
    dropped: usize,
}

impl Watcher for Notes<'_> {
    fn found(&mut self, seen: &Seen<'_>) {
        let explained = self.rules.scanner.explain(seen.class.key, seen.text);
        let why = |finding: &Finding| {
            let because = explained.iter().find(|explained| explained.finding.range() == finding.range());
            because.map_or_else(|| finding.reason.text().to_owned(), |explained| explained.because.clone())
        };
        let found = seen.findings.iter().map(|finding| Found {
            detector: self.rules.named(finding.rule).name.clone(),
            why: why(finding),
            action: self.rules.action(seen.class, finding.rule).name(),
            text: lossy(&seen.text[finding.range()]),
        });
        self.values.push(Value {
            place: seen.place.name(),
            path: lossy(seen.path),
            before: lossy(seen.text),
            after: match seen.change {
                Change::None => Some(lossy(seen.text)),
                Change::Text => Some(lossy(seen.result)),
                Change::DropAttribute | Change::DropRecord => None,
            },
            found: found.collect(),
        });
    }

    fn unscanned(&mut self, place: Place, path: &[u8], why: Why) {
        self.unscanned.push(Unscanned { place: place.name(), path: lossy(path), why: why.name() });
    }

    fn dropped(&mut self) {
        self.dropped += 1;
    }
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
