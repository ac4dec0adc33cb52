//! Against a server of `tonic`, which decodes with `prost`.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::service::TowerToHyperService;
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{TraceService, TraceServiceServer};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTracePartialSuccess, ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use prost::Message;
use serde_json::{Value as Json, json};
use sluice_component::{Accepted, Code, ConsumeError, Consumer, Context, Reason, Retry};
use sluice_pdata::Signal;
use sluice_transport::status::Status;
use tokio::net::TcpListener;
use tonic::codec::CompressionEncoding;
use tonic::{Request, Response};

use super::*;
use crate::testing::{read, settings, spans};

type Answer = Result<ExportTraceServiceResponse, tonic::Status>;

/// A backend that answers each request with the next of its answers, and then with success.
#[derive(Clone, Default)]
struct Backend {
    answers: Arc<Mutex<Vec<Answer>>>,
    requests: Arc<Mutex<Vec<(tonic::metadata::MetadataMap, ExportTraceServiceRequest)>>>,
}

#[tonic::async_trait]
impl TraceService for Backend {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, tonic::Status> {
        let (metadata, _, message) = request.into_parts();
        self.requests.lock().unwrap().push((metadata, message));
        let answer = self.answers.lock().unwrap().pop();
        answer.unwrap_or_else(|| Ok(ExportTraceServiceResponse::default())).map(Response::new)
    }
}

impl Backend {
    async fn start(answers: Vec<Answer>) -> (Self, SocketAddr) {
        let backend = Self { answers: Arc::new(Mutex::new(answers)), ..Self::default() };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let service = TraceServiceServer::new(backend.clone())
            .accept_compressed(CompressionEncoding::Gzip)
            .accept_compressed(CompressionEncoding::Zstd)
            .send_compressed(CompressionEncoding::Gzip);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let service = TowerToHyperService::new(service.clone());
                let server = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
                tokio::spawn(server.serve_connection(TokioIo::new(stream), service));
            }
        });
        (backend, address)
    }
}

fn exporter(address: SocketAddr, mut json: Json) -> Arc<dyn Consumer> {
    json["endpoint"] = json!(address.to_string());
    json["tls"] = json!({"insecure": true});
    let (config, problems) = read(json, FACTORY.configure);
    assert_eq!(problems, [""; 0]);
    config.build(settings("otlp_grpc"), Signal::Traces).unwrap()
}

/// One attempt, whose outcome the caller gets.
fn once(address: SocketAddr) -> Arc<dyn Consumer> {
    exporter(address, json!({"sending_queue": {"enabled": false}, "retry_on_failure": {"enabled": false}}))
}

fn soon() -> std::time::Instant {
    std::time::Instant::now() + Duration::from_secs(20)
}

#[tokio::test]
async fn what_arrives_is_what_was_given() {
    for compression in ["none", "gzip", "zstd"] {
        let (backend, address) = Backend::start(Vec::new()).await;
        let exporter = exporter(address, json!({"compression": compression, "headers": {"api-key": "k"}}));
        let mut batch = spans(["a", "b"]);
        batch.merge(spans(["c"])).unwrap();

        assert_eq!(exporter.consume(batch.clone(), Context::default()).await.unwrap(), Accepted::ALL);
        assert_eq!(exporter.flush(soon()).await, 0);

        let (metadata, request) = backend.requests.lock().unwrap().pop().unwrap();
        assert_eq!(request, ExportTraceServiceRequest::decode(batch.to_bytes()).unwrap());
        assert_eq!(metadata.get("api-key").unwrap(), "k");
        let platform = if cfg!(target_arch = "x86_64") { "linux/amd64" } else { "linux/arm64" };
        assert_eq!(metadata.get("user-agent").unwrap(), format!("Sluice/1.2.3 ({platform})").as_str());
        assert_eq!(metadata.get("grpc-timeout").unwrap(), "5000m");
    }
}

