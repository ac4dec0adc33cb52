//! Data points that become the same.

use bytes::Bytes;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::metrics::v1::exponential_histogram_data_point::Buckets;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value;
use opentelemetry_proto::tonic::metrics::v1::summary_data_point::ValueAtQuantile;
use opentelemetry_proto::tonic::metrics::v1::{
    Exemplar, ExponentialHistogram, ExponentialHistogramDataPoint, Gauge, Histogram, HistogramDataPoint, Metric,
    NumberDataPoint, ResourceMetrics, ScopeMetrics, Sum, Summary, SummaryDataPoint,
};
use prost::Message;
use sluice_pdata::{Batch, Limits, Signal};

use super::super::telemetry::Counts;
use super::{attribute, mapping, text};

const DROP_USER: &str = "never_on_metrics: [user]";

/// Maps one metric; says its data afterwards, and what was counted.
fn map(config: &str, data: Data) -> (Data, Counts) {
    let batch = batch(vec![metric(data)]);
    let (mapped, counts) = mapping(config, Signal::Metrics).map(&batch);
    let mapped = Batch::check(Signal::Metrics, mapped.to_bytes(), &Limits::default()).unwrap();
    let request = ExportMetricsServiceRequest::decode(mapped.to_bytes()).unwrap();
    (request.resource_metrics[0].scope_metrics[0].metrics[0].data.clone().unwrap(), counts)
}

fn metric(data: Data) -> Metric {
    Metric { name: "m".into(), data: Some(data), ..Metric::default() }
}

fn batch(metrics: Vec<Metric>) -> Batch {
    let scope_metrics = vec![ScopeMetrics { metrics, ..ScopeMetrics::default() }];
    let resource_metrics = vec![ResourceMetrics { scope_metrics, ..ResourceMetrics::default() }];
    let message = ExportMetricsServiceRequest { resource_metrics }.encode_to_vec();
    Batch::check(Signal::Metrics, Bytes::from(message), &Limits::default()).unwrap()
}

/// A data point of a user on a route.
fn point(user: &str, route: &str, value: Value) -> NumberDataPoint {
    NumberDataPoint {
        attributes: vec![attribute("user", text(user)), attribute("route", text(route))],
        start_time_unix_nano: 5,
        time_unix_nano: 10,
        value: Some(value),
        ..NumberDataPoint::default()
    }
}

fn sum(data_points: Vec<NumberDataPoint>, aggregation_temporality: i32) -> Data {
    Data::Sum(Sum { data_points, aggregation_temporality, is_monotonic: true })
}

fn numbers(data: Data) -> Vec<NumberDataPoint> {
    match data {
        Data::Sum(sum) => sum.data_points,
        Data::Gauge(gauge) => gauge.data_points,
        _ => panic!("no numbers"),
    }
}

/// The values with their routes.
fn values(data: Data) -> Vec<(String, Value)> {
    let points = numbers(data).into_iter().map(|point| {
        assert_eq!(point.attributes.len(), 1, "the user is gone");
        (format!("{:?}", point.attributes[0].value.as_ref().unwrap().value.as_ref().unwrap()), point.value.unwrap())
    });
    points.collect()
}

fn route(name: &str) -> String {
    format!("{:?}", text(name))
}

#[test]
fn sums_are_added_by_the_labels_that_are_left() {
    let points = vec![
        point("a", "/x", Value::AsInt(1)),
        point("b", "/y", Value::AsInt(10)),
        point("c", "/x", Value::AsInt(2)),
        point("d", "/x", Value::AsInt(4)),
    ];

    for temporality in [1, 2] {
        let (data, counts) = map(DROP_USER, sum(points.clone(), temporality));

        assert_eq!(values(data), [(route("/x"), Value::AsInt(7)), (route("/y"), Value::AsInt(10))]);
        assert_eq!(counts.merged_data_points, 2);
    }
}

#[test]
fn the_count_of_a_batch_follows() {
    let points = vec![point("a", "/", Value::AsInt(1)), point("b", "/", Value::AsInt(2))];
    let batch = batch(vec![metric(sum(points, 2))]);

    let (mapped, _) = mapping(DROP_USER, Signal::Metrics).map(&batch);

    assert_eq!((batch.items(), mapped.items()), (2, 1));
}

#[test]
fn sums_that_do_not_fit_or_are_mixed_become_doubles() {
    let of = |values: [Value; 2]| {
        let points = values.map(|value| point("u", "/", value)).to_vec();
        values_of_one(map(DROP_USER, sum(points, 1)).0)
    };

    assert_eq!(of([Value::AsInt(i64::MAX), Value::AsInt(1)]), Value::AsDouble(i64::MAX as f64 + 1.0));
    assert_eq!(of([Value::AsInt(1), Value::AsDouble(0.5)]), Value::AsDouble(1.5));
}

