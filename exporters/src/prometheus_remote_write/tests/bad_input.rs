//! What is documented of bad input.

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value};
use opentelemetry_proto::tonic::metrics::v1::{
    Gauge, Metric, NumberDataPoint, ResourceMetrics, ScopeMetrics, metric, number_data_point,
};
use prost::Message as _;

use super::*;

#[test]
fn what_cannot_be_said_is_counted_and_the_rest_is_sent() {
    let cumulative = |points: Json| json!({ "aggregationTemporality": 2, "isMonotonic": true, "dataPoints": points });
    let with = |attributes: Json| json!([{ "timeUnixNano": at(1), "asDouble": 1, "attributes": attributes }]);
    let native = |point: Json| json!({ "name": "e", "exponentialHistogram": cumulative(json!([point])) });
    for (what, metric, lines, losses) in [
        ("no data points", gauge("g", json!([])), &[][..], &[][..]),
        ("no type", json!({ "name": "g" }), &[], &[]),
        (
            "delta sum",
            json!({ "name": "d", "sum": { "aggregationTemporality": 1, "dataPoints": [point(1, 1.0), point(2, 1.0)] } }),
            &[],
            &[(Cause::Delta, 2)],
        ),
        (
            "delta histogram",
            json!({ "name": "d", "histogram": { "aggregationTemporality": 1, "dataPoints": [{}] } }),
            &[],
            &[(Cause::Delta, 1)],
        ),
        (
            "delta exponential",
            json!({ "name": "d", "exponentialHistogram": { "aggregationTemporality": 1, "dataPoints": [{}] } }),
            &[],
            &[(Cause::Delta, 1)],
        ),
        (
            "no temporality",
            json!({ "name": "d", "sum": { "isMonotonic": true, "dataPoints": [point(1, 1.0)] } }),
            &[],
            &[(Cause::Delta, 1)],
        ),
        ("no name", gauge("", json!([point(1, 1.0)])), &[], &[(Cause::MetricName, 1)]),
        ("a name of nothing", gauge("§", json!([point(1, 1.0)])), &[], &[(Cause::MetricName, 1)]),
        ("no key", gauge("g", with(json!([text("", "x")]))), &[], &[(Cause::LabelName, 1)]),
        ("an empty value", gauge("g", with(json!([text("a", ""), text("", "")]))), &["g{} 1@1"], &[]),
        (
            "a key twice",
            gauge("g", with(json!([text("a", "x"), text("a", "y"), text("a", "y")]))),
            &["g{a=x;y;y} 1@1"],
            &[],
        ),
        ("no time", gauge("g", json!([point(0, 1.0), point(1, 2.0)])), &["g{} 2@1"], &[(Cause::Time, 1)]),
        ("no value", gauge("g", json!([{ "timeUnixNano": at(1) }])), &[], &[(Cause::Value, 1)]),
        ("no number", gauge("g", json!([{ "timeUnixNano": at(1), "asDouble": "NaN" }])), &["g{} NaN@1"], &[]),
        ("infinite", gauge("g", json!([{ "timeUnixNano": at(1), "asDouble": "-Infinity" }])), &["g{} -inf@1"], &[]),
        ("far past", gauge("g", json!([{ "timeUnixNano": "1", "asInt": "1" }])), &["g{} 1@0"], &[]),
        (
            "far future",
            gauge("g", json!([{ "timeUnixNano": u64::MAX.to_string(), "asInt": "1" }])),
            &["g{} 1@18446744073709"],
            &[],
        ),
        (
            "the same time",
            gauge("g", json!([point(1, 1.0), point(1, 2.0), point(1, 2.0)])),
            &["g{} 2@1"],
            &[(Cause::Duplicate, 1)],
        ),
        ("the same again", gauge("g", json!([point(1, 1.0), point(1, 1.0)])), &["g{} 1@1"], &[]),
        ("a coarse scale", native(json!({ "timeUnixNano": at(1), "scale": -5 })), &[], &[(Cause::Histogram, 1)]),
        ("a wrong count", native(json!({ "timeUnixNano": at(1), "count": 7 })), &[], &[(Cause::Histogram, 1)]),
        (
            "bounds of nothing",
            json!({ "name": "h", "histogram": cumulative(json!([{ "timeUnixNano": at(1), "count": 5,
            "explicitBounds": [1, 1, "Infinity"], "bucketCounts": [1, 1, 1, 1] }])) }),
            &["h_bucket{le=+Inf} 5@1", "h_bucket{le=1} 2@1", "h_count{} 5@1"],
            &[],
        ),
        (
            "counts that overflow",
            json!({ "name": "h", "histogram": cumulative(json!([{ "timeUnixNano": at(1), "count": 5,
            "explicitBounds": [1, 2], "bucketCounts": [u64::MAX, 1, 1] }])) }),
            &[
                "h_bucket{le=+Inf} 5@1",
                "h_bucket{le=1} 18446744073709552000@1",
                "h_bucket{le=2} 18446744073709552000@1",
                "h_count{} 5@1",
            ],
            &[],
        ),
    ] {
        let batch = batch(json!([]), json!([metric]));
        let expected = (lines.iter().map(|&line: &&str| line.to_owned()).collect::<Vec<_>>(), losses.to_vec());
        assert_eq!(translated(json!({}), &batch), expected, "{what}");
    }
}

