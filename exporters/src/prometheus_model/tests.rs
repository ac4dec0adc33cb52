use serde_json::{Value as Json, json};
use sluice_pdata::view::{Data, ExponentialHistogramPoint, ResourceMetrics};
use sluice_pdata::{Batch, Limits, Signal};

use super::*;
use crate::testing::read;

const COLLECTOR: LabelNamer = LabelNamer { keeps_utf8: false, keeps_runs: false, marks_underscore: true };

#[test]
fn metrics_are_named_as_the_collector_names_them() {
    use Kind::{Counter, ExponentialHistogram, Gauge, Histogram, Summary, UpDownCounter};
    let escaped = MetricNamer::new("", Translation::UnderscoreEscapingWithSuffixes);
    for (name, unit, kind, expected) in [
        ("http.server.duration", "ms", Histogram, "http_server_duration_milliseconds"),
        ("http.server.duration", "s", ExponentialHistogram, "http_server_duration_seconds"),
        ("system.network.io", "By", Counter, "system_network_io_bytes_total"),
        ("cpu.utilization", "1", Gauge, "cpu_utilization_ratio"),
        ("cpu.ratio.utilization", "1", Gauge, "cpu_utilization_ratio"),
        ("queue.size", "{items}", UpDownCounter, "queue_size"),
        ("disk.rate", "By/s", Gauge, "disk_rate_bytes_per_second"),
        ("requests.total", "1", Counter, "requests_total"),
        ("total.requests", "", Counter, "requests_total"),
        ("total.requests", "", UpDownCounter, "total_requests"),
        ("items", "1", UpDownCounter, "items"),
        ("per.hour", "1/h", Gauge, "per_hour_per_hour"),
        ("a_per_hour", "m/h", Gauge, "a_per_hour_meters_per_hour"),
        ("requests", "{request}/s", Gauge, "requests_per_second"),
        ("requests", "By/{request}", Gauge, "requests_bytes"),
        ("bytes.used", "By", Gauge, "bytes_used"),
        ("odd", "a..b", Gauge, "odd_a_b"),
        ("odd", " s ", Gauge, "odd_seconds"),
        ("odd", "x./s", Gauge, "odd_x_per_second"),
        ("odd", "%", Summary, "odd_percent"),
        ("odd", "m/s^2", Gauge, "odd_meters_per_s_2"),
        ("odd", "/", Gauge, "odd"),
        ("a:b..c--d__e", "", Gauge, "a:b_c_d_e"),
        ("2xx.responses", "", Counter, "_2xx_responses_total"),
        ("größe", "", Gauge, "gr_e"),
    ] {
        assert_eq!(escaped.name(name, unit, kind).as_deref(), Ok(expected), "{name} {unit}");
    }
}

#[test]
fn names_follow_the_strategy_and_the_namespace() {
    use Translation::*;
    for (translation, namespace, name, unit, kind, expected) in [
        (UnderscoreEscapingWithoutSuffixes, "", "a.b..c__d.", "s", Kind::Counter, "a_b_c__d"),
        (UnderscoreEscapingWithoutSuffixes, "", "2a", "", Kind::Gauge, "_2a"),
        (UnderscoreEscapingWithoutSuffixes, "n@m!", "2a", "", Kind::Gauge, "n_m_2a"),
        (UnderscoreEscapingWithSuffixes, "my-app", "a.b", "s", Kind::Counter, "my_app_a_b_seconds_total"),
        (NoUtf8EscapingWithSuffixes, "", "a.b", "s", Kind::Counter, "a.b_seconds_total"),
        (NoUtf8EscapingWithSuffixes, "", "cpu_seconds_total", "s", Kind::Counter, "cpu_seconds_total"),
        (NoUtf8EscapingWithSuffixes, "", "cpu.seconds", "s", Kind::Counter, "cpu.seconds_total"),
        (NoUtf8EscapingWithSuffixes, "", "rate", "By/s", Kind::Gauge, "rate_bytes_per_second"),
        (NoUtf8EscapingWithSuffixes, "", "use_ratio", "1", Kind::Gauge, "use_ratio"),
        (NoUtf8EscapingWithSuffixes, "app", "größe", "m", Kind::Gauge, "app_größe_meters"),
        (NoUtf8EscapingWithSuffixes, "", "größetotal", "", Kind::Counter, "größ_total"),
        (NoTranslation, "", "a.b", "s", Kind::Counter, "a.b"),
        (NoTranslation, "app", "a.b", "s", Kind::Counter, "app_a.b"),
    ] {
        let namer = MetricNamer::new(namespace, translation);
        assert_eq!(namer.name(name, unit, kind).as_deref(), Ok(expected), "{translation:?} {name}");
    }
    assert_eq!(MetricNamer::new("", NoTranslation).own("target_info"), "target_info");
    assert_eq!(MetricNamer::new("app", NoTranslation).own("target_info"), "app_target_info");
}

