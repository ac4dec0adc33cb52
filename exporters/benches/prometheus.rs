//! What `prometheus` costs: a data point that comes in, and a series that is scraped.
//!
//! `cargo bench -p sluice-exporters --bench prometheus`. A request holds a thousand data points of five attributes.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use serde_json::{Value as Json, json};
use sluice_component::config::{Location, Node, Report, Section, Value};
use sluice_component::factory::{Program, Settings};
use sluice_component::{Consumer, Context};
use sluice_exporters::prometheus::FACTORY;
use sluice_pdata::{Batch, Limits, Signal};
use tokio::runtime::Runtime;

const POINTS: usize = 1000;

fn main() {
    divan::main();
}

/// Values of series that are known, as nearly all are.
#[divan::bench]
fn gauges_come_in(bencher: Bencher) {
    comes_in(bencher, |fields| json!({"name": "queue.size", "gauge": {"dataPoints": fields}}));
}

#[divan::bench]
fn histograms_come_in(bencher: Bencher) {
    comes_in(bencher, |mut points| {
        for point in points.as_array_mut().expect("a list") {
            point["count"] = json!(120);
            point["explicitBounds"] = (0..14).map(f64::from).collect();
            point["bucketCounts"] = [8; 15].into();
        }
        json!({"name": "http.duration", "unit": "s", "histogram": {"aggregationTemporality": 2, "dataPoints": points}})
    });
}

#[divan::bench(args = ["text/plain", "application/openmetrics-text;version=1.0.0",
    "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"])]
fn is_scraped(bencher: Bencher, accept: &str) {
    let bench = Bench::start();
    bench.take(&request(|points| json!({"name": "queue.size", "gauge": {"dataPoints": points}})));
    bencher.counter(ItemsCount::new(POINTS)).bench(|| black_box(bench.scrape(accept)));
}

fn comes_in(bencher: Bencher, metric: impl Fn(Json) -> Json) {
    let bench = Bench::start();
    let batch = request(metric);
    bench.take(&batch);
    bencher.counter(ItemsCount::new(POINTS)).bench(|| bench.take(&batch));
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

/// An exporter on a port of its own.
struct Bench {
    runtime: Runtime,
    exporter: Arc<dyn Consumer>,
    address: SocketAddr,
}

impl Bench {
    fn start() -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
        let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let address = free.expect("loopback works");
        let text = |text: String| Node::new(Value::Text(text.as_str().into()));
        let on = Node::new(Value::Bool(true));
        let entries = [("endpoint", text(address.to_string())), ("enable_open_metrics", on)];
        let entries = entries.map(|(key, node)| ((key.into(), Location::default()), node));
        let node = Node::new(Value::Map(entries.into()));
        let config = Section::read(&node, "", &Report::default(), FACTORY.configure).0;
        let settings = Settings {
            id: "prometheus".parse().expect("an id"),
            program: Program { name: "sluice", description: "Sluice", version: "0" },
            status: Default::default(),
            extensions: Default::default(),
        };
        let entered = runtime.enter();
        let exporter = config.build(settings, Signal::Metrics).expect("the port is free");
        drop(entered);
        Self { runtime, exporter, address }
    }

    fn take(&self, batch: &Batch) {
        let taken = self.runtime.block_on(self.exporter.consume(batch.clone(), Context::default()));
        assert!(taken.is_ok_and(|accepted| accepted.is_full()));
    }

    fn scrape(&self, accept: &str) -> usize {
        let mut stream = TcpStream::connect(self.address).expect("it listens");
        let request = format!("GET /metrics HTTP/1.1\r\nhost: a\r\naccept: {accept}\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).expect("loopback works");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("loopback works");
        assert!(answer.len() > 50 * POINTS);
        answer.len()
    }
}
