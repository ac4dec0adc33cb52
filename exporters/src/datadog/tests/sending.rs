//! Requests and answers.

use std::net::SocketAddr;
use std::sync::Arc;

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::common::v1::{AnyValue, any_value::Value};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::metrics::v1::{
    Gauge, Histogram, HistogramDataPoint, Metric, NumberDataPoint, ResourceMetrics, ScopeMetrics, metric::Data,
    number_data_point,
};
use prost::Message;
use serde_json::{Value as Json, json};
use sluice_component::factory::ExporterConfig;
use sluice_component::{Accepted, Code, Consumer, Context, Reason, Retry};
use sluice_pdata::{Batch, Signal};
use sluice_transport::compression::{Encoding, decompress};

use super::intakes::{Intakes, config};
use crate::testing::settings;

fn exporter(address: SocketAddr, signal: Signal) -> Arc<dyn Consumer> {
    config(address, json!({"host_metadata": {"enabled": false}})).build(settings("datadog"), signal).unwrap()
}

fn logs(texts: &[&str]) -> Batch {
    let body = |text: &&str| Some(AnyValue { value: Some(Value::StringValue((*text).into())) });
    let log_records = texts.iter().map(|text| LogRecord { body: body(text), ..LogRecord::default() }).collect();
    let scope_logs = vec![ScopeLogs { log_records, ..ScopeLogs::default() }];
    let resource_logs = vec![ResourceLogs { scope_logs, ..ResourceLogs::default() }];
    Batch::from_messages(Signal::Logs, [ExportLogsServiceRequest { resource_logs }.encode_to_vec().into()])
}

/// A gauge and a histogram.
fn metrics() -> Batch {
    let gauge = NumberDataPoint { value: Some(number_data_point::Value::AsInt(5)), ..NumberDataPoint::default() };
    let histogram =
        HistogramDataPoint { count: 2, bucket_counts: vec![2, 0], explicit_bounds: vec![1.0], ..Default::default() };
    let metric = |name: &str, data| Metric { name: name.into(), data: Some(data), ..Metric::default() };
    let metrics = vec![
        metric("gauge", Data::Gauge(Gauge { data_points: vec![gauge] })),
        metric("histogram", Data::Histogram(Histogram { data_points: vec![histogram], aggregation_temporality: 1 })),
    ];
    let scope_metrics = vec![ScopeMetrics { metrics, ..ScopeMetrics::default() }];
    let resource_metrics = vec![ResourceMetrics { scope_metrics, ..ResourceMetrics::default() }];
    Batch::from_messages(Signal::Metrics, [ExportMetricsServiceRequest { resource_metrics }.encode_to_vec().into()])
}

