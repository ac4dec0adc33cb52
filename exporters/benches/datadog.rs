//! What it costs to make bodies for Datadog of a batch, packing included.
//!
//! `cargo bench -p sluice-exporters --bench datadog`. A batch holds a thousand log records of about 360 bytes, or a thousand data
//! points of five attributes.

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use serde_json::{Value as Json, json};
use sluice_component::config::{Location, Node, Report, Section, Value};
use sluice_component::factory::{Program, Settings};
use sluice_component::{Context, StatusReporter};
use sluice_exporters::datadog::{Config, Logs, Metrics};
use sluice_exporters::sending::Deliver;
use sluice_pdata::{Batch, Limits, Signal};
use tokio::runtime::{Builder, Runtime};

const ITEMS: usize = 1000;

fn main() {
    divan::main();
}

#[divan::bench(args = [0, 1, 6])]
fn logs(bencher: Bencher, compression_level: i64) {
    let logs = [("compression_level", Node::new(Value::Int(compression_level)))];
    let exporter = Logs::new(&config("logs", logs), &settings()).expect("nothing is missing");
    let records: Vec<_> = (0..ITEMS).map(record).collect();
    let resource_logs = json!({"resource": resource(), "scopeLogs": [{"logRecords": records}]});
    prepare(bencher, &exporter, &batch(Signal::Logs, &json!({"resourceLogs": [resource_logs]})));
}

#[divan::bench]
fn gauges(bencher: Bencher) {
    metrics(bencher, |points| json!({"name": "queue.size", "gauge": {"dataPoints": points}}));
}

#[divan::bench]
fn counts(bencher: Bencher) {
    metrics(bencher, |points| {
        let sum = json!({"aggregationTemporality": 1, "isMonotonic": true, "dataPoints": points});
        json!({"name": "requests", "sum": sum})
    });
}

#[divan::bench]
fn histograms(bencher: Bencher) {
    metrics(bencher, |mut points| {
        for point in points.as_array_mut().expect("a list") {
            point["count"] = json!(120);
            point["sum"] = json!(1234.5);
            point["explicitBounds"] = (0..14).map(|bound| 0.01 * f64::from(1 << bound)).collect();
            point["bucketCounts"] = [8; 15].into();
        }
        json!({"name": "http.duration", "histogram": {"aggregationTemporality": 1, "dataPoints": points}})
    });
}

#[divan::bench]
fn exponential_histograms(bencher: Bencher) {
    metrics(bencher, |mut points| {
        for point in points.as_array_mut().expect("a list") {
            point["count"] = json!(160);
            point["sum"] = json!(1234.5);
            point["scale"] = json!(3);
            point["positive"] = json!({"offset": -10, "bucketCounts": vec![8; 20]});
        }
        let histogram = json!({"aggregationTemporality": 1, "dataPoints": points});
        json!({"name": "http.duration", "exponentialHistogram": histogram})
    });
}

/// Values that have grown since the last time, as they have in every export.
#[divan::bench]
fn cumulative_counters(bencher: Bencher) {
    let exporter = Metrics::new(&config("metrics", []), &settings()).expect("nothing is missing");
    let runtime = runtime();
    let mut time = 1_700_000_000u64;
    let next = || {
        time += 10;
        let points: Vec<_> = (0..ITEMS).map(|index| point(index, time)).collect();
        let sum = json!({"aggregationTemporality": 2, "isMonotonic": true, "dataPoints": points});
        request(json!({"name": "requests", "sum": sum}))
    };
    bencher.counter(ItemsCount::new(ITEMS)).with_inputs(next).bench_local_refs(|batch| {
        black_box(runtime.block_on(exporter.prepare(batch.clone(), &Context::default())).expect("it can be sent"))
    });
}

fn metrics(bencher: Bencher, metric: impl Fn(Json) -> Json) {
    let exporter = Metrics::new(&config("metrics", []), &settings()).expect("nothing is missing");
    let points: Vec<_> = (0..ITEMS).map(|index| point(index, 1_700_000_000)).collect();
    prepare(bencher, &exporter, &request(metric(points.into())));
}

fn prepare(bencher: Bencher, exporter: &dyn Deliver, batch: &Batch) {
    let runtime = runtime();
    bencher.counter(ItemsCount::new(ITEMS)).bench_local(|| {
        let parcels = runtime.block_on(exporter.prepare(black_box(batch).clone(), &Context::default()));
        let parcels = parcels.expect("it can be sent");
        assert_eq!(parcels.iter().map(|parcel| parcel.items).sum::<usize>(), ITEMS);
        parcels
    });
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}

fn config<const N: usize>(section: &str, keys: [(&str, Node); N]) -> Config {
    let map = |entries: Vec<(&str, Node)>| {
        let entries = entries.into_iter().map(|(key, node)| ((key.into(), Location::default()), node));
        Node::new(Value::Map(entries.collect()))
    };
    let key = map(vec![("key", Node::new(Value::Text("abc".into())))]);
    let node = map(vec![("api", key), (section, map(keys.into()))]);
    Section::read(&node, "", &Report::default(), Config::read).0
}

fn settings() -> Settings {
    Settings {
        id: "datadog".parse().expect("an id"),
        program: Program { name: "bench", description: "bench", version: "0" },
        status: StatusReporter::default(),
        extensions: Default::default(),
    }
}

fn request(metric: Json) -> Batch {
    let resource_metrics = json!({"resource": resource(), "scopeMetrics": [{"metrics": [metric]}]});
    batch(Signal::Metrics, &json!({"resourceMetrics": [resource_metrics]}))
}

fn batch(signal: Signal, request: &Json) -> Batch {
    Batch::check_json(signal, request.to_string().as_bytes(), &Limits::default()).expect("valid OTLP")
}

fn resource() -> Json {
    json!({"attributes": attributes(&[
        ("service.name", "checkout".into()),
        ("service.version", "1.27.3".into()),
        ("deployment.environment.name", "production".into()),
        ("host.name", "node-7.eu-central-1.example.internal".into()),
        ("k8s.pod.name", "checkout-6d4cf56db6-x7k2p".into()),
    ])})
}

fn record(index: usize) -> Json {
    json!({
        "timeUnixNano": (1_700_000_000_000_000_000 + index as u64 * 1_000_003).to_string(),
        "severityNumber": 9,
        "severityText": "INFO",
        "body": {"stringValue": format!("order {} of customer {} was accepted after {} ms by the warehouse", index * 7919, index * 31, index % 97)},
        "traceId": format!("{:032x}", (index as u128 + 1) * 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835),
        "spanId": format!("{:016x}", (index as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15)),
        "attributes": attributes(&[
            ("http.request.method", "POST".into()),
            ("http.route", "/v1/orders/{id}".into()),
            ("http.response.status_code", (200 + index % 3).to_string()),
            ("thread.name", format!("worker-{}", index % 16)),
            ("code.function.name", "shop.orders.Accept".into()),
        ]),
    })
}

fn point(index: usize, time: u64) -> Json {
    json!({
        "startTimeUnixNano": "1690000000000000000",
        "timeUnixNano": format!("{time}000000000"),
        "asDouble": index as f64 / 7.0 + time as f64,
        "attributes": attributes(&[
            ("http.request.method", "GET".into()),
            ("http.route", "/v1/orders/{id}".into()),
            ("http.response.status_code", "200".into()),
            ("url.scheme", "https".into()),
            ("shop.partition", index.to_string()),
        ]),
    })
}

fn attributes(texts: &[(&str, String)]) -> Json {
    texts.iter().map(|(key, text)| json!({"key": key, "value": {"stringValue": text}})).collect()
}
