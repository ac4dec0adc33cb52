//! Metrics of every kind, over a time in which they grow, are reset and come late.

use opentelemetry_proto::tonic::{
    collector::metrics::v1::ExportMetricsServiceRequest,
    common::v1::{AnyValue, InstrumentationScope, KeyValue, any_value},
    metrics::v1::{
        ExponentialHistogram, ExponentialHistogramDataPoint, Gauge, Histogram, HistogramDataPoint, Metric,
        NumberDataPoint, ResourceMetrics, ScopeMetrics, Sum, Summary, SummaryDataPoint,
        exponential_histogram_data_point::Buckets, metric::Data, number_data_point::Value,
        summary_data_point::ValueAtQuantile,
    },
    resource::v1::Resource,
};

use crate::texts;

const DELTA: i32 = 1;
const CUMULATIVE: i32 = 2;

/// How many requests come one after the other.
const REQUESTS: u64 = 25;

/// Numbers without an order that anybody knows, the same in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    fn real(&mut self) -> f64 {
        self.below(1 << 30) as f64 / 65_536.0
    }
}

/// What grows.
#[derive(Default)]
struct State {
    start: u64,
    counter: u64,
    buckets: [u64; 5],
    sum: f64,
    min: f64,
    max: f64,
}

/// The requests, in the order of their sending.
///
/// The Agent reads a few things otherwise, on purpose of one of the two (see the exporter's page): these are left out. A bucket
/// that begins at zero, a cumulative histogram without buckets or whose counts shrink without a new start, one bucket without ends.
pub(crate) fn requests() -> Vec<ExportMetricsServiceRequest> {
    let mut chance = Chance(42);
    let mut states: Vec<State> =
        (0..3).map(|_| State { start: 1000, min: 50.0, max: 50.0, ..State::default() }).collect();
    let mut time = 1_000_000;
    (0..REQUESTS)
        .map(|_| {
            time += 10;
            let resource_metrics = states
                .iter_mut()
                .enumerate()
                .map(|(number, state)| resource(number, state, time, &mut chance))
                .collect();
            ExportMetricsServiceRequest { resource_metrics }
        })
        .collect()
}

fn resource(number: usize, state: &mut State, now: u64, chance: &mut Chance) -> ResourceMetrics {
    let attributes = match number {
        0 => texts(&[
            ("host.name", "web-0"),
            ("service.name", "cart"),
            ("service.version", "1.2"),
            ("deployment.environment", "prod"),
            ("process.command", "serve"),
            ("container.id", "c0"),
        ]),
        1 => texts(&[
            ("k8s.node.name", "node"),
            ("k8s.cluster.name", "cluster"),
            ("k8s.pod.name", "pod"),
            ("k8s.pod.uid", "uid"),
            ("datadog.container.tag.team", "a"),
            ("app.kubernetes.io/name", "cart"),
        ]),
        _ => texts(&[
            ("cloud.provider", "aws"),
            ("host.id", "i-2"),
            ("cloud.region", "eu"),
            ("os.type", "linux"),
            ("env", ""),
        ]),
    };
    // Mostly now, sometimes before, and sometimes twice the same.
    let time = now - [0, 0, 0, 0, 10, 15][chance.below(6) as usize];
    if chance.below(8) == 0 {
        // Sometimes the start says that it was reset, sometimes it is not known when, sometimes the value alone says so.
        *state =
            State { start: [now - 3, time, 0][chance.below(3) as usize], min: 70.0, max: 30.0, ..State::default() };
    }
    state.counter += chance.below(100);
    for bucket in &mut state.buckets {
        *bucket += chance.below(40);
    }
    state.sum += chance.real();
    state.min = state.min.min(50.0 - chance.below(50) as f64);
    state.max = state.max.max(50.0 + chance.below(50) as f64);
    let scope = InstrumentationScope {
        name: if number == 0 { "lib".into() } else { String::new() },
        version: "2".into(),
        attributes: texts(&[("scope", "s")]),
        ..InstrumentationScope::default()
    };
    let scope_metrics =
        vec![ScopeMetrics { scope: Some(scope), metrics: metrics(state, time, chance), ..Default::default() }];
    let resource = Resource { attributes, ..Resource::default() };
    ResourceMetrics { resource: Some(resource), scope_metrics, ..ResourceMetrics::default() }
}

