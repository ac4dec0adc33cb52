//! What the scanner with its default settings reaches on the corpus, so that it does not get worse unseen.

use sluice_pii::{Scanner, Settings};
use sluice_pii_corpus::{Report, evaluate, look_alikes, misses, positives};

const SEED: u64 = 1;
const SAMPLES: usize = 5_600;

fn report() -> Report {
    let scanner = Scanner::new(&Settings::default()).expect("the default settings are valid");
    let mut samples = positives(SEED, SAMPLES);
    samples.extend(look_alikes(SEED, SAMPLES));
    evaluate(&scanner, &samples)
}

/// Fails with the samples that the scanner does worst on.
fn at_least(name: &str, value: f64, threshold: f64, report: &Report) {
    assert!(value >= threshold, "{name} is {value:.4}, less than {threshold}\n{}", misses(report, 1));
}

#[test]
fn finds_what_must_go_and_leaves_what_must_stay() {
    let report = report();

    assert!(report.panics.is_empty(), "panics at {:?}", report.panics);
    at_least("F1", report.f1_micro(), 0.99, &report);
    at_least("recall", report.recall(), 0.985, &report);
    at_least("precision", report.precision(), 0.995, &report);
    at_least("the share of look-alikes left alone", 1.0 - report.changed().share(), 0.999, &report);
}

#[test]
fn finds_as_much_wherever_it_stands() {
    let report = report();

    let all = report.recall();
    for (place, tally) in report.places().filter(|(_, tally)| tally.total >= 100) {
        at_least(place.name(), tally.share(), all - 0.03, &report);
    }
}
