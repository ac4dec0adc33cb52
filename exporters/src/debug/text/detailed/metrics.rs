//! Metrics and their data points.

use std::fmt::{self, Write};

use sluice_pdata::Batch;
use sluice_pdata::view::{
    Attributes, Buckets, Data, Exemplar, ExponentialHistogramPoint, HistogramPoint, Metric, Number, NumberPoint,
    Repeated, SummaryPoint, Temporality,
};

use super::super::number::{Fixed, Time};
use super::{attributes, resource, scope};

pub(in super::super) fn metrics(out: &mut String, batch: &Batch) -> fmt::Result {
    for (index, entry) in batch.resource_metrics().enumerate() {
        resource(out, "ResourceMetrics", index, entry.schema_url(), entry.resource())?;
        for (index, entry) in entry.scopes().enumerate() {
            scope(out, "ScopeMetrics", index, entry.schema_url(), entry.scope())?;
            for (index, entry) in entry.metrics().enumerate() {
                metric(out, index, &entry)?;
            }
        }
    }
    Ok(())
}

/// The logarithm of the ratio of neighbouring bounds.
pub(in super::super) fn bucket_factor(scale: i32) -> f64 {
    std::f64::consts::LN_2 * (-f64::from(scale)).exp2()
}

fn metric(out: &mut String, index: usize, metric: &Metric<'_>) -> fmt::Result {
    writeln!(out, "Metric #{index}")?;
    writeln!(out, "Descriptor:")?;
    writeln!(out, "     -> Name: {}", metric.name())?;
    writeln!(out, "     -> Description: {}", metric.description())?;
    writeln!(out, "     -> Unit: {}", metric.unit())?;
    let data = metric.data();
    writeln!(out, "     -> DataType: {}", data_type(data.as_ref()))?;
    attributes(out, "     ", "Metadata", metric.metadata())?;
    match data {
        None => Ok(()),
        Some(Data::Gauge { points }) => each(out, points, number_point),
        Some(Data::Sum { points, temporality, is_monotonic }) => {
            writeln!(out, "     -> IsMonotonic: {is_monotonic}")?;
            aggregation(out, temporality)?;
            each(out, points, number_point)
        }
        Some(Data::Histogram { points, temporality }) => {
            aggregation(out, temporality)?;
            each(out, points, histogram_point)
        }
        Some(Data::ExponentialHistogram { points, temporality }) => {
            aggregation(out, temporality)?;
            each(out, points, exponential_histogram_point)
        }
        Some(Data::Summary { points }) => each(out, points, summary_point),
    }
}

fn data_type(data: Option<&Data<'_>>) -> &'static str {
    match data {
        None => "Empty",
        Some(Data::Gauge { .. }) => "Gauge",
        Some(Data::Sum { .. }) => "Sum",
        Some(Data::Histogram { .. }) => "Histogram",
        Some(Data::ExponentialHistogram { .. }) => "ExponentialHistogram",
        Some(Data::Summary { .. }) => "Summary",
    }
}

fn aggregation(out: &mut String, temporality: Temporality) -> fmt::Result {
    let name = match temporality {
        Temporality::Unspecified => "Unspecified",
        Temporality::Delta => "Delta",
        Temporality::Cumulative => "Cumulative",
        Temporality::Other(_) => "",
    };
    writeln!(out, "     -> AggregationTemporality: {name}")
}

fn each<T>(
    out: &mut String,
    points: impl Iterator<Item = T>,
    write: fn(&mut String, usize, &T) -> fmt::Result,
) -> fmt::Result {
    points.enumerate().try_for_each(|(index, point)| write(out, index, &point))
}

fn number_point(out: &mut String, index: usize, point: &NumberPoint<'_>) -> fmt::Result {
    let times = (point.start_time_unix_nano(), point.time_unix_nano());
    head(out, "NumberDataPoints", index, point.attributes(), times)?;
    number(out, "", point.value())?;
    exemplars(out, point.exemplars())
}

fn histogram_point(out: &mut String, index: usize, point: &HistogramPoint<'_>) -> fmt::Result {
    let times = (point.start_time_unix_nano(), point.time_unix_nano());
    head(out, "HistogramDataPoints", index, point.attributes(), times)?;
    totals(out, point.count(), point.sum(), point.min(), point.max())?;
    for (index, bound) in point.explicit_bounds().enumerate() {
        writeln!(out, "ExplicitBounds #{index}: {}", Fixed(bound))?;
    }
    for (index, count) in point.bucket_counts().enumerate() {
        writeln!(out, "Buckets #{index}, Count: {count}")?;
    }
    exemplars(out, point.exemplars())
}

fn exponential_histogram_point(out: &mut String, index: usize, point: &ExponentialHistogramPoint<'_>) -> fmt::Result {
    let times = (point.start_time_unix_nano(), point.time_unix_nano());
    head(out, "ExponentialHistogramDataPoints", index, point.attributes(), times)?;
    totals(out, point.count(), point.sum(), point.min(), point.max())?;
    let factor = bucket_factor(point.scale());
    let bounds = |buckets: &Buckets<'_>, at: usize| {
        let index = f64::from(buckets.offset()) + at as f64;
        ((index * factor).exp(), ((index + 1.0) * factor).exp())
    };
    if let Some(negative) = point.negative() {
        let counts: Vec<u64> = negative.bucket_counts().collect();
        for (at, count) in counts.iter().enumerate().rev() {
            let (lower, upper) = bounds(&negative, at);
            writeln!(out, "Bucket [{}, {}), Count: {count}", Fixed(-upper), Fixed(-lower))?;
        }
    }
    if point.zero_count() != 0 {
        writeln!(out, "Bucket [0, 0], Count: {}", point.zero_count())?;
    }
    if let Some(positive) = point.positive() {
        for (at, count) in positive.bucket_counts().enumerate() {
            let (lower, upper) = bounds(&positive, at);
            writeln!(out, "Bucket ({}, {}], Count: {count}", Fixed(lower), Fixed(upper))?;
        }
    }
    exemplars(out, point.exemplars())
}

