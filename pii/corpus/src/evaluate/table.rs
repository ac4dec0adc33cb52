//! What came of an evaluation, as tables.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::{Report, Tally};
use crate::Difficulty;

/// The tables by family, place, surrounding and kind of look-alike, in Markdown.
pub fn summary(report: &Report) -> String {
    [totals(report), families(report), places(report), frames(report), kinds(report), detectors(report)].join("\n")
}

fn percent(share: f64) -> String {
    format!("{:.2} %", share * 100.0)
}

fn share(tally: Tally) -> String {
    if tally.total == 0 { "-".to_owned() } else { percent(tally.share()) }
}

fn totals(report: &Report) -> String {
    let (found, changed) = (report.found(), report.changed());
    let mut out = String::from("| measure | value |\n|---|---|\n");
    let rows = [
        ("F1 (micro)", percent(report.f1_micro())),
        ("F1 (macro over families)", percent(report.f1_macro())),
        ("recall", format!("{} ({} of {})", percent(report.recall()), found.hit, found.total)),
        ("recall (macro over families)", percent(report.recall_macro())),
        ("recall of plain ones", share(report.found_of(Difficulty::Plain))),
        ("recall of hard ones", share(report.found_of(Difficulty::Hard))),
        ("precision", format!("{} ({} false alarms)", percent(report.precision()), report.alarms.len())),
        ("panics", report.panics.len().to_string()),
        ("look-alikes changed", format!("{} ({} of {})", share(changed), changed.hit, changed.total)),
    ];
    for (name, value) in rows {
        let _ = writeln!(out, "| {name} | {value} |");
    }
    out
}

fn families(report: &Report) -> String {
    let mut out =
        String::from("| family | samples | recall | plain | hard | precision |\n|---|---:|---:|---:|---:|---:|\n");
    for family in report.families() {
        let whole = report.whole_family(family);
        let [plain, hard] =
            [Difficulty::Plain, Difficulty::Hard].map(|difficulty| share(report.family(family, difficulty)));
        let precision = percent(report.family_precision(family));
        let _ = writeln!(
            out,
            "| {} | {} | {} | {plain} | {hard} | {precision} |",
            family.name(),
            whole.total,
            share(whole)
        );
    }
    out
}

fn places(report: &Report) -> String {
    let mut out = String::from("| place | samples | recall |\n|---|---:|---:|\n");
    for (place, tally) in report.places() {
        let _ = writeln!(out, "| {} | {} | {} |", place.name(), tally.total, share(tally));
    }
    out
}

fn frames(report: &Report) -> String {
    let mut out = String::from("| standing in | samples | recall |\n|---|---:|---:|\n");
    for (frame, tally) in report.frames() {
        let _ = writeln!(out, "| {} | {} | {} |", frame.replace('_', " "), tally.total, share(tally));
    }
    out
}

fn kinds(report: &Report) -> String {
    let mut out = String::from("| look-alike | samples | changed |\n|---|---:|---:|\n");
    for (kind, tally) in report.kinds() {
        let _ = writeln!(out, "| {kind} | {} | {} |", tally.total, share(tally));
    }
    out
}

fn detectors(report: &Report) -> String {
    let mut out = String::from("| detector | right findings | false alarms |\n|---|---:|---:|\n");
    for (detector, right, wrong) in report.detectors() {
        let _ = writeln!(out, "| {detector} | {right} | {wrong} |");
    }
    out
}

/// The formats that were missed most and the false alarms by detector and kind, with at most `examples` of each.
pub fn misses(report: &Report, examples: usize) -> String {
    let mut out = String::from("# Panics\n\n");
    for sample in report.panics.iter().take(examples * 4) {
        let _ = writeln!(out, "- key={:?} text={:?}", sample.key, sample.text);
    }
    out.push_str("\n# Missed, by family and format\n\n");
    let mut variants: Vec<_> = report.variants().filter(|(_, _, tally)| tally.hit < tally.total).collect();
    variants.sort_by_key(|(_, _, tally)| std::cmp::Reverse(tally.total - tally.hit));
    for (family, variant, tally) in variants {
        let _ =
            writeln!(out, "## {} / {variant}: {} of {} missed", family.name(), tally.total - tally.hit, tally.total);
        let of_variant =
            report.misses.iter().filter(|miss| miss.label.family == family && miss.label.variant == variant);
        for miss in of_variant.take(examples) {
            let wanted = &miss.sample.text[miss.label.core.clone()];
            let _ = writeln!(
                out,
                "- [{} {:?}] key={:?} text={:?}",
                miss.label.frame, miss.label.difficulty, miss.sample.key, miss.sample.text
            );
            let _ = writeln!(out, "  want={wanted:?} got={:?}", miss.found);
        }
        out.push('\n');
    }
    out.push_str("# False alarms, by detector and what it was\n\n");
    let mut groups: BTreeMap<(&str, String), Vec<String>> = BTreeMap::new();
    for alarm in &report.alarms {
        let what = match alarm.sample.truth {
            crate::Truth::LookAlike(kind) => kind.to_owned(),
            _ => alarm
                .sample
                .truth
                .labels()
                .first()
                .map_or_else(String::new, |label| format!("beside {} in {}", label.family.name(), label.frame)),
        };
        let line = format!("- key={:?} text={:?} took={:?}", alarm.sample.key, alarm.sample.text, alarm.text);
        groups.entry((alarm.detector, what)).or_default().push(line);
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|group| std::cmp::Reverse(group.1.len()));
    for ((detector, what), lines) in groups {
        let _ = writeln!(out, "## {detector} in {what}: {}", lines.len());
        for line in lines.iter().take(examples) {
            let _ = writeln!(out, "{line}");
        }
        out.push('\n');
    }
    out
}