#[test]
fn a_native_form_that_cannot_be_loses_nothing_beside_the_classic_one() {
    let batch = batch(
        json!([]),
        json!([{ "name": "h", "histogram": { "aggregationTemporality": 2, "dataPoints": [
            { "timeUnixNano": at(1), "count": 3, "explicitBounds": [2, 1], "bucketCounts": [1, 1, 1] }] } }]),
    );
    let settings = |both: bool| json!({ "convert_explicit_histograms_to_nhcb": true, "keep_classic_histograms": both });

    assert_eq!(translated(settings(false), &batch), (vec![], vec![(Cause::Histogram, 1)]));
    assert_eq!(translated(settings(true), &batch).0.len(), 4);
}

#[test]
fn many_series_are_sent() {
    // JSON of as many would take a test build half a minute.
    let points = (0..100_000).map(|index: i64| NumberDataPoint {
        attributes: vec![KeyValue {
            key: "series".into(),
            value: Some(AnyValue { value: Some(any_value::Value::IntValue(index)) }),
            ..KeyValue::default()
        }],
        time_unix_nano: 1_000_000,
        value: Some(number_data_point::Value::AsInt(1)),
        ..NumberDataPoint::default()
    });
    let data = metric::Data::Gauge(Gauge { data_points: points.collect() });
    let metrics = vec![Metric { name: "g".into(), data: Some(data), ..Metric::default() }];
    let scope_metrics = vec![ScopeMetrics { metrics, ..ScopeMetrics::default() }];
    let resource_metrics = vec![ResourceMetrics { scope_metrics, ..ResourceMetrics::default() }];
    let request = ExportMetricsServiceRequest { resource_metrics }.encode_to_vec();
    let batch = Batch::trusted(Signal::Metrics, request.into(), 100_000);

    let translated = Translator::new(&config(json!({}))).unwrap().translate(&batch).unwrap();

    let items: usize = translated.requests.iter().map(|request| request.items).sum();
    assert_eq!((items, translated.series, translated.losses.total()), (100_000, 100_000, 0));
}

#[test]
fn a_batch_does_not_become_thousands_of_times_as_large() {
    let batch = batch(json!([text("service.name", &"x".repeat(100_000))]), json!([many(2000)]));

    let translated = Translator::new(&config(json!({}))).unwrap().translate(&batch).unwrap();

    // 16 MiB and 64 times the 180 kB of the batch.
    let items: usize = translated.requests.iter().map(|request| request.items).sum();
    assert!((200..400).contains(&items), "{items}");
    assert_eq!(causes(translated.losses), [(Cause::TooLarge, 2000 - items)]);
}
