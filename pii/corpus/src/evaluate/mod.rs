//! A scanner asked about the corpus, and what came of it.

mod score;
mod table;

use std::collections::BTreeMap;
use std::ops::Range;
use std::panic::{self, AssertUnwindSafe};

use sluice_pii::{Finding, Rule, Scanner};

pub use score::{Alarm, Miss, Report, Tally};
pub use table::{misses, summary};

use crate::{Label, Place, Sample, Truth};

/// How many bytes a finding may take beside what may go, before it counts as a false alarm: a quote, a bracket, a space.
const MARGIN: usize = 2;

/// Asks a scanner about every sample.
///
/// A label is found when findings cover all of its core. A finding is a false alarm when it touches no label, or takes
/// more than two bytes beyond what may go with those that it touches.
pub fn evaluate(scanner: &Scanner, samples: &[Sample]) -> Report {
    let mut report = Report::default();
    let mut findings = Vec::new();
    for sample in samples {
        let scan = AssertUnwindSafe(|| {
            let key = scanner.key(key_of(sample).as_bytes());
            scanner.scan(key, sample.text.as_bytes(), &mut findings);
        });
        // One text that the scanner cannot stand must not hide what it does with all others.
        if panic::catch_unwind(scan).is_err() {
            findings.clear();
            report.panics.push(sample.clone());
        }
        judge(sample, &findings, &mut report);
    }
    report
}

/// The key of a sample, or the name of the field that it stands in.
fn key_of(sample: &Sample) -> &str {
    match sample.place {
        Place::ScopeName | Place::SpanName | Place::EventName => "name",
        Place::TraceState | Place::LinkTraceState => "trace_state",
        Place::StatusMessage => "message",
        Place::LogBody => "body",
        Place::MetricDescription => "description",
        _ => &sample.key,
    }
}

fn judge(sample: &Sample, findings: &[Finding], report: &mut Report) {
    let labels = sample.truth.labels();
    for label in labels {
        let found = covered(&label.core, findings);
        report.label(sample, label, found, findings);
    }
    let mut changed = false;
    for finding in findings {
        changed = true;
        match labels.iter().find(|label| overlap(&finding.range(), &label.core)) {
            Some(label) if !too_wide(&finding.range(), labels) => report.hit(rule_name(finding.rule), label.family),
            _ => report.alarm(sample, finding),
        }
    }
    if let Truth::LookAlike(kind) = sample.truth {
        report.look_alike(kind, changed);
    }
}

fn covered(core: &Range<usize>, findings: &[Finding]) -> bool {
    let mut at = core.start;
    for finding in findings {
        if finding.start <= at && finding.end > at {
            at = finding.end;
        }
    }
    at >= core.end
}

fn overlap(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

fn too_wide(finding: &Range<usize>, labels: &[Label]) -> bool {
    let touched = || labels.iter().filter(|label| overlap(finding, &label.core));
    let start = touched().map(|label| label.outer.start).min().unwrap_or(0);
    let end = touched().map(|label| label.outer.end).max().unwrap_or(0);
    finding.start + MARGIN < start || finding.end > end + MARGIN
}

/// The name of what found something.
fn rule_name(rule: Rule) -> &'static str {
    match rule {
        Rule::Detector(detector) => detector.name(),
        Rule::Pattern(_) => "pattern",
        Rule::Denied => "denied",
    }
}

/// Counts by a name, in order.
type ByName<T> = BTreeMap<&'static str, T>;