#[test]
fn a_name_of_which_nothing_is_left_is_an_error() {
    use Translation::*;
    for (translation, name) in [
        (UnderscoreEscapingWithSuffixes, ""),
        (UnderscoreEscapingWithSuffixes, "§§"),
        (UnderscoreEscapingWithSuffixes, "__"),
        (UnderscoreEscapingWithoutSuffixes, "@_#_$"),
        (NoTranslation, ""),
    ] {
        let namer = MetricNamer::new("", translation);
        assert_eq!(namer.name(name, "", Kind::Gauge), Err(NoMetricName), "{translation:?} {name}");
    }
}

#[test]
fn units_have_words() {
    for (unit, expected) in [
        ("", ""),
        ("1", ""),
        ("s", "seconds"),
        ("By/s", "bytes_per_second"),
        ("1/min", "per_min"),
        ("{request}/h", "per_hour"),
        ("TiBy", "tibibytes"),
        ("m/s^2", "meters_per_s_2"),
        ("§", ""),
    ] {
        assert_eq!(unit_name(unit, false), expected, "{unit}");
    }
    assert_eq!(unit_name("m/s^2", true), "meters_per_s^2");
}

#[test]
fn labels_are_named_as_the_collector_names_them() {
    let runs = LabelNamer { keeps_runs: true, marks_underscore: false, ..COLLECTOR };
    let none = Err(NoLabelName);
    for (key, collapsed, kept) in [
        ("plain_key1", Ok("plain_key1"), Ok("plain_key1")),
        ("http.method", Ok("http_method"), Ok("http_method")),
        ("label!with&special$chars)", Ok("label_with_special_chars_"), Ok("label_with_special_chars_")),
        ("a:b", Ok("a_b"), Ok("a_b")),
        ("foreign_字符", Ok("foreign_"), Ok("foreign___")),
        ("123", Ok("key_123"), Ok("key_123")),
        ("_one", Ok("key_one"), Ok("_one")),
        (".one", Ok("key_one"), Ok("_one")),
        ("__two", Ok("key_two"), Ok("__two")),
        ("__reserved__name__", Ok("__reserved_name__"), Ok("__reserved__name__")),
        ("a__b", Ok("a_b"), Ok("a__b")),
        ("___", Ok("key_"), none),
        ("____", none, none),
        ("", none, none),
    ] {
        let expected = [collapsed, kept].map(|name| name.map(str::to_owned));
        assert_eq!([COLLECTOR.name(key), runs.name(key)], expected, "{key}");
    }
    let utf8 = LabelNamer { keeps_utf8: true, ..COLLECTOR };
    assert_eq!(utf8.name("http.method"), Ok("http.method".into()));
    assert_eq!(utf8.name("_1"), Ok("_1".into()));
    assert_eq!(utf8.name("__"), none.map(str::to_owned));
}

#[test]
fn labels_are_sorted_and_keys_that_become_one_name_are_joined() {
    let labels = of_point(
        json!([text("z", "1"), text("b.c", "dot"), text("b_c", "line"), text("b-c", "line"), text("A", "first"),
            text("empty", ""), { "key": "int", "value": { "intValue": "5" } }, text("twice", "x"), text("twice", "y")]),
        &Surroundings::default(),
    );

    // By key these are `b-c`, `b.c` and `b_c`: only what differs from all before it together is joined.
    assert_eq!(labels.unwrap(), ["A=first", "b_c=line;dot;line", "int=5", "twice=x;y", "z=1"]);
}

#[test]
fn an_attribute_without_a_name_is_an_error_unless_it_is_empty() {
    let around = Surroundings::default();

    assert_eq!(of_point(json!([text("", "x")]), &around), Err(NoLabelName));
    assert_eq!(of_point(json!([text("", ""), text("a", "b")]), &around).unwrap(), ["a=b"]);
}

