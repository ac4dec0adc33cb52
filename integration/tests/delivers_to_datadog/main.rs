//! What is sent to Datadog is what was meant: metrics are those that the Datadog Agent makes of the same OTLP, and a decoder that is
//! not ours reads metrics and logs as they were sent.

mod agent;
mod generated;
mod intake;
mod payload;

use std::{fs, path::Path};

use opentelemetry_proto::tonic::{
    collector::{logs::v1::ExportLogsServiceRequest, metrics::v1::ExportMetricsServiceRequest},
    common::v1::{AnyValue, KeyValue, any_value::Value},
    logs::v1::{LogRecord, ResourceLogs, ScopeLogs},
    metrics::v1::{Metric, ResourceMetrics, ScopeMetrics, metric::Data, number_data_point},
    resource::v1::Resource,
};
use serde_json::json;
use sluice_integration::{Backend, Gateway, Telemetry, real::Decoder};

use agent::Agent;
use intake::Intake;
use payload::Point;

/// All that a file says of `metrics`, and what the Agent is told for it.
fn modes() -> Vec<(&'static str, serde_json::Value)> {
    let agent = |histograms, aggregations, quantiles, sums, initial, scopes| {
        json!({
            "histograms": histograms, "aggregations": aggregations, "quantiles": quantiles, "sums": sums,
            "initial": initial, "scopes": scopes,
        })
    };
    vec![
        ("{}", agent("distributions", false, true, "cumulative_to_delta", "auto", true)),
        (
            "{histograms: {mode: counters, send_aggregation_metrics: true}, summaries: {mode: noquantiles}}",
            agent("counters", true, false, "cumulative_to_delta", "auto", true),
        ),
        (
            "{histograms: {mode: nobuckets, send_aggregation_metrics: true},
              sums: {cumulative_monotonic_mode: raw_value}, instrumentation_scope_metadata_as_tags: false}",
            agent("nobuckets", true, true, "raw_value", "auto", false),
        ),
        (
            "{histograms: {send_aggregation_metrics: true}, sums: {initial_cumulative_monotonic_value: keep}}",
            agent("distributions", true, true, "cumulative_to_delta", "keep", true),
        ),
        (
            "{sums: {initial_cumulative_monotonic_value: drop}}",
            agent("distributions", false, true, "cumulative_to_delta", "drop", true),
        ),
    ]
}

/// Every kind of metric, growing, reset, late, in every mode.
#[tokio::test]
async fn metrics_are_those_of_the_agent() {
    for (metrics, told) in modes() {
        let Some(mut agent) = Agent::start(&told) else { return };
        let intake = Intake::start().await;
        let (_folder, gateway) = gateway(&intake.address(), metrics).await;
        let mut compared = 0;
        for (number, request) in generated::requests().into_iter().enumerate() {
            let expected = agent.map(&request);

            let reply = gateway.http().send(&Telemetry::Metrics(request)).await;

            assert!(reply.is_accepted(), "{reply:?}");
            let sent = intake.take().iter().flat_map(payload::points).collect::<Vec<_>>();
            compared += sent.len();
            let differences = payload::differences(expected, sent);
            assert!(differences.is_empty(), "{metrics}, request {number}:\n{differences}");
        }
        assert!(compared > 500, "{metrics}: {compared} points are few");
    }
}

/// A gateway that sends to these intakes before it answers.
async fn gateway(address: &str, metrics: &str) -> (tempfile::TempDir, Gateway) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("datadog.yaml");
    fs::write(&file, configuration(address, metrics)).expect("the folder is ours");
    let gateway = Gateway::on_file(Path::new(&file).to_owned()).start().await;
    (folder, gateway)
}

fn configuration(address: &str, metrics: &str) -> String {
    format!(
        "receivers:
  otlp: {{protocols: {{grpc: {{endpoint: '${{env:GRPC}}'}}, http: {{endpoint: '${{env:HTTP}}'}}}}}}
exporters:
  datadog/logs: {{api: {{key: abc}}, hostname: gateway, logs: {{endpoint: 'http://{address}'}},
    metrics: {{endpoint: 'http://{address}'}}, host_metadata: {{enabled: false}}, sending_queue: {{enabled: false}}}}
  datadog/metrics:
    api: {{key: abc}}
    hostname: gateway
    metrics: {metrics}
    host_metadata: {{enabled: false}}
    sending_queue: {{enabled: false}}
service:
  pipelines:
    metrics: {{receivers: [otlp], exporters: [datadog/metrics]}}
    logs: {{receivers: [otlp], exporters: [datadog/logs]}}
",
        metrics = with_endpoint(metrics, address),
    )
}

