use std::time::Duration;

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::logs::v1::logs_service_client::LogsServiceClient;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::metrics_service_client::MetricsServiceClient;
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_client::TraceServiceClient;
use opentelemetry_proto::tonic::collector::trace::v1::{ExportTracePartialSuccess, ExportTraceServiceResponse};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::metrics::v1::{
    Gauge, Metric, NumberDataPoint, ResourceMetrics, ScopeMetrics, metric::Data,
};
use prost::Message as _;
use serde_json::json;
use sluice_component::{Accepted, Code as Ours, Retry, Transport};
use sluice_pdata::Signal;
use sluice_transport::compression::{Compressor, Encoding};
use tonic::Code;
use tonic::codec::CompressionEncoding;
use tonic_types::StatusExt as _;

use super::rig::*;

type Header = (&'static str, &'static str);

const EXPORT: &str = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
const PROFILES: &str = "/opentelemetry.proto.collector.profiles.v1development.ProfilesService/Export";
const GRPC: Header = ("content-type", "application/grpc");

fn metrics() -> ExportMetricsServiceRequest {
    let data = Some(Data::Gauge(Gauge { data_points: vec![NumberDataPoint::default()] }));
    let metrics = vec![Metric { name: "up".into(), data, ..Metric::default() }];
    let scope_metrics = vec![ScopeMetrics { metrics, ..ScopeMetrics::default() }];
    let resource_metrics = vec![ResourceMetrics { scope_metrics, ..ResourceMetrics::default() }];
    ExportMetricsServiceRequest { resource_metrics }
}

fn logs() -> ExportLogsServiceRequest {
    let log_records = vec![LogRecord { severity_text: "WARN".into(), ..LogRecord::default() }];
    let scope_logs = vec![ScopeLogs { log_records, ..ScopeLogs::default() }];
    ExportLogsServiceRequest { resource_logs: vec![ResourceLogs { scope_logs, ..ResourceLogs::default() }] }
}

#[tokio::test]
async fn takes_every_signal_byte_for_byte() {
    let rig = rig(json!({}), json!({})).await;
    let url = format!("http://{}", rig.grpc());

    let traced = TraceServiceClient::connect(url.clone()).await.unwrap().export(spans(3)).await.unwrap();
    MetricsServiceClient::connect(url.clone()).await.unwrap().export(metrics()).await.unwrap();
    LogsServiceClient::connect(url).await.unwrap().export(logs()).await.unwrap();

    assert_eq!(traced.into_inner(), ExportTraceServiceResponse { partial_success: None });
    let expected = [
        (Signal::Traces, encoded(3)),
        (Signal::Metrics, metrics().encode_to_vec().into()),
        (Signal::Logs, logs().encode_to_vec().into()),
    ];
    assert_eq!(rig.backend.messages(), expected);
    let taken = rig.backend.taken.lock().unwrap();
    let (batch, context) = &taken[0];
    assert_eq!((batch.items(), context.transport(), context.metadata().is_empty()), (3, Transport::Grpc, true));
    assert!(context.peer().unwrap().ip().is_loopback());
}

#[tokio::test]
async fn takes_packed_messages() {
    let rig = rig(json!({}), json!({})).await;
    let url = format!("http://{}", rig.grpc());

    for encoding in [CompressionEncoding::Gzip, CompressionEncoding::Zstd] {
        let client = TraceServiceClient::connect(url.clone()).await.unwrap();
        client.send_compressed(encoding).export(spans(9)).await.unwrap();
    }
    let mut packed = Vec::new();
    Compressor::new(Encoding::SnappyFramed, None).unwrap().compress(&[encoded(9)], &mut packed).unwrap();
    let call = rig.call(EXPORT, &[GRPC, ("grpc-encoding", "snappy")], &framed(true, &packed)).await;

    assert_eq!(call.trailers["grpc-status"], "0");
    assert_eq!(rig.backend.messages(), vec![(Signal::Traces, encoded(9)); 3]);
}

#[tokio::test]
async fn an_answer_is_headers_an_empty_message_and_a_status() {
    let rig = rig(json!({}), json!({})).await;

    let call = rig.call(EXPORT, &[GRPC], &framed(false, &encoded(1))).await;

    assert_eq!(call.status, 200);
    assert_eq!(call.headers["content-type"], "application/grpc");
    assert_eq!(&call.body[..], [0; 5]);
    assert_eq!(call.trailers["grpc-status"], "0");
    assert_eq!(call.trailers.len(), 1);
}

#[tokio::test]
async fn a_request_without_items_succeeds_and_goes_nowhere() {
    let rig = rig(json!({}), json!({})).await;

    for message in [&b""[..], &[10, 0]] {
        let call = rig.call(EXPORT, &[GRPC], &framed(false, message)).await;

        assert_eq!(call.trailers["grpc-status"], "0");
    }

    assert!(rig.backend.messages().is_empty());
}