#[test]
fn what_surrounds_a_point_comes_before_its_attributes_but_for_external_labels() {
    let batch =
        metrics(json!({ "resource": { "attributes": [text("service.name", "cart"), text("service.namespace", "shop"),
        text("service.instance.id", "i-1")] }, "scopeMetrics": [{ "scope": { "name": "lib", "version": "1.2",
        "attributes": [text("name", "not"), text("key.x", "v"), text("empty", "")] } }] }));
    let resource = batch.resource_metrics().next().unwrap();
    let scope = resource.scopes().next().unwrap().scope().unwrap();
    let external = [("env", "prod"), ("job", "external"), ("region", "eu")].map(|(a, b)| (a.to_owned(), b.to_owned()));
    let mut around = Surroundings::default();
    around.add_identity(&resource.resource().unwrap());
    around.add_external(&external);
    around.add_scope(COLLECTOR, &scope, None);

    let labels = of_point(
        json!([text("env", "test"), text("job", "mine"), text("otel.scope.name", "mine"), text("zone", "a")]),
        &around,
    );

    assert_eq!(
        labels.unwrap(),
        [
            "env=test",
            "instance=i-1",
            "job=shop/cart",
            "otel_scope_key_x=v",
            "otel_scope_name=lib",
            "otel_scope_version=1.2",
            "region=eu",
            "zone=a"
        ]
    );
}

#[test]
fn attributes_of_the_resource_replace_those_of_the_same_key_and_join_those_of_the_same_name() {
    let batch = metrics(json!({ "resource": { "attributes": [text("host.name", "resource"), text("zone", "r"),
        text("service.name", "cart"), text("gone", "")] } }));
    let resource = batch.resource_metrics().next().unwrap().resource().unwrap();
    let with = |but_service| {
        let mut around = Surroundings::default();
        around.add_identity(&resource);
        around.add_attributes(COLLECTOR, &resource, but_service).unwrap();
        let attributes = json!([text("host_name", "point"), text("zone", "p"), text("gone", "p"), text("own", "p")]);
        of_point(attributes, &around).unwrap()
    };

    assert_eq!(with(true), ["host_name=resource;point", "job=cart", "own=p", "zone=r"]);
    assert_eq!(with(false), ["host_name=resource;point", "job=cart", "own=p", "service_name=cart", "zone=r"]);
}

#[test]
fn a_service_is_a_job_and_an_instance() {
    for (attributes, job, instance) in [
        (json!([]), None, None),
        (json!([text("service.name", "a")]), Some("a"), None),
        (json!([text("service.name", "a"), text("service.namespace", "n")]), Some("n/a"), None),
        (json!([text("service.name", ""), text("service.namespace", "n")]), None, None),
        (json!([text("service.instance.id", "i"), text("service.namespace", "n")]), None, Some("i")),
    ] {
        let batch = metrics(json!({ "resource": { "attributes": attributes } }));
        let resource = batch.resource_metrics().next().unwrap().resource().unwrap();
        assert_eq!(identity(&resource), (job.map(str::to_owned), instance.map(str::to_owned)), "{attributes}");
    }
}

#[test]
fn labels_can_be_set_afterwards() {
    let mut labels = Labels::default();

    for (name, value) in [("le", "1"), ("__name__", "a"), ("le", "5"), ("x", ""), ("b", "1"), ("b", "")] {
        labels.set(name, value);
    }

    assert_eq!(written(&labels), ["__name__=a", "le=5"]);
    assert_eq!((labels.get("le"), labels.get("x")), (Some("5"), None));
}

#[test]
fn exemplars_have_ids_and_all_their_attributes_or_none() {
    let trace = "0102030405060708090a0b0c0d0e0f10";
    let ids = json!({ "traceId": trace, "spanId": "0102030405060708" });
    let (of_trace, of_span) = (format!("trace_id={trace}"), "span_id=0102030405060708".to_owned());
    // The ids take 40 and 23 characters.
    for (attributes, expected) in [
        (json!([]), vec![&*of_span, &*of_trace]),
        (json!([text("b.c", "ü"), text("a", ""), text("span_id", "other")]), vec!["b.c=ü", &*of_span, &*of_trace]),
        (json!([text("a", &"ü".repeat(64))]), vec![&*format!("a={}", "ü".repeat(64)), &*of_span, &*of_trace]),
        (json!([text("a", &"ü".repeat(64)), text("b", "1")]), vec![&*of_span, &*of_trace]),
    ] {
        let mut exemplar = ids.clone();
        exemplar["filteredAttributes"] = attributes;
        assert_eq!(labels_of_exemplar(exemplar), expected);
    }
    assert_eq!(labels_of_exemplar(json!({ "traceId": "00".repeat(16) })), [""; 0]);
}

