//! The Agent's sketch: counts of values by logarithmic ranges, whose keys Datadog's backend shares.
//!
//! Written here, because no crate has it: `libdd-ddsketch` is the sketch of APM statistics, which has other ranges, floating
//! counts, and neither the Agent's keys nor its interpolation.
//!
//! Source: the Datadog Agent, `pkg/util/quantile`.

use std::sync::LazyLock;

/// Each range reaches up to so many times its lower end: 1 + 2/128.
pub(super) const GAMMA: f64 = 1.015625;

/// The natural logarithm of [`GAMMA`], as `log1p(2/128)` says it.
pub(super) const LN_GAMMA: f64 = 0.015_504_186_535_965_254;

/// What is added to the logarithm, so that the key of 1e-9 is 1.
pub(super) const BIAS: i32 = 1338;

/// The key of infinity.
pub(super) const INFINITE: i32 = 32_767;

/// The most ranges of a sketch; the lowest are put together where there are more.
const MAX_BINS: usize = 4096;

/// The most that one bin counts; a larger count has several bins of the same key.
const MAX_IN_BIN: u64 = 65_535;

/// The most values that a sketch can hold.
pub(super) const MAX_COUNT: u64 = MAX_BINS as u64 * MAX_IN_BIN;

/// The lower ends of the ranges, by key; nothing below [`INFINITE`] overflows.
static LOWER_ENDS: LazyLock<Box<[f64]>> =
    LazyLock::new(|| (0..INFINITE).map(|key| if key == 0 { 0.0 } else { GAMMA.powf(f64::from(key - BIAS)) }).collect());

/// The smallest value that is told from zero.
static SMALLEST: LazyLock<f64> = LazyLock::new(|| GAMMA.powf(f64::from(1 - BIAS)));

/// Values by ranges, and what is known of all of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Sketch {
    /// Keys of the ranges, ascending.
    pub(super) keys: Vec<i32>,
    /// How many values each has.
    pub(super) counts: Vec<u32>,
    /// What is known of all values.
    pub(super) summary: Summary,
}

/// What is known of all values of a sketch.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Summary {
    pub(super) count: i64,
    pub(super) min: f64,
    pub(super) max: f64,
    pub(super) sum: f64,
    pub(super) average: f64,
}

/// A sketch while values are put into it.
#[derive(Debug, Default)]
pub(super) struct Builder {
    /// Keys and counts, in the order in which they came.
    bins: Vec<(i32, u64)>,
    summary: Summary,
}

/// The upper end of a bucket is below its lower end.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NotAscending;

/// The key of the range that a value is in.
pub(super) fn key(value: f64) -> i32 {
    if value < 0.0 {
        return -key(-value);
    }
    if value.is_nan() || value < *SMALLEST {
        return 0;
    }
    // Rounded to even, so that a lower end has its own key. The conversion saturates.
    let index = (value.ln() / LN_GAMMA).round_ties_even() + f64::from(BIAS);
    (index as i32).clamp(1, INFINITE)
}

/// The lower end of a range; of negative ones, the end nearer to zero, negated.
pub(super) fn lower_end(key: i32) -> f64 {
    if key < 0 {
        return -lower_end(-key);
    }
    LOWER_ENDS.get(key as usize).copied().unwrap_or(f64::INFINITY)
}

impl Builder {
    /// Puts in `count` values that lie somewhere from `lower` to `upper`, as if they lay evenly.
    ///
    /// # Errors
    ///
    /// The range is none.
    pub(super) fn insert_between(&mut self, lower: f64, upper: f64, count: u64) -> Result<(), NotAscending> {
        let (first, last) = (key(lower), key(upper));
        if last < first {
            return Err(NotAscending);
        }
        let distance = upper - lower;
        let mut left = count;
        let mut remainder = 0.0;
        let mut begun = first;
        let mut begun_at = lower_end(first);
        for next in first + 1..=last {
            if left == 0 {
                return Ok(());
            }
            let next_at = lower_end(next);
            let share = (next_at - begun_at) / distance * count as f64;
            // Only what is more than one leaves a remainder, so that there are not many ranges with a single value.
            if share > 1.0 {
                remainder += share.fract();
            }
            let mut whole = share as u64;
            if remainder > 1.0 {
                whole += 1;
                remainder -= 1.0;
            }
            if whole > 0 {
                let whole = whole.min(left);
                self.insert(begun, begun_at, whole);
                left -= whole;
                begun = next;
                begun_at = next_at;
            }
        }
        if left > 0 {
            self.insert(begun, begun_at, left);
        }
        Ok(())
    }

    /// The sketch, if there is a value in it.
    pub(super) fn finish(self) -> Option<Sketch> {
        if self.bins.is_empty() {
            return None;
        }
        Some(Sketch::new(self.bins, self.summary))
    }

    fn insert(&mut self, key: i32, value: f64, count: u64) {
        self.bins.push((key, count));
        self.summary.add(value, count);
    }
}

