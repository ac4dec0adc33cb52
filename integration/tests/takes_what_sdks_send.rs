//! Programs instrumented with the OpenTelemetry SDKs for Python and Node reach their backend through the gateway.

use std::process::Command;

use opentelemetry_proto::tonic::{
    common::v1::{AnyValue, KeyValue, any_value::Value},
    metrics::v1::{metric::Data, number_data_point::Value as Number},
};
use sluice_integration::{Backend, Gateway, Process, SOON, Telemetry, peers::Peer, root};

#[tokio::test]
async fn python_over_grpc() {
    takes(Sdk::Python, "grpc", "GRPC", None).await;
}

#[tokio::test]
async fn python_over_grpc_with_gzip() {
    takes(Sdk::Python, "grpc", "GRPC", Some("gzip")).await;
}

#[tokio::test]
async fn python_over_http_protobuf() {
    takes(Sdk::Python, "http/protobuf", "HTTP", None).await;
}

#[tokio::test]
async fn python_over_http_protobuf_with_gzip() {
    takes(Sdk::Python, "http/protobuf", "HTTP", Some("gzip")).await;
}

#[tokio::test]
async fn python_over_http_json() {
    takes(Sdk::Python, "http/json", "HTTP", None).await;
}

#[tokio::test]
async fn python_over_http_json_with_gzip() {
    takes(Sdk::Python, "http/json", "HTTP", Some("gzip")).await;
}

#[tokio::test]
async fn node_over_grpc() {
    takes(Sdk::Node, "grpc", "GRPC", None).await;
}

#[tokio::test]
async fn node_over_grpc_with_gzip() {
    takes(Sdk::Node, "grpc", "GRPC", Some("gzip")).await;
}

#[tokio::test]
async fn node_over_http_protobuf() {
    takes(Sdk::Node, "http/protobuf", "HTTP", None).await;
}

#[tokio::test]
async fn node_over_http_protobuf_with_gzip() {
    takes(Sdk::Node, "http/protobuf", "HTTP", Some("gzip")).await;
}

#[tokio::test]
async fn node_over_http_json() {
    takes(Sdk::Node, "http/json", "HTTP", None).await;
}

#[tokio::test]
async fn node_over_http_json_with_gzip() {
    takes(Sdk::Node, "http/json", "HTTP", Some("gzip")).await;
}

#[derive(Clone, Copy)]
enum Sdk {
    Python,
    Node,
}

impl Sdk {
    /// A program that sends one of everything with this SDK.
    fn program(self) -> Option<Command> {
        match self {
            Self::Python => {
                let mut command = Command::new(Peer::Python.find()?);
                command.arg(root().join("sdk/python/send.py"));
                Some(command)
            }
            Self::Node => {
                let mut command = Command::new("node");
                command.arg(root().join("sdk/node/send.js")).env("NODE_PATH", Peer::Node.find()?);
                Some(command)
            }
        }
    }

    fn service(self) -> &'static str {
        match self {
            Self::Python => "shop-python",
            Self::Node => "shop-node",
        }
    }
}

async fn takes(sdk: Sdk, protocol: &str, listener: &str, compression: Option<&str>) {
    let Some(mut program) = sdk.program() else { return };
    let backend = Backend::start().await;
    let gateway = Gateway::before(&backend, "pass.yaml").await;

    program.env("OTEL_EXPORTER_OTLP_PROTOCOL", protocol);
    program.env("OTEL_EXPORTER_OTLP_ENDPOINT", format!("http://{}", gateway.value(listener)));
    program.env("OTEL_EXPORTER_OTLP_INSECURE", "true");
    program.envs(compression.map(|name| ("OTEL_EXPORTER_OTLP_COMPRESSION", name)));
    let mut program = Process::start(sdk.service(), &mut program);
    let status = program.exited(SOON).await;

    assert!(status.success(), "the SDK reports a failure:\n{}", program.lines().join("\n"));
    let requests = backend.requests();
    assert_eq!(outline(&requests), EXPECTED);
    let resource = format!("service.name={}", sdk.service());
    assert!(requests.iter().all(|request| resources(request).iter().all(|text| text.contains(&resource))));
}

/// What both programs in `sdk/` send.
const EXPECTED: [&str; 7] = [
    r#"log 17 {"codes": [5, 1], "reason": "declined"} []"#,
    r#"log 9 "order received" ["order=17"]"#,
    r#"metric shop.carts, unit "": sum -1 []"#,
    r#"metric shop.order.value, unit "EUR": histogram 1 of 19.5 ["tier=\"gold\""]"#,
    r#"metric shop.orders, unit "{order}": sum 2 ["tier=\"gold\""]"#,
    r#"span charge card, kind 3, status 2 "declined" [], in checkout"#,
    r#"span checkout, kind 2, status 0 "" ["cart.items=3"], event paid ["amount=9.5"]"#,
];

