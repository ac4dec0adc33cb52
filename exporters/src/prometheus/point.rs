//! What is kept of a data point.

use std::sync::Arc;

use sluice_pdata::view::{self, HistogramPoint, Number, SummaryPoint};

use crate::prometheus_model::{NativeHistogram, exemplar_labels, number};

/// How many exemplars of a native histogram are kept.
const MAX_EXEMPLARS: usize = 16;

/// The last value of a series. A copy shares what is large.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Point {
    /// What the value counts from, in nanoseconds since 1970; 0 if unknown.
    pub(super) start: u64,
    /// When it was measured, in nanoseconds since 1970; 0 if unknown.
    pub(super) time: u64,
    pub(super) value: Value,
}

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Number(Number, Option<Arc<Exemplar>>),
    Histogram(Arc<Histogram>),
    Native(Arc<Native>),
    Summary(Arc<Summary>),
}

/// Counts of measurements by fixed ranges.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Histogram {
    pub(super) count: u64,
    pub(super) sum: f64,
    /// Each upper bound and how many measurements are in its range, but the last range, which has none. Bounds rise.
    pub(super) buckets: Vec<(f64, u64)>,
    /// At most one for each range, by the range's index.
    pub(super) exemplars: Vec<(usize, Exemplar)>,
}

/// Counts of measurements by ranges that grow exponentially.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Native {
    pub(super) histogram: NativeHistogram,
    pub(super) exemplars: Vec<Exemplar>,
}

/// Quantiles that the sender has computed.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Summary {
    pub(super) count: u64,
    pub(super) sum: f64,
    /// Each quantile and its value. Quantiles rise.
    pub(super) quantiles: Vec<(f64, f64)>,
}

/// A measurement that went into a value.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Exemplar {
    pub(super) labels: Vec<(String, String)>,
    pub(super) value: f64,
    /// In nanoseconds since 1970; 0 if unknown.
    pub(super) time: u64,
}

impl Histogram {
    /// Of a data point. Bounds that do not rise are sorted, the counts of equal ones added; what has no number is left out.
    pub(super) fn of(point: &HistogramPoint<'_>) -> Self {
        let mut counts = point.bucket_counts();
        let bounds = point.explicit_bounds().map(|bound| (bound, counts.next().unwrap_or(0)));
        let mut buckets: Vec<_> = bounds.filter(|(bound, _)| *bound < f64::INFINITY).collect();
        if !buckets.windows(2).all(|pair| pair[0].0 < pair[1].0) {
            buckets.sort_by(|(a, _), (b, _)| a.total_cmp(b));
            buckets.dedup_by(|next, kept| {
                let same = next.0 == kept.0;
                kept.1 = if same { kept.1.saturating_add(next.1) } else { kept.1 };
                same
            });
        }
        let mut exemplars: Vec<(usize, Exemplar)> = Vec::new();
        for exemplar in point.exemplars().filter_map(|exemplar| Exemplar::of(&exemplar)) {
            let index = buckets.partition_point(|(bound, _)| *bound < exemplar.value);
            match exemplars.binary_search_by_key(&index, |(index, _)| *index) {
                Ok(known) => exemplars[known].1 = exemplar,
                Err(place) => exemplars.insert(place, (index, exemplar)),
            }
        }
        Self { count: point.count(), sum: point.sum().unwrap_or_default(), buckets, exemplars }
    }
}

impl Native {
    /// With the last of these exemplars.
    pub(super) fn new<'a>(histogram: NativeHistogram, exemplars: impl Iterator<Item = view::Exemplar<'a>>) -> Self {
        let mut kept: Vec<_> = exemplars.filter_map(|exemplar| Exemplar::of(&exemplar)).collect();
        kept.drain(..kept.len().saturating_sub(MAX_EXEMPLARS));
        Self { histogram, exemplars: kept }
    }
}

impl Summary {
    /// Of a data point. Of a quantile that is there several times the last value counts.
    pub(super) fn of(point: &SummaryPoint<'_>) -> Self {
        let mut quantiles: Vec<(f64, f64)> = Vec::new();
        for quantile in point.quantile_values() {
            let (quantile, value) = (quantile.quantile(), quantile.value());
            match quantiles.binary_search_by(|(known, _)| known.total_cmp(&quantile)) {
                Ok(known) => quantiles[known].1 = value,
                Err(place) => quantiles.insert(place, (quantile, value)),
            }
        }
        Self { count: point.count(), sum: point.sum(), quantiles }
    }
}

impl Exemplar {
    /// Of an exemplar that says where it was measured.
    pub(super) fn of(exemplar: &view::Exemplar<'_>) -> Option<Self> {
        let labels = exemplar_labels(exemplar);
        let (value, time) = (number(exemplar.value()), exemplar.time_unix_nano());
        (!labels.is_empty()).then_some(Self { labels, value, time })
    }
}
