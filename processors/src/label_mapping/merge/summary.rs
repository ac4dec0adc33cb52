//! Data points of summaries.

use opentelemetry_proto::tonic::metrics::v1::SummaryDataPoint;
use opentelemetry_proto::tonic::metrics::v1::summary_data_point::ValueAtQuantile;

use super::super::telemetry::Counts;
use super::{NO_RECORDED_VALUE, start};

/// Merges summaries: counts and sums are added. Of the quantiles only the smallest and the largest value can be told.
pub(super) fn merge(points: Vec<SummaryDataPoint>, counts: &mut Counts) -> Option<SummaryDataPoint> {
    let (recorded, none): (Vec<_>, Vec<_>) = points.into_iter().partition(|point| point.flags & NO_RECORDED_VALUE == 0);
    if recorded.is_empty() {
        return none.into_iter().next();
    }
    let count = recorded.iter().try_fold(0_u64, |sum, point| sum.checked_add(point.count))?;
    let sum = recorded.iter().map(|point| point.sum).sum();
    let quantiles: usize = recorded.iter().map(|point| point.quantile_values.len()).sum();
    let extremes: Vec<ValueAtQuantile> =
        [extreme(&recorded, 0.0, f64::min), extreme(&recorded, 1.0, f64::max)].into_iter().flatten().collect();
    counts.dropped_quantiles += (quantiles - extremes.len() * recorded.len()) as u64;
    let start_time_unix_nano = start(recorded.iter().map(|point| point.start_time_unix_nano));
    let first = recorded.into_iter().next()?;
    Some(SummaryDataPoint { start_time_unix_nano, count, sum, quantile_values: extremes, ..first })
}

/// The smallest or largest value, if every summary tells it.
fn extreme(points: &[SummaryDataPoint], quantile: f64, best: fn(f64, f64) -> f64) -> Option<ValueAtQuantile> {
    let value = |point: &SummaryDataPoint| {
        point.quantile_values.iter().find(|value| value.quantile == quantile).map(|value| value.value)
    };
    let values: Option<Vec<f64>> = points.iter().map(value).collect();
    let value = values?.into_iter().reduce(best)?;
    Some(ValueAtQuantile { quantile, value })
}
