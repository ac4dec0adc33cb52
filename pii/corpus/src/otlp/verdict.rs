//! What a judge found, counted.

use std::collections::BTreeMap;
use std::fmt;

use crate::Tally;

/// How many examples of each kind of mistake are kept.
const EXAMPLES: usize = 20;

/// What came of telemetry that went through a gateway.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    /// What must go and is gone, by family.
    pub families: BTreeMap<String, Tally>,
    /// What must go and is gone, by place.
    pub places: BTreeMap<String, Tally>,
    /// Look-alikes that changed, by kind.
    pub look_alikes: BTreeMap<String, Tally>,
    /// Strings of which more went than may.
    pub too_much: usize,
    /// Items that did not come out.
    pub missing: usize,
    /// Items that came out again.
    pub duplicated: usize,
    /// Items that were never sent.
    pub unknown: usize,
    /// Strings and numbers without a label that changed, appeared or went.
    pub differing: usize,
    /// Some of the leaks, the look-alikes that changed and the differences, each as a line.
    pub examples: Vec<String>,
}

impl Verdict {
    pub(super) fn example(&mut self, kind: &str, line: impl FnOnce() -> String) {
        let so_far = self.examples.iter().filter(|example| example.starts_with(kind)).count();
        if so_far < EXAMPLES {
            self.examples.push(format!("{kind}: {}", line()));
        }
    }

    /// What must go and is gone.
    pub fn found(&self) -> Tally {
        sum(&self.families)
    }

    /// Look-alikes that changed.
    pub fn changed(&self) -> Tally {
        sum(&self.look_alikes)
    }

    /// Right changes of all changes.
    pub fn precision(&self) -> f64 {
        let (right, wrong) = (self.found().hit as f64, (self.too_much + self.changed().hit) as f64);
        if right == 0.0 { 0.0 } else { right / (right + wrong) }
    }

    /// The harmonic mean of precision and recall.
    pub fn f1(&self) -> f64 {
        let (precision, recall) = (self.precision(), self.found().share());
        if precision + recall == 0.0 { 0.0 } else { 2.0 * precision * recall / (precision + recall) }
    }

    /// Whether nothing was lost, doubled, invented or changed beside what is labelled.
    pub fn is_intact(&self) -> bool {
        self.missing + self.duplicated + self.unknown + self.differing == 0
    }
}

fn sum(tallies: &BTreeMap<String, Tally>) -> Tally {
    tallies.values().fold(Tally::default(), |sum, tally| sum.plus(*tally))
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (found, changed) = (self.found(), self.changed());
        writeln!(f, "| measure | value |\n|---|---|")?;
        writeln!(f, "| F1 | {:.2} % |", self.f1() * 100.0)?;
        writeln!(f, "| recall | {:.2} % ({} of {}) |", found.share() * 100.0, found.hit, found.total)?;
        writeln!(f, "| precision | {:.2} % ({} too wide) |", self.precision() * 100.0, self.too_much)?;
        writeln!(
            f,
            "| look-alikes changed | {:.2} % ({} of {}) |",
            changed.share() * 100.0,
            changed.hit,
            changed.total
        )?;
        writeln!(f, "| items missing, doubled, unknown | {}, {}, {} |", self.missing, self.duplicated, self.unknown)?;
        writeln!(f, "| differences without a label | {} |\n", self.differing)?;
        table(f, "family", "recall", &self.families)?;
        table(f, "place", "recall", &self.places)?;
        let changed = self.look_alikes.iter().filter(|entry| entry.1.hit > 0);
        table(f, "look-alike", "changed", &changed.map(|(kind, tally)| (kind.clone(), *tally)).collect())?;
        self.examples.iter().try_for_each(|example| writeln!(f, "- {example}"))
    }
}

fn table(f: &mut fmt::Formatter<'_>, name: &str, share: &str, rows: &BTreeMap<String, Tally>) -> fmt::Result {
    writeln!(f, "| {name} | samples | {share} |\n|---|---:|---:|")?;
    for (row, tally) in rows {
        writeln!(f, "| {row} | {} | {:.2} % |", tally.total, tally.share() * 100.0)?;
    }
    writeln!(f)
}
