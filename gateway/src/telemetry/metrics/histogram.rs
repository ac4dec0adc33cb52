//! Histograms with fixed bounds.

use std::sync::atomic::{AtomicU64, Ordering};

use metrics::HistogramFn;

/// How often a value fell between which bounds.
pub struct Buckets {
    bounds: &'static [f64],
    /// One more than there are bounds: the last is for everything above.
    counts: Box<[AtomicU64]>,
    /// The bits of an `f64`.
    sum: AtomicU64,
}

/// What a histogram held at one time.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Distribution {
    /// The upper bounds, each inclusive.
    pub(super) bounds: &'static [f64],
    /// How many values fell into each, the last above all bounds.
    pub(super) counts: Vec<u64>,
    /// The sum of all values.
    pub(super) sum: f64,
}

impl Buckets {
    pub(super) fn new(bounds: &'static [f64]) -> Self {
        let counts = std::iter::repeat_with(AtomicU64::default).take(bounds.len() + 1).collect();
        Self { bounds, counts, sum: AtomicU64::default() }
    }

    pub(super) fn distribution(&self) -> Distribution {
        Distribution {
            bounds: self.bounds,
            counts: self.counts.iter().map(|count| count.load(Ordering::Relaxed)).collect(),
            sum: f64::from_bits(self.sum.load(Ordering::Relaxed)),
        }
    }
}

impl HistogramFn for Buckets {
    fn record(&self, value: f64) {
        let bucket = self.bounds.partition_point(|bound| *bound < value);
        self.counts[bucket].fetch_add(1, Ordering::Relaxed);
        let add = |sum: u64| Some((f64::from_bits(sum) + value).to_bits());
        // The closure always gives a value, so this cannot fail.
        let _ = self.sum.fetch_update(Ordering::Relaxed, Ordering::Relaxed, add);
    }
}

impl Distribution {
    pub(super) fn count(&self) -> u64 {
        self.counts.iter().sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_belongs_to_its_bucket() {
        let buckets = Buckets::new(&[1.0, 10.0]);

        for value in [0.5, 1.0, 2.0, 10.0, 11.0] {
            buckets.record(value);
        }

        let expected = Distribution { bounds: &[1.0, 10.0], counts: vec![2, 2, 1], sum: 24.5 };
        assert_eq!(buckets.distribution(), expected);
    }
}
