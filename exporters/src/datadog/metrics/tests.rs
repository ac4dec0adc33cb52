//! What metrics become.

use std::time::{Duration, Instant};

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::common::v1::InstrumentationScope;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::{
    ExponentialHistogram, ExponentialHistogramDataPoint, Gauge, Histogram, HistogramDataPoint, Metric, NumberDataPoint,
    ResourceMetrics, ScopeMetrics, Sum, Summary, SummaryDataPoint, exponential_histogram_data_point::Buckets,
    number_data_point::Value, summary_data_point::ValueAtQuantile,
};
use opentelemetry_proto::tonic::resource::v1::Resource;
use prost::Message;
use serde_json::{Value as Json, json};
use sluice_pdata::{Batch, Signal};
use sluice_transport::compression::{Compressor, Encoding, decompress};

use super::super::config::Config;
use super::super::testing::{attribute, attributes};
use super::bodies::{self, Bodies};
use super::payload::{Identity, Kind, Payload, Tags};
use super::translator::{Translated, Translator};
use crate::testing::read;

/// `MetricPayload` of agent-payload.
#[derive(Clone, PartialEq, Message)]
struct MetricPayload {
    #[prost(message, repeated, tag = "1")]
    series: Vec<Series>,
}

#[derive(Clone, PartialEq, Message)]
struct Series {
    #[prost(message, repeated, tag = "1")]
    resources: Vec<Named>,
    #[prost(string, tag = "2")]
    metric: String,
    #[prost(string, repeated, tag = "3")]
    tags: Vec<String>,
    #[prost(message, repeated, tag = "4")]
    points: Vec<Point>,
    #[prost(int32, tag = "5")]
    kind: i32,
}

#[derive(Clone, PartialEq, Message)]
struct Named {
    #[prost(string, tag = "1")]
    kind: String,
    #[prost(string, tag = "2")]
    name: String,
}

#[derive(Clone, PartialEq, Message)]
struct Point {
    #[prost(double, tag = "1")]
    value: f64,
    #[prost(int64, tag = "2")]
    timestamp: i64,
}

/// `SketchPayload` of agent-payload.
#[derive(Clone, PartialEq, Message)]
struct SketchPayload {
    #[prost(message, repeated, tag = "1")]
    sketches: Vec<Sketch>,
}

#[derive(Clone, PartialEq, Message)]
struct Sketch {
    #[prost(string, tag = "1")]
    metric: String,
    #[prost(string, tag = "2")]
    host: String,
    #[prost(string, repeated, tag = "4")]
    tags: Vec<String>,
    #[prost(message, repeated, tag = "7")]
    dogsketches: Vec<Dogsketch>,
}

#[derive(Clone, PartialEq, Message)]
struct Dogsketch {
    #[prost(int64, tag = "1")]
    ts: i64,
    #[prost(int64, tag = "2")]
    cnt: i64,
    #[prost(double, tag = "3")]
    min: f64,
    #[prost(double, tag = "4")]
    max: f64,
    #[prost(double, tag = "5")]
    avg: f64,
    #[prost(double, tag = "6")]
    sum: f64,
    #[prost(sint32, repeated, tag = "7")]
    k: Vec<i32>,
    #[prost(uint32, repeated, tag = "8")]
    n: Vec<u32>,
}

const RUNNING: &str = "otel.datadog_exporter.metrics.running";

/// A translator with these settings of `metrics`; scopes make no tags.
fn translator(mut metrics: Json) -> Translator {
    metrics["instrumentation_scope_metadata_as_tags"] = false.into();
    let (config, problems) = read(json!({"api": {"key": "abc"}, "metrics": metrics}), Config::read);
    assert_eq!(problems, [""; 0]);
    Translator::new(config.metrics, "fallback".into(), "sluice", "1.2.3")
}

fn request(resource: &[(&str, &str)], metrics: Vec<Metric>) -> Batch {
    let scope_metrics = vec![ScopeMetrics { metrics, ..ScopeMetrics::default() }];
    let resource = Resource { attributes: attributes(resource), ..Resource::default() };
    of(vec![ResourceMetrics { resource: Some(resource), scope_metrics, ..ResourceMetrics::default() }])
}

