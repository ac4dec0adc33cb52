//! Data points of exponential histograms.

use opentelemetry_proto::tonic::metrics::v1::ExponentialHistogramDataPoint;
use opentelemetry_proto::tonic::metrics::v1::exponential_histogram_data_point::Buckets;

use super::super::telemetry::Counts;
use super::{NO_RECORDED_VALUE, exemplars, max, min, start, sum};

/// The most buckets of a merged histogram, for each sign; more if one of those merged has more.
const BUCKETS: usize = 160;
/// The coarsest scale: one bucket then spans more than all doubles.
const COARSEST: i32 = -11;

/// Merges exponential histograms: at the coarsest of their scales, or coarser if there would be too many buckets, and
/// with the widest of their zero buckets. None if the counts do not fit into a number.
///
/// Source: the metrics data model, "Exponential Histogram", "Merge" and "Zero count and zero threshold".
pub(super) fn merge(
    points: Vec<ExponentialHistogramDataPoint>,
    counts: &mut Counts,
) -> Option<ExponentialHistogramDataPoint> {
    let (mut recorded, none): (Vec<_>, Vec<_>) =
        points.into_iter().partition(|point| point.flags & NO_RECORDED_VALUE == 0);
    if recorded.is_empty() {
        return none.into_iter().next();
    }
    let count = recorded.iter().try_fold(0_u64, |sum, point| sum.checked_add(point.count))?;
    let mut zero_count = recorded.iter().try_fold(0_u64, |sum, point| sum.checked_add(point.zero_count))?;

    let positive: Vec<(i32, Sparse)> = recorded.iter().map(|it| (it.scale, Sparse::of(it.positive.as_ref()))).collect();
    let negative: Vec<(i32, Sparse)> = recorded.iter().map(|it| (it.scale, Sparse::of(it.negative.as_ref()))).collect();
    let largest = positive.iter().chain(&negative).map(|(_, buckets)| buckets.0.len()).max().unwrap_or_default();
    let mut scale = recorded.iter().map(|point| point.scale).min()?;
    let mut positive = Sparse::sum(&positive, scale)?;
    let mut negative = Sparse::sum(&negative, scale)?;
    while positive.span().max(negative.span()) > largest.max(BUCKETS) as u64 && scale > COARSEST {
        scale -= 1;
        (positive, negative) = (positive.coarser(1)?, negative.coarser(1)?);
    }
    if positive.span().max(negative.span()) > largest.max(BUCKETS) as u64 {
        return None;
    }
    let mut threshold = recorded.iter().map(|point| point.zero_threshold).fold(0.0, f64::max);
    threshold = negative.straddled(scale, positive.straddled(scale, threshold));
    // A bucket of the other sign may reach further than the first that was straddled.
    threshold = negative.straddled(scale, positive.straddled(scale, threshold));
    // Without a threshold only 0 itself is zero, whatever a small bound is rounded to.
    if threshold > 0.0 {
        for buckets in [&mut positive, &mut negative] {
            zero_count = zero_count.checked_add(buckets.take_up_to(scale, threshold)?)?;
        }
    }
    let lists = recorded.iter_mut().map(|point| std::mem::take(&mut point.exemplars)).collect();
    let merged = ExponentialHistogramDataPoint {
        start_time_unix_nano: start(recorded.iter().map(|point| point.start_time_unix_nano)),
        count,
        sum: sum(recorded.iter().map(|point| point.sum)),
        min: min(recorded.iter().map(|point| point.min)),
        max: max(recorded.iter().map(|point| point.max)),
        scale,
        zero_count,
        zero_threshold: threshold,
        positive: Some(positive.dense()?),
        negative: Some(negative.dense()?),
        exemplars: exemplars(lists, counts),
        ..ExponentialHistogramDataPoint::default()
    };
    let first = recorded.into_iter().next()?;
    Some(ExponentialHistogramDataPoint {
        attributes: first.attributes,
        time_unix_nano: first.time_unix_nano,
        flags: first.flags,
        ..merged
    })
}

/// The buckets that are not empty: index and count, by index.
#[derive(Clone, Debug, Default)]
struct Sparse(Vec<(i64, u64)>);

impl Sparse {
    fn of(buckets: Option<&Buckets>) -> Self {
        let Some(buckets) = buckets else { return Self::default() };
        let indexed = (i64::from(buckets.offset)..).zip(buckets.bucket_counts.iter().copied());
        Self(indexed.filter(|(_, count)| *count > 0).collect())
    }

    /// All of these at one scale, which is none of theirs but a coarser one, added up.
    fn sum(all: &[(i32, Self)], scale: i32) -> Option<Self> {
        let mut added: Vec<(i64, u64)> = Vec::new();
        for (finer, buckets) in all {
            added.extend(buckets.coarser(finer.abs_diff(scale))?.0);
        }
        added.sort_unstable_by_key(|(index, _)| *index);
        Self(added).joined()
    }

    /// The same at a scale that is coarser by some steps: each of which makes one bucket out of two.
    fn coarser(&self, steps: u32) -> Option<Self> {
        Self(self.0.iter().map(|(index, count)| (index >> steps.min(63), *count)).collect()).joined()
    }

    /// With one entry for each index.
    fn joined(self) -> Option<Self> {
        let mut joined: Vec<(i64, u64)> = Vec::with_capacity(self.0.len());
        for (index, count) in self.0 {
            match joined.last_mut() {
                Some((last, sum)) if *last == index => *sum = sum.checked_add(count)?,
                _ => joined.push((index, count)),
            }
        }
        Some(Self(joined))
    }

    /// How many buckets there are from the first to the last.
    fn span(&self) -> u64 {
        match (self.0.first(), self.0.last()) {
            (Some((first, _)), Some((last, _))) => last.abs_diff(*first) + 1,
            _ => 0,
        }
    }

    /// The threshold, or the upper bound of the bucket that it lies within.
    fn straddled(&self, scale: i32, threshold: f64) -> f64 {
        let within = self
            .0
            .iter()
            .find(|(index, _)| bound(scale, *index) < threshold && threshold < bound(scale, index.saturating_add(1)));
        within.map_or(threshold, |(index, _)| bound(scale, index.saturating_add(1)))
    }

    /// Takes out what is at most the threshold, and says how many that are.
    fn take_up_to(&mut self, scale: i32, threshold: f64) -> Option<u64> {
        let first = self.0.partition_point(|(index, _)| bound(scale, index.saturating_add(1)) <= threshold);
        self.0.drain(..first).try_fold(0_u64, |sum, (_, count)| sum.checked_add(count))
    }

    /// All buckets from the first to the last; none if the first is out of bounds, which no honest histogram's is.
    fn dense(&self) -> Option<Buckets> {
        let first = self.0.first().map_or(0, |(index, _)| *index);
        let offset = i32::try_from(first).ok()?;
        let mut bucket_counts = vec![0; self.span() as usize];
        for (index, count) in &self.0 {
            if let Some(bucket) = bucket_counts.get_mut(index.abs_diff(first) as usize) {
                *bucket = *count;
            }
        }
        Some(Buckets { offset, bucket_counts })
    }
}

/// The lower bound of a bucket: the base, which is 2 to the 2 to the minus scale, to its index.
fn bound(scale: i32, index: i64) -> f64 {
    (index as f64 * (-f64::from(scale)).exp2()).exp2()
}
