//! What Prometheus has by remote write is what was sent, and the requests say what the Go Collector's say.

use std::{
    collections::BTreeSet,
    fs,
    time::{Duration, SystemTime},
};

use serde_json::{Value, json};
use sluice_integration::{
    Client, Gateway, Program, Signal, eventually,
    peers::Peer,
    real::{Prometheus, Series},
    remote_write::Receiver,
};

const FIRST: &str = "prometheus.WriteRequest";
const SECOND: &str = "io.prometheus.write.v2.Request";
const TRACE: &str = "0102030405060708090a0b0c0d0e0f10";

#[tokio::test]
async fn the_first_version_says_what_the_collector_says() {
    for settings in [
        "",
        "send_metadata: true, namespace: shop, external_labels: {zone: eu, 'a.name': of two, job: none}",
        "resource_to_telemetry_conversion: {enabled: true, exclude_service_attributes: true}, disable_scope_info: true",
        "resource_to_telemetry_conversion: {enabled: true}, target_info: {enabled: false}",
        "translation_strategy: UnderscoreEscapingWithoutSuffixes, namespace: shop, max_batch_size_bytes: 1000",
        "add_metric_suffixes: false",
        "convert_explicit_histograms_to_nhcb: true",
        "convert_explicit_histograms_to_nhcb: true, keep_classic_histograms: true",
    ] {
        let Some((mut theirs, ours)) = both(settings).await else { return };
        // The Collector describes metrics too of which it sends nothing.
        theirs.retain(|line| {
            !line.starts_with("described shop_delta ") && !line.starts_with("described shop_without_points ")
        });
        assert_same(settings, &theirs, &ours);
    }
}

#[tokio::test]
async fn the_second_version_says_what_the_collector_says_and_exemplars_of_histograms() {
    for settings in [
        "",
        "translation_strategy: NoUTF8EscapingWithSuffixes, namespace: shop",
        "translation_strategy: NoTranslation",
        "convert_explicit_histograms_to_nhcb: true",
    ] {
        let settings = format!("protobuf_message: {SECOND}, {settings}");
        let Some((theirs, ours)) = both(&settings).await else { return };
        // The Collector leaves these out.
        let of_histograms = |line: &String| line.contains("_bucket{") && line.contains(" # ");
        let (exemplars, ours): (BTreeSet<_>, BTreeSet<_>) = ours.into_iter().partition(of_histograms);
        assert_eq!(exemplars.len(), if settings.contains("nhcb") { 0 } else { 2 }, "{exemplars:#?}");
        assert_same(&settings, &theirs, &ours);
    }
}