fn of(resource_metrics: Vec<ResourceMetrics>) -> Batch {
    Batch::from_messages(Signal::Metrics, [ExportMetricsServiceRequest { resource_metrics }.encode_to_vec().into()])
}

fn batch(data: Data) -> Batch {
    request(&[], vec![Metric { name: "m".into(), data: Some(data), ..Metric::default() }])
}

/// Nanoseconds.
fn at(seconds: u64) -> u64 {
    seconds * 1_000_000_000
}

fn int(start: u64, time: u64, value: i64) -> NumberDataPoint {
    NumberDataPoint {
        start_time_unix_nano: at(start),
        time_unix_nano: at(time),
        value: Some(Value::AsInt(value)),
        ..NumberDataPoint::default()
    }
}

fn double(value: f64) -> NumberDataPoint {
    NumberDataPoint { value: Some(Value::AsDouble(value)), ..int(0, 7, 0) }
}

fn gauge(data_points: Vec<NumberDataPoint>) -> Data {
    Data::Gauge(Gauge { data_points })
}

fn sum(aggregation_temporality: i32, is_monotonic: bool, data_points: Vec<NumberDataPoint>) -> Data {
    Data::Sum(Sum { data_points, aggregation_temporality, is_monotonic })
}

const DELTA: i32 = 1;
const CUMULATIVE: i32 = 2;

fn counter(start: u64, time: u64, value: i64) -> Batch {
    batch(sum(CUMULATIVE, true, vec![int(start, time, value)]))
}

/// The series of a batch but for those that say that we run: name, kind, value, time, and tags in order.
fn series(translated: &Translated) -> Vec<(String, Kind, f64, i64, Vec<String>)> {
    let payload = MetricPayload::decode(&*translated.payload.series.bytes).unwrap();
    let mut all: Vec<_> = payload
        .series
        .into_iter()
        .filter(|series| series.metric != RUNNING)
        .map(|mut series| {
            let [point] = &series.points[..] else { panic!("{series:?}") };
            let kind = if series.kind == 1 { Kind::Count } else { Kind::Gauge };
            let (value, timestamp) = (point.value, point.timestamp);
            series.tags.sort();
            (series.metric, kind, value, timestamp, series.tags)
        })
        .collect();
    all.sort_by(|one, other| (&one.0, &one.4).cmp(&(&other.0, &other.4)));
    all
}

fn values(translated: &Translated) -> Vec<f64> {
    series(translated).into_iter().map(|(_, _, value, ..)| value).collect()
}

fn sketches(translated: &Translated) -> Vec<Sketch> {
    SketchPayload::decode(&*translated.payload.sketches.bytes).unwrap().sketches
}

fn bins(sketch: &Sketch) -> Vec<(i32, u32)> {
    let [sketch] = &sketch.dogsketches[..] else { panic!("{sketch:?}") };
    sketch.k.iter().copied().zip(sketch.n.iter().copied()).collect()
}

impl Translator {
    fn take(&mut self, batch: &Batch) -> Translated {
        self.translate(batch, Instant::now())
    }
}

#[test]
fn a_gauge_has_its_host_and_all_tags() {
    let point = NumberDataPoint {
        attributes: [attributes(&[("a", "x"), ("empty", "")]), vec![attribute("n", super_int(5))]].concat(),
        ..double(1.5)
    };
    let metric = Metric { name: "m".into(), data: Some(gauge(vec![point])), ..Metric::default() };
    let batch = request(&[("host.name", "web-1"), ("service.name", "cart"), ("other", "x")], vec![metric]);

    let translated = translator(json!({})).take(&batch);

    let payload = MetricPayload::decode(&*translated.payload.series.bytes).unwrap();
    let host = vec![Named { kind: "host".into(), name: "web-1".into() }];
    let texts = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
    assert_eq!(
        payload.series[0],
        Series {
            resources: host.clone(),
            metric: "m".into(),
            tags: texts(&["a:x", "empty:n/a", "n:5", "service:cart"]),
            points: vec![Point { value: 1.5, timestamp: 7 }],
            kind: 3,
        }
    );
    let running = &payload.series[1];
    assert_eq!((&running.metric[..], &running.resources, running.points[0].value), (RUNNING, &host, 1.0));
    assert_eq!(running.tags, ["version:1.2.3", "command:sluice"]);
    assert_eq!(translated.payload.series.ends.iter().map(|(_, points)| points).sum::<u32>(), 1);
}

