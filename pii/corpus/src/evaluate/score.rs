//! Counting hits, misses and false alarms.

use std::collections::BTreeMap;

use sluice_pii::Finding;

use super::{ByName, rule_name};
use crate::{Difficulty, Family, Label, Place, Sample};

/// So many of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many there were.
    pub total: usize,
    /// How many of them were found, or changed.
    pub hit: usize,
}

impl Tally {
    /// The share that was hit; one where there was nothing.
    pub fn share(self) -> f64 {
        if self.total == 0 { 1.0 } else { self.hit as f64 / self.total as f64 }
    }

    pub(crate) fn count(&mut self, hit: bool) {
        self.total += 1;
        self.hit += usize::from(hit);
    }

    pub(crate) fn plus(self, other: Self) -> Self {
        Self { total: self.total + other.total, hit: self.hit + other.hit }
    }
}

/// Something that was not found, or not all of it.
#[derive(Clone, Debug)]
pub struct Miss {
    /// The sample.
    pub sample: Sample,
    /// What should have been found.
    pub label: Label,
    /// What was found in the same text, by detector.
    pub found: Vec<(&'static str, String)>,
}

/// A finding that should not be there.
#[derive(Clone, Debug)]
pub struct Alarm {
    /// The sample.
    pub sample: Sample,
    /// The detector.
    pub detector: &'static str,
    /// The text that it took.
    pub text: String,
}

/// What came of an evaluation.
#[derive(Clone, Debug, Default)]
pub struct Report {
    labels: BTreeMap<(Family, Difficulty), Tally>,
    variants: BTreeMap<(Family, &'static str), Tally>,
    frames: ByName<Tally>,
    places: BTreeMap<Place, Tally>,
    kinds: ByName<Tally>,
    hits: ByName<BTreeMap<Family, usize>>,
    alarms_by_detector: ByName<usize>,
    /// What the scanner panicked at.
    pub panics: Vec<Sample>,
    /// What was not found.
    pub misses: Vec<Miss>,
    /// What should not have been found.
    pub alarms: Vec<Alarm>,
}

impl Report {
    pub(super) fn label(&mut self, sample: &Sample, label: &Label, found: bool, findings: &[Finding]) {
        self.labels.entry((label.family, label.difficulty)).or_default().count(found);
        self.variants.entry((label.family, label.variant)).or_default().count(found);
        self.frames.entry(label.frame).or_default().count(found);
        self.places.entry(sample.place).or_default().count(found);
        if !found {
            let found = findings.iter().map(|finding| (rule_name(finding.rule), taken(sample, finding))).collect();
            self.misses.push(Miss { sample: sample.clone(), label: label.clone(), found });
        }
    }

    pub(super) fn hit(&mut self, detector: &'static str, family: Family) {
        *self.hits.entry(detector).or_default().entry(family).or_default() += 1;
    }

    pub(super) fn alarm(&mut self, sample: &Sample, finding: &Finding) {
        let detector = rule_name(finding.rule);
        *self.alarms_by_detector.entry(detector).or_default() += 1;
        self.alarms.push(Alarm { sample: sample.clone(), detector, text: taken(sample, finding) });
    }

    pub(super) fn look_alike(&mut self, kind: &'static str, changed: bool) {
        self.kinds.entry(kind).or_default().count(changed);
    }

    /// Found of all that should be found.
    pub fn found(&self) -> Tally {
        self.labels.values().fold(Tally::default(), |sum, tally| sum.plus(*tally))
    }

    /// Found of those of a difficulty.
    pub fn found_of(&self, difficulty: Difficulty) -> Tally {
        self.labels
            .iter()
            .filter(|entry| entry.0.1 == difficulty)
            .fold(Tally::default(), |sum, entry| sum.plus(*entry.1))
    }

    /// Found of a family and a difficulty.
    pub fn family(&self, family: Family, difficulty: Difficulty) -> Tally {
        self.labels.get(&(family, difficulty)).copied().unwrap_or_default()
    }