fn metrics(state: &State, time: u64, chance: &mut Chance) -> Vec<Metric> {
    let attributes = [
        texts(&[("text", "x"), ("empty", "")]),
        vec![
            any("int", any_value::Value::IntValue(-5)),
            any("double", any_value::Value::DoubleValue(0.5)),
            any("bool", any_value::Value::BoolValue(true)),
        ],
    ]
    .concat();
    let number = |value| NumberDataPoint {
        attributes: attributes.clone(),
        start_time_unix_nano: nanos(state.start),
        time_unix_nano: nanos(time),
        value: Some(value),
        ..NumberDataPoint::default()
    };
    let counter = Value::AsInt(state.counter as i64);
    let histogram = |counts: &[u64]| HistogramDataPoint {
        attributes: texts(&[("h", "1")]),
        start_time_unix_nano: nanos(state.start),
        time_unix_nano: nanos(time),
        count: counts.iter().sum(),
        sum: Some(state.sum),
        bucket_counts: counts.to_vec(),
        explicit_bounds: vec![-10.0, 0.25, 60.0, 1000.0],
        ..HistogramDataPoint::default()
    };
    let with_ends = |counts| HistogramDataPoint { min: Some(state.min), max: Some(state.max), ..histogram(counts) };
    let few: Vec<_> = (0..5).map(|_| chance.below(4) * chance.below(30)).collect();
    let huge: Vec<_> = (0..5).map(|_| chance.below(200_000)).collect();
    let without_buckets = HistogramDataPoint {
        count: 5,
        min: Some(1.0),
        max: Some(9.0),
        bucket_counts: Vec::new(),
        explicit_bounds: Vec::new(),
        ..histogram(&[])
    };
    let scale = chance.below(12) as i32 - 2;
    let buckets = |chance: &mut Chance| Buckets {
        offset: chance.below(60) as i32 - 30,
        bucket_counts: (0..chance.below(40)).map(|_| chance.below(3) * chance.below(50)).collect(),
    };
    let (positive, negative) = (buckets(chance), buckets(chance));
    let exponential = ExponentialHistogramDataPoint {
        attributes: texts(&[("e", "1")]),
        time_unix_nano: nanos(time),
        count: 40,
        sum: Some(chance.real()),
        scale,
        zero_count: chance.below(3),
        min: (chance.below(2) == 0).then_some(-3.5),
        max: (chance.below(2) == 0).then_some(7.5),
        positive: Some(positive),
        negative: (chance.below(2) == 0).then_some(negative),
        ..ExponentialHistogramDataPoint::default()
    };
    let single = ExponentialHistogramDataPoint {
        time_unix_nano: nanos(time),
        count: 1,
        sum: Some(3.0),
        scale: 3,
        positive: Some(Buckets { offset: chance.below(20) as i32, bucket_counts: vec![0, 1] }),
        ..ExponentialHistogramDataPoint::default()
    };
    let summary = SummaryDataPoint {
        attributes: texts(&[("s", "1")]),
        start_time_unix_nano: nanos(state.start),
        time_unix_nano: nanos(time),
        count: state.counter,
        sum: state.sum,
        quantile_values: [0.0, 0.5, 0.999, 1.0]
            .map(|quantile| ValueAtQuantile { quantile, value: chance.real() })
            .into(),
        ..SummaryDataPoint::default()
    };
    let cumulative = |is_monotonic, point| {
        Data::Sum(Sum { data_points: vec![point], aggregation_temporality: CUMULATIVE, is_monotonic })
    };
    let histograms = |aggregation_temporality, point| {
        Data::Histogram(Histogram { data_points: vec![point], aggregation_temporality })
    };
    let exponentials = |point| {
        Data::ExponentialHistogram(ExponentialHistogram { data_points: vec![point], aggregation_temporality: DELTA })
    };
    // Only what begins anew may shrink, in a histogram.
    let growing = if state.start == 0 { DELTA } else { CUMULATIVE };
    [
        ("gauge.int", Data::Gauge(Gauge { data_points: vec![number(Value::AsInt(i64::MIN))] })),
        ("gauge.double", Data::Gauge(Gauge { data_points: vec![number(Value::AsDouble(chance.real()))] })),
        ("gauge.nan", Data::Gauge(Gauge { data_points: vec![number(Value::AsDouble(f64::NAN))] })),
        (
            "sum.delta",
            Data::Sum(Sum { data_points: vec![number(counter)], aggregation_temporality: DELTA, is_monotonic: true }),
        ),
        ("sum.cumulative", cumulative(true, number(counter))),
        ("sum.double", cumulative(true, number(Value::AsDouble(state.sum)))),
        ("sum.up.and.down", cumulative(false, number(counter))),
        ("sum.unspecified", Data::Sum(Sum { data_points: vec![number(counter)], ..Sum::default() })),
        ("histogram.delta", histograms(DELTA, histogram(&few))),
        ("histogram.delta.ends", histograms(DELTA, with_ends(&few))),
        ("histogram.delta.huge", histograms(DELTA, histogram(&huge))),
        ("histogram.delta.nan", histograms(DELTA, HistogramDataPoint { sum: Some(f64::NAN), ..histogram(&few) })),
        ("histogram.without.buckets", histograms(DELTA, without_buckets)),
        ("histogram.cumulative", histograms(growing, histogram(&state.buckets))),
        ("histogram.cumulative.ends", histograms(growing, with_ends(&state.buckets))),
        ("exponential", exponentials(exponential)),
        ("exponential.single", exponentials(single)),
        ("summary", Data::Summary(Summary { data_points: vec![summary] })),
    ]
    .map(|(name, data)| Metric { name: name.into(), data: Some(data), ..Metric::default() })
    .into()
}

