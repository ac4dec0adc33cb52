//! What went in, what came out, and what should have happened between.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::compare::compare;
use super::pack::Labelled;
use super::tree::{Leaves, items};
use super::verdict::Verdict;

/// Compares the requests that were sent with those that came out, both in OTLP/JSON, by the labels.
pub fn judge(sent: &[Value], received: &[Value], labels: &[Labelled]) -> Verdict {
    let mut verdict = Verdict::default();
    let mut came: BTreeMap<u64, Leaves> = BTreeMap::new();
    for (number, leaves) in received.iter().flat_map(items) {
        match number {
            Some(number) if came.contains_key(&number) => verdict.duplicated += 1,
            Some(number) => drop(came.insert(number, leaves)),
            None => verdict.unknown += 1,
        }
    }
    let labels: BTreeMap<u64, &Labelled> = labels.iter().map(|label| (label.item, label)).collect();
    let mut known = BTreeSet::new();
    for (number, before) in sent.iter().flat_map(items) {
        let Some((number, label)) = number.and_then(|number| Some((number, *labels.get(&number)?))) else { continue };
        known.insert(number);
        match came.get(&number) {
            Some(after) => item(&mut verdict, label, &before, after),
            None => verdict.missing += 1,
        }
    }
    verdict.unknown += came.keys().filter(|number| !known.contains(number)).count();
    verdict
}

fn item(verdict: &mut Verdict, label: &Labelled, before: &Leaves, after: &Leaves) {
    let now = after.get(&label.path).map(String::as_str);
    let change = compare(&label.text, now, &label.ranges);
    if let Some(kind) = &label.look_alike {
        let changed = now != Some(&label.text);
        verdict.look_alikes.entry(kind.clone()).or_default().count(changed);
        if changed {
            verdict.example("changed", || format!("{kind} at {}: {:?} became {now:?}", label.place, label.text));
        }
    } else if change.too_much {
        verdict.too_much += 1;
        verdict.example("too much", || format!("at {}: {:?} became {now:?}", label.place, label.text));
    }
    for (range, gone) in label.ranges.iter().zip(change.gone) {
        verdict.families.entry(range.family.clone()).or_default().count(gone);
        verdict.places.entry(label.place.clone()).or_default().count(gone);
        if !gone {
            verdict
                .example("leaked", || format!("{} at {}: {:?} became {now:?}", range.family, label.place, label.text));
        }
    }
    integrity(verdict, label, before, after);
}

/// Everything but the sample has to be what it was.
fn integrity(verdict: &mut Verdict, label: &Labelled, before: &Leaves, after: &Leaves) {
    let paths: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    for path in paths {
        let (was, is) = (before.get(path), after.get(path));
        // The key of an attribute goes with its value.
        let goes_with_it = !after.contains_key(&label.path) && is.is_none() && is_beside(path, &label.path);
        if was != is && *path != label.path && !goes_with_it {
            verdict.differing += 1;
            verdict.example("differs", || format!("item {} {path}: {was:?} became {is:?}", label.item));
        }
    }
}

fn is_beside(path: &str, sample: &str) -> bool {
    let attribute = |path: &str| path.rsplit_once('/').map(|(parent, _)| parent.to_owned());
    attribute(path).is_some_and(|parent| sample.starts_with(&parent) && path.ends_with("/key"))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;
    use sluice_pdata::{Batch, Limits};

    use super::*;
    use crate::otlp::pack;
    use crate::{Sample, look_alikes, positives};

    fn samples() -> Vec<Sample> {
        let mut samples = positives(3, 600);
        samples.extend(look_alikes(3, 300));
        samples
    }

    fn json(samples: &[Sample]) -> Vec<Value> {
        let (packed, _) = pack(samples, 100);
        packed
            .into_iter()
            .map(|packed| {
                let batch = Batch::check(packed.signal, packed.request.into(), &Limits::default()).unwrap();
                let mut text = Vec::new();
                batch.write_json(&mut text);
                serde_json::from_slice(&text).unwrap()
            })
            .collect()
    }

    /// Each sample with `[GONE]` in the place of what must go; an integer becomes zero.
    fn scrubbed(samples: &[Sample]) -> Vec<Sample> {
        let mut samples = samples.to_vec();
        for sample in &mut samples {
            for label in sample.truth.labels().to_vec().iter().rev() {
                let mask = if sample.text.parse::<i64>().is_ok() { "0" } else { "[GONE]" };
                sample.text.replace_range(label.core.clone(), mask);
            }
        }
        samples
    }

    fn ranges(labels: &[Labelled]) -> usize {
        labels.iter().map(|label| label.ranges.len()).sum()
    }

    #[test]
    fn everything_leaks_where_nothing_is_done() {
        let samples = samples();
        let (_, labels) = pack(&samples, 100);

        let verdict = judge(&json(&samples), &json(&samples), &labels);

        assert_eq!((verdict.found().hit, verdict.found().total), (0, ranges(&labels)));
        assert_eq!((verdict.changed().hit, verdict.changed().total), (0, 300));
        assert!(verdict.is_intact(), "{verdict}");
        assert_eq!(verdict.too_much, 0);
    }

    #[test]
    fn all_is_well_where_what_is_labelled_is_gone_and_nothing_else() {
        let samples = samples();
        let (_, labels) = pack(&samples, 100);

        let verdict = judge(&json(&samples), &json(&scrubbed(&samples)), &labels);

        assert_eq!((verdict.found().hit, verdict.found().total), (ranges(&labels), ranges(&labels)), "{verdict}");
        assert_eq!((verdict.changed().hit, verdict.too_much), (0, 0), "{verdict}");
        assert!(verdict.is_intact(), "{verdict}");
    }

    #[test]
    fn losses_doublets_and_other_changes_are_seen() {
        let samples = samples();
        let (_, labels) = pack(&samples, 100);
        let sent = json(&samples);
        let mut received = json(&scrubbed(&samples));
        let spans = received.iter_mut().find_map(|request| request.get_mut("resourceSpans")?.as_array_mut()).unwrap();
        spans.remove(0);
        spans.push(spans[5].clone());
        spans[2]["scopeSpans"][0]["spans"][0]["kind"] = Value::from(3);

        let verdict = judge(&sent, &received, &labels);

        assert_eq!((verdict.missing, verdict.duplicated, verdict.unknown, verdict.differing), (1, 1, 0, 1));
    }
}