    /// Findings that are right, of all findings.
    pub fn precision(&self) -> f64 {
        let found = self.found().hit as f64;
        if found == 0.0 { 0.0 } else { found / (found + self.alarms.len() as f64) }
    }

    /// Found of all that should be found.
    pub fn recall(&self) -> f64 {
        self.found().share()
    }

    /// The harmonic mean of precision and recall over all labels.
    pub fn f1_micro(&self) -> f64 {
        harmonic(self.precision(), self.recall())
    }

    /// The mean over the families of the recall.
    pub fn recall_macro(&self) -> f64 {
        mean(self.families().map(|family| self.whole_family(family).share()))
    }

    /// The mean over the families of F1.
    pub fn f1_macro(&self) -> f64 {
        mean(self.families().map(|family| harmonic(self.family_precision(family), self.whole_family(family).share())))
    }

    /// Look-alikes that were changed, of all.
    pub fn changed(&self) -> Tally {
        self.kinds.values().fold(Tally::default(), |sum, tally| sum.plus(*tally))
    }

    /// Changed look-alikes by kind.
    pub fn kinds(&self) -> impl Iterator<Item = (&'static str, Tally)> {
        self.kinds.iter().map(|(kind, tally)| (*kind, *tally))
    }

    /// Found by place.
    pub fn places(&self) -> impl Iterator<Item = (Place, Tally)> {
        self.places.iter().map(|(place, tally)| (*place, *tally))
    }

    /// Found by what a value stood in.
    pub fn frames(&self) -> impl Iterator<Item = (&'static str, Tally)> {
        self.frames.iter().map(|(frame, tally)| (*frame, *tally))
    }

    /// Found by family and format.
    pub fn variants(&self) -> impl Iterator<Item = (Family, &'static str, Tally)> {
        self.variants.iter().map(|((family, variant), tally)| (*family, *variant, *tally))
    }

    /// The families that there was something of.
    pub fn families(&self) -> impl Iterator<Item = Family> {
        Family::ALL.iter().copied().filter(|family| self.whole_family(*family).total > 0)
    }

    /// Found of a family.
    pub fn whole_family(&self, family: Family) -> Tally {
        self.family(family, Difficulty::Plain).plus(self.family(family, Difficulty::Hard))
    }

    /// Right findings of all findings of the detectors that find this family more than any other.
    pub fn family_precision(&self, family: Family) -> f64 {
        let alarms: usize = self
            .alarms_by_detector
            .iter()
            .filter(|(detector, _)| self.main_family(detector) == Some(family))
            .map(|(_, count)| count)
            .sum();
        let found = self.whole_family(family).hit;
        if found == 0 { 0.0 } else { found as f64 / (found + alarms) as f64 }
    }

    fn main_family(&self, detector: &str) -> Option<Family> {
        self.hits.get(detector)?.iter().max_by_key(|entry| entry.1).map(|entry| *entry.0)
    }

    /// By detector: its right findings and its false alarms.
    pub fn detectors(&self) -> impl Iterator<Item = (&'static str, usize, usize)> {
        let mut names: Vec<&'static str> = self.hits.keys().chain(self.alarms_by_detector.keys()).copied().collect();
        names.sort_unstable();
        names.dedup();
        names.into_iter().map(|name| {
            let right = self.hits.get(name).map_or(0, |families| families.values().sum());
            (name, right, self.alarms_by_detector.get(name).copied().unwrap_or(0))
        })
    }
}

fn taken(sample: &Sample, finding: &Finding) -> String {
    String::from_utf8_lossy(&sample.text.as_bytes()[finding.range()]).into_owned()
}

fn harmonic(a: f64, b: f64) -> f64 {
    if a + b == 0.0 { 0.0 } else { 2.0 * a * b / (a + b) }
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    if count == 0.0 { 0.0 } else { sum / count }
}