fn values_of_one(data: Data) -> Value {
    let values = values(data);
    assert_eq!(values.len(), 1);
    values[0].1
}

#[test]
fn the_start_is_the_earliest_and_unknown_if_one_is() {
    let of = |starts: [u64; 2]| {
        let points =
            starts.map(|start| NumberDataPoint { start_time_unix_nano: start, ..point("u", "/", Value::AsInt(1)) });
        numbers(map(DROP_USER, sum(points.to_vec(), 2)).0)[0].start_time_unix_nano
    };

    assert_eq!(of([7, 3]), 3);
    assert_eq!(of([7, 0]), 0);
}

#[test]
fn points_of_different_times_are_left_apart() {
    let later = NumberDataPoint { time_unix_nano: 11, ..point("a", "/", Value::AsInt(1)) };
    let points = vec![point("a", "/", Value::AsInt(1)), later];

    let (data, counts) = map(DROP_USER, sum(points, 2));

    assert_eq!((values(data).len(), counts.merged_data_points), (2, 0));
}

#[test]
fn points_without_a_value_give_way() {
    let none = NumberDataPoint { flags: 1, value: None, ..point("a", "/", Value::AsInt(0)) };
    let points = vec![none.clone(), point("b", "/", Value::AsInt(3))];

    let (some, _) = map(DROP_USER, sum(points, 2));
    let (nothing, _) = map(DROP_USER, sum(vec![none.clone(), none], 2));

    assert_eq!(
        numbers(some).iter().map(|point| (point.flags, point.value)).collect::<Vec<_>>(),
        [(0, Some(Value::AsInt(3)))]
    );
    assert_eq!(numbers(nothing).iter().map(|point| (point.flags, point.value)).collect::<Vec<_>>(), [(1, None)]);
}

#[test]
fn gauges_are_merged_as_configured() {
    let of = |how: &str| {
        let points = [4, 1, 3].map(|value| point("u", "/", Value::AsInt(value))).to_vec();
        let config = format!("{DROP_USER}\nmerge_gauges: {how}");
        values_of_one(map(&config, Data::Gauge(Gauge { data_points: points })).0)
    };

    assert_eq!(of("last"), Value::AsInt(3));
    assert_eq!(of("min"), Value::AsInt(1));
    assert_eq!(of("max"), Value::AsInt(4));
    assert_eq!(of("sum"), Value::AsInt(8));
    assert_eq!(of("mean"), Value::AsDouble(8.0 / 3.0));
}

#[test]
fn folded_values_are_merged() {
    let config = "value_limits: [{labels: [user], max_values: 1}]";
    let points = ["a", "b", "a", "c"].map(|user| point(user, "/", Value::AsInt(1))).to_vec();

    let (data, counts) = map(config, sum(points, 1));

    let users: Vec<_> = numbers(data).into_iter().map(|point| (point.attributes[0].clone(), point.value)).collect();
    assert_eq!(
        users,
        [
            (attribute("user", text("a")), Some(Value::AsInt(2))),
            (attribute("user", text("other")), Some(Value::AsInt(2))),
        ]
    );
    assert_eq!(counts.merged_data_points, 2);
}

#[test]
fn order_and_spelling_of_labels_do_not_matter() {
    let one = NumberDataPoint {
        attributes: vec![attribute("a", text("1")), attribute("b", text("2")), attribute("user", text("x"))],
        ..point("", "", Value::AsInt(1))
    };
    let other = NumberDataPoint {
        attributes: vec![attribute("b", text("2")), attribute("a", text("1"))],
        ..point("", "", Value::AsInt(1))
    };

    let (data, _) = map(DROP_USER, sum(vec![one, other], 1));

    assert_eq!(numbers(data).len(), 1);
}

#[test]
fn metrics_that_are_not_touched_keep_their_bytes_whatever_they_hold() {
    let twice = NumberDataPoint { attributes: vec![attribute("route", text("/"))], ..point("", "", Value::AsInt(1)) };
    let untouched = metric(sum(vec![twice.clone(), twice], 2));
    let touched = metric(sum(vec![point("a", "/", Value::AsInt(1)), point("b", "/", Value::AsInt(2))], 2));
    let batch = batch(vec![untouched.clone(), touched]);

    let (mapped, _) = mapping(DROP_USER, Signal::Metrics).map(&batch);

    let request = ExportMetricsServiceRequest::decode(mapped.to_bytes()).unwrap();
    let metrics = &request.resource_metrics[0].scope_metrics[0].metrics;
    assert_eq!(metrics[0], untouched);
    assert_eq!(values_of_one(metrics[1].data.clone().unwrap()), Value::AsInt(3));
}