fn any(key: &str, value: any_value::Value) -> KeyValue {
    KeyValue { key: key.into(), value: Some(AnyValue { value: Some(value) }), ..KeyValue::default() }
}

fn nanos(seconds: u64) -> u64 {
    seconds * 1_000_000_000
}

fn named(name: &str, data: Data) -> Metric {
    Metric { name: name.into(), data: Some(data), ..Metric::default() }
}

/// A gauge with one point.
pub(crate) fn gauge(name: &str, time: u64, value: f64, attributes: Vec<KeyValue>) -> Metric {
    let point = NumberDataPoint {
        attributes,
        time_unix_nano: nanos(time),
        value: Some(Value::AsDouble(value)),
        ..NumberDataPoint::default()
    };
    named(name, Data::Gauge(Gauge { data_points: vec![point] }))
}

/// A sum of what was added, with one point.
pub(crate) fn delta(name: &str, time: u64, value: f64, attributes: Vec<KeyValue>) -> Metric {
    let point = NumberDataPoint {
        attributes,
        time_unix_nano: nanos(time),
        value: Some(Value::AsDouble(value)),
        ..NumberDataPoint::default()
    };
    named(name, Data::Sum(Sum { data_points: vec![point], aggregation_temporality: DELTA, is_monotonic: true }))
}

/// A histogram of what was added, with one point. Its values are 10 on the average.
pub(crate) fn histogram(name: &str, time: u64, counts: &[u64], bounds: &[f64]) -> Metric {
    let count = counts.iter().sum();
    let point = HistogramDataPoint {
        time_unix_nano: nanos(time),
        count,
        sum: Some(count as f64 * 10.0),
        bucket_counts: counts.to_vec(),
        explicit_bounds: bounds.to_vec(),
        ..HistogramDataPoint::default()
    };
    named(name, Data::Histogram(Histogram { data_points: vec![point], aggregation_temporality: DELTA }))
}
