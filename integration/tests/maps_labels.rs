//! Programs that speak old conventions arrive at the backend with the names, values and labels that it expects.

use opentelemetry_proto::tonic::collector::{
    logs::v1::ExportLogsServiceRequest, metrics::v1::ExportMetricsServiceRequest, trace::v1::ExportTraceServiceRequest,
};
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value::Value};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::metrics::v1::{
    Metric, NumberDataPoint, ResourceMetrics, ScopeMetrics, Sum, metric::Data, number_data_point,
};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};
use sluice_integration::{Backend, Gateway, Telemetry};

#[tokio::test]
async fn from_old_conventions_to_new_ones() {
    let backend = Backend::start().await;
    let gateway = Gateway::before(&backend, "mapped.yaml").await;

    for telemetry in [old_traces(), old_metrics(), old_logs()] {
        let reply = gateway.grpc().send(&telemetry).await;
        assert!(reply.is_accepted(), "{reply:?}");
    }

    assert_eq!(backend.requests(), [new_traces(), new_metrics(), new_logs()]);
    let metrics = gateway.metrics().await;
    for line in [
        r#"changed_attributes{change="guarded",processor="label_mapping"} 3"#,
        r#"changed_attributes{change="folded",processor="label_mapping"} 1"#,
        r#"merged_data_points{processor="label_mapping"} 1"#,
        r#"severities{processor="label_mapping"} 1"#,
    ] {
        let line = format!("otelcol_processor_label_mapping_{line}");
        assert!(metrics.lines().any(|found| found == line), "{line}\n{metrics}");
    }
}

#[tokio::test]
async fn what_is_new_already_stays_as_it_is() {
    let backend = Backend::start().await;
    let gateway = Gateway::before(&backend, "mapped.yaml").await;

    for telemetry in [new_traces(), new_metrics(), new_logs()] {
        let reply = gateway.http().send(&telemetry).await;
        assert!(reply.is_accepted(), "{reply:?}");
    }

    assert_eq!(backend.requests(), [new_traces(), new_metrics(), new_logs()]);
}

fn old_traces() -> Telemetry {
    traces(
        resource("deployment.environment", "prd"),
        &[
            ("http.method", text("GET")),
            ("http.status_code", Value::IntValue(200)),
            ("http.target", text("/cart?full=1")),
            ("net.host.name", text("shop.example")),
            ("net.peer.name", text("client.example")),
            ("app.tenant", text("blue")),
            ("password", text("hunter2")),
            ("execution_id", text("e-1")),
        ],
    )
}

fn new_traces() -> Telemetry {
    traces(
        resource("deployment.environment.name", "production"),
        &[
            ("http.request.method", text("GET")),
            ("http.response.status_code", Value::IntValue(200)),
            ("server.address", text("shop.example")),
            ("client.address", text("client.example")),
            ("shop.tenant", text("blue")),
            ("execution_id", text("e-1")),
            ("url.path", text("/cart")),
            ("url.query", text("full=1")),
        ],
    )
}

fn traces(resource: Resource, attributes: &[(&str, Value)]) -> Telemetry {
    let span = Span {
        trace_id: vec![1; 16],
        span_id: vec![2; 8],
        name: "GET /cart".into(),
        kind: 2,
        attributes: all(attributes),
        ..Span::default()
    };
    let scope_spans = vec![ScopeSpans { spans: vec![span], ..ScopeSpans::default() }];
    let resource_spans = vec![ResourceSpans { resource: Some(resource), scope_spans, ..ResourceSpans::default() }];
    Telemetry::Traces(ExportTraceServiceRequest { resource_spans })
}

/// Two executions of one route, which are one stream without them, and another route.
fn old_metrics() -> Telemetry {
    let point = |execution: &str, route: &str, value| {
        let labels = [("http.method", text("GET")), ("execution_id", text(execution)), ("http.route", text(route))];
        point(&labels, value)
    };
    let points = vec![point("e-1", "/cart", 1), point("e-2", "/cart", 2), point("e-3", "/odd/7", 4)];
    metrics(resource("deployment.environment", "prd"), points)
}

fn new_metrics() -> Telemetry {
    let point = |route: &str, value| point(&[("http.request.method", text("GET")), ("http.route", text(route))], value);
    metrics(resource("deployment.environment.name", "production"), vec![point("/cart", 3), point("other", 4)])
}

fn point(labels: &[(&str, Value)], value: i64) -> NumberDataPoint {
    NumberDataPoint {
        attributes: all(labels),
        start_time_unix_nano: 1_000,
        time_unix_nano: 2_000,
        value: Some(number_data_point::Value::AsInt(value)),
        ..NumberDataPoint::default()
    }
}

fn metrics(resource: Resource, data_points: Vec<NumberDataPoint>) -> Telemetry {
    let data = Some(Data::Sum(Sum { data_points, aggregation_temporality: 2, is_monotonic: true }));
    let metric = Metric { name: "requests".into(), data, ..Metric::default() };
    let scope_metrics = vec![ScopeMetrics { metrics: vec![metric], ..ScopeMetrics::default() }];
    let resource_metrics = vec![ResourceMetrics { resource: Some(resource), scope_metrics, ..Default::default() }];
    Telemetry::Metrics(ExportMetricsServiceRequest { resource_metrics })
}

fn old_logs() -> Telemetry {
    let record = LogRecord { attributes: all(&[("level", text("warn"))]), ..LogRecord::default() };
    logs(record)
}

fn new_logs() -> Telemetry {
    logs(LogRecord {
        severity_number: 13,
        severity_text: "warn".into(),
        attributes: all(&[("level", text("warn")), ("pod", text("cart-0"))]),
        ..LogRecord::default()
    })
}

fn logs(record: LogRecord) -> Telemetry {
    let resource = Resource { attributes: all(&[("k8s.pod.name", text("cart-0"))]), ..Resource::default() };
    let scope_logs = vec![ScopeLogs { log_records: vec![record], ..ScopeLogs::default() }];
    let resource_logs = vec![ResourceLogs { resource: Some(resource), scope_logs, ..ResourceLogs::default() }];
    Telemetry::Logs(ExportLogsServiceRequest { resource_logs })
}

fn resource(key: &str, value: &str) -> Resource {
    Resource { attributes: all(&[("service.name", text("cart")), (key, text(value))]), ..Resource::default() }
}

fn text(value: &str) -> Value {
    Value::StringValue(value.into())
}

fn all(attributes: &[(&str, Value)]) -> Vec<KeyValue> {
    let attribute = |(key, value): &(&str, Value)| KeyValue {
        key: (*key).into(),
        value: Some(AnyValue { value: Some(value.clone()) }),
        ..KeyValue::default()
    };
    attributes.iter().map(attribute).collect()
}