#[tokio::test]
async fn what_no_pipeline_takes_is_unimplemented() {
    let rig = rig(json!({}), json!({})).await;

    for path in [PROFILES, "/grpc.health.v1.Health/Check", "/"] {
        let status = rig.call(path, &[GRPC], &framed(false, b"")).await.failure();

        assert_eq!(status.code(), Code::Unimplemented);
        assert_eq!(status.message(), format!("nothing is taken at {path}"));
    }
}

#[tokio::test]
async fn an_unknown_compression_is_unimplemented_and_the_known_ones_are_named() {
    let rig = rig(json!({}), json!({})).await;

    let call = rig.call(EXPORT, &[GRPC, ("grpc-encoding", "br")], &framed(true, b"x")).await;

    assert_eq!(call.failure().code(), Code::Unimplemented);
    assert_eq!(call.failure().message(), "compression br is not supported, only identity,gzip,snappy,zstd");
    assert_eq!(call.headers["grpc-accept-encoding"], "identity,gzip,snappy,zstd");
}

#[tokio::test]
async fn a_message_over_the_limit_is_refused_for_good() {
    let rig = rig(json!({ "max_recv_msg_size_mib": 1 }), json!({})).await;
    let big = vec![0; (1 << 20) + 1];
    let mut packed = Vec::new();
    Compressor::new(Encoding::Gzip, None).unwrap().compress(&[big.clone().into()], &mut packed).unwrap();

    let plain = rig.call(EXPORT, &[GRPC], &framed(false, &big)).await.failure();
    let unpacked = rig.call(EXPORT, &[GRPC, ("grpc-encoding", "gzip")], &framed(true, &packed)).await.failure();
    // The announcement is enough.
    let announced = rig.call(EXPORT, &[GRPC], b"\0\xff\xff\xff\xff").await.failure();

    assert_eq!(plain.message(), "the body is longer than 1048581 bytes");
    assert_eq!(unpacked.message(), "the body unpacks to more than 1048576 bytes");
    assert_eq!(announced.message(), plain.message());
    for status in [plain, unpacked, announced] {
        assert_eq!(status.code(), Code::ResourceExhausted);
        assert!(status.get_details_retry_info().is_none());
    }
}

#[tokio::test]
async fn a_malformed_message_is_an_invalid_argument_with_the_field_at_fault() {
    let rig = rig(json!({}), json!({})).await;
    let mut request = spans(1);
    request.resource_spans[0].scope_spans[0].spans[0].trace_id = vec![1; 15];

    let status = rig.call(EXPORT, &[GRPC], &framed(false, &request.encode_to_vec())).await.failure();

    assert_eq!(status.code(), Code::InvalidArgument);
    let violations = status.get_details_bad_request().unwrap().field_violations;
    assert_eq!(violations[0].field, "resource_spans.scope_spans.spans.trace_id");
    assert_eq!(violations[0].description, status.message());
    assert!(rig.backend.messages().is_empty());
}

#[tokio::test]
async fn broken_frames_and_broken_packing_are_told_apart() {
    let rig = rig(json!({}), json!({})).await;
    let gzip = ("grpc-encoding", "gzip");
    let cases: [(&[Header], Vec<u8>, Code); 6] = [
        (&[GRPC], vec![], Code::Internal),
        (&[GRPC], b"\0\0\0\0\x09ab".to_vec(), Code::Internal),
        (&[GRPC], b"\x07\0\0\0\0".to_vec(), Code::Internal),
        (&[GRPC], framed(true, b"ab"), Code::Internal),
        (&[GRPC, gzip], framed(true, b"ab"), Code::InvalidArgument),
        (&[GRPC, ("grpc-timeout", "soon")], framed(false, b""), Code::InvalidArgument),
    ];

    for (headers, body, expected) in cases {
        let status = rig.call(EXPORT, headers, &body).await.failure();

        assert_eq!(status.code(), expected, "{headers:?} {body:?}: {status}");
    }
}

#[tokio::test]
async fn nesting_that_is_too_deep_is_refused() {
    let rig = rig(json!({}), json!({})).await;
    // Each round wraps an AnyValue into an array of one.
    let mut value = vec![];
    for _ in 0..10_000 {
        let mut inner = vec![0x0a];
        prost::encoding::encode_varint(value.len() as u64, &mut inner);
        inner.extend_from_slice(&value);
        value = vec![0x2a];
        prost::encoding::encode_varint(inner.len() as u64, &mut value);
        value.extend_from_slice(&inner);
    }
    // resource_spans.resource.attributes.value
    for tag in [0x12, 0x0a, 0x0a, 0x0a] {
        let mut outer = vec![tag];
        prost::encoding::encode_varint(value.len() as u64, &mut outer);
        outer.extend_from_slice(&value);
        value = outer;
    }

    let status = rig.call(EXPORT, &[GRPC], &framed(false, &value)).await.failure();

    assert_eq!(status.code(), Code::InvalidArgument);
    assert!(status.message().ends_with("expected values nested at most 64 deep"), "{status}");
}

