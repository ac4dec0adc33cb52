//! A snapshot as an OTLP export request.

use std::time::SystemTime;

use bytes::Bytes;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::common::v1::{AnyValue, InstrumentationScope, KeyValue, any_value};
use opentelemetry_proto::tonic::metrics::v1::{
    AggregationTemporality, Gauge, Histogram, HistogramDataPoint, Metric, NumberDataPoint, ResourceMetrics,
    ScopeMetrics, Sum, metric, number_data_point,
};
use opentelemetry_proto::tonic::resource::v1::Resource;
use prost::Message;

use crate::telemetry::metrics::Source;
use crate::telemetry::metrics::snapshot::{Family, Kind, Labels, Value};

/// Everything that is shown now, with cumulative sums since `began`, and how many data points it is.
pub(super) fn encode(source: &Source, began: SystemTime) -> (Bytes, usize) {
    let snapshot = source.take();
    let points = snapshot.values().map(|family| family.series.len()).sum();
    let times = Times { start: nanos(began), now: nanos(SystemTime::now()) };
    let scope = InstrumentationScope {
        name: "sluice".into(),
        version: source.program.version.into(),
        ..InstrumentationScope::default()
    };
    let metrics = snapshot.into_iter().map(|(name, family)| metric(name, family, times)).collect();
    let request = ExportMetricsServiceRequest {
        resource_metrics: vec![ResourceMetrics {
            resource: Some(Resource { attributes: attributes(&source.resource), ..Resource::default() }),
            scope_metrics: vec![ScopeMetrics { scope: Some(scope), metrics, ..ScopeMetrics::default() }],
            ..ResourceMetrics::default()
        }],
    };
    (request.encode_to_vec().into(), points)
}

#[derive(Clone, Copy)]
struct Times {
    start: u64,
    now: u64,
}

fn metric(name: String, family: Family, times: Times) -> Metric {
    let Family { kind, unit, help, series } = family;
    let temporality = AggregationTemporality::Cumulative.into();
    let data = match kind {
        Kind::Counter => {
            let data_points = series.into_iter().filter_map(|(labels, value)| number(&labels, &value, times)).collect();
            metric::Data::Sum(Sum { data_points, aggregation_temporality: temporality, is_monotonic: true })
        }
        Kind::Gauge => {
            let data_points = series.into_iter().filter_map(|(labels, value)| number(&labels, &value, times)).collect();
            metric::Data::Gauge(Gauge { data_points })
        }
        Kind::Histogram => {
            let data_points = series.into_iter().filter_map(|(labels, value)| histogram(&labels, value, times));
            let data_points = data_points.collect();
            metric::Data::Histogram(Histogram { data_points, aggregation_temporality: temporality })
        }
    };
    Metric { name, unit: unit.into(), description: help, data: Some(data), ..Metric::default() }
}

fn number(labels: &Labels, value: &Value, times: Times) -> Option<NumberDataPoint> {
    let Value::Number(value) = value else { return None };
    Some(NumberDataPoint {
        attributes: attributes(labels),
        start_time_unix_nano: times.start,
        time_unix_nano: times.now,
        value: Some(number_data_point::Value::AsDouble(*value)),
        ..NumberDataPoint::default()
    })
}

fn histogram(labels: &Labels, value: Value, times: Times) -> Option<HistogramDataPoint> {
    let Value::Distribution(distribution) = value else { return None };
    Some(HistogramDataPoint {
        attributes: attributes(labels),
        start_time_unix_nano: times.start,
        time_unix_nano: times.now,
        count: distribution.count(),
        sum: Some(distribution.sum),
        bucket_counts: distribution.counts,
        explicit_bounds: distribution.bounds.to_vec(),
        ..HistogramDataPoint::default()
    })
}

fn attributes(labels: &[(String, String)]) -> Vec<KeyValue> {
    let attribute = |(name, value): &(String, String)| KeyValue {
        key: name.clone(),
        value: Some(AnyValue { value: Some(any_value::Value::StringValue(value.clone())) }),
        ..KeyValue::default()
    };
    labels.iter().map(attribute).collect()
}

fn nanos(time: SystemTime) -> u64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}
