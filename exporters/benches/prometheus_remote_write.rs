//! What it costs to make requests of remote write of a batch, packing included.
//!
//! `cargo bench -p sluice-exporters --bench prometheus_remote_write`. A batch holds a thousand data points of five attributes;
//! the histograms have 14 bounds, so that each becomes 17 series.

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use serde_json::{Value as Json, json};
use sluice_component::config::{Location, Node, Report, Section, Value};
use sluice_exporters::prometheus_remote_write::{Config, Translator};
use sluice_pdata::{Batch, Limits, Signal};

const POINTS: usize = 1000;

/// The messages of 1.0 and 2.0.
const VERSIONS: [&str; 2] = ["prometheus.WriteRequest", "io.prometheus.write.v2.Request"];

fn main() {
    divan::main();
}

#[divan::bench(args = VERSIONS)]
fn gauges(bencher: Bencher, version: &str) {
    translate(bencher, version, |points| json!({"name": "queue.size", "gauge": {"dataPoints": points}}));
}

#[divan::bench(args = VERSIONS)]
fn counters_with_exemplars(bencher: Bencher, version: &str) {
    translate(bencher, version, |mut points| {
        for point in points.as_array_mut().expect("a list") {
            let (trace, span) = ("0102030405060708090a0b0c0d0e0f10", "0102030405060708");
            point["exemplars"] =
                json!([{"timeUnixNano": "1700000000000000000", "asDouble": 1.5, "traceId": trace, "spanId": span}]);
        }
        let sum = json!({"aggregationTemporality": 2, "isMonotonic": true, "dataPoints": points});
        json!({"name": "requests", "unit": "1", "sum": sum})
    });
}

#[divan::bench(args = VERSIONS)]
fn histograms(bencher: Bencher, version: &str) {
    translate(bencher, version, |mut points| {
        for point in points.as_array_mut().expect("a list") {
            point["count"] = json!(120);
            point["sum"] = json!(1234.5);
            point["explicitBounds"] = (0..14).map(|bound| f64::from(bound) / 8.0).collect();
            point["bucketCounts"] = [8; 15].into();
        }
        json!({"name": "http.duration", "unit": "s", "histogram": {"aggregationTemporality": 2, "dataPoints": points}})
    });
}

#[divan::bench(args = VERSIONS)]
fn exponential_histograms(bencher: Bencher, version: &str) {
    translate(bencher, version, |mut points| {
        for point in points.as_array_mut().expect("a list") {
            point["count"] = json!(160);
            point["scale"] = json!(3);
            let counts = [8; 20];
            point["positive"] = json!({"offset": -10, "bucketCounts": counts});
        }
        let histogram = json!({"aggregationTemporality": 2, "dataPoints": points});
        json!({"name": "http.duration", "unit": "s", "exponentialHistogram": histogram})
    });
}

fn translate(bencher: Bencher, version: &str, metric: impl Fn(Json) -> Json) {
    let text = |text: &str| Node::new(Value::Text(text.into()));
    let entries = [("endpoint", text("http://localhost/")), ("protobuf_message", text(version))];
    let entries = entries.map(|(key, node)| ((key.into(), Location::default()), node));
    let node = Node::new(Value::Map(entries.into()));
    let config = Section::read(&node, "", &Report::default(), Config::read).0;
    let translator = Translator::new(&config).expect("snappy has no levels");
    let batch = request(metric);
    bencher.counter(ItemsCount::new(POINTS)).bench(|| {
        let translated = translator.translate(black_box(&batch)).expect("snappy packs everything");
        assert_eq!(translated.losses.total(), 0);
        translated
    });
}

fn request(metric: impl Fn(Json) -> Json) -> Batch {
    let point = |index: usize| {
        let attributes = [
            ("http.request.method", "GET".to_owned()),
            ("http.route", "/v1/orders/{id}".to_owned()),
            ("http.response.status_code", "200".to_owned()),
            ("url.scheme", "https".to_owned()),
            ("shop.partition", index.to_string()),
        ];
        let attribute = |(key, value): &(&str, String)| json!({"key": key, "value": {"stringValue": value}});
        let attributes: Vec<_> = attributes.iter().map(attribute).collect();
        json!({"timeUnixNano": "1700000000000000000", "asDouble": index as f64 / 7.0, "attributes": attributes})
    };
    let points: Vec<_> = (0..POINTS).map(point).collect();
    let resource = json!({"attributes": [
        {"key": "service.name", "value": {"stringValue": "shop"}},
        {"key": "service.instance.id", "value": {"stringValue": "i-1"}},
    ]});
    let scope_metrics = json!([{"scope": {"name": "lib", "version": "1"}, "metrics": [metric(points.into())]}]);
    let request = json!({"resourceMetrics": [{"resource": resource, "scopeMetrics": scope_metrics}]}).to_string();
    Batch::check_json(Signal::Metrics, request.as_bytes(), &Limits::default()).expect("it is OTLP")
}