#[test]
fn bounds_are_written_without_exponent() {
    for (bound, expected) in [
        (0.005, "0.005"),
        (10.0, "10"),
        (1e6, "1000000"),
        (1e21, "1000000000000000000000"),
        (1e-7, "0.0000001"),
        (-0.5, "-0.5"),
        (f64::INFINITY, "+Inf"),
        (f64::NEG_INFINITY, "-Inf"),
        (f64::NAN, "NaN"),
    ] {
        assert_eq!(bound_text(bound), expected);
    }
}

#[test]
fn types_come_from_the_data_and_from_what_a_metric_was_in_prometheus() {
    let gauge = || json!({ "gauge": { "dataPoints": [] } });
    let sum = |monotonic: bool| json!({ "sum": { "isMonotonic": monotonic } });
    for (metric, was, kind, expected) in [
        (gauge(), None, Kind::Gauge, MetricType::Gauge),
        (gauge(), Some("unknown"), Kind::Gauge, MetricType::Unknown),
        (gauge(), Some("info"), Kind::Gauge, MetricType::Gauge),
        (sum(false), Some("info"), Kind::UpDownCounter, MetricType::Info),
        (sum(false), Some("stateset"), Kind::UpDownCounter, MetricType::StateSet),
        (sum(false), None, Kind::UpDownCounter, MetricType::Gauge),
        (sum(true), Some("info"), Kind::Counter, MetricType::Counter),
        (json!({ "histogram": {} }), None, Kind::Histogram, MetricType::Histogram),
        (json!({ "exponentialHistogram": {} }), None, Kind::ExponentialHistogram, MetricType::Histogram),
        (json!({ "summary": {} }), None, Kind::Summary, MetricType::Summary),
    ] {
        let mut metric = metric;
        metric["metadata"] = was.map_or(json!([]), |was| json!([text("prometheus.type", was)]));
        let batch = metrics(json!({ "scopeMetrics": [{ "metrics": [metric] }] }));
        let metric = batch.resource_metrics().next().unwrap().scopes().next().unwrap().metrics().next().unwrap();
        assert_eq!(Kind::of(&metric.data().unwrap()), kind);
        assert_eq!(MetricType::of(&metric, kind), expected, "{kind:?} {was:?}");
    }
}

#[test]
fn exponential_histograms_become_native_ones() {
    let span = |offset, length| Span { offset, length };
    let point = |scale: i32, offset: i32, counts: &[u64]| {
        let count: u64 = counts.iter().sum();
        json!({ "scale": scale, "count": count, "positive": { "offset": offset, "bucketCounts": counts } })
    };
    for (given, schema, spans, deltas) in [
        (point(0, 1, &[2, 0, 3]), 0, vec![span(2, 3)], vec![2, -2, 3]),
        // Gaps of more than two begin another span.
        (point(2, -3, &[1, 0, 0, 1, 0, 0, 0, 5]), 2, vec![span(-2, 4), span(3, 1)], vec![1, -1, 0, 1, 4]),
        // Empty buckets at the ends say nothing.
        (point(2, 0, &[0, 0, 0, 7, 0, 0]), 2, vec![span(4, 1)], vec![7]),
        (point(2, 0, &[]), 2, vec![], vec![]),
        // Of scale 10 four buckets become one: -5, then -4 to -1, then 0 to 3.
        (point(10, -5, &[1, 1, 1, 1, 1, 2, 0, 0, 1]), 8, vec![span(-1, 3)], vec![1, 3, -1]),
        (point(100, -1, &[1, 1]), 8, vec![span(0, 2)], vec![1, 0]),
    ] {
        let made = native(&given).unwrap();
        assert_eq!((made.schema, made.positive), (schema, NativeBuckets { spans, deltas }), "{given}");
        assert_eq!(made.zero_threshold, DEFAULT_ZERO_THRESHOLD);
    }
}

