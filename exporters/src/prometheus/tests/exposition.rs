//! How series are written.

use prost::Message;

use super::super::protobuf::MetricFamily;
use super::*;

/// One metric of each type.
fn all_types() -> Json {
    let exemplars = json!([
        {"timeUnixNano": "1700000000500000000", "asDouble": 0.3, "traceId": "0102030405060708090a0b0c0d0e0f10",
         "spanId": "0102030405060708"},
        {"timeUnixNano": "0", "asInt": "7", "spanId": "0102030405060708"},
    ]);
    let times = json!({"startTimeUnixNano": "1600000000000000000", "timeUnixNano": "1700000000123456789"});
    let point = |mut fields: Json| {
        fields.as_object_mut().unwrap().extend(times.as_object().unwrap().clone());
        fields
    };
    json!([
        {"name": "queue.size", "description": "How \"full\"\nit\\is", "unit": "{item}", "gauge": {"dataPoints": [
            point(json!({"asDouble": -1.5, "attributes": attributes(&[("a.b", "x\"y\\z\n"), ("1st", "ü")])})),
        ]}},
        {"name": "requests", "unit": "1", "sum": {"aggregationTemporality": 2, "isMonotonic": true, "dataPoints": [
            point(json!({"asInt": "1234567", "exemplars": exemplars.as_array().unwrap()[..1]})),
        ]}},
        {"name": "duration", "unit": "s", "histogram": {"aggregationTemporality": 2, "dataPoints": [
            point(json!({"count": "6", "sum": 9.0, "explicitBounds": [0.1, 0.5], "bucketCounts": ["1", "2", "3"],
                "exemplars": exemplars})),
        ]}},
        {"name": "size", "unit": "By", "exponentialHistogram": {"aggregationTemporality": 2, "dataPoints": [
            point(json!({"count": "7", "sum": 30.0, "scale": 0, "zeroCount": "1",
                "positive": {"offset": 1, "bucketCounts": ["2", "0", "3"]}, "negative": {"offset": 0, "bucketCounts": ["1"]},
                "exemplars": exemplars})),
        ]}},
        {"name": "wait", "summary": {"dataPoints": [
            point(json!({"count": "2", "sum": 3.0, "quantileValues": [
                {"quantile": 0.99, "value": 2.0}, {"quantile": 0.5, "value": 1.0}]})),
        ]}},
    ])
}

#[test]
fn text_has_every_type() {
    let shop = Shop::on(json!({}));
    assert_eq!(shop.send(all_types()), Accepted::ALL);

    assert_eq!(
        shop.text(),
        r#"# HELP duration_seconds 
# TYPE duration_seconds histogram
duration_seconds_bucket{le="0.1"} 1
duration_seconds_bucket{le="0.5"} 3
duration_seconds_bucket{le="+Inf"} 6
duration_seconds_sum 9
duration_seconds_count 6
# HELP queue_size How "full"\nit\\is
# TYPE queue_size gauge
queue_size{a_b="x\"y\\z\n",key_1st="ü"} -1.5
# HELP requests_total 
# TYPE requests_total counter
requests_total 1.234567e+06
# HELP size_bytes 
# TYPE size_bytes histogram
size_bytes_bucket{le="+Inf"} 7
size_bytes_sum 30
size_bytes_count 7
# HELP wait 
# TYPE wait summary
wait{quantile="0.5"} 1
wait{quantile="0.99"} 2
wait_sum 3
wait_count 2
"#
    );
}

