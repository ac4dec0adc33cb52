//! What a service has counted.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::metrics::v1::{
    AggregationTemporality, Gauge, Histogram, HistogramDataPoint, Metric, NumberDataPoint, ResourceMetrics,
    ScopeMetrics, Sum, metric, number_data_point,
};
use prost::Message;

use super::order::nanos;
use super::{Service, text};

/// The semantic conventions' bounds for durations, in seconds.
const BOUNDS: [f64; 14] = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];

/// Requests since the start.
pub(super) struct Totals {
    began: SystemTime,
    buckets: [u64; BOUNDS.len() + 1],
    seconds: f64,
    failed: u64,
}

impl Default for Totals {
    fn default() -> Self {
        Self { began: SystemTime::now(), buckets: [0; BOUNDS.len() + 1], seconds: 0.0, failed: 0 }
    }
}

impl Totals {
    pub(super) fn add(&mut self, took: Duration, failed: bool) {
        let seconds = took.as_secs_f64();
        self.buckets[BOUNDS.partition_point(|bound| *bound < seconds)] += 1;
        self.seconds += seconds;
        self.failed += u64::from(failed);
    }

    fn requests(&self) -> u64 {
        self.buckets.iter().sum()
    }
}

/// Three metrics with a data point each.
pub(super) fn request(service: Service, totals: &Totals) -> (Bytes, usize) {
    let metrics = vec![durations(totals), failures(totals), memory(totals)];
    let items = metrics.len();
    let scope_metrics = vec![ScopeMetrics { scope: Some(service.scope()), metrics, ..ScopeMetrics::default() }];
    let resource = Some(service.resource());
    let resource_metrics = vec![ResourceMetrics { resource, scope_metrics, ..ResourceMetrics::default() }];
    (ExportMetricsServiceRequest { resource_metrics }.encode_to_vec().into(), items)
}

fn durations(totals: &Totals) -> Metric {
    let point = HistogramDataPoint {
        attributes: vec![text("http.request.method", "POST"), text("http.route", "/api/orders")],
        start_time_unix_nano: nanos(totals.began),
        time_unix_nano: nanos(SystemTime::now()),
        count: totals.requests(),
        sum: Some(totals.seconds),
        bucket_counts: totals.buckets.to_vec(),
        explicit_bounds: BOUNDS.to_vec(),
        ..HistogramDataPoint::default()
    };
    let aggregation_temporality = AggregationTemporality::Cumulative.into();
    let data = metric::Data::Histogram(Histogram { data_points: vec![point], aggregation_temporality });
    named("http.server.request.duration", "s", data)
}

fn failures(totals: &Totals) -> Metric {
    let value = number_data_point::Value::AsInt(i64::try_from(totals.failed).unwrap_or(i64::MAX));
    let data_points = vec![point(totals, value)];
    let aggregation_temporality = AggregationTemporality::Cumulative.into();
    named(
        "shop.orders.failed",
        "{order}",
        metric::Data::Sum(Sum { data_points, aggregation_temporality, is_monotonic: true }),
    )
}

fn memory(totals: &Totals) -> Metric {
    let megabytes = 120.0 + 40.0 * ((totals.requests() % 500) as f64 / 500.0);
    let value = number_data_point::Value::AsDouble((megabytes * 1e6).round());
    named("process.memory.usage", "By", metric::Data::Gauge(Gauge { data_points: vec![point(totals, value)] }))
}

fn point(totals: &Totals, value: number_data_point::Value) -> NumberDataPoint {
    NumberDataPoint {
        start_time_unix_nano: nanos(totals.began),
        time_unix_nano: nanos(SystemTime::now()),
        value: Some(value),
        ..NumberDataPoint::default()
    }
}

fn named(name: &str, unit: &str, data: metric::Data) -> Metric {
    Metric { name: name.into(), unit: unit.into(), data: Some(data), ..Metric::default() }
}