#[test]
fn exemplars_stay_as_far_as_there_is_room() {
    let exemplar = |time| Exemplar { time_unix_nano: time, ..Exemplar::default() };
    let with = |times: std::ops::Range<u64>| NumberDataPoint {
        exemplars: times.map(exemplar).collect(),
        ..point("u", "/", Value::AsInt(1))
    };

    let (data, counts) = map(DROP_USER, sum(vec![with(0..10), with(10..20), with(20..22)], 1));

    let times: Vec<_> = numbers(data)[0].exemplars.iter().map(|exemplar| exemplar.time_unix_nano).collect();
    assert_eq!(times, (0..16).collect::<Vec<_>>());
    assert_eq!(counts.dropped_exemplars, 6);
}

fn histogram(bounds: &[f64], counts: &[u64]) -> HistogramDataPoint {
    HistogramDataPoint {
        attributes: vec![attribute("user", text("u"))],
        start_time_unix_nano: 5,
        time_unix_nano: 10,
        count: counts.iter().sum(),
        sum: Some(counts.len() as f64),
        bucket_counts: counts.to_vec(),
        explicit_bounds: bounds.to_vec(),
        min: Some(bounds.first().copied().unwrap_or_default()),
        max: Some(bounds.last().copied().unwrap_or_default()),
        ..HistogramDataPoint::default()
    }
}

fn histograms(points: Vec<HistogramDataPoint>) -> (Vec<HistogramDataPoint>, Counts) {
    let (data, counts) = map(DROP_USER, Data::Histogram(Histogram { data_points: points, aggregation_temporality: 2 }));
    let Data::Histogram(histogram) = data else { panic!("it was a histogram") };
    (histogram.data_points, counts)
}

#[test]
fn histograms_of_equal_bounds_are_added() {
    let (points, _) = histograms(vec![histogram(&[1.0, 2.0], &[1, 2, 3]), histogram(&[1.0, 2.0], &[10, 0, 5])]);

    assert_eq!(points.len(), 1);
    let point = &points[0];
    assert_eq!((point.count, point.sum, point.min, point.max), (21, Some(6.0), Some(1.0), Some(2.0)));
    assert_eq!((point.bucket_counts.as_slice(), point.explicit_bounds.as_slice()), (&[11, 2, 8][..], &[1.0, 2.0][..]));
    assert_eq!((point.start_time_unix_nano, point.time_unix_nano, point.attributes.len()), (5, 10, 0));
}

#[test]
fn histograms_keep_the_bounds_that_all_have() {
    let (points, _) = histograms(vec![
        histogram(&[1.0, 2.0, 5.0, 10.0], &[1, 2, 3, 4, 5]),
        histogram(&[2.0, 3.0, 10.0], &[10, 20, 30, 40]),
    ]);
    let (nothing_in_common, _) = histograms(vec![histogram(&[1.0], &[1, 2]), histogram(&[3.0], &[4, 8])]);
    let (without_buckets, _) = histograms(vec![histogram(&[1.0], &[1, 2]), histogram(&[], &[])]);

    assert_eq!(
        (points[0].explicit_bounds.as_slice(), points[0].bucket_counts.as_slice()),
        (&[2.0, 10.0][..], &[13, 57, 45][..])
    );
    assert_eq!(
        (nothing_in_common[0].explicit_bounds.len(), nothing_in_common[0].bucket_counts.as_slice()),
        (0, &[15][..])
    );
    assert_eq!((without_buckets[0].count, without_buckets[0].bucket_counts.len()), (3, 0));
}

#[test]
fn histograms_without_a_sum_or_an_extreme_have_none_merged() {
    let without = HistogramDataPoint { sum: None, min: None, max: None, ..histogram(&[1.0], &[1, 1]) };

    let (points, _) = histograms(vec![histogram(&[1.0], &[1, 1]), without]);

    assert_eq!((points[0].sum, points[0].min, points[0].max), (None, None, None));
}

#[test]
fn histograms_that_contradict_themselves_stay_apart() {
    let broken = [
        histogram(&[1.0, 2.0], &[1, 2]),
        histogram(&[2.0, 1.0], &[1, 2, 3]),
        histogram(&[f64::NAN], &[1, 2]),
        HistogramDataPoint { count: u64::MAX, ..histogram(&[1.0], &[1, 1]) },
    ];
    for broken in broken {
        let (points, counts) = histograms(vec![histogram(&[1.0], &[1, 1]), broken]);

        assert_eq!((points.len(), counts.unmerged_data_points, counts.merged_data_points), (2, 1, 0));
    }
}

