//! What Prometheus scrapes is what was sent, and what the Go Collector would have shown it.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use http::Method;
use serde_json::{Value, json};
use sluice_integration::{
    Certificates, Client, Gateway, Program, Signal, eventually, free_port,
    peers::Peer,
    real::{Prometheus, Series},
};

const TRACE: &str = "0102030405060708090a0b0c0d0e0f10";

#[tokio::test]
async fn the_collector_shows_the_same() {
    if Peer::Collector.find().is_none() {
        return;
    }
    let sent = metrics(SystemTime::now());

    let [theirs, ours] = [Program::Collector, Program::Sluice].map(async |program| {
        let address = format!("127.0.0.1:{}", free_port());
        let setup = Gateway::on("scraped.yaml").program(program).with("SCRAPED_AT", &address);
        let gateway = setup.start().await;
        send(&gateway, &sent).await;
        [scrape(&address, "text/plain").await, scrape(&address, "application/openmetrics-text;version=1.0.0").await]
    });

    let (theirs, ours) = (theirs.await, ours.await);
    for (theirs, ours) in theirs.into_iter().zip(ours) {
        assert_eq!(ours.0, theirs.0);
        assert!(theirs.1.len() > 50, "{theirs:#?}");
        let missing: Vec<_> = theirs.1.difference(&ours.1).collect();
        let surplus: Vec<_> = ours.1.difference(&theirs.1).collect();
        assert!(missing.is_empty() && surplus.is_empty(), "missing: {missing:#?}\nsurplus: {surplus:#?}");
    }
}

