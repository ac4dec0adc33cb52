//! Data points of gauges and sums.

use opentelemetry_proto::tonic::metrics::v1::NumberDataPoint;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value;

use super::super::telemetry::Counts;
use super::{NO_RECORDED_VALUE, exemplars, start};

/// What several gauges become.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in super::super) enum MergeGauges {
    /// The one that comes last in the metric.
    #[default]
    Last,
    Min,
    Max,
    Mean,
    Sum,
}

/// How they are written.
pub(in super::super) const MERGE_GAUGES: &[(&str, MergeGauges)] = &[
    ("last", MergeGauges::Last),
    ("min", MergeGauges::Min),
    ("max", MergeGauges::Max),
    ("mean", MergeGauges::Mean),
    ("sum", MergeGauges::Sum),
];

/// Merges sums: their values are added.
pub(super) fn sums(points: Vec<NumberDataPoint>, counts: &mut Counts) -> Option<NumberDataPoint> {
    merge(points, counts, |values| Some(add(values)))
}

/// Merges gauges.
pub(super) fn gauges(points: Vec<NumberDataPoint>, how: MergeGauges, counts: &mut Counts) -> Option<NumberDataPoint> {
    let less = |one: &Value, other: &Value| compare(*one, *other).is_lt();
    merge(points, counts, |values| match how {
        MergeGauges::Last => values.last().copied(),
        MergeGauges::Min => values.iter().copied().reduce(|best, next| if less(&next, &best) { next } else { best }),
        MergeGauges::Max => values.iter().copied().reduce(|best, next| if less(&best, &next) { next } else { best }),
        MergeGauges::Mean => {
            Some(Value::AsDouble(values.iter().map(|value| double(*value)).sum::<f64>() / values.len() as f64))
        }
        MergeGauges::Sum => Some(add(values)),
    })
}

fn merge(
    points: Vec<NumberDataPoint>,
    counts: &mut Counts,
    value: impl FnOnce(&[Value]) -> Option<Value>,
) -> Option<NumberDataPoint> {
    // A point without a value says that there is none; if another one has one, there is.
    let (mut recorded, none): (Vec<_>, Vec<_>) =
        points.into_iter().partition(|point| point.flags & NO_RECORDED_VALUE == 0 && point.value.is_some());
    if recorded.is_empty() {
        return none.into_iter().next();
    }
    let values: Vec<Value> = recorded.iter().filter_map(|point| point.value).collect();
    let start = start(recorded.iter().map(|point| point.start_time_unix_nano));
    let lists = recorded.iter_mut().map(|point| std::mem::take(&mut point.exemplars)).collect();
    let first = recorded.into_iter().next()?;
    Some(NumberDataPoint {
        start_time_unix_nano: start,
        exemplars: exemplars(lists, counts),
        value: value(&values),
        ..first
    })
}

/// The sum: a whole number as long as all are and it fits.
fn add(values: &[Value]) -> Value {
    let whole = values.iter().try_fold(0_i64, |sum, value| match value {
        Value::AsInt(number) => sum.checked_add(*number),
        Value::AsDouble(_) => None,
    });
    whole.map_or_else(|| Value::AsDouble(values.iter().map(|value| double(*value)).sum()), Value::AsInt)
}

fn compare(one: Value, other: Value) -> std::cmp::Ordering {
    match (one, other) {
        (Value::AsInt(one), Value::AsInt(other)) => one.cmp(&other),
        _ => double(one).total_cmp(&double(other)),
    }
}

fn double(value: Value) -> f64 {
    match value {
        Value::AsInt(number) => number as f64,
        Value::AsDouble(number) => number,
    }
}