#[tokio::test]
async fn an_expired_deadline_is_said_so() {
    let rig = rig_answering(json!({}), json!({}), || Box::pin(std::future::pending())).await;

    let call = rig.call(EXPORT, &[GRPC, ("grpc-timeout", "20m")], &framed(false, &encoded(1))).await;

    assert_eq!(call.failure().code(), Code::DeadlineExceeded);
}

#[tokio::test]
async fn a_full_queue_says_when_to_come_back() {
    let answer = || refusal(Ours::ResourceExhausted, Retry::After(Duration::from_secs(7)));
    let rig = rig_answering(json!({}), json!({}), move || Box::pin(std::future::ready(Err(answer())))).await;

    let mut client = TraceServiceClient::connect(format!("http://{}", rig.grpc())).await.unwrap();
    let status = client.export(spans(1)).await.unwrap_err();

    assert_eq!((status.code(), status.message()), (Code::ResourceExhausted, "otlp_grpc/backup: the queue is full"));
    let retry = status.get_details_retry_info().unwrap();
    assert_eq!(retry.retry_delay, Some(Duration::from_secs(7)));
}

#[tokio::test]
async fn a_backends_partial_success_reaches_the_client() {
    let accepted = Accepted { rejected: 2, message: Some("too old".into()) };
    let rig = rig_answering(json!({}), json!({}), move || Box::pin(std::future::ready(Ok(accepted.clone())))).await;

    let mut client = TraceServiceClient::connect(format!("http://{}", rig.grpc())).await.unwrap();
    let response = client.export(spans(3)).await.unwrap().into_inner();

    let partial = ExportTracePartialSuccess { rejected_spans: 2, error_message: "too old".into() };
    assert_eq!(response.partial_success, Some(partial));
}

#[tokio::test]
async fn a_panic_costs_one_request() {
    let rig = rig_answering(json!({}), json!({}), || panic!("for the test")).await;
    let mut client = TraceServiceClient::connect(format!("http://{}", rig.grpc())).await.unwrap();

    let status = client.export(spans(1)).await.unwrap_err();
    let empty = client.export(spans(0)).await;

    assert_eq!((status.code(), status.message()), (Code::Internal, "the request met a defect in the gateway"));
    assert!(empty.is_ok(), "the same connection goes on");
}

#[tokio::test]
async fn metadata_is_included_where_it_is_asked_for() {
    let rig = rig(json!({ "include_metadata": true }), json!({})).await;

    rig.call(EXPORT, &[GRPC, ("x-tenant", "a"), ("x-tenant", "b")], &framed(false, &encoded(1))).await;

    let taken = rig.backend.taken.lock().unwrap();
    let metadata = taken[0].1.metadata();
    assert_eq!(metadata.get_all("X-Tenant").collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(metadata.get_all("host").collect::<Vec<_>>(), ["test"]);
}

#[tokio::test]
async fn what_is_no_grpc_is_told_so_in_http() {
    let rig = rig(json!({}), json!({})).await;

    let json = rig.call(EXPORT, &[("content-type", "application/json")], b"{}").await;
    let none = rig.call(EXPORT, &[], b"").await;
    let web = rig.call(EXPORT, &[("content-type", "application/grpc-web")], b"").await;
    let http1 = exchange(rig.grpc(), b"POST /v1/traces HTTP/1.1\r\nhost: a\r\n\r\n").await;

    assert_eq!([json.status, none.status, web.status].map(|status| status.as_u16()), [415, 415, 415]);
    assert_eq!(http1.status(), 505);
    assert_eq!(http1.body(), "this port speaks gRPC over HTTP/2; OTLP over HTTP has a port of its own\n");
    assert_eq!(http1.headers()["content-length"].to_str().unwrap(), http1.body().len().to_string());
}

#[tokio::test]
async fn many_calls_share_a_connection() {
    let rig = rig(json!({}), json!({})).await;
    let client = TraceServiceClient::connect(format!("http://{}", rig.grpc())).await.unwrap();

    let calls = (0..200).map(|_| {
        let mut client = client.clone();
        tokio::spawn(async move { client.export(spans(50)).await })
    });
    let outcomes = futures_util::future::join_all(calls).await;

    assert!(outcomes.iter().all(|outcome| outcome.as_ref().unwrap().is_ok()));
    assert_eq!(rig.backend.messages(), vec![(Signal::Traces, encoded(50)); 200]);
}