#[tokio::test]
async fn prometheus_has_every_value() {
    let address = format!("127.0.0.1:{}", free_port());
    let gateway = Gateway::on("scraped.yaml").with("SCRAPED_AT", &address).start().await;
    send(&gateway, &metrics(SystemTime::now())).await;
    let native = "  scrape_native_histograms: true\n";
    let Some(prometheus) = Prometheus::start_on(&scraping(&address, native)).await else { return };

    let value = async |selector: &str| one(&prometheus, selector).await.samples[0].1;
    assert_eq!(
        value(r#"shop_requests_total{code="200",zone="eu",a_name="of two",job="web/cart",instance="i-1"}"#).await,
        1234567.0
    );
    assert_eq!(value(r#"shop_queue_size{a_b="x\"y\\z\n"}"#).await, -1.5);
    assert_eq!(value("shop_sent_bytes_total").await, 12.0);
    assert_eq!(value("shop_wait{quantile=\"0.99\"}").await, 2.0);
    assert_eq!(value(r#"shop_duration_seconds_bucket{le="0.5"}"#).await, 3.0);
    assert!(value("shop_not_a_number").await.is_nan());
    assert_eq!(value("shop_endless").await, f64::INFINITY);
    assert_eq!(value(r#"shop_target_info{job="web/cart",instance="i-1",k8s_pod="p"}"#).await, 1.0);
    assert_eq!(
        value(r#"sum(shop_queue_size * on (job, instance) group_left(k8s_pod) shop_target_info)"#).await,
        999998.5
    );

    let native = &one(&prometheus, "shop_size_bytes").await.histograms[0].1;
    assert_eq!((&native["count"], &native["sum"]), (&json!("7"), &json!("30")));
    let buckets = json!([[1, "-2", "-1", "1"], [3, "-1e-128", "1e-128", "1"], [0, "2", "4", "2"], [0, "8", "16", "3"]]);
    assert_eq!(native["buckets"], buckets);

    let exemplars = eventually("the exemplars", async || {
        let found = prometheus.query_exemplars("{__name__=~\"shop_.+\"}", now() - 600.0, now() + 600.0).await;
        let series = found.as_array()?.clone();
        let names = series
            .iter()
            .map(|series| (series["seriesLabels"]["__name__"].to_string(), series["exemplars"][0]["labels"].clone()));
        let names: Vec<_> = names.collect();
        (names.len() >= 2).then_some(names)
    });
    for (_, labels) in exemplars.await {
        assert_eq!(labels, json!({"trace_id": TRACE, "span_id": "0102030405060708"}));
    }
    let metadata = prometheus.metadata("shop_queue_size").await;
    assert_eq!((&metadata[0]["type"], &metadata[0]["help"]), (&json!("gauge"), &json!("How \"full\"\nit\\is")));
}

#[tokio::test]
async fn over_tls_who_knows_the_password_sees_the_times_and_names_as_they_were_sent() {
    let certificates = Certificates::new();
    certificates.issue("server");
    let address = format!("127.0.0.1:{}", free_port());
    let setup = Gateway::on("scraped_over_tls.yaml").with("SCRAPED_AT", &address);
    let gateway = setup.with("CERTIFICATES", certificates.folder()).start().await;
    let sent_at = SystemTime::now();
    send(&gateway, &metrics(sent_at)).await;
    let with = |password: &str| {
        let authority = certificates.folder().join("ca.pem");
        let tls = format!("{{ca_file: {authority:?}, server_name: localhost}}");
        let auth = format!("{{username: ada, password: {password}}}");
        scraping(&address, &format!("  scheme: https\n  tls_config: {tls}\n  basic_auth: {auth}\n"))
    };
    let Some(prometheus) = Prometheus::start_on(&with("secret")).await else { return };

    let series = one(&prometheus, r#"{"queue.size","a.b"="2","k8s.pod"="p"}[10m]"#).await;
    let millis = sent_at.duration_since(SystemTime::UNIX_EPOCH).expect("it is later").as_millis() as i64;
    assert_eq!(series.samples, [(millis, 1_000_000.0)]);

    let stranger = Prometheus::start_on(&with("guess")).await.expect("it was there before");
    let up = eventually("a scrape that is refused", async || {
        let up = stranger.query("up", now()).await;
        up.first().map(|series| series.samples[0].1)
    });
    assert_eq!(up.await, 0.0);
}

/// The one series of a selector, once it was scraped.
async fn one(prometheus: &Prometheus, selector: &str) -> Series {
    eventually(selector, async || {
        let mut series = prometheus.query(selector, now()).await;
        assert!(series.len() < 2, "{selector}: {series:#?}");
        series.pop()
    })
    .await
}

fn scraping(address: &str, more: &str) -> String {
    format!(
        "scrape_configs:
- job_name: gateway
  honor_labels: true
  scrape_interval: 500ms
  scrape_timeout: 500ms
  static_configs: [{{targets: ['{address}']}}]
{more}"
    )
}

fn now() -> f64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.unwrap_or(Duration::ZERO).as_secs_f64()
}

async fn send(gateway: &Gateway, metrics: &Value) {
    let client = Client::http_of_type(&gateway.value("HTTP"), "application/json");
    let reply = client.send_bytes(Signal::Metrics, metrics.to_string()).await;
    assert!(reply.is_accepted(), "{reply:?}");
}

/// Content type and lines, without what both need not agree on: labels without a value, and the order of an exemplar's.
async fn scrape(address: &str, accept: &str) -> (String, BTreeSet<String>) {
    let client = Client::http(address).with_header("accept", accept.as_bytes());
    let reply = client.post(Method::GET, "/metrics", None, Vec::new()).await;
    assert_eq!(reply.http_status(), 200, "{reply:?}");
    let content_type = reply.header("content-type").unwrap_or_default().to_owned();
    (content_type, reply.message().lines().map(comparable).collect())
}

fn comparable(line: &str) -> String {
    let mut line = line.to_owned();
    // Within a value each quote has a backslash before it.
    while let Some(end) = line.find(r#"="""#) {
        let begin = line[..end].rfind(['{', ',']).expect("a label stands behind one of them");
        let removed = begin + 1..(end + 3 + usize::from(line[end + 3..].starts_with(',')));
        line.replace_range(removed, "");
    }
    let line = line.replace(",}", "}").replace("{}", "");
    match line.split_once(" # {").and_then(|(sample, exemplar)| Some((sample, exemplar.split_once('}')?))) {
        None => line,
        Some((sample, (labels, rest))) => {
            let labels: BTreeSet<_> = labels.split(',').collect();
            format!("{sample} # {labels:?}{rest}")
        }
    }
}

/// Every type of metric, in JSON.
fn metrics(at: SystemTime) -> Value {
    let at = at.duration_since(SystemTime::UNIX_EPOCH).expect("it is later").as_nanos();
    let attribute = |key: &str, value: &str| json!([{"key": key, "value": {"stringValue": value}}]);
    let point = |from: u128, to: u128, fields: Value| {
        let mut point = json!({"startTimeUnixNano": from.to_string(), "timeUnixNano": to.to_string()});
        point.as_object_mut().expect("an object").extend(fields.as_object().expect("an object").clone());
        point
    };
    let minute = 60_000_000_000;
    let one = |fields: Value| json!([point(at - minute, at, fields)]);
    let two = |fields: Value| json!([point(at - minute, at, fields.clone()), point(at, at + 1_000_000, fields)]);
    let exemplars =
        json!([{"timeUnixNano": at.to_string(), "asDouble": 0.3, "traceId": TRACE, "spanId": "0102030405060708"}]);
    let histogram = json!({"count": "6", "sum": 9.0, "explicitBounds": [0.1, 0.5], "bucketCounts": ["1", "2", "3"]});
    let mut with_exemplars = histogram.clone();
    with_exemplars["exemplars"] = exemplars.clone();
    let sizes = json!({"count": "7", "sum": 30.0, "scale": 0, "zeroCount": "1",
        "positive": {"offset": 1, "bucketCounts": ["2", "0", "3"]}, "negative": {"offset": 0, "bucketCounts": ["1"]}});
    let quantiles = json!([{"quantile": 0.99, "value": 2.0}, {"quantile": 0.5, "value": 1.0}]);
    let metrics = json!([
        {"name": "queue.size", "description": "How \"full\"\nit\\is", "unit": "{item}", "gauge": {"dataPoints": [
            point(0, at, json!({"asDouble": -1.5, "attributes": attribute("a.b", "x\"y\\z\n")})),
            point(0, at, json!({"asInt": "1000000", "attributes": attribute("a.b", "2")})),
        ]}},
        {"name": "use", "unit": "1", "gauge": {"dataPoints": one(json!({"asDouble": 1e-7}))}},
        {"name": "requests", "unit": "1", "sum": {"aggregationTemporality": 2, "isMonotonic": true, "dataPoints":
            one(json!({"asInt": "1234567", "attributes": attribute("code", "200"), "exemplars": exemplars}))}},
        {"name": "sent", "unit": "By", "sum": {"aggregationTemporality": 1, "isMonotonic": true, "dataPoints":
            two(json!({"asInt": "6"}))}},
        {"name": "open", "sum": {"aggregationTemporality": 2, "dataPoints": one(json!({"asInt": "-3"}))}},
        {"name": "duration", "unit": "s", "histogram": {"aggregationTemporality": 2, "dataPoints": one(with_exemplars)}},
        {"name": "pause", "unit": "ms", "histogram": {"aggregationTemporality": 1, "dataPoints": two(histogram)}},
        {"name": "size", "unit": "By", "exponentialHistogram": {"aggregationTemporality": 2, "dataPoints": one(sizes)}},
        {"name": "wait", "summary": {"dataPoints": one(json!({"count": "2", "sum": 3.0, "quantileValues": quantiles}))}},
        {"name": "not.a.number", "gauge": {"dataPoints": one(json!({"asDouble": "NaN"}))}},
        {"name": "endless", "gauge": {"dataPoints": one(json!({"asDouble": "Infinity"}))}},
        {"name": "2nd.speed", "unit": "m/h", "gauge": {"dataPoints": one(json!({"asDouble": 1e21}))}},
        {"name": "without.points", "gauge": {"dataPoints": []}},
        {"name": "falls", "sum": {"aggregationTemporality": 1, "dataPoints": one(json!({"asInt": "1"}))}},
    ]);
    let service =
        [("service.name", "cart"), ("service.namespace", "web"), ("service.instance.id", "i-1"), ("k8s.pod", "p")];
    let service: Vec<_> = service.iter().map(|(key, value)| attribute(key, value)[0].clone()).collect();
    let scope = json!({"name": "lib", "version": "1", "attributes": attribute("k.x", "v")});
    let without = json!([{"name": "bare", "gauge": {"dataPoints": one(json!({"asInt": 1}))}}]);
    json!({"resourceMetrics": [
        {"resource": {"attributes": service}, "scopeMetrics": [{"scope": scope, "schemaUrl": "s", "metrics": metrics}]},
        {"scopeMetrics": [{"metrics": without}]},
    ]})
}