#[tokio::test]
async fn prometheus_has_every_value() {
    for message in [FIRST, SECOND] {
        let Some(prometheus) = Prometheus::start().await else { return };
        let setup = Gateway::on("written.yaml").with("BACKEND", prometheus.address()).with("MESSAGE", message);
        let gateway = setup.start().await;
        let sent_at = SystemTime::now();
        send(&gateway, &metrics(sent_at)).await;
        let millis = unix(sent_at).as_millis() as i64;

        let of_cart = r#"job="web/cart",instance="i-1",otel_scope_name="lib""#;
        let value = async |selector: &str| {
            let Series { samples, .. } = one(&prometheus, selector).await;
            assert_eq!(samples.len(), 1, "{selector}");
            assert_eq!(samples[0].0, millis, "{selector}");
            samples[0].1
        };
        assert_eq!(value(&format!(r#"requests_total{{code="200",{of_cart}}}[1h]"#)).await, 1234567.0);
        assert_eq!(value("queue_size{a_b=\"x\\\"y\\\\z\\n\"}[1h]").await, -1.5);
        assert_eq!(value("duration_seconds_bucket{le=\"0.5\"}[1h]").await, 3.0);
        assert_eq!(value("duration_seconds_count[1h]").await, 6.0);
        assert_eq!(value("duration_seconds_sum[1h]").await, 9.0);
        assert_eq!(value("wait{quantile=\"0.99\"}[1h]").await, 2.0);
        assert!(value("not_a_number[1h]").await.is_nan());
        assert_eq!(value("endless[1h]").await, f64::INFINITY);
        assert_eq!(value("_2nd_speed_meters_per_hour[1h]").await, 1e21);
        assert_eq!(value(r#"target_info{job="web/cart",instance="i-1",k8s_pod="p"}[1h]"#).await, 1.0);
        let two = one(&prometheus, "in_two_parts[1h]").await.samples;
        assert_eq!(two, [(millis - 1000, 1.0), (millis, 2.0)]);

        let native = &one(&prometheus, "size_bytes").await.histograms[0].1;
        assert_eq!((&native["count"], &native["sum"]), (&json!("7"), &json!("30")));
        let buckets =
            json!([[1, "-2", "-1", "1"], [3, "-0.001", "0.001", "1"], [0, "2", "4", "2"], [0, "8", "16", "3"]]);
        assert_eq!(native["buckets"], buckets);

        // What was not recorded any more has no value from then on.
        let gone = one(&prometheus, "gone[1h]").await.samples;
        assert_eq!(gone, [(millis - 1000, 1.0)]);
        assert_eq!(prometheus.query("gone", seconds(sent_at) + 1.0).await, []);

        let exemplars = async |selector: &str| {
            let from = seconds(sent_at) - 600.0;
            let found = prometheus.query_exemplars(selector, from, from + 1200.0).await;
            let exemplar = found[0]["exemplars"][0].clone();
            (!exemplar.is_null()).then_some(exemplar)
        };
        let labels = json!({"trace_id": TRACE, "span_id": "0102030405060708", "user": "ada"});
        for (selector, expected) in [("requests_total", "0.3"), ("duration_seconds_bucket{le=\"0.5\"}", "0.3")] {
            let exemplar = eventually(selector, async || exemplars(selector).await).await;
            assert_eq!((&exemplar["labels"], &exemplar["value"]), (&labels, &json!(expected)), "{message}");
        }
    }
}

#[tokio::test]
async fn nothing_is_lost_while_prometheus_is_down() {
    let Some(mut prometheus) = Prometheus::start().await else { return };
    let setup = Gateway::on("written.yaml").with("BACKEND", prometheus.address()).with("MESSAGE", FIRST);
    let gateway = setup.start().await;
    let start = SystemTime::now();
    let batch = |index: u64| {
        let time = unix(start + Duration::from_secs(index)).as_nanos().to_string();
        let point = json!({"timeUnixNano": time, "asInt": index.to_string()});
        json!({"resourceMetrics": [{"scopeMetrics": [{"metrics": [{"name": "counted", "gauge": {"dataPoints": [point]}}]}]}]})
    };

    send(&gateway, &batch(0)).await;
    one(&prometheus, "counted").await;
    prometheus.stop();
    for index in 1..20 {
        send(&gateway, &batch(index)).await;
    }
    prometheus.start_again().await;

    let end = seconds(start) + 60.0;
    let samples = eventually("all samples", async || {
        let mut series = prometheus.query("counted[1h]", end).await;
        series.pop().map(|series| series.samples).filter(|samples| samples.len() == 20)
    });
    let values: Vec<_> = samples.await.into_iter().map(|(_, value)| value).collect();
    assert_eq!(values, (0..20).map(f64::from).collect::<Vec<_>>());
}

#[tokio::test]
async fn the_published_configuration_delivers() {
    let Some(prometheus) = Prometheus::start().await else { return };
    let url = format!("http://{}/api/v1/write", prometheus.address());
    let gateway = Gateway::on_published("prometheus.yaml").with("REMOTE_WRITE", url).start().await;

    send(&gateway, &metrics(SystemTime::now())).await;

    assert_eq!(one(&prometheus, r#"queue_size{a_b="2;3"}"#).await.samples[0].1, 1_000_000.0);
}

/// What the Collector and what Sluice writes, with these settings.
async fn both(settings: &str) -> Option<(BTreeSet<String>, BTreeSet<String>)> {
    Peer::Collector.find()?;
    let sent = metrics(SystemTime::now());
    let written = async |program: Program| {
        let receiver = Receiver::start().await;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("config.yaml");
        fs::write(&file, configuration(&receiver.url(), settings)).expect("the folder is ours");
        let setup = Gateway::on_file(file).program(program);
        let setup = match program {
            Program::Sluice => setup,
            Program::Collector => {
                setup.argument("--feature-gates=exporter.prometheusremotewritexporter.enableSendingRW2")
            }
        };
        let gateway = setup.start().await;
        send(&gateway, &sent).await;
        receiver.taken()
    };
    Some((written(Program::Collector).await, written(Program::Sluice).await))
}

fn configuration(url: &str, settings: &str) -> String {
    let exporter = format!("{{endpoint: '{url}', remote_write_queue: {{enabled: false}}, {settings}}}");
    format!(
        "receivers: {{otlp: {{protocols: {{http: {{endpoint: '${{env:HTTP}}'}}}}}}}}
exporters: {{prometheus_remote_write: {exporter}}}
service: {{pipelines: {{metrics: {{receivers: [otlp], exporters: [prometheus_remote_write]}}}}}}
"
    )
}

fn assert_same(settings: &str, theirs: &BTreeSet<String>, ours: &BTreeSet<String>) {
    assert!(theirs.len() > 20, "{theirs:#?}");
    let missing: Vec<_> = theirs.difference(ours).collect();
    let surplus: Vec<_> = ours.difference(theirs).collect();
    assert!(missing.is_empty() && surplus.is_empty(), "{settings}\nmissing: {missing:#?}\nsurplus: {surplus:#?}");
}

/// The one series of a selector, once it was written.
async fn one(prometheus: &Prometheus, selector: &str) -> Series {
    let series = eventually(selector, async || {
        let mut series = prometheus.query(selector, seconds(SystemTime::now())).await;
        assert!(series.len() < 2, "{selector}: {series:#?}");
        series.pop()
    });
    series.await
}

async fn send(gateway: &Gateway, metrics: &Value) {
    let client = Client::http_of_type(&gateway.value("HTTP"), "application/json");
    let reply = client.send_bytes(Signal::Metrics, metrics.to_string()).await;
    assert!(reply.is_accepted(), "{reply:?}");
}

fn unix(time: SystemTime) -> Duration {
    time.duration_since(SystemTime::UNIX_EPOCH).expect("it is later")
}

fn seconds(time: SystemTime) -> f64 {
    unix(time).as_secs_f64()
}

/// Every type of metric, in JSON.
fn metrics(at: SystemTime) -> Value {
    let at = unix(at).as_nanos();
    let attributes = |pairs: &[(&str, &str)]| -> Value {
        pairs.iter().map(|(key, value)| json!({"key": key, "value": {"stringValue": value}})).collect()
    };
    let point = |time: u128, mut fields: Value| {
        fields["startTimeUnixNano"] = (at - 60_000_000_000).to_string().into();
        fields["timeUnixNano"] = time.to_string().into();
        fields
    };
    let one = |fields: Value| json!([point(at, fields)]);
    let earlier = at - 1_000_000_000;
    let exemplars = json!([
        {"timeUnixNano": at.to_string(), "asDouble": 0.3, "traceId": TRACE, "spanId": "0102030405060708",
            "filteredAttributes": attributes(&[("user", "ada")])},
        {"timeUnixNano": (at + 1_000_000).to_string(), "asInt": "700", "traceId": TRACE,
            "filteredAttributes": attributes(&[("long", &"x".repeat(100))])},
    ]);
    let cumulative = |points: Value| json!({"aggregationTemporality": 2, "isMonotonic": true, "dataPoints": points});
    let delta = json!({"aggregationTemporality": 1, "dataPoints": one(json!({"asInt": "1"}))});
    let histogram = json!({"count": "6", "sum": 9.0, "explicitBounds": [0.1, 0.5], "bucketCounts": ["1", "2", "3"]});
    let mut with_exemplars = histogram.clone();
    with_exemplars["exemplars"] = exemplars.clone();
    let sizes = json!({"count": "7", "sum": 30.0, "scale": 0, "zeroCount": "1", "zeroThreshold": 0.001,
        "positive": {"offset": 1, "bucketCounts": ["2", "0", "3"]}, "negative": {"offset": 0, "bucketCounts": ["1"]}});
    let fine = json!({"count": "11", "scale": 10, "positive":
        {"offset": -7, "bucketCounts": ["1", "1", "1", "0", "0", "0", "0", "0", "0", "0", "0", "0", "0", "0", "0", "0", "0", "8"]}});
    let quantiles = json!([{"quantile": 0.99, "value": 2.0}, {"quantile": 0.5, "value": 1.0}]);
    let stale = |mut fields: Value| {
        fields["flags"] = 1.into();
        fields
    };
    let value = json!({"asInt": "1"});
    let metrics = json!([
        {"name": "queue.size", "description": "How \"full\"\nit\\is", "unit": "{item}", "gauge": {"dataPoints": [
            point(at, json!({"asDouble": -1.5, "attributes": attributes(&[("a.b", "x\"y\\z\n")])})),
            point(at, json!({"asInt": "1000000", "attributes": attributes(&[("a.b", "2"), ("a_b", "3"), ("", "")])})),
            point(at, json!({"asInt": "2", "attributes": attributes(&[("__two", "2"), ("_one", "3"), ("4th", "4")])})),
        ]}},
        {"name": "use", "unit": "1", "gauge": {"dataPoints": one(json!({"asDouble": 1e-7}))}},
        {"name": "requests", "unit": "1", "sum": cumulative(
            one(json!({"asInt": "1234567", "attributes": attributes(&[("code", "200")]), "exemplars": exemplars})))},
        {"name": "open", "sum": {"aggregationTemporality": 2, "dataPoints": one(json!({"asInt": "-3"}))}},
        {"name": "duration", "unit": "s", "histogram": cumulative(one(with_exemplars))},
        {"name": "without.sum", "unit": "ms", "histogram": cumulative(one(json!({"count": "2", "bucketCounts": ["2"]})))},
        {"name": "size", "unit": "By", "exponentialHistogram": cumulative(one(sizes))},
        {"name": "fine", "exponentialHistogram": cumulative(one(fine))},
        {"name": "wait", "summary": {"dataPoints": one(json!({"count": "2", "sum": 3.0, "quantileValues": quantiles}))}},
        {"name": "not.a.number", "gauge": {"dataPoints": one(json!({"asDouble": "NaN"}))}},
        {"name": "endless", "gauge": {"dataPoints": one(json!({"asDouble": "Infinity"}))}},
        {"name": "2nd.speed", "unit": "m/h", "gauge": {"dataPoints": one(json!({"asDouble": 1e21}))}},
        {"name": "in.two.parts", "gauge": {"dataPoints": [point(at, json!({"asInt": "2"})), point(earlier, value.clone())]}},
        {"name": "gone", "gauge": {"dataPoints": [point(earlier, value.clone()), point(at, stale(value.clone()))]}},
        {"name": "gone.histogram", "histogram": cumulative(one(stale(histogram)))},
        {"name": "gone.native", "exponentialHistogram": cumulative(one(stale(json!({"scale": 3}))))},
        {"name": "gone.summary", "summary": {"dataPoints": one(stale(json!({"quantileValues": [{"quantile": 1, "value": 1}]})))}},
        {"name": "without.points", "gauge": {"dataPoints": []}},
        {"name": "delta", "sum": delta},
        {"name": "§", "gauge": {"dataPoints": one(value.clone())}},
    ]);
    let service = attributes(&[
        ("service.name", "cart"),
        ("service.namespace", "web"),
        ("service.instance.id", "i-1"),
        ("k8s.pod", "p"),
        ("__odd", "o"),
    ]);
    let scope = json!({"name": "lib", "version": "1", "attributes": attributes(&[("k.x", "v"), ("name", "n")])});
    let without = json!([{"name": "bare", "gauge": {"dataPoints": one(json!({"asInt": 1}))}}]);
    json!({"resourceMetrics": [
        {"resource": {"attributes": service}, "scopeMetrics": [{"scope": scope, "schemaUrl": "s", "metrics": metrics}]},
        {"scopeMetrics": [{"metrics": without}]},
    ]})
}