fn super_int(value: i64) -> opentelemetry_proto::tonic::common::v1::any_value::Value {
    opentelemetry_proto::tonic::common::v1::any_value::Value::IntValue(value)
}

#[test]
fn resource_and_scope_are_tags_where_that_is_wanted() {
    let scope =
        InstrumentationScope { name: "lib".into(), attributes: attributes(&[("s", "1")]), ..Default::default() };
    let point = NumberDataPoint { attributes: attributes(&[("team", "point")]), ..double(1.0) };
    let metrics = vec![Metric { name: "m".into(), data: Some(gauge(vec![point])), ..Metric::default() }];
    let scope_metrics = vec![ScopeMetrics { scope: Some(scope), metrics, ..ScopeMetrics::default() }];
    let resource = Resource { attributes: attributes(&[("team", "resource"), ("env", "prod")]), ..Resource::default() };
    let batch = of(vec![ResourceMetrics { resource: Some(resource), scope_metrics, ..ResourceMetrics::default() }]);
    let (config, _) =
        read(json!({"api": {"key": "abc"}, "metrics": {"resource_attributes_as_tags": true}}), Config::read);
    let mut translator = Translator::new(config.metrics, String::new(), "sluice", "1");

    let translated = translator.take(&batch);

    let expected =
        ["env:prod", "instrumentation_scope:lib", "instrumentation_scope_version:n/a", "s:1", "team:resource"];
    assert_eq!(series(&translated)[0].4, expected);
}

#[test]
fn sums_are_counts_or_gauges_by_temporality_and_monotonicity() {
    for (temporality, is_monotonic, mode, expected) in [
        (DELTA, true, "to_delta", Some(Kind::Count)),
        (DELTA, false, "raw_value", Some(Kind::Count)),
        (CUMULATIVE, false, "to_delta", Some(Kind::Gauge)),
        (CUMULATIVE, true, "raw_value", Some(Kind::Gauge)),
        (CUMULATIVE, true, "to_delta", None),
        (0, true, "to_delta", None),
        (9, true, "to_delta", None),
    ] {
        let mut translator = translator(json!({"sums": {"cumulative_monotonic_mode": mode}}));

        let translated = translator.take(&batch(sum(temporality, is_monotonic, vec![int(0, 7, 5)])));

        let kinds: Vec<_> = series(&translated).into_iter().map(|(_, kind, ..)| kind).collect();
        assert_eq!(kinds.first().copied(), expected, "{temporality} {is_monotonic} {mode}");
        assert_eq!(translated.inexpressible, usize::from(![DELTA, CUMULATIVE].contains(&temporality)));
    }
}

#[test]
fn a_counter_is_sent_by_how_much_it_has_grown() {
    let mut translator = translator(json!({}));

    let grown: Vec<_> = [(10, 5), (20, 8), (30, 8), (30, 9), (25, 100), (40, 18)]
        .into_iter()
        .map(|(time, value)| values(&translator.take(&counter(1, time, value))))
        .collect();

    assert_eq!(grown, [vec![], vec![3.0], vec![0.0], vec![], vec![], vec![10.0]]);
}

#[test]
fn a_reset_is_seen_by_the_start_and_by_the_value() {
    let mut translator = translator(json!({"sums": {"initial_cumulative_monotonic_value": "keep"}}));

    let grown: Vec<_> = [(1, 10, 5), (15, 20, 6), (15, 30, 9), (0, 40, 4), (0, 50, 6), (60, 60, 9)]
        .into_iter()
        .map(|(start, time, value)| values(&translator.take(&counter(start, time, value))))
        .collect();

    assert_eq!(grown, [[5.0], [6.0], [3.0], [4.0], [2.0], [9.0]]);
}