#[test]
fn open_metrics_has_exemplars_and_an_end() {
    let shop = Shop::on(json!({"send_timestamps": true}));
    shop.send(all_types());

    assert_eq!(
        shop.shown(Kind::OpenMetrics("1.0.0"), Escaping::Underscores),
        r#"# HELP duration_seconds 
# TYPE duration_seconds histogram
duration_seconds_bucket{le="0.1"} 1 1.700000000123e+09
duration_seconds_bucket{le="0.5"} 3 1.700000000123e+09 # {span_id="0102030405060708",trace_id="0102030405060708090a0b0c0d0e0f10"} 0.3 1.7000000005e+09
duration_seconds_bucket{le="+Inf"} 6 1.700000000123e+09 # {span_id="0102030405060708"} 7.0
duration_seconds_sum 9.0 1.700000000123e+09
duration_seconds_count 6 1.700000000123e+09
# HELP queue_size How \"full\"\nit\\is
# TYPE queue_size gauge
queue_size{a_b="x\"y\\z\n",key_1st="ü"} -1.5 1.700000000123e+09
# HELP requests 
# TYPE requests counter
requests_total 1.234567e+06 1.700000000123e+09 # {span_id="0102030405060708",trace_id="0102030405060708090a0b0c0d0e0f10"} 0.3 1.7000000005e+09
# HELP size_bytes 
# TYPE size_bytes histogram
size_bytes_bucket{le="+Inf"} 7 1.700000000123e+09
size_bytes_sum 30.0 1.700000000123e+09
size_bytes_count 7 1.700000000123e+09
# HELP wait 
# TYPE wait summary
wait{quantile="0.5"} 1.0 1.700000000123e+09
wait{quantile="0.99"} 2.0 1.700000000123e+09
wait_sum 3.0 1.700000000123e+09
wait_count 2 1.700000000123e+09
# EOF
"#
    );
}

#[test]
fn open_metrics_knows_no_counter_without_its_suffix() {
    let shop = Shop::on(json!({"add_metric_suffixes": false}));
    shop.send(json!([sum("requests", 2, json!([{"asInt": 1}]))]));

    let text = shop.shown(Kind::OpenMetrics("1.0.0"), Escaping::Underscores);

    assert_eq!(text, "# HELP requests \n# TYPE requests unknown\nrequests 1.0\n# EOF\n");
    assert_eq!(shop.text(), "# HELP requests \n# TYPE requests counter\nrequests 1\n");
}

