//! What is told about mapped labels.

use metrics::{Counter, counter};
use sluice_component::ComponentId;

/// A kind of change of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    Renamed,
    Copied,
    Moved,
    Dropped,
    /// Taken off metrics.
    Guarded,
    ValueMapped,
    Converted,
    Extracted,
    Composed,
    Folded,
}

const CHANGES: [(Change, &str); 10] = [
    (Change::Renamed, "renamed"),
    (Change::Copied, "copied"),
    (Change::Moved, "moved"),
    (Change::Dropped, "dropped"),
    (Change::Guarded, "guarded"),
    (Change::ValueMapped, "value_mapped"),
    (Change::Converted, "converted"),
    (Change::Extracted, "extracted"),
    (Change::Composed, "composed"),
    (Change::Folded, "folded"),
];

/// What happened to one batch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    changes: [u64; CHANGES.len()],
    /// Names that were taken by another value.
    pub(super) conflicts: u64,
    pub(super) conversion_failures: u64,
    /// Log records whose severity was set.
    pub(super) severities: u64,
    /// Data points that went into another one.
    pub(super) merged_data_points: u64,
    /// Data points that are the same as another one, and cannot be merged with it.
    pub(super) unmerged_data_points: u64,
    /// Exemplars for which the merged data point has no room.
    pub(super) dropped_exemplars: u64,
    /// Quantiles of summaries, which cannot be merged.
    pub(super) dropped_quantiles: u64,
}

impl Counts {
    #[inline]
    pub(super) fn add(&mut self, change: Change) {
        self.changes[change as usize] += 1;
    }

    /// Every count with its name.
    pub(super) fn named(&self) -> impl Iterator<Item = (&'static str, u64)> + use<> {
        let changes = CHANGES.iter().map(|(_, name)| *name).zip(self.changes);
        changes.chain([
            ("conflicts", self.conflicts),
            ("conversion_failures", self.conversion_failures),
            ("severities", self.severities),
            ("merged_data_points", self.merged_data_points),
            ("unmerged_data_points", self.unmerged_data_points),
            ("dropped_exemplars", self.dropped_exemplars),
            ("dropped_quantiles", self.dropped_quantiles),
        ])
    }
}

/// The metrics of one `label_mapping` in one pipeline, in the order of [`Counts::named`].
pub(super) struct Telemetry(Vec<Counter>);

impl Telemetry {
    pub(super) fn new(id: &ComponentId) -> Self {
        let counters = Counts::default().named().map(|(name, _)| match CHANGES.iter().any(|(_, it)| *it == name) {
            true => counter!(
                "otelcol_processor_label_mapping_changed_attributes",
                "processor" => id.to_string(),
                "change" => name
            ),
            false => counter!(format!("otelcol_processor_label_mapping_{name}"), "processor" => id.to_string()),
        });
        Self(counters.collect())
    }

    /// Adds what happened to a batch.
    pub(super) fn report(&self, counts: &Counts) {
        let counted = self.0.iter().zip(counts.named());
        for (counter, (_, count)) in counted.filter(|(_, (_, count))| *count > 0) {
            counter.increment(count);
        }
    }
}