#[test]
fn a_first_value_is_sent_if_the_stream_began_after_us() {
    let later = 4_000_000_000;
    for (mode, start, sent) in [
        ("auto", 1, false),
        ("auto", 0, false),
        ("auto", later, true),
        ("auto", later + 9, false),
        ("keep", 1, true),
        ("drop", later, false),
    ] {
        let mut translator = translator(json!({"sums": {"initial_cumulative_monotonic_value": mode}}));

        let translated = translator.take(&counter(start, later + 9, 5));

        assert_eq!(values(&translated), if sent { vec![5.0] } else { vec![] }, "{mode} {start}");
    }
}

#[test]
fn two_processes_with_the_same_tags_are_told_apart_and_their_counts_add_up() {
    let both = |time, one, other| {
        let process = |id: &str, value| {
            let data = Some(sum(CUMULATIVE, true, vec![int(1, time, value)]));
            let scope_metrics = vec![ScopeMetrics {
                metrics: vec![Metric { name: "m".into(), data, ..Metric::default() }],
                ..Default::default()
            }];
            let resource = Resource { attributes: attributes(&[("service.instance.id", id)]), ..Resource::default() };
            ResourceMetrics { resource: Some(resource), scope_metrics, ..ResourceMetrics::default() }
        };
        of(vec![process("a", one), process("b", other)])
    };
    let mut translator = translator(json!({}));

    translator.take(&both(10, 1000, 5));
    let translated = translator.take(&both(20, 1003, 9));

    assert_eq!(values(&translated), [7.0]);
    assert_eq!(translated.payload.series.ends[0].1, 2);
}

#[test]
fn counts_of_one_batch_and_second_add_up_and_gauges_stay() {
    let mut translator = translator(json!({}));
    let other = NumberDataPoint { attributes: attributes(&[("a", "b")]), ..int(0, 7, 1) };

    let counts = translator.take(&batch(sum(DELTA, true, vec![int(0, 7, 1), int(0, 8, 2), int(0, 7, 4), other])));
    let gauges = translator.take(&batch(gauge(vec![int(0, 7, 1), int(0, 7, 2)])));

    assert_eq!(values(&counts), [5.0, 2.0, 1.0]);
    assert_eq!(values(&gauges), [1.0, 2.0]);
}

#[test]
fn a_stream_is_forgotten_after_its_time() {
    let mut translator = translator(json!({"delta_ttl": 60}));
    let begin = Instant::now();

    translator.translate(&counter(1, 10, 5), begin);
    let in_time = translator.translate(&counter(1, 20, 6), begin + Duration::from_secs(60));
    let too_late = translator.translate(&counter(1, 30, 9), begin + Duration::from_secs(122));

    assert_eq!((values(&in_time), values(&too_late)), (vec![1.0], vec![]));
}

#[test]
fn a_hundred_thousand_streams_stay_within_the_memory_they_may_take() {
    let mut translator = translator(json!({"delta_cache_mib": 1}));
    let points = |time| {
        (0..100_000).map(move |number| NumberDataPoint {
            attributes: vec![attribute("number", super_int(number))],
            ..int(1, time, 5)
        })
    };
    let begin = Instant::now();

    let first = translator.translate(&batch(sum(CUMULATIVE, true, points(10).collect())), begin);
    let second = translator.translate(&batch(sum(CUMULATIVE, true, points(20).collect())), begin);

    let streams = translator.deltas.streams();
    assert!((5_000..50_000).contains(&streams), "{streams}");
    assert!(translator.deltas.bytes() <= 1024 * 1024);
    assert_eq!((first.too_many, second.too_many), (100_000 - streams, 100_000 - streams));
    assert_eq!(values(&second).len(), streams);
    // Those that are idle make room.
    let others =
        (0..10).map(|number| NumberDataPoint { attributes: vec![attribute("n", super_int(number))], ..int(1, 9, 5) });
    let others = batch(sum(CUMULATIVE, true, others.collect()));
    assert_eq!(translator.translate(&others, begin + Duration::from_secs(3700)).too_many, 0);
    assert_eq!(translator.deltas.streams(), 10);
}