#[test]
fn protobuf_has_native_histograms() {
    let shop = Shop::on(json!({"send_timestamps": true}));
    shop.send(all_types());

    let bytes = shop.bytes(Kind::Protobuf, Escaping::AllowUtf8);
    let mut rest = bytes.as_slice();
    let families: Vec<_> =
        std::iter::from_fn(|| (!rest.is_empty()).then(|| MetricFamily::decode_length_delimited(&mut rest).unwrap()))
            .collect();

    let names: Vec<_> = families.iter().map(|family| (family.name(), family.r#type(), family.help())).collect();
    use super::super::protobuf::MetricType::{Counter, Gauge, Histogram, Summary};
    assert_eq!(
        names,
        [
            ("duration_seconds", Histogram, ""),
            ("queue_size", Gauge, "How \"full\"\nit\\is"),
            ("requests_total", Counter, ""),
            ("size_bytes", Histogram, ""),
            ("wait", Summary, ""),
        ]
    );
    let classic = families[0].metric[0].histogram.as_ref().unwrap();
    let buckets: Vec<_> =
        classic.bucket.iter().map(|it| (it.upper_bound(), it.cumulative_count(), it.exemplar.is_some())).collect();
    assert_eq!(buckets, [(0.1, 1, false), (0.5, 3, true), (f64::INFINITY, 6, true)]);
    let metric = &families[3].metric[0];
    let native = metric.histogram.as_ref().unwrap();
    assert_eq!((native.sample_count(), native.sample_sum(), native.schema(), native.zero_count()), (7, 30.0, 0, 1));
    let spans = |spans: &[super::super::protobuf::BucketSpan]| -> Vec<_> {
        spans.iter().map(|span| (span.offset(), span.length())).collect()
    };
    assert_eq!((spans(&native.positive_span), native.positive_delta.as_slice()), (vec![(2, 3)], &[2, -2, 3][..]));
    assert_eq!((spans(&native.negative_span), native.negative_delta.as_slice()), (vec![(1, 1)], &[1][..]));
    assert_eq!((native.exemplars.len(), native.created_timestamp.unwrap().seconds), (1, 1_600_000_000));
    assert_eq!((native.zero_threshold(), metric.timestamp_ms()), (1e-128, 1_700_000_000_123));
    assert_eq!(families[2].metric[0].counter.as_ref().unwrap().value(), 1_234_567.0);
}

#[test]
fn a_series_has_the_labels_of_resource_scope_and_configuration() {
    let resource = json!({"attributes": attributes(&[
        ("service.name", "shop"), ("service.namespace", "web"), ("service.instance.id", "i-1"), ("k8s.pod", "p")])});
    let scope = json!({"name": "lib", "version": "1", "attributes": attributes(&[("k.x", "v"), ("name", "no")])});
    let metrics =
        json!([gauge("m", json!([{"asInt": 1, "attributes": attributes(&[("k8s.pod", "own"), ("env", "e")])}]))]);
    let sent =
        json!([{"resource": resource, "scopeMetrics": [{"scope": scope, "schemaUrl": "s", "metrics": metrics}]}]);
    let shown = |settings| {
        let shop = Shop::on(settings);
        assert_eq!(shop.send_all(sent.clone()), Accepted::ALL);
        shop.samples()
    };

    assert_eq!(
        shown(json!({"const_labels": {"env": "test", "a zone": "z"}, "namespace": "my-app"})),
        [
            r#"my_app_m{a_zone="z",env="e",instance="i-1",job="web/shop",k8s_pod="own",otel_scope_k_x="v",otel_scope_name="lib",otel_scope_schema_url="s",otel_scope_version="1"} 1"#,
            r#"my_app_target_info{instance="i-1",job="web/shop",k8s_pod="p"} 1"#,
        ]
    );
    assert_eq!(
        shown(json!({"without_scope_info": true, "resource_to_telemetry_conversion": {"enabled": true}})),
        [
            r#"m{env="e",instance="i-1",job="web/shop",k8s_pod="p",service_instance_id="i-1",service_name="shop",service_namespace="web"} 1"#,
            r#"target_info{instance="i-1",job="web/shop",k8s_pod="p"} 1"#,
        ]
    );
    let own = json!({"enabled": true, "exclude_service_attributes": true});
    assert_eq!(
        shown(json!({"without_scope_info": true, "resource_to_telemetry_conversion": own}))[0],
        r#"m{env="e",instance="i-1",job="web/shop",k8s_pod="p"} 1"#
    );
}

#[test]
fn names_are_quoted_for_who_knows_all_characters() {
    let shop = Shop::on(json!({"translation_strategy": "NoTranslation"}));
    shop.send(json!([gauge("a.b", json!([{"asInt": 1, "attributes": attributes(&[("c.d", "e")])}]))]));

    let shown = |escaping| shop.shown(Kind::Text, escaping).lines().last().unwrap().to_owned();

    assert_eq!(shown(Escaping::AllowUtf8), r#"{"a.b","c.d"="e"} 1"#);
    assert_eq!(shown(Escaping::Underscores), r#"a_b{c_d="e"} 1"#);
    assert_eq!(shown(Escaping::Dots), r#"a_dot_b{c_dot_d="e"} 1"#);
    assert_eq!(shown(Escaping::Values), r#"U__a_2e_b{U__c_2e_d="e"} 1"#);
}

#[test]
fn odd_numbers_are_shown_as_they_are() {
    let shop = Shop::on(json!({"send_timestamps": true}));
    let number = |value: &str| json!([{"asDouble": value, "timeUnixNano": "0"}]);
    let histogram = json!({"name": "h", "histogram": {"aggregationTemporality": 2, "dataPoints": [
        {"timeUnixNano": "18446744073709551615", "count": "18446744073709551615", "explicitBounds": [2.0, 1.0, 2.0, "NaN"],
         "bucketCounts": ["1", "2", "4", "8", "16"]},
    ]}});

    let accepted = shop.send(json!([
        gauge("a", number("NaN")),
        gauge("b", number("-Infinity")),
        gauge("c", number("Infinity")),
        gauge("without.points", json!([])),
        {"name": "without.data"},
        histogram,
    ]));

    assert_eq!(accepted, Accepted::ALL);
    assert_eq!(
        shop.samples(),
        [
            "a NaN",
            "b -Inf",
            "c +Inf",
            r#"h_bucket{le="1"} 2 18446744073709"#,
            r#"h_bucket{le="2"} 7 18446744073709"#,
            r#"h_bucket{le="+Inf"} 1.8446744073709552e+19 18446744073709"#,
            "h_sum 0 18446744073709",
            "h_count 1.8446744073709552e+19 18446744073709",
        ]
    );
}