fn summary_point(out: &mut String, index: usize, point: &SummaryPoint<'_>) -> fmt::Result {
    let times = (point.start_time_unix_nano(), point.time_unix_nano());
    head(out, "SummaryDataPoints", index, point.attributes(), times)?;
    totals(out, point.count(), Some(point.sum()), None, None)?;
    for (index, entry) in point.quantile_values().enumerate() {
        let (quantile, value) = (Fixed(entry.quantile()), Fixed(entry.value()));
        writeln!(out, "QuantileValue #{index}: Quantile {quantile}, Value {value}")?;
    }
    Ok(())
}

fn head(
    out: &mut String,
    title: &str,
    index: usize,
    point_attributes: Attributes<'_>,
    (start, time): (u64, u64),
) -> fmt::Result {
    writeln!(out, "{title} #{index}")?;
    attributes(out, "", "Data point attributes", point_attributes)?;
    writeln!(out, "StartTimestamp: {}", Time(start))?;
    writeln!(out, "Timestamp: {}", Time(time))
}

fn totals(out: &mut String, count: u64, sum: Option<f64>, min: Option<f64>, max: Option<f64>) -> fmt::Result {
    writeln!(out, "Count: {count}")?;
    for (name, value) in [("Sum", sum), ("Min", min), ("Max", max)] {
        if let Some(value) = value {
            writeln!(out, "{name}: {}", Fixed(value))?;
        }
    }
    Ok(())
}

fn exemplars(out: &mut String, exemplars: Repeated<'_, Exemplar<'_>>) -> fmt::Result {
    for (index, exemplar) in exemplars.enumerate() {
        if index == 0 {
            writeln!(out, "Exemplars:")?;
        }
        writeln!(out, "Exemplar #{index}")?;
        writeln!(out, "     -> Trace ID: {}", hex::encode(exemplar.trace_id()))?;
        writeln!(out, "     -> Span ID: {}", hex::encode(exemplar.span_id()))?;
        writeln!(out, "     -> Timestamp: {}", Time(exemplar.time_unix_nano()))?;
        number(out, "     -> ", exemplar.value())?;
        attributes(out, "     ", "FilteredAttributes", exemplar.filtered_attributes())?;
    }
    Ok(())
}

fn number(out: &mut String, indent: &str, number: Option<Number>) -> fmt::Result {
    match number {
        None => Ok(()),
        Some(Number::Int(value)) => writeln!(out, "{indent}Value: {value}"),
        Some(Number::Double(value)) => writeln!(out, "{indent}Value: {}", Fixed(value)),
    }
}