/// The settings of `metrics` with one more.
fn with_endpoint(metrics: &str, address: &str) -> String {
    let rest = metrics.trim_start_matches('{');
    let comma = if rest.starts_with('}') { "" } else { ", " };
    format!("{{endpoint: 'http://{address}'{comma}{rest}")
}

fn texts(texts: &[(&str, &str)]) -> Vec<KeyValue> {
    let value = |text: &str| Some(AnyValue { value: Some(Value::StringValue(text.into())) });
    texts.iter().map(|(key, text)| KeyValue { key: (*key).into(), value: value(text), ..KeyValue::default() }).collect()
}

/// The texts among attributes, in the order of their keys.
fn read(attributes: &[KeyValue]) -> Vec<(String, String)> {
    let mut texts: Vec<_> = attributes
        .iter()
        .filter_map(|attribute| match attribute.value.as_ref()?.value.as_ref()? {
            Value::StringValue(text) => Some((attribute.key.clone(), text.clone())),
            _ => None,
        })
        .collect();
    texts.sort();
    texts
}

/// The decoder is the Go Collector's receiver of what is meant for Datadog.
#[tokio::test]
async fn metrics_are_read_as_they_were_sent() {
    let backend = Backend::start().await;
    let Some(decoder) = Decoder::start(&backend).await else { return };
    let (_folder, gateway) = gateway(decoder.datadog(), "{instrumentation_scope_metadata_as_tags: false}").await;
    let metrics = vec![
        generated::gauge("temperature", 7, 21.5, texts(&[("room", "kitchen")])),
        generated::delta("requests", 8, 3.0, texts(&[("code", "200")])),
        generated::histogram("duration", 9, &[0, 4, 6, 0], &[1.0, 2.0, 4.0]),
    ];
    let resource =
        Resource { attributes: texts(&[("host.name", "web-1"), ("service.name", "cart")]), ..Resource::default() };
    let scope_metrics = vec![ScopeMetrics { metrics, ..ScopeMetrics::default() }];
    let resource_metrics =
        vec![ResourceMetrics { resource: Some(resource), scope_metrics, ..ResourceMetrics::default() }];

    let reply = gateway.grpc().send(&Telemetry::Metrics(ExportMetricsServiceRequest { resource_metrics })).await;

    assert!(reply.is_accepted(), "{reply:?}");
    backend.wait_for_items(4).await;
    let decoded = decoded(&backend);
    let [duration, requests, temperature] = &decoded[..] else { panic!("{decoded:?}") };
    assert_eq!((&temperature.0[..], &temperature.2[..]), ("temperature", "21.5 at 7"));
    assert!(temperature.1.contains(&("room".into(), "kitchen".into())), "{temperature:?}");
    assert_eq!((&requests.0[..], &requests.2[..]), ("requests", "3 more at 8"));
    assert!(requests.1.contains(&("code".into(), "200".into())), "{requests:?}");
    assert_eq!((&duration.0[..], &duration.2[..]), ("duration", "10 values, sum 100, from 1 to 4, at 9"));
    for (name, attributes, _) in &decoded {
        for attribute in [("host.name", "web-1"), ("service.name", "cart")] {
            let attribute = (attribute.0.to_owned(), attribute.1.to_owned());
            assert!(attributes.contains(&attribute), "{name}: {attributes:?}");
        }
    }
}

/// The name of a metric, the attributes of its resource and its point, and what the decoder has made of it.
type Decoded = (String, Vec<(String, String)>, String);

/// What the decoder has made of each metric, but for that which says that we run.
fn decoded(backend: &Backend) -> Vec<Decoded> {
    let seconds = |nanos: u64| nanos / 1_000_000_000;
    let mut all = Vec::new();
    for request in backend.requests() {
        let Telemetry::Metrics(request) = request else { continue };
        for resource in request.resource_metrics {
            let resource_attributes = resource.resource.unwrap_or_default().attributes;
            for Metric { name, data, .. } in resource.scope_metrics.into_iter().flat_map(|scope| scope.metrics) {
                let (attributes, said) = match data {
                    Some(Data::Gauge(gauge)) => {
                        let point = &gauge.data_points[0];
                        let time = seconds(point.time_unix_nano);
                        (point.attributes.clone(), format!("{} at {time}", value(&point.value)))
                    }
                    Some(Data::Sum(sum)) => {
                        assert_eq!(sum.aggregation_temporality, 1);
                        let point = &sum.data_points[0];
                        let time = seconds(point.time_unix_nano);
                        (point.attributes.clone(), format!("{} more at {time}", value(&point.value)))
                    }
                    Some(Data::ExponentialHistogram(histogram)) => {
                        let point = &histogram.data_points[0];
                        let buckets = point.positive.iter().flat_map(|buckets| &buckets.bucket_counts).sum::<u64>();
                        assert_eq!(buckets, point.count);
                        let (time, sum) = (seconds(point.time_unix_nano), point.sum());
                        let ends = format!("from {} to {}", point.min(), point.max());
                        (point.attributes.clone(), format!("{} values, sum {sum}, {ends}, at {time}", point.count))
                    }
                    other => panic!("{name}: {other:?}"),
                };
                if !name.ends_with(".running") {
                    all.push((name, read(&[resource_attributes.clone(), attributes].concat()), said));
                }
            }
        }
    }
    all.sort();
    all
}