fn messages(body: &[u8]) -> Vec<String> {
    let plain = decompress(Encoding::Gzip, body, 1 << 20).unwrap();
    let entries: Vec<Json> = serde_json::from_slice(&plain).unwrap();
    entries.iter().map(|entry| entry["message"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn logs_are_posted_with_the_key() {
    let (intakes, address) = Intakes::start(&[]).await;

    let accepted = exporter(address, Signal::Logs).consume(logs(&["a", "b"]), Context::default()).await.unwrap();

    assert_eq!(accepted, Accepted::ALL);
    let [(head, body)] = &intakes.take()[..] else { panic!() };
    assert_eq!((head.method.as_str(), head.uri.path()), ("POST", "/api/v2/logs"));
    assert_eq!(head.headers["dd-api-key"], "abc");
    assert_eq!(
        (&head.headers["content-type"], &head.headers["content-encoding"]),
        (&"application/json".parse().unwrap(), &"gzip".parse().unwrap())
    );
    assert_eq!(messages(body), ["a", "b"]);
}

#[tokio::test]
async fn series_and_sketches_are_posted_apart() {
    let (intakes, address) = Intakes::start(&[]).await;

    exporter(address, Signal::Metrics).consume(metrics(), Context::default()).await.unwrap();

    let requests = intakes.take();
    let paths: Vec<_> = requests.iter().map(|(head, _)| head.uri.path()).collect();
    assert_eq!(paths, ["/api/v2/series", "/api/beta/sketches"]);
    for (head, body) in &requests {
        assert_eq!(head.headers["dd-api-key"], "abc");
        assert_eq!(head.headers["content-type"], "application/x-protobuf");
        assert!(head.headers.contains_key("dd-agent-payload"));
        assert_eq!(decompress(Encoding::Zstd, body, 1 << 20).unwrap()[0], 0x0a);
    }
}

#[tokio::test]
async fn an_answer_says_whether_to_try_again() {
    for (status, reason, retry, code) in [
        (400, Reason::Rejected, Retry::Never, Code::InvalidArgument),
        (401, Reason::Rejected, Retry::Never, Code::Unauthenticated),
        (403, Reason::Rejected, Retry::Never, Code::PermissionDenied),
        (408, Reason::Unavailable, Retry::Now, Code::DeadlineExceeded),
        (413, Reason::TooLarge, Retry::Never, Code::OutOfRange),
        (429, Reason::Unavailable, Retry::Now, Code::ResourceExhausted),
        (500, Reason::Unavailable, Retry::Now, Code::Internal),
        (503, Reason::Unavailable, Retry::Now, Code::Unavailable),
    ] {
        let (_intakes, address) = Intakes::start(&[(status, r#"{"errors":["said"]}"#)]).await;

        let error = exporter(address, Signal::Logs).consume(logs(&["a"]), Context::default()).await.unwrap_err();

        assert_eq!((error.reason, error.retry), (reason, retry), "{status}: {error}");
        assert!(error.message.ends_with(": said"), "{error}");
        if error.code != Code::Unknown {
            assert_eq!(error.code, code, "{status}");
        }
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_is_sent_in_halves() {
    let (intakes, address) = Intakes::start(&[(413, ""), (413, "")]).await;

    let accepted = exporter(address, Signal::Logs).consume(logs(&["a", "b", "c"]), Context::default()).await.unwrap();

    assert_eq!(accepted, Accepted::ALL);
    let sent: Vec<_> = intakes.take().iter().map(|(_, body)| messages(body)).collect();
    assert_eq!(sent, [vec!["a", "b", "c"], vec!["a", "b"], vec!["a"], vec!["b"], vec!["c"]]);
}

#[tokio::test]
async fn one_that_cannot_be_cut_is_lost_alone() {
    let (intakes, address) = Intakes::start(&[(413, ""), (413, "")]).await;

    let accepted = exporter(address, Signal::Logs).consume(logs(&["a", "b"]), Context::default()).await.unwrap();

    assert_eq!(accepted.rejected, 1);
    let sent: Vec<_> = intakes.take().iter().map(|(_, body)| messages(body)).collect();
    assert_eq!(sent, [vec!["a", "b"], vec!["a"], vec!["b"]]);
}

#[tokio::test]
async fn a_batch_is_translated_once_however_often_it_is_sent() {
    let (intakes, address) = Intakes::start(&[(202, ""), (503, ""), (202, "")]).await;
    let mut config = config(address, json!({"host_metadata": {"enabled": false}}));
    config.sending.retry = Some(crate::sending::RetryConfig {
        initial_interval: std::time::Duration::from_millis(1),
        randomization_factor: 0.0,
        multiplier: 1.0,
        max_interval: std::time::Duration::from_millis(1),
        max_elapsed_time: std::time::Duration::from_secs(60),
    });
    let exporter = config.build(settings("datadog"), Signal::Metrics).unwrap();

    exporter.consume(metrics(), Context::default()).await.unwrap();

    let requests = intakes.take();
    let paths: Vec<_> = requests.iter().map(|(head, _)| head.uri.path()).collect();
    assert_eq!(paths, ["/api/v2/series", "/api/beta/sketches", "/api/beta/sketches"]);
    assert_eq!(requests[1].1, requests[2].1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_datadog_does_not_know_can_be_a_mistake() {
    for (status, body, known) in [
        (200, r#"{"valid":true}"#, true),
        (200, r#"{"valid":false}"#, false),
        (403, r#"{"errors":["Forbidden"]}"#, false),
        (500, "", true),
        (200, "<html>", true),
    ] {
        let (intakes, address) = Intakes::start(&[(status, body)]).await;
        let settings_of = json!({"api": {"fail_on_invalid_key": true}, "host_metadata": {"enabled": false}});
        let config = config(address, settings_of);

        let built = config.build(settings("datadog"), Signal::Logs).map(drop);

        let error = built.err().map(|error| (error.key, error.message));
        assert_eq!(
            error,
            (!known).then(|| ("api::key".into(), "Datadog does not know this key".into())),
            "{status} {body}"
        );
        let [(head, _)] = &intakes.take()[..] else { panic!() };
        assert_eq!((head.method.as_str(), head.uri.path()), ("GET", "/api/v1/validate"));
        assert_eq!(head.headers["dd-api-key"], "abc");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_is_asked_about_once_for_all_signals() {
    let (intakes, address) = Intakes::start(&[(200, r#"{"valid":true}"#)]).await;
    let config = config(address, json!({"api": {"fail_on_invalid_key": true}, "host_metadata": {"enabled": false}}));

    let built: Vec<_> = [Signal::Logs, Signal::Metrics, Signal::Traces]
        .map(|signal| config.build(settings("datadog"), signal).unwrap())
        .into();

    assert_eq!((built.len(), intakes.take().len()), (3, 1));
}
