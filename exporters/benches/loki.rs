//! What `loki` does to a batch before it is sent: labels, lines, order, protobuf or JSON, packing.
//!
//! `cargo bench -p sluice-exporters --bench loki`. A batch holds a thousand log records of 360 bytes: three services, four severities, trace
//! context, six attributes.

use std::time::SystemTime;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::common::v1::{AnyValue, InstrumentationScope, KeyValue};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::resource::v1::Resource;
use prost::Message;
use sluice_component::config::{Node, Report, Section, Value};
use sluice_exporters::loki::Translator;
use sluice_pdata::{Batch, Signal};

const RECORDS: usize = 1000;

fn main() {
    divan::main();
}

#[divan::bench(args = ["json", "logfmt", "raw", "body"])]
fn of_format(bencher: Bencher, format: &str) {
    translate(bencher, &translator(&[("format", format)]), batch(None));
}

#[divan::bench]
fn in_json(bencher: Bencher) {
    translate(bencher, &translator(&[("encoding", "json"), ("compression", "none")]), batch(None));
}

#[divan::bench]
fn with_hints(bencher: Bencher) {
    translate(bencher, &translator(&[]), batch(Some("http.request.method, http.response.status_code")));
}

fn translate(bencher: Bencher, translator: &Translator, batch: Batch) {
    let now = SystemTime::UNIX_EPOCH + std::time::Duration::from_nanos(NOW);
    bencher.counter(ItemsCount::new(RECORDS)).bench_local(|| {
        let (parcels, lost) = translator.parcels(black_box(&batch), None, now).expect("bodies can be packed");
        assert_eq!(lost, Default::default());
        parcels
    });
}

const NOW: u64 = 1_800_000_000_000_000_000;

fn translator(settings: &[(&str, &str)]) -> Translator {
    let endpoint = ("endpoint", "http://localhost:3100/loki/api/v1/push");
    let entry = |&(key, value): &(&str, &str)| ((key.into(), Default::default()), Node::new(Value::Text(value.into())));
    let node = Node::new(Value::Map(std::iter::once(&endpoint).chain(settings).map(entry).collect()));
    let report = Report::default();
    let (translator, _) = Section::read(&node, "", &report, Translator::read);
    assert!(!report.has_errors());
    translator
}

fn batch(hint: Option<&str>) -> Batch {
    let scope = InstrumentationScope {
        name: "io.example.http".into(),
        version: "1.2.0".into(),
        ..InstrumentationScope::default()
    };
    let of_service = |(service, count): (&str, usize)| ResourceLogs {
        resource: Some(Resource {
            attributes: vec![
                text("service.name", service),
                text("service.namespace", "shop"),
                text("service.version", "1.4.2"),
                text("deployment.environment.name", "production"),
                text("k8s.pod.name", &format!("{service}-6d4b9c7f5-x2x8q")),
                text("host.name", "node-17.eu-west-1.compute.internal"),
            ],
            ..Resource::default()
        }),
        scope_logs: vec![ScopeLogs {
            scope: Some(scope.clone()),
            log_records: (0..count).map(|number| record(service, number, hint)).collect(),
            ..ScopeLogs::default()
        }],
        ..ResourceLogs::default()
    };
    let services = [("cart", 334), ("checkout", 333), ("payment", 333)];
    let request = ExportLogsServiceRequest { resource_logs: services.into_iter().map(of_service).collect() };
    Batch::trusted(Signal::Logs, request.encode_to_vec().into(), RECORDS)
}

fn record(service: &str, number: usize, hint: Option<&str>) -> LogRecord {
    let mut random = fastrand::Rng::with_seed(number as u64);
    let (severity, name) = [(9, "INFO"), (9, "INFO"), (13, "WARN"), (17, "ERROR")][random.usize(..4)];
    let time = NOW - 1_000_000_000 - random.u64(..500_000_000);
    let line = format!(
        "request {:012x} to /api/v1/orders/{{id}} for account {} took {} ms, cache miss",
        random.u64(..1 << 48),
        random.u32(..),
        random.u16(1..900)
    );
    let mut attributes = vec![
        text("http.request.method", ["GET", "POST", "PUT"][random.usize(..3)]),
        text("http.route", "/api/v1/orders/{id}"),
        integer("http.response.status_code", [200, 201, 404, 503][random.usize(..4)]),
        text("code.file.path", &format!("internal/{service}/handler.go")),
        integer("code.line.number", random.i64(10..900)),
        text("thread.name", &format!("http-worker-{}", random.u8(10..64))),
    ];
    attributes.extend(hint.map(|names| text("loki.attribute.labels", names)));
    LogRecord {
        time_unix_nano: time,
        observed_time_unix_nano: time + 1_000_000,
        severity_number: severity,
        severity_text: name.into(),
        body: Some(AnyValue { value: Some(Any::StringValue(line)) }),
        attributes,
        flags: 1,
        trace_id: random.u128(..).to_be_bytes().to_vec(),
        span_id: random.u64(..).to_be_bytes().to_vec(),
        ..LogRecord::default()
    }
}

fn text(key: &str, text: &str) -> KeyValue {
    pair(key, Any::StringValue(text.into()))
}

fn integer(key: &str, number: i64) -> KeyValue {
    pair(key, Any::IntValue(number))
}

fn pair(key: &str, value: Any) -> KeyValue {
    KeyValue { key: key.into(), value: Some(AnyValue { value: Some(value) }), ..KeyValue::default() }
}
