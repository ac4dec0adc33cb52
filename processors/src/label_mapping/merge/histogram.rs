//! Data points of histograms with explicit bounds.

use opentelemetry_proto::tonic::metrics::v1::HistogramDataPoint;

use super::super::telemetry::Counts;
use super::{NO_RECORDED_VALUE, exemplars, max, min, start, sum};

/// Merges histograms; none if one of them contradicts itself.
///
/// Where the bounds differ, those stay that all have: a histogram without some of its bounds is still exact.
pub(super) fn merge(points: Vec<HistogramDataPoint>, counts: &mut Counts) -> Option<HistogramDataPoint> {
    let (mut recorded, none): (Vec<_>, Vec<_>) =
        points.into_iter().partition(|point| point.flags & NO_RECORDED_VALUE == 0);
    if recorded.is_empty() {
        return none.into_iter().next();
    }
    if !recorded.iter().all(is_consistent) {
        return None;
    }
    let count = recorded.iter().try_fold(0_u64, |sum, point| sum.checked_add(point.count))?;
    // One without buckets says nothing of how the values are spread, and then neither do all.
    let (bounds, buckets) = match recorded.iter().all(|point| !point.bucket_counts.is_empty()) {
        true => {
            let bounds = common_bounds(&recorded);
            let buckets = buckets(&recorded, &bounds)?;
            (bounds, buckets)
        }
        false => (Vec::new(), Vec::new()),
    };
    let lists = recorded.iter_mut().map(|point| std::mem::take(&mut point.exemplars)).collect();
    let merged = HistogramDataPoint {
        start_time_unix_nano: start(recorded.iter().map(|point| point.start_time_unix_nano)),
        count,
        sum: sum(recorded.iter().map(|point| point.sum)),
        min: min(recorded.iter().map(|point| point.min)),
        max: max(recorded.iter().map(|point| point.max)),
        explicit_bounds: bounds,
        bucket_counts: buckets,
        exemplars: exemplars(lists, counts),
        ..HistogramDataPoint::default()
    };
    let first = recorded.into_iter().next()?;
    Some(HistogramDataPoint {
        attributes: first.attributes,
        time_unix_nano: first.time_unix_nano,
        flags: first.flags,
        ..merged
    })
}

/// Whether there is a bucket more than bounds, or none of both, and the bounds rise.
fn is_consistent(point: &HistogramDataPoint) -> bool {
    let empty = point.bucket_counts.is_empty() && point.explicit_bounds.is_empty();
    empty
        || point.bucket_counts.len() == point.explicit_bounds.len() + 1
            && point.explicit_bounds.windows(2).all(|pair| pair[0] < pair[1])
            && !point.explicit_bounds.iter().any(|bound| bound.is_nan())
}

/// The bounds that all have.
fn common_bounds(points: &[HistogramDataPoint]) -> Vec<f64> {
    let mut common = points.first().map(|point| point.explicit_bounds.clone()).unwrap_or_default();
    for point in points {
        let mut others = point.explicit_bounds.iter().peekable();
        common.retain(|bound| {
            while others.next_if(|other| *other < bound).is_some() {}
            others.peek().is_some_and(|other| *other == bound)
        });
    }
    common
}

/// The counts between these bounds; none if they do not fit into a number.
fn buckets(points: &[HistogramDataPoint], bounds: &[f64]) -> Option<Vec<u64>> {
    let mut buckets = vec![0_u64; bounds.len() + 1];
    for point in points {
        let mut bucket = 0;
        for (number, count) in point.bucket_counts.iter().enumerate() {
            // A bucket ends with its upper bound, and belongs to the one that ends there or later.
            buckets[bucket] = buckets[bucket].checked_add(*count)?;
            let upper = point.explicit_bounds.get(number);
            if upper.is_some() && upper == bounds.get(bucket) {
                bucket += 1;
            }
        }
    }
    Some(buckets)
}
