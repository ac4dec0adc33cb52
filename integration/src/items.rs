//! Requests taken apart into items, so that two ways of grouping the same items compare equal.

use std::{collections::BTreeMap, fmt::Debug};

use opentelemetry_proto::tonic::{
    metrics::v1::{ExponentialHistogram, Gauge, Histogram, Metric, Sum, Summary, metric::Data},
    trace::v1::Span,
};

use crate::Telemetry;

/// One span, data point or log record with the resource and scope (or metric) it belongs to, as text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Item(pub String);

impl Telemetry {
    /// Every item of the request, in order.
    pub fn items(&self) -> Vec<Item> {
        let mut items = Vec::new();
        match self {
            Self::Traces(request) => {
                for resource in &request.resource_spans {
                    for scope in &resource.scope_spans {
                        let place = (&resource.resource, &resource.schema_url, &scope.scope, &scope.schema_url);
                        items.extend(scope.spans.iter().map(|span| item(&place, span)));
                    }
                }
            }
            Self::Metrics(request) => {
                for resource in &request.resource_metrics {
                    for scope in &resource.scope_metrics {
                        let place = (&resource.resource, &resource.schema_url, &scope.scope, &scope.schema_url);
                        let points = scope.metrics.iter().flat_map(one_point_each);
                        items.extend(points.map(|metric| item(&place, &metric)));
                    }
                }
            }
            Self::Logs(request) => {
                for resource in &request.resource_logs {
                    for scope in &resource.scope_logs {
                        let place = (&resource.resource, &resource.schema_url, &scope.scope, &scope.schema_url);
                        items.extend(scope.log_records.iter().map(|record| item(&place, record)));
                    }
                }
            }
        }
        items
    }

    /// How many items it has, without taking it apart.
    pub fn item_count(&self) -> usize {
        match self {
            Self::Traces(_) => self.spans().len(),
            Self::Metrics(_) => self.items().len(),
            Self::Logs(request) => {
                let scopes = request.resource_logs.iter().flat_map(|resource| &resource.scope_logs);
                scopes.map(|scope| scope.log_records.len()).sum()
            }
        }
    }

    /// The spans of the request, without their resources and scopes.
    pub fn spans(&self) -> Vec<&Span> {
        let Self::Traces(request) = self else { return Vec::new() };
        let scopes = request.resource_spans.iter().flat_map(|resource| &resource.scope_spans);
        scopes.flat_map(|scope| &scope.spans).collect()
    }

    /// The numbers that [`crate::telemetry::spans`] gave to the spans.
    pub fn span_numbers(&self) -> Vec<u64> {
        let number = |span: &&Span| span.span_id.as_slice().try_into().map(u64::from_be_bytes).ok();
        self.spans().iter().filter_map(number).collect()
    }
}

/// What one side has and the other has not, counting repetitions; empty when they are the same items.
pub fn difference(expected: &[Item], found: &[Item]) -> String {
    let mut counts: BTreeMap<&Item, i64> = BTreeMap::new();
    expected.iter().for_each(|item| *counts.entry(item).or_default() -= 1);
    found.iter().for_each(|item| *counts.entry(item).or_default() += 1);
    let differing = counts.into_iter().filter(|(_, count)| *count != 0);
    let line = |(item, count): (&Item, i64)| {
        let what = if count < 0 { "missing" } else { "too many" };
        format!("{what} ({}): {}\n", count.abs(), item.0)
    };
    differing.map(line).collect()
}

fn item(place: &impl Debug, record: &impl Debug) -> Item {
    Item(format!("{place:?} {record:?}"))
}

/// The metric, once for each of its points.
fn one_point_each(metric: &Metric) -> Vec<Metric> {
    let with = |data| Metric { data: Some(data), ..metric.clone() };
    match &metric.data {
        None => Vec::new(),
        Some(Data::Gauge(data)) => each(&data.data_points, |data_points| with(Data::Gauge(Gauge { data_points }))),
        Some(Data::Sum(data)) => {
            each(&data.data_points, |data_points| with(Data::Sum(Sum { data_points, ..data.clone() })))
        }
        Some(Data::Histogram(data)) => {
            each(&data.data_points, |data_points| with(Data::Histogram(Histogram { data_points, ..data.clone() })))
        }
        Some(Data::ExponentialHistogram(data)) => each(&data.data_points, |data_points| {
            with(Data::ExponentialHistogram(ExponentialHistogram { data_points, ..data.clone() }))
        }),
        Some(Data::Summary(data)) => {
            each(&data.data_points, |data_points| with(Data::Summary(Summary { data_points })))
        }
    }
}

fn each<P: Clone>(points: &[P], metric: impl Fn(Vec<P>) -> Metric) -> Vec<Metric> {
    points.iter().map(|point| metric(vec![point.clone()])).collect()
}