fn histogram(time: u64, counts: &[u64], bounds: &[f64]) -> HistogramDataPoint {
    let count = counts.iter().fold(0u64, |sum, count| sum.saturating_add(*count));
    HistogramDataPoint {
        start_time_unix_nano: at(1),
        time_unix_nano: at(time),
        count,
        sum: Some(count as f64 * 10.0),
        bucket_counts: counts.to_vec(),
        explicit_bounds: bounds.to_vec(),
        ..HistogramDataPoint::default()
    }
}

fn histograms(aggregation_temporality: i32, data_points: Vec<HistogramDataPoint>) -> Batch {
    batch(Data::Histogram(Histogram { data_points, aggregation_temporality }))
}

#[test]
fn a_histogram_is_a_sketch_with_exact_count_sum_and_known_ends() {
    let point = HistogramDataPoint { min: Some(0.75), ..histogram(7, &[0, 3, 7, 0], &[0.5, 1.0, 1.0]) };

    let translated = translator(json!({})).take(&histograms(DELTA, vec![point]));

    let [sketch] = &sketches(&translated)[..] else { panic!() };
    assert_eq!((&sketch.metric[..], &sketch.host[..]), ("m", "fallback"));
    let dogsketch = &sketch.dogsketches[0];
    assert_eq!((dogsketch.ts, dogsketch.cnt, dogsketch.sum, dogsketch.avg), (7, 10, 100.0, 10.0));
    assert_eq!((dogsketch.min, dogsketch.max), (0.75, 1.0));
    assert_eq!(bins(sketch), [(1293, 1), (1312, 1), (1327, 1), (1338, 7)]);
    assert_eq!(values(&translated), [0.0; 0]);
}

#[test]
fn a_bucket_above_zero_holds_no_zero() {
    let translated = translator(json!({})).take(&histograms(DELTA, vec![histogram(7, &[0, 8, 0], &[0.0, 10.0])]));

    assert_eq!(bins(&sketches(&translated)[0]), [(1487, 8)]);
    assert_eq!(sketches(&translated)[0].dogsketches[0].min, 0.0);
}

#[test]
fn a_histogram_without_buckets_lies_between_its_ends() {
    let point = |min, max| HistogramDataPoint {
        min,
        max,
        ..HistogramDataPoint { count: 3, sum: Some(30.0), ..histogram(7, &[], &[]) }
    };
    let mut translator = translator(json!({}));
    let mut of = |min, max| bins(&sketches(&translator.take(&histograms(DELTA, vec![point(min, max)])))[0]);

    assert_eq!(of(None, None), [(1487, 3)]);
    assert_eq!(of(Some(1.0), None), [(1338, 3)]);
    assert_eq!(of(None, Some(100.0)), [(1635, 3)]);
    assert_eq!(of(Some(0.5), Some(1.0)), [(1293, 1), (1312, 1), (1327, 1)]);
}

#[test]
fn a_cumulative_histogram_is_sent_by_what_was_added() {
    let mut translator = translator(json!({"histograms": {"send_aggregation_metrics": true}}));
    let mut take = |point| {
        let translated = translator.take(&histograms(CUMULATIVE, vec![point]));
        let sketches = sketches(&translated);
        (sketches.first().map(bins), values(&translated))
    };

    let first = take(histogram(10, &[1, 2], &[10.0]));
    let second = take(histogram(20, &[1, 5], &[10.0]));
    let late = take(histogram(15, &[1, 4], &[10.0]));
    let other_bounds = take(histogram(30, &[2, 5], &[20.0]));
    let reset = take(HistogramDataPoint { start_time_unix_nano: at(35), ..histogram(40, &[1, 0], &[20.0]) });
    let after = take(HistogramDataPoint { start_time_unix_nano: at(35), ..histogram(50, &[2, 0], &[20.0]) });

    assert_eq!(first, (None, vec![]));
    assert_eq!(second, (Some(vec![(1487, 3)]), vec![3.0, 30.0]));
    assert_eq!(late, (None, vec![]));
    assert_eq!(other_bounds, (None, vec![1.0, 10.0]));
    assert_eq!(reset, (None, vec![]));
    assert_eq!(after, (Some(vec![(1531, 1)]), vec![1.0, 10.0]));
}

