//! Data points of about 220 bytes with five attributes: gauges, counters and histograms of HTTP servers.

use fastrand::Rng;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::metrics::v1::{
    AggregationTemporality, Gauge, Histogram, HistogramDataPoint, Metric, NumberDataPoint, ResourceMetrics,
    ScopeMetrics, Sum, metric::Data, number_data_point::Value,
};
use prost::Message;

use super::{SERVICES, Service, hex, number, pick, recent, resource, scope, share, text};

/// Seconds, as the semantic conventions have them for durations.
const BOUNDS: [f64; 14] = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];

/// Of ten data points, so many are of a gauge, of a counter; the others are of a histogram.
const GAUGES: usize = 4;
const COUNTERS: usize = 4;

pub(super) fn request(temporality: AggregationTemporality, items: usize, mark: u8, rng: &mut Rng) -> Vec<u8> {
    let resource_metrics = SERVICES.iter().enumerate().filter(|(index, _)| share(items, *index) > 0);
    let resource_metrics = resource_metrics.map(|(index, service)| {
        let mut resource = resource(service, rng);
        for attribute in &mut resource.attributes {
            if attribute.key == "service.instance.id" {
                *attribute = text("service.instance.id", format!("{}{mark:02x}", hex(rng, 30)));
            }
        }
        ResourceMetrics {
            resource: Some(resource),
            scope_metrics: vec![ScopeMetrics {
                scope: Some(scope()),
                metrics: metrics(service, temporality, share(items, index), mark, rng),
                ..ScopeMetrics::default()
            }],
            ..ResourceMetrics::default()
        }
    });
    ExportMetricsServiceRequest { resource_metrics: resource_metrics.collect() }.encode_to_vec()
}

fn metrics(
    service: &Service,
    temporality: AggregationTemporality,
    points: usize,
    mark: u8,
    rng: &mut Rng,
) -> Vec<Metric> {
    let (gauges, counters) = (points * GAUGES / 10, points * COUNTERS / 10);
    let gauge = Gauge { data_points: (0..gauges).map(|index| gauge_point(service, index, mark, rng)).collect() };
    let counter = Sum {
        data_points: (0..counters).map(|index| counter_point(service, index, mark, rng)).collect(),
        aggregation_temporality: temporality.into(),
        is_monotonic: true,
    };
    let rest = points - gauges - counters;
    let histogram = Histogram {
        data_points: (0..rest).map(|index| histogram_point(service, index, mark, rng)).collect(),
        aggregation_temporality: temporality.into(),
    };
    vec![
        metric("http.server.active_requests", "{request}", Data::Gauge(gauge)),
        metric("http.server.requests", "{request}", Data::Sum(counter)),
        metric("http.server.request.duration", "s", Data::Histogram(histogram)),
    ]
}

fn metric(name: &str, unit: &str, data: Data) -> Metric {
    Metric {
        name: name.into(),
        description: "Measured where requests are served.".into(),
        unit: unit.into(),
        data: Some(data),
        ..Metric::default()
    }
}

fn gauge_point(service: &Service, index: usize, mark: u8, rng: &mut Rng) -> NumberDataPoint {
    let (start_time_unix_nano, time_unix_nano) = times(mark, rng);
    let attributes = attributes(service, index, rng);
    let value = Some(Value::AsDouble(rng.f64() * 100.0));
    NumberDataPoint { attributes, start_time_unix_nano, time_unix_nano, value, ..NumberDataPoint::default() }
}

fn counter_point(service: &Service, index: usize, mark: u8, rng: &mut Rng) -> NumberDataPoint {
    let value = Some(Value::AsInt(rng.i64(0..1_000_000)));
    NumberDataPoint { value, ..gauge_point(service, index, mark, rng) }
}

fn histogram_point(service: &Service, index: usize, mark: u8, rng: &mut Rng) -> HistogramDataPoint {
    let (start_time_unix_nano, time_unix_nano) = times(mark, rng);
    let bucket_counts: Vec<_> = (0..=BOUNDS.len()).map(|_| rng.u64(0..500)).collect();
    HistogramDataPoint {
        attributes: attributes(service, index, rng),
        start_time_unix_nano,
        time_unix_nano,
        count: bucket_counts.iter().sum(),
        sum: Some(rng.f64() * 1000.0),
        bucket_counts,
        explicit_bounds: BOUNDS.to_vec(),
        ..HistogramDataPoint::default()
    }
}

/// No two of a metric are alike.
fn attributes(service: &Service, index: usize, rng: &mut Rng) -> Vec<KeyValue> {
    vec![
        text("http.request.method", pick(rng, &["GET", "POST", "PUT"])),
        text("http.route", pick(rng, &service.routes)),
        number("http.response.status_code", pick(rng, &[200, 201, 404, 503])),
        text("url.scheme", "https"),
        number("shop.partition", index as i64),
    ]
}

fn times(mark: u8, rng: &mut Rng) -> (u64, u64) {
    let time = recent(rng) & !0xff | u64::from(mark);
    (time - 60_000_000_000, time)
}