#[tokio::test]
async fn a_partial_success_is_a_success_with_a_remark() {
    let partial_success = ExportTracePartialSuccess { rejected_spans: 1, error_message: "too old".into() };
    let answer = ExportTraceServiceResponse { partial_success: Some(partial_success) };
    let (_backend, address) = Backend::start(vec![Ok(answer)]).await;

    let accepted = once(address).consume(spans(["a", "b"]), Context::default()).await.unwrap();

    assert_eq!(accepted, Accepted { rejected: 1, message: Some("too old".into()) });
}

#[tokio::test]
async fn each_code_is_repeated_or_not_as_otlp_has_it() {
    use tonic::Code as Tonic;
    let outcome = async |status: tonic::Status| -> ConsumeError {
        let (_backend, address) = Backend::start(vec![Err(status)]).await;
        once(address).consume(spans(["a"]), Context::default()).await.unwrap_err()
    };

    for (code, retryable) in [
        (Tonic::Cancelled, true),
        (Tonic::Unknown, false),
        (Tonic::InvalidArgument, false),
        (Tonic::DeadlineExceeded, true),
        (Tonic::NotFound, false),
        (Tonic::AlreadyExists, false),
        (Tonic::PermissionDenied, false),
        (Tonic::ResourceExhausted, false),
        (Tonic::FailedPrecondition, false),
        (Tonic::Aborted, true),
        (Tonic::OutOfRange, true),
        (Tonic::Unimplemented, false),
        (Tonic::Internal, false),
        (Tonic::Unavailable, true),
        (Tonic::DataLoss, true),
        (Tonic::Unauthenticated, false),
    ] {
        let error = outcome(tonic::Status::new(code, "because")).await;
        assert_eq!(error.retry, if retryable { Retry::Now } else { Retry::Never }, "{code:?}");
        assert_eq!(error.code as i32, code as i32);
        assert_eq!(error.message, format!("the backend answered {:?}: because", error.code));
    }

    for (code, delay, retry) in [
        (Tonic::ResourceExhausted, 0, Retry::Now),
        (Tonic::ResourceExhausted, 7, Retry::After(Duration::from_secs(7))),
        (Tonic::Unavailable, 7, Retry::After(Duration::from_secs(7))),
        (Tonic::InvalidArgument, 7, Retry::Never),
    ] {
        let details = Status::new(Code::from_number(code as i32), "").retry_after(Duration::from_secs(delay));
        let error = outcome(tonic::Status::with_details(code, "later", details.to_protobuf())).await;
        assert_eq!(error.retry, retry, "{code:?}");
    }
}

#[tokio::test]
async fn a_refused_attempt_is_repeated_from_the_queue() {
    let (backend, address) = Backend::start(vec![Err(tonic::Status::unavailable("restarting"))]).await;
    let retry = json!({"initial_interval": "1ms", "max_interval": "1ms"});
    let exporter = exporter(address, json!({"retry_on_failure": retry, "sending_queue": {"wait_for_result": true}}));

    exporter.consume(spans(["a"]), Context::default()).await.unwrap();

    assert_eq!(backend.requests.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn no_backend_is_worth_another_attempt() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);

    let error = once(address).consume(spans(["a"]), Context::default()).await.unwrap_err();

    assert_eq!((error.reason, error.code, error.retry), (Reason::Unavailable, Code::Unavailable, Retry::Now));
    assert_eq!(error.message, format!("cannot connect to {address}: Connection refused (os error 111)"));
}

#[test]
fn mistakes_of_all_parts_are_named_at_once() {
    let (_, problems) = read(json!({"timeout": "x", "sending_queue": {"queue_size": 0}, "endpont": 1}), |section| {
        (FACTORY.configure)(section)
    });

    assert_eq!(
        problems,
        [
            "endpoint: requires a non-empty endpoint, such as localhost:4317",
            "timeout: must be a duration such as 200ms, 5s or 1h30m, not negative, found \"x\"",
            "sending_queue::queue_size: must be greater than zero",
            "endpont: unknown key, did you mean \"endpoint\"?",
        ]
    );
}
