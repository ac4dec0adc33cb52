//! One line a resource, a scope, and a span, data point or log record.

use std::fmt::{self, Write};

use sluice_pdata::Batch;
use sluice_pdata::view::{
    Attributes, Data, ExponentialHistogramPoint, HistogramPoint, Number, NumberPoint, Resource, Scope, SummaryPoint,
};

use super::number::{Fixed, Shortest};
use super::value::Plain;

pub(super) fn traces(out: &mut String, batch: &Batch) -> fmt::Result {
    for (index, entry) in batch.resource_spans().enumerate() {
        resource(out, "ResourceTraces", index, entry.schema_url(), entry.resource())?;
        for (index, entry) in entry.scopes().enumerate() {
            scope(out, "ScopeTraces", index, entry.schema_url(), entry.scope())?;
            for span in entry.spans() {
                write!(out, "{} {} {}", span.name(), hex::encode(span.trace_id()), hex::encode(span.span_id()))?;
                after_blanks(out, span.attributes())?;
                out.push('\n');
            }
        }
    }
    Ok(())
}

pub(super) fn logs(out: &mut String, batch: &Batch) -> fmt::Result {
    for (index, entry) in batch.resource_logs().enumerate() {
        resource(out, "ResourceLog", index, entry.schema_url(), entry.resource())?;
        for (index, entry) in entry.scopes().enumerate() {
            scope(out, "ScopeLog", index, entry.schema_url(), entry.scope())?;
            for record in entry.log_records() {
                write!(out, "{} ", Plain(record.body()))?;
                joined(out, record.attributes(), " ")?;
                out.push('\n');
            }
        }
    }
    Ok(())
}

pub(super) fn metrics(out: &mut String, batch: &Batch) -> fmt::Result {
    for (index, entry) in batch.resource_metrics().enumerate() {
        resource(out, "ResourceMetrics", index, entry.schema_url(), entry.resource())?;
        for (index, entry) in entry.scopes().enumerate() {
            scope(out, "ScopeMetrics", index, entry.schema_url(), entry.scope())?;
            for metric in entry.metrics() {
                data(out, metric.name(), metric.data())?;
            }
        }
    }
    Ok(())
}

fn data(out: &mut String, name: &str, data: Option<Data<'_>>) -> fmt::Result {
    match data {
        None => Ok(()),
        Some(Data::Gauge { points } | Data::Sum { points, .. }) => {
            points.into_iter().try_for_each(|point| line(out, name, point.attributes(), |out| number(out, &point)))
        }
        Some(Data::Histogram { points, .. }) => {
            points.into_iter().try_for_each(|point| line(out, name, point.attributes(), |out| histogram(out, &point)))
        }
        Some(Data::ExponentialHistogram { points, .. }) => points
            .into_iter()
            .try_for_each(|point| line(out, name, point.attributes(), |out| exponential_histogram(out, &point))),
        Some(Data::Summary { points }) => {
            points.into_iter().try_for_each(|point| line(out, name, point.attributes(), |out| summary(out, &point)))
        }
    }
}

/// `name{a=x,b=2} value`.
fn line(
    out: &mut String,
    name: &str,
    attributes: Attributes<'_>,
    value: impl FnOnce(&mut String) -> fmt::Result,
) -> fmt::Result {
    write!(out, "{name}{{")?;
    joined(out, attributes, ",")?;
    out.push_str("} ");
    value(out)?;
    out.push('\n');
    Ok(())
}

fn number(out: &mut String, point: &NumberPoint<'_>) -> fmt::Result {
    match point.value() {
        None => Ok(()),
        Some(Number::Int(value)) => write!(out, "{value}"),
        Some(Number::Double(value)) => write!(out, "{}", Shortest(value)),
    }
}

fn histogram(out: &mut String, point: &HistogramPoint<'_>) -> fmt::Result {
    totals(out, point.count(), point.sum(), point.min(), point.max())?;
    let mut bounds = point.explicit_bounds();
    for count in point.bucket_counts() {
        match bounds.next() {
            Some(bound) => write!(out, " le{}={count}", Shortest(bound))?,
            None => write!(out, " {count}")?,
        }
    }
    Ok(())
}

fn exponential_histogram(out: &mut String, point: &ExponentialHistogramPoint<'_>) -> fmt::Result {
    totals(out, point.count(), point.sum(), point.min(), point.max())?;
    let factor = super::detailed::bucket_factor(point.scale());
    if let Some(negative) = point.negative() {
        let counts: Vec<u64> = negative.bucket_counts().collect();
        for (at, count) in counts.iter().enumerate().rev() {
            let bound = -((f64::from(negative.offset()) + at as f64) * factor).exp();
            write!(out, " le{}={count}", Shortest(bound))?;
        }
    }
    if point.zero_count() != 0 {
        write!(out, " zero={}", point.zero_count())?;
    }
    if let Some(positive) = point.positive() {
        for (at, count) in positive.bucket_counts().enumerate() {
            let bound = ((f64::from(positive.offset()) + at as f64 + 1.0) * factor).exp();
            write!(out, " le{}={count}", Shortest(bound))?;
        }
    }
    Ok(())
}

fn summary(out: &mut String, point: &SummaryPoint<'_>) -> fmt::Result {
    write!(out, "count={} sum={}", point.count(), Fixed(point.sum()))?;
    point
        .quantile_values()
        .try_for_each(|quantile| write!(out, " q{}={}", Shortest(quantile.quantile()), Shortest(quantile.value())))
}

fn totals(out: &mut String, count: u64, sum: Option<f64>, min: Option<f64>, max: Option<f64>) -> fmt::Result {
    write!(out, "count={count}")?;
    for (name, value) in [("sum", sum), ("min", min), ("max", max)] {
        if let Some(value) = value {
            write!(out, " {name}={}", Shortest(value))?;
        }
    }
    Ok(())
}

fn resource(
    out: &mut String,
    title: &str,
    index: usize,
    schema_url: &str,
    resource: Option<Resource<'_>>,
) -> fmt::Result {
    write!(out, "{title} #{index}")?;
    if !schema_url.is_empty() {
        write!(out, " [{schema_url}]")?;
    }
    after_blanks(out, resource.unwrap_or_default().attributes())?;
    out.push('\n');
    Ok(())
}

fn scope(out: &mut String, title: &str, index: usize, schema_url: &str, scope: Option<Scope<'_>>) -> fmt::Result {
    let scope = scope.unwrap_or_default();
    write!(out, "{title} #{index}")?;
    let (name, version) = (scope.name(), scope.version());
    if !name.is_empty() || !version.is_empty() {
        write!(out, " {name}")?;
    }
    if !version.is_empty() {
        write!(out, "@{version}")?;
    }
    if !schema_url.is_empty() {
        write!(out, " [{schema_url}]")?;
    }
    after_blanks(out, scope.attributes())?;
    out.push('\n');
    Ok(())
}

/// Each attribute after a blank.
fn after_blanks(out: &mut String, mut attributes: Attributes<'_>) -> fmt::Result {
    attributes.try_for_each(|attribute| write!(out, " {}={}", attribute.key(), Plain(attribute.value())))
}

fn joined(out: &mut String, attributes: Attributes<'_>, separator: &str) -> fmt::Result {
    for (index, attribute) in attributes.enumerate() {
        let separator = if index > 0 { separator } else { "" };
        write!(out, "{separator}{}={}", attribute.key(), Plain(attribute.value()))?;
    }
    Ok(())
}