fn exponential(scale: i32, offset: i32, counts: &[u64], zero: (u64, f64)) -> ExponentialHistogramDataPoint {
    ExponentialHistogramDataPoint {
        attributes: vec![attribute("user", text("u"))],
        time_unix_nano: 10,
        count: counts.iter().sum::<u64>() + zero.0,
        scale,
        zero_count: zero.0,
        zero_threshold: zero.1,
        positive: Some(Buckets { offset, bucket_counts: counts.to_vec() }),
        ..ExponentialHistogramDataPoint::default()
    }
}

fn exponentials(points: Vec<ExponentialHistogramDataPoint>) -> (Vec<ExponentialHistogramDataPoint>, Counts) {
    let data = ExponentialHistogram { data_points: points, aggregation_temporality: 1 };
    let (data, counts) = map(DROP_USER, Data::ExponentialHistogram(data));
    let Data::ExponentialHistogram(histogram) = data else { panic!("it was an exponential histogram") };
    (histogram.data_points, counts)
}

/// Scale, offset and counts of the positive buckets, zero count and threshold.
fn shape(point: &ExponentialHistogramDataPoint) -> (i32, i32, &[u64], u64, f64) {
    let positive = point.positive.as_ref().unwrap();
    (point.scale, positive.offset, &positive.bucket_counts, point.zero_count, point.zero_threshold)
}

#[test]
fn exponential_histograms_are_added_at_the_coarser_scale() {
    let (points, _) = exponentials(vec![
        // (1, 2], (2, 4], (4, 8]
        exponential(0, 0, &[1, 2, 3], (1, 0.0)),
        // (2^-0.5, 1], (1, 2^0.5], (2^0.5, 2], (2, 2^1.5]
        exponential(1, -1, &[10, 20, 30, 40], (2, 0.0)),
    ]);

    assert_eq!(points.len(), 1);
    assert_eq!(shape(&points[0]), (0, -1, &[10, 51, 42, 3][..], 3, 0.0));
    assert_eq!(points[0].count, 109);
}

#[test]
fn exponential_histograms_widen_the_zero_bucket() {
    // Buckets (0.25, 0.5], (0.5, 1], (1, 2]; the threshold of the other lies within the second.
    let (points, _) = exponentials(vec![exponential(0, -2, &[1, 2, 4], (0, 0.0)), exponential(0, 1, &[8], (16, 0.75))]);

    assert_eq!(shape(&points[0]), (0, 0, &[4, 8][..], 19, 1.0));
}

#[test]
fn exponential_histograms_far_apart_become_coarser_until_there_are_few_buckets() {
    let (points, _) =
        exponentials(vec![exponential(20, i32::MAX, &[1], (0, 0.0)), exponential(20, i32::MIN, &[1, 1], (0, 0.0))]);

    let (scale, _, buckets, ..) = shape(&points[0]);
    assert_eq!((scale, buckets.iter().sum::<u64>()), (-5, 3));
    assert!(buckets.len() <= 160, "{}", buckets.len());
}

#[test]
fn exponential_histograms_of_any_scale_neither_panic_nor_grow() {
    for scales in [[i32::MIN, i32::MAX], [i32::MAX, i32::MAX], [i32::MIN, i32::MIN]] {
        let points = scales.map(|scale| exponential(scale, i32::MAX - 3, &[1, 1, 1, 1], (1, f64::NAN)));

        let (points, counts) = exponentials(points.to_vec());

        assert_eq!(points.len() as u64, 2 - counts.merged_data_points);
        assert!(points.iter().all(|point| shape(point).2.len() <= 160));
    }
}

#[test]
fn summaries_keep_count_sum_and_extremes() {
    let summary = |count, quantiles: &[(f64, f64)]| SummaryDataPoint {
        attributes: vec![attribute("user", text("u"))],
        time_unix_nano: 10,
        count,
        sum: count as f64,
        quantile_values: quantiles.iter().map(|&(quantile, value)| ValueAtQuantile { quantile, value }).collect(),
        ..SummaryDataPoint::default()
    };
    let points = vec![summary(2, &[(0.0, 5.0), (0.5, 6.0), (1.0, 9.0)]), summary(3, &[(0.0, 4.0), (0.99, 7.0)])];

    let (data, counts) = map(DROP_USER, Data::Summary(Summary { data_points: points }));

    let Data::Summary(summary) = data else { panic!("it was a summary") };
    assert_eq!(summary.data_points.len(), 1);
    assert_eq!((summary.data_points[0].count, summary.data_points[0].sum), (5, 5.0));
    assert_eq!(summary.data_points[0].quantile_values, [ValueAtQuantile { quantile: 0.0, value: 4.0 }]);
    assert_eq!(counts.dropped_quantiles, 3);
}