impl Summary {
    fn add(&mut self, value: f64, count: u64) {
        let count_before = self.count;
        self.count = self.count.saturating_add_unsigned(count);
        self.sum += value * count as f64;
        if count_before == 0 {
            (self.min, self.max, self.average) = (value, value, value);
            return;
        }
        self.min = self.min.min(value);
        self.max = self.max.max(value);
        self.average += (value - self.average) * count as f64 / self.count as f64;
    }
}

impl Sketch {
    /// Puts bins in order, and together where they have the same key.
    pub(super) fn new(mut bins: Vec<(i32, u64)>, summary: Summary) -> Self {
        bins.sort_unstable_by_key(|(key, _)| *key);
        bins.dedup_by(|later, kept| {
            let same = later.0 == kept.0;
            if same {
                kept.1 += later.1;
            }
            same
        });
        let excess = bins.len().saturating_sub(MAX_BINS);
        if excess > 0 {
            let lowest: u64 = bins.drain(..excess).map(|(_, count)| count).sum();
            bins[0].1 += lowest;
        }
        let mut sketch = Self { keys: Vec::with_capacity(bins.len()), counts: Vec::with_capacity(bins.len()), summary };
        for (key, count) in bins {
            sketch.push(key, count);
        }
        sketch
    }

    /// The part that does not fill a bin comes first, as the Agent has it.
    fn push(&mut self, key: i32, count: u64) {
        let rest = count % MAX_IN_BIN;
        let parts = (rest > 0).then_some(rest).into_iter();
        for part in parts.chain((0..count / MAX_IN_BIN).map(|_| MAX_IN_BIN)) {
            self.keys.push(key);
            self.counts.push(part as u32);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Some of these are from runs of the Agent's code.
    #[test]
    fn keys_are_those_of_the_agent() {
        for (value, expected) in [
            (0.0, 0),
            (-0.0, 0),
            (1e-10, 0),
            (1e-9, 1),
            (0.001, 892),
            (0.5, 1293),
            (1.0, 1338),
            (2.0, 1383),
            (10.0, 1487),
            (100.0, 1635),
            (1e6, 2229),
            (-3.0, -1409),
            (f64::MAX, 32_767),
            (f64::INFINITY, 32_767),
            (f64::NEG_INFINITY, -32_767),
            (f64::NAN, 0),
        ] {
            assert_eq!(key(value), expected, "{value}");
        }
        assert_eq!(LN_GAMMA, (2.0f64 / 128.0).ln_1p());
    }

    #[test]
    fn a_lower_end_has_its_own_key() {
        for expected in (1..INFINITE).chain([-1, -1338]) {
            assert_eq!(key(lower_end(expected)), expected);
        }
        assert_eq!((lower_end(0), lower_end(INFINITE), lower_end(-INFINITE)), (0.0, f64::INFINITY, f64::NEG_INFINITY));
    }

    fn between(lower: f64, upper: f64, count: u64) -> Vec<(i32, u32)> {
        let mut builder = Builder::default();
        builder.insert_between(lower, upper, count).unwrap();
        let sketch = builder.finish().unwrap();
        assert_eq!(sketch.summary.count, i64::try_from(count).unwrap());
        sketch.keys.into_iter().zip(sketch.counts).collect()
    }

    #[test]
    fn values_are_spread_over_a_bucket() {
        let one_to_two =
            [(1338, 1), (1345, 1), (1351, 1), (1357, 1), (1362, 1), (1367, 1), (1371, 1), (1375, 1), (1379, 2)];

        assert_eq!(between(1.0, 2.0, 10), one_to_two);
        assert_eq!(between(0.5, 1.0, 3), [(1293, 1), (1312, 1), (1327, 1)]);
        assert_eq!(between(10.0, 10.0, 7), [(1487, 7)]);
        assert_eq!(between(100.0, 250.0, 4), [(1635, 1), (1656, 1), (1672, 1), (1685, 1)]);
        assert_eq!(Builder::default().insert_between(2.0, 1.0, 1), Err(NotAscending));
    }

    #[test]
    fn nothing_makes_no_sketch() {
        let mut builder = Builder::default();
        builder.insert_between(1.0, 2.0, 0).unwrap();

        assert_eq!(builder.finish(), None);
    }

    #[test]
    fn a_large_count_has_several_bins() {
        assert_eq!(between(1.0, 1.0, 2 * 65_535 + 1), [(1338, 1), (1338, 65_535), (1338, 65_535)]);
        assert_eq!(between(1.0, 1.0, 65_535), [(1338, 65_535)]);
    }

    #[test]
    fn the_lowest_of_too_many_ranges_are_put_together() {
        let sketch = Sketch::new((1..=5000).map(|key| (key, 1)).collect(), Summary::default());

        assert_eq!((sketch.keys.len(), sketch.keys[0], sketch.counts[0]), (4096, 905, 905));
        assert_eq!(sketch.counts.iter().sum::<u32>(), 5000);
    }
}