fn value(value: &Option<number_data_point::Value>) -> f64 {
    match value {
        Some(number_data_point::Value::AsDouble(value)) => *value,
        other => panic!("{other:?}"),
    }
}

/// The decoder reads the fields that every log of Datadog has.
#[tokio::test]
async fn logs_are_read_as_they_were_sent() {
    let backend = Backend::start().await;
    let Some(decoder) = Decoder::start(&backend).await else { return };
    let (_folder, gateway) = gateway(decoder.datadog(), "{}").await;
    let body = |text: &str| Some(AnyValue { value: Some(Value::StringValue(text.into())) });
    let log_records = vec![
        LogRecord { body: body("one \"line\"\nand another"), severity_number: 17, ..LogRecord::default() },
        LogRecord { body: body("ünï"), severity_text: "Notice".into(), ..LogRecord::default() },
    ];
    let resource = texts(&[("host.name", "web-1"), ("service.name", "cart"), ("deployment.environment", "prod")]);
    let resource = Some(Resource { attributes: resource, ..Resource::default() });
    let scope_logs = vec![ScopeLogs { log_records, ..ScopeLogs::default() }];
    let resource_logs = vec![ResourceLogs { resource, scope_logs, ..ResourceLogs::default() }];

    let reply = gateway.grpc().send(&Telemetry::Logs(ExportLogsServiceRequest { resource_logs })).await;

    assert!(reply.is_accepted(), "{reply:?}");
    backend.wait_for_items(2).await;
    let mut decoded = Vec::new();
    for request in backend.requests() {
        let Telemetry::Logs(request) = request else { continue };
        let scopes = request.resource_logs.into_iter().flat_map(|resource| resource.scope_logs);
        for record in scopes.flat_map(|scope| scope.log_records) {
            let Some(Value::StringValue(text)) = record.body.and_then(|body| body.value) else { panic!("no text") };
            decoded.push((text, read(&record.attributes)));
        }
    }
    let expected = |text: &str, status: &str| {
        let attributes = [
            ("ddsource", "otlp_log_ingestion"),
            ("ddtags", "env:prod,service:cart,otel_source:datadog_exporter"),
            ("hostname", "web-1"),
            ("service", "cart"),
            ("status", status),
        ];
        let attributes: Vec<_> = attributes.map(|(key, text)| (key.to_owned(), text.to_owned())).into();
        (text.to_owned(), attributes)
    };
    // The deployment's attribute comes last in the resource, its tag after that of the service.
    let mut expected = [expected("one \"line\"\nand another", "error"), expected("ünï", "Notice")];
    for (_, attributes) in &mut expected {
        attributes[1].1 = "service:cart,env:prod,otel_source:datadog_exporter".into();
    }
    assert_eq!(decoded, expected);
}

/// What Datadog cannot take now is sent again, what it never takes is lost alone.
#[tokio::test]
async fn an_intake_that_refuses_once_loses_nothing() {
    let intake = Intake::start().await;
    let (_folder, gateway) = gateway(&intake.address(), "{instrumentation_scope_metadata_as_tags: false}").await;
    for (status, sent_again) in [(503, true), (429, true), (408, true), (403, false), (400, false)] {
        intake.refuse_next(status);
        let metrics = vec![generated::gauge("temperature", 7, 21.5, Vec::new())];
        let scope_metrics = vec![ScopeMetrics { metrics, ..ScopeMetrics::default() }];
        let resource_metrics = vec![ResourceMetrics { scope_metrics, ..ResourceMetrics::default() }];

        let reply = gateway.grpc().send(&Telemetry::Metrics(ExportMetricsServiceRequest { resource_metrics })).await;

        assert_eq!(reply.is_accepted(), sent_again, "{status}: {reply:?}");
        let sent: Vec<Point> = intake.take().iter().flat_map(payload::points).collect();
        assert_eq!(sent.len(), usize::from(sent_again), "{status}");
    }
}
