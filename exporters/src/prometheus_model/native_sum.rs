//! Sums of native histograms.

use std::collections::BTreeMap;

use super::native::{Inexpressible, NativeBuckets, NativeHistogram};

/// So many buckets of one sign are kept apart; a sum that has more is made coarser.
const MAX_BUCKETS: usize = 1024;

impl NativeHistogram {
    /// The measurements of both, in the coarser resolution; within the wider of both thresholds they are zero.
    ///
    /// # Errors
    ///
    /// A count becomes too large.
    pub fn plus(&self, other: &Self) -> Result<Self, Inexpressible> {
        let mut schema = self.schema.min(other.schema);
        let zero_threshold = self.zero_threshold.max(other.zero_threshold);
        let mut positive = Counts::of(&self.positive, self.schema - schema);
        positive.add(&other.positive, other.schema - schema)?;
        let mut negative = Counts::of(&self.negative, self.schema - schema);
        negative.add(&other.negative, other.schema - schema)?;
        while positive.0.len().max(negative.0.len()) > MAX_BUCKETS && schema > -4 {
            schema -= 1;
            positive = positive.coarser()?;
            negative = negative.coarser()?;
        }
        let within = |count: u64, more| count.checked_add(more).ok_or(Inexpressible::TooLarge);
        let mut zero_count = within(self.zero_count, other.zero_count)?;
        if self.zero_threshold != other.zero_threshold {
            zero_count = within(zero_count, positive.take_within(zero_threshold, schema))?;
            zero_count = within(zero_count, negative.take_within(zero_threshold, schema))?;
        }
        Ok(Self {
            count: within(self.count, other.count)?,
            sum: self.sum + other.sum,
            schema,
            zero_threshold,
            zero_count,
            positive: NativeBuckets::from_counts(positive.0)?,
            negative: NativeBuckets::from_counts(negative.0)?,
        })
    }
}

/// Counts that are not zero, by index.
struct Counts(BTreeMap<i64, u64>);

impl Counts {
    fn of(buckets: &NativeBuckets, coarser: i32) -> Self {
        let mut counts = Self(BTreeMap::new());
        // What was in one histogram does not become too large.
        let _ = counts.add(buckets, coarser);
        counts
    }

    fn add(&mut self, buckets: &NativeBuckets, coarser: i32) -> Result<(), Inexpressible> {
        buckets.counts().try_for_each(|(index, count)| self.put(coarse(index, coarser), count))
    }

    fn put(&mut self, index: i64, count: u64) -> Result<(), Inexpressible> {
        if count > 0 {
            let sum = self.0.entry(index).or_default();
            *sum = sum.checked_add(count).ok_or(Inexpressible::TooLarge)?;
        }
        Ok(())
    }

    fn coarser(self) -> Result<Self, Inexpressible> {
        let mut counts = Self(BTreeMap::new());
        self.0.into_iter().try_for_each(|(index, count)| counts.put(coarse(index, 1), count))?;
        Ok(counts)
    }

    /// Takes out the buckets that are wholly within a threshold.
    fn take_within(&mut self, threshold: f64, schema: i32) -> u64 {
        let bound = |index: i64| (index as f64 * (-f64::from(schema)).exp2()).exp2();
        let mut taken: u64 = 0;
        while let Some(first) = self.0.first_entry().filter(|first| bound(*first.key()) <= threshold) {
            taken = taken.saturating_add(first.remove());
        }
        taken
    }
}

/// The index of a bucket, which is that of its upper bound, after so many times two buckets became one.
fn coarse(index: i64, times: i32) -> i64 {
    ((index - 1) >> times.clamp(0, 63)) + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn histogram(schema: i32, zero_count: u64, positive: &[(i64, u64)]) -> NativeHistogram {
        NativeHistogram {
            count: zero_count + positive.iter().map(|(_, count)| count).sum::<u64>(),
            sum: 1.5,
            schema,
            zero_threshold: 1e-128,
            zero_count,
            positive: NativeBuckets::from_counts(positive.iter().copied()).unwrap(),
            negative: NativeBuckets::default(),
        }
    }

    fn counts(histogram: &NativeHistogram) -> Vec<(i64, u64)> {
        histogram.positive.counts().filter(|(_, count)| *count > 0).collect()
    }

    #[test]
    fn buckets_of_the_same_resolution_are_added() {
        let sum = histogram(0, 1, &[(-3, 2), (1, 1)]).plus(&histogram(0, 2, &[(1, 4), (9, 1)])).unwrap();

        assert_eq!(counts(&sum), [(-3, 2), (1, 5), (9, 1)]);
        assert_eq!((sum.count, sum.zero_count, sum.sum, sum.schema), (11, 3, 3.0, 0));
    }

    #[test]
    fn a_sum_has_the_coarser_resolution() {
        // Of schema 1, buckets 1 and 2 end at 1.41 and 2: both are in bucket 1 of schema 0, which ends at 2.
        let sum = histogram(1, 0, &[(0, 1), (1, 1), (2, 1), (3, 1)]).plus(&histogram(0, 0, &[(1, 5)])).unwrap();

        assert_eq!((counts(&sum), sum.schema, sum.count), (vec![(0, 1), (1, 7), (2, 1)], 0, 9));
    }

    #[test]
    fn what_is_within_the_wider_threshold_is_zero() {
        let wider = NativeHistogram { zero_threshold: 1.0, ..histogram(0, 1, &[(3, 1)]) };

        let sum = histogram(0, 0, &[(-1, 2), (0, 3), (1, 1)]).plus(&wider).unwrap();

        assert_eq!((counts(&sum), sum.zero_count, sum.zero_threshold), (vec![(1, 1), (3, 1)], 6, 1.0));
    }

    #[test]
    fn a_sum_of_too_many_buckets_is_made_coarser() {
        let even: Vec<_> = (0..1000).map(|index| (index * 2, 1)).collect();
        let odd: Vec<_> = (0..1000).map(|index| (index * 2 + 1, 1)).collect();

        let sum = histogram(8, 0, &even).plus(&histogram(8, 0, &odd)).unwrap();

        assert_eq!((sum.schema, counts(&sum).len(), sum.count), (7, 1001, 2000));
    }
}