#[test]
fn a_histogram_can_be_counters() {
    let mut translator = translator(json!({"histograms": {"mode": "counters"}}));

    let translated = translator.take(&histograms(DELTA, vec![histogram(7, &[1, 2], &[0.25])]));

    let tags = |lower: &str, upper: &str| vec![format!("lower_bound:{lower}"), format!("upper_bound:{upper}")];
    assert_eq!(
        series(&translated),
        [
            ("m.bucket".into(), Kind::Count, 1.0, 7, tags("-inf", "0.25")),
            ("m.bucket".into(), Kind::Count, 2.0, 7, tags("0.25", "inf")),
        ]
    );
    assert_eq!(translated.payload.series.ends.iter().map(|(_, points)| points).sum::<u32>(), 1);
    assert_eq!(sketches(&translated), []);
}

#[test]
fn a_histogram_can_be_its_aggregations() {
    let mut translator = translator(json!({"histograms": {"mode": "nobuckets", "send_aggregation_metrics": true}}));
    let point = HistogramDataPoint { min: Some(1.0), max: Some(2.0), ..histogram(7, &[1, 2], &[0.25]) };

    let translated = translator.take(&histograms(DELTA, vec![point]));

    let names: Vec<_> = series(&translated).into_iter().map(|(name, kind, value, ..)| (name, kind, value)).collect();
    assert_eq!(
        names,
        [
            ("m.count".into(), Kind::Count, 3.0),
            ("m.max".into(), Kind::Gauge, 2.0),
            ("m.min".into(), Kind::Gauge, 1.0),
            ("m.sum".into(), Kind::Count, 30.0),
        ]
    );
}

fn exponential(point: ExponentialHistogramDataPoint) -> Batch {
    let point = ExponentialHistogramDataPoint { time_unix_nano: at(7), ..point };
    batch(Data::ExponentialHistogram(ExponentialHistogram { data_points: vec![point], aggregation_temporality: DELTA }))
}

fn buckets(offset: i32, bucket_counts: &[u64]) -> Option<Buckets> {
    Some(Buckets { offset, bucket_counts: bucket_counts.to_vec() })
}

#[test]
fn an_exponential_histogram_is_a_sketch() {
    for (scale, positive, expected) in [
        (0, buckets(0, &[4]), vec![(1346, 1), (1359, 1), (1369, 1), (1379, 1)]),
        (2, buckets(4, &[2, 3]), vec![(1386, 1), (1391, 1), (1396, 1), (1400, 1), (1403, 1)]),
    ] {
        let count = expected.len() as u64;
        let point = ExponentialHistogramDataPoint { scale, positive, count, sum: Some(9.0), ..Default::default() };

        let translated = translator(json!({})).take(&exponential(point));

        assert_eq!(bins(&sketches(&translated)[0]), expected);
        let dogsketch = &sketches(&translated)[0].dogsketches[0];
        assert_eq!((dogsketch.cnt, dogsketch.sum, dogsketch.avg), (count as i64, 9.0, 9.0 / count as f64));
    }
}

#[test]
fn both_sides_and_zero_are_in_an_exponential_sketch() {
    let point = ExponentialHistogramDataPoint {
        scale: 20,
        zero_count: 2,
        count: 4,
        positive: buckets(0, &[1]),
        negative: buckets(0, &[1]),
        sum: Some(0.0),
        max: Some(1.5),
        ..Default::default()
    };

    let translated = translator(json!({})).take(&exponential(point));

    assert_eq!(bins(&sketches(&translated)[0]), [(-1338, 1), (0, 2), (1338, 1)]);
    let dogsketch = &sketches(&translated)[0].dogsketches[0];
    assert!((-1.01..-0.99).contains(&dogsketch.min), "{}", dogsketch.min);
    assert_eq!(dogsketch.max, 1.5);
}