/// The telemetry without times and ids, a line an item, sorted.
fn outline(requests: &[Telemetry]) -> Vec<String> {
    let spans: Vec<_> = requests.iter().flat_map(Telemetry::spans).collect();
    let mut lines = Vec::new();
    for span in &spans {
        let status = span.status.clone().unwrap_or_default();
        let attributes = pairs(&span.attributes);
        let mut line = format!("span {}, kind {}, status {} {:?} ", span.name, span.kind, status.code, status.message);
        line += &format!("{attributes:?}");
        for event in &span.events {
            line += &format!(", event {} {:?}", event.name, pairs(&event.attributes));
        }
        if let Some(parent) = spans.iter().find(|other| other.span_id == span.parent_span_id) {
            assert_eq!(parent.trace_id, span.trace_id);
            line += &format!(", in {}", parent.name);
        }
        lines.push(line);
    }
    for request in requests {
        match request {
            Telemetry::Traces(_) => {}
            Telemetry::Metrics(request) => {
                let scopes = request.resource_metrics.iter().flat_map(|resource| &resource.scope_metrics);
                lines.extend(scopes.flat_map(|scope| &scope.metrics).map(|metric| {
                    format!("metric {}, unit {:?}: {}", metric.name, metric.unit, data(metric.data.as_ref()))
                }));
            }
            Telemetry::Logs(request) => {
                let scopes = request.resource_logs.iter().flat_map(|resource| &resource.scope_logs);
                lines.extend(scopes.flat_map(|scope| &scope.log_records).map(|record| {
                    let attributes = pairs(&record.attributes);
                    format!("log {} {} {attributes:?}", record.severity_number, value(record.body.as_ref()))
                }));
            }
        }
    }
    lines.sort();
    lines
}

fn resources(request: &Telemetry) -> Vec<String> {
    let resources: Vec<_> = match request {
        Telemetry::Traces(request) => request.resource_spans.iter().map(|r| r.resource.clone()).collect(),
        Telemetry::Metrics(request) => request.resource_metrics.iter().map(|r| r.resource.clone()).collect(),
        Telemetry::Logs(request) => request.resource_logs.iter().map(|r| r.resource.clone()).collect(),
    };
    resources
        .into_iter()
        .map(|resource| pairs(&resource.unwrap_or_default().attributes).join(" ").replace('"', ""))
        .collect()
}

fn data(data: Option<&Data>) -> String {
    match data {
        Some(Data::Sum(sum)) => {
            let points = sum.data_points.iter().map(|point| {
                let number = match point.value {
                    // Node's SDK has doubles only.
                    Some(Number::AsDouble(value)) => value as i64,
                    Some(Number::AsInt(value)) => value,
                    None => panic!("a point without value"),
                };
                format!("sum {number} {:?}", pairs(&point.attributes))
            });
            points.collect()
        }
        Some(Data::Histogram(histogram)) => {
            let points = histogram.data_points.iter().map(|point| {
                format!("histogram {} of {} {:?}", point.count, point.sum.unwrap_or_default(), pairs(&point.attributes))
            });
            points.collect()
        }
        other => format!("{other:?}"),
    }
}

fn pairs(attributes: &[KeyValue]) -> Vec<String> {
    attributes.iter().map(|pair| format!("{}={}", pair.key, value(pair.value.as_ref()))).collect()
}

fn value(any: Option<&AnyValue>) -> String {
    match any.and_then(|any| any.value.as_ref()) {
        Some(Value::StringValue(text)) => format!("{text:?}"),
        Some(Value::IntValue(number)) => number.to_string(),
        Some(Value::DoubleValue(number)) => number.to_string(),
        Some(Value::BoolValue(bool)) => bool.to_string(),
        Some(Value::ArrayValue(list)) => {
            let values: Vec<_> = list.values.iter().map(|inner| value(Some(inner))).collect();
            format!("[{}]", values.join(", "))
        }
        Some(Value::KvlistValue(map)) => {
            let mut entries: Vec<_> =
                map.values.iter().map(|pair| format!("{:?}: {}", pair.key, value(pair.value.as_ref()))).collect();
            entries.sort();
            format!("{{{}}}", entries.join(", "))
        }
        other => format!("{other:?}"),
    }
}