#[test]
fn a_native_histogram_has_everything_of_its_point() {
    let made = native(&json!({ "scale": -4, "count": 8, "sum": -2.5, "zeroCount": 4, "zeroThreshold": 0.25,
        "positive": { "offset": 0, "bucketCounts": [1] }, "negative": { "offset": 2, "bucketCounts": [3] } }));

    let buckets = |offset, delta| NativeBuckets { spans: vec![Span { offset, length: 1 }], deltas: vec![delta] };
    let expected = NativeHistogram {
        count: 8,
        sum: -2.5,
        schema: -4,
        zero_threshold: 0.25,
        zero_count: 4,
        positive: buckets(1, 1),
        negative: buckets(3, 3),
    };
    assert_eq!(made, Ok(expected));
}

#[test]
fn what_no_native_histogram_can_be_is_an_error() {
    let huge = json!({ "offset": 0, "bucketCounts": [u64::MAX] });
    for (point, expected) in [
        (json!({ "scale": -5 }), Inexpressible::Scale),
        (json!({ "count": 3, "zeroCount": 2 }), Inexpressible::Count),
        (json!({ "count": u64::MAX, "positive": huge }), Inexpressible::TooLarge),
        (json!({ "count": 1, "positive": { "offset": i32::MAX, "bucketCounts": [1] } }), Inexpressible::TooLarge),
        (json!({ "count": 1, "negative": { "bucketCounts": [u64::MAX, 2] } }), Inexpressible::TooLarge),
    ] {
        assert_eq!(native(&point), Err(expected), "{point}");
    }
    // What was no number is in no bucket.
    assert!(native(&json!({ "count": 3, "zeroCount": 2, "sum": "NaN" })).is_ok());
}

#[test]
fn the_strategy_comes_before_the_older_key() {
    for (settings, expected) in [
        (json!({}), Translation::UnderscoreEscapingWithSuffixes),
        (json!({ "add_metric_suffixes": false }), Translation::UnderscoreEscapingWithoutSuffixes),
        (
            json!({ "add_metric_suffixes": false, "translation_strategy": "NoUTF8EscapingWithSuffixes" }),
            Translation::NoUtf8EscapingWithSuffixes,
        ),
    ] {
        assert_eq!(read(settings, Translation::read), (expected, Vec::new()));
    }
}

fn text(key: &str, value: &str) -> Json {
    json!({ "key": key, "value": { "stringValue": value } })
}

/// A batch of one resource.
fn metrics(resource_metrics: Json) -> Batch {
    let json = json!({ "resourceMetrics": [resource_metrics] }).to_string();
    Batch::check_json(Signal::Metrics, json.as_bytes(), &Limits::default()).unwrap()
}

fn with_point<T>(data: Json, look: impl FnOnce(Data<'_>) -> T) -> T {
    let batch = metrics(json!({ "scopeMetrics": [{ "metrics": [data] }] }));
    let resource: ResourceMetrics<'_> = batch.resource_metrics().next().unwrap();
    look(resource.scopes().next().unwrap().metrics().next().unwrap().data().unwrap())
}

fn of_point(attributes: Json, around: &Surroundings) -> Result<Vec<String>, NoLabelName> {
    with_point(json!({ "gauge": { "dataPoints": [{ "attributes": attributes }] } }), |data| {
        let Data::Gauge { mut points } = data else { panic!("a gauge") };
        let mut labels = Labels::default();
        labels.fill(COLLECTOR, points.next().unwrap().attributes(), around)?;
        Ok(written(&labels))
    })
}

fn labels_of_exemplar(exemplar: Json) -> Vec<String> {
    with_point(json!({ "gauge": { "dataPoints": [{ "exemplars": [exemplar] }] } }), |data| {
        let Data::Gauge { mut points } = data else { panic!("a gauge") };
        let exemplar = points.next().unwrap().exemplars().next().unwrap();
        exemplar_labels(&exemplar).iter().map(|(name, value)| format!("{name}={value}")).collect()
    })
}

fn native(point: &Json) -> Result<NativeHistogram, Inexpressible> {
    with_point(json!({ "exponentialHistogram": { "dataPoints": [point] } }), |data| {
        let Data::ExponentialHistogram { mut points, .. } = data else { panic!("an exponential histogram") };
        let point: ExponentialHistogramPoint<'_> = points.next().unwrap();
        NativeHistogram::of(&point)
    })
}

fn written(labels: &Labels) -> Vec<String> {
    labels.iter().map(|(name, value)| format!("{name}={value}")).collect()
}