#[test]
fn a_summary_is_count_sum_and_quantiles() {
    let point = |time, count, sum| SummaryDataPoint {
        time_unix_nano: at(time),
        count,
        sum,
        quantile_values: vec![
            ValueAtQuantile { quantile: 0.5, value: 3.0 },
            ValueAtQuantile { quantile: 1.0, value: f64::NAN },
        ],
        ..SummaryDataPoint::default()
    };
    let mut translator = translator(json!({}));
    let mut take = |time, count, sum| {
        let data_points = vec![point(time, count, sum)];
        series(&translator.take(&batch(Data::Summary(Summary { data_points }))))
    };
    let quantile = |time| ("m.quantile".into(), Kind::Gauge, 3.0, time, vec!["quantile:0.5".into()]);

    assert_eq!(take(10, 5, 10.0), [quantile(10)]);
    assert_eq!(
        take(20, 7, 9.0),
        [
            ("m.count".into(), Kind::Count, 2.0, 20, vec![]),
            quantile(20),
            ("m.sum".into(), Kind::Count, -1.0, 20, vec![]),
        ]
    );
}

/// What no backend could do anything with fails nothing around it.
#[test]
fn what_cannot_be_said_is_left_out_alone_and_counted() {
    let exponential = |scale, positive, count| {
        let point =
            ExponentialHistogramDataPoint { scale, positive, count, time_unix_nano: at(7), ..Default::default() };
        Data::ExponentialHistogram(ExponentialHistogram { data_points: vec![point], aggregation_temporality: DELTA })
    };
    let histogram = |counts: &[u64], bounds: &[f64]| {
        Data::Histogram(Histogram { data_points: vec![histogram(7, counts, bounds)], aggregation_temporality: DELTA })
    };
    let no_value = NumberDataPoint { value: None, ..double(0.0) };
    let flagged = NumberDataPoint { flags: 1, ..double(f64::NAN) };
    for (data, inexpressible) in [
        (gauge(vec![]), 0),
        (gauge(vec![double(f64::NAN), double(f64::INFINITY), double(f64::NEG_INFINITY), no_value]), 4),
        (gauge(vec![flagged]), 0),
        (sum(CUMULATIVE, true, vec![double(f64::NAN)]), 1),
        (histogram(&[1, 2], &[]), 1),
        (histogram(&[1], &[1.0, 2.0]), 1),
        (histogram(&[1, 1, 1], &[2.0, 1.0]), 1),
        (histogram(&[1, 1, 1], &[1.0, f64::NAN]), 1),
        (histogram(&[u64::MAX, u64::MAX], &[1.0]), 1),
        (histogram(&[0, 0], &[1.0]), 0),
        (exponential(-11, buckets(0, &[1]), 1), 1),
        (exponential(i32::MIN, buckets(0, &[1, 1]), 2), 1),
        (exponential(i32::MAX, buckets(0, &[1, 1]), 2), 1),
        (exponential(0, buckets(1023, &[1, 1]), 2), 1),
        (exponential(0, buckets(i32::MAX, &[1, 1]), 2), 1),
        (exponential(0, buckets(0, &[u64::MAX, 1]), 2), 1),
        (exponential(0, buckets(0, &[]), 0), 0),
        (
            Data::Histogram(Histogram { data_points: vec![HistogramDataPoint::default()], aggregation_temporality: 0 }),
            1,
        ),
        (
            Data::ExponentialHistogram(ExponentialHistogram {
                data_points: vec![ExponentialHistogramDataPoint::default()],
                aggregation_temporality: CUMULATIVE,
            }),
            1,
        ),
    ] {
        let odd = Metric { name: "odd".into(), data: Some(data.clone()), ..Metric::default() };
        let fine = Metric { name: "fine".into(), data: Some(gauge(vec![double(1.0)])), ..Metric::default() };
        let nothing = Metric { name: "nothing".into(), ..Metric::default() };

        let translated = translator(json!({})).take(&request(&[], vec![odd, nothing, fine]));

        assert_eq!((translated.inexpressible, values(&translated)), (inexpressible, vec![1.0]), "{data:?}");
        assert_eq!(sketches(&translated), [], "{data:?}");
    }
}

/// Far bounds and tiny values are no trouble.
#[test]
fn extreme_values_make_sketches() {
    let mut translator = translator(json!({}));
    for (counts, bounds) in [
        (&[1u64, 1, 1][..], &[f64::MIN, f64::MAX][..]),
        (&[1, 1, 1], &[5e-324, 1e-300]),
        (&[1, 1, 1], &[f64::NEG_INFINITY, f64::INFINITY]),
        (&[3], &[]),
        (&[1, 1, 1], &[-0.0, 0.0]),
    ] {
        let translated = translator.take(&histograms(DELTA, vec![histogram(7, counts, bounds)]));

        assert_eq!(bins(&sketches(&translated)[0]).iter().map(|(_, count)| count).sum::<u32>(), 3, "{bounds:?}");
    }
    for scale in [-9, 0, 20] {
        let point = ExponentialHistogramDataPoint {
            scale,
            count: 3,
            positive: buckets(i32::MIN, &[1, 1, 1]),
            ..Default::default()
        };
        let translated = translator.take(&exponential(point));

        assert_eq!(bins(&sketches(&translated)[0]), [(0, 3)], "{scale}");
    }
}

#[test]
fn a_name_that_is_missing_cannot_be_sent_and_odd_ones_can() {
    let named = |name: &str| Metric { name: name.into(), data: Some(gauge(vec![double(1.0)])), ..Metric::default() };
    let long = "n".repeat(70_000);

    let translated = translator(json!({})).take(&request(&[], vec![named(""), named("1 ü"), named(&long)]));

    assert_eq!(translated.inexpressible, 1);
    let names: Vec<_> = series(&translated).into_iter().map(|(name, ..)| name).collect();
    assert_eq!(names, ["1 ü", &long]);
}

#[test]
fn times_of_zero_and_of_the_far_future_are_passed_on() {
    let point = |time_unix_nano| NumberDataPoint { time_unix_nano, ..double(1.0) };

    let translated = translator(json!({})).take(&batch(gauge(vec![point(0), point(u64::MAX)])));

    let times: Vec<_> = series(&translated).into_iter().map(|(.., time, _)| time).collect();
    assert_eq!(times, [0, 18_446_744_073]);
}

#[test]
fn bodies_are_split_by_what_they_are_before_and_after_packing() {
    let mut payload = Payload::default();
    // Nothing in these can be packed.
    let mut seed = fastrand::Rng::with_seed(7);
    let mut noise = |length| (0..length).map(|_| seed.alphanumeric()).collect::<String>();
    let mut add = |name: String| {
        let tags = Tags::default();
        let identity = Identity { name: &name, suffix: "", host: "", common: &tags, own: &tags, hash: 0, time: 7 };
        payload.series(identity, Kind::Gauge, 1.0, 1);
    };
    for _ in 0..300 {
        add(noise(10_000));
    }
    add(noise(1_000_000));
    add("x".repeat(6_000_000));
    let zstd = Compressor::new(Encoding::Zstd, None).unwrap();

    let Bodies { bodies, too_large } = bodies::pack(&payload.series, bodies::SERIES, zstd).unwrap();

    assert_eq!(too_large, 2);
    assert_eq!(bodies.iter().map(|(_, points)| points).sum::<usize>(), 300);
    let mut series = 0;
    for (body, points) in &bodies {
        assert!(body.len() <= 512_000);
        let plain = decompress(Encoding::Zstd, body, 5_242_880).unwrap();
        let payload = MetricPayload::decode(&*plain).unwrap();
        assert_eq!(payload.series.len(), *points);
        series += points;
    }
    assert_eq!(series, 300);
}
