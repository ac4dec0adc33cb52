//! Against a server of hyper, where `prost` decodes.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::{Response, request};
use http_body_util::{BodyExt, Full};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTracePartialSuccess, ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use prost::Message;
use serde_json::{Value as Json, json};
use sluice_component::{Accepted, Code, ConsumeError, Consumer, Context, Reason, Retry};
use sluice_pdata::Signal;
use sluice_transport::compression::{self, decompress};
use sluice_transport::status::Status;
use tokio::net::TcpListener;

use super::*;
use crate::testing::{read, settings, spans};

/// What a backend answers: status, content type, `Retry-After`, body.
type Answer = (u16, &'static str, &'static str, Vec<u8>);

/// A backend that answers each request with the next of its answers, and then with success.
#[derive(Clone, Default)]
struct Backend {
    answers: Arc<Mutex<Vec<Answer>>>,
    requests: Arc<Mutex<Vec<(request::Parts, Bytes)>>>,
}

impl Backend {
    async fn start(answers: Vec<Answer>) -> (Self, SocketAddr) {
        let backend = Self { answers: Arc::new(Mutex::new(answers)), ..Self::default() };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let serving = backend.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let backend = serving.clone();
                let service = service_fn(move |request| {
                    let backend = backend.clone();
                    async move { backend.answer(request).await }
                });
                let server = hyper::server::conn::http1::Builder::new();
                tokio::spawn(server.serve_connection(TokioIo::new(stream), service));
            }
        });
        (backend, address)
    }

    async fn answer(&self, request: http::Request<hyper::body::Incoming>) -> hyper::Result<Response<Full<Bytes>>> {
        let (parts, body) = request.into_parts();
        let body = body.collect().await?.to_bytes();
        self.requests.lock().unwrap().push((parts, body));
        let next = self.answers.lock().unwrap().pop();
        let (status, content_type, retry_after, body) = next.unwrap_or((200, "", "", Vec::new()));
        let mut response = Response::builder().status(status);
        for (name, value) in [("content-type", content_type), ("retry-after", retry_after)] {
            if !value.is_empty() {
                response = response.header(name, value);
            }
        }
        Ok(response.body(Full::from(body)).unwrap())
    }
}

fn exporter(mut json: Json, address: SocketAddr) -> Arc<dyn Consumer> {
    json.as_object_mut().unwrap().entry("endpoint").or_insert(json!(format!("http://{address}/otlp/")));
    let (config, problems) = read(json, FACTORY.configure);
    assert_eq!(problems, [""; 0]);
    config.build(settings("otlp_http"), Signal::Traces).unwrap()
}

/// One attempt, whose outcome the caller gets.
fn once(address: SocketAddr) -> Arc<dyn Consumer> {
    exporter(json!({"sending_queue": {"enabled": false}, "retry_on_failure": {"enabled": false}}), address)
}

#[tokio::test]
async fn what_arrives_is_what_was_given() {
    for (name, encoding) in [("gzip", compression::Encoding::Gzip), ("zstd", compression::Encoding::Zstd)] {
        let (backend, address) = Backend::start(Vec::new()).await;
        let exporter = exporter(json!({"compression": name, "sending_queue": {"wait_for_result": true}}), address);
        let mut batch = spans(["a", "b"]);
        batch.merge(spans(["c"])).unwrap();

        exporter.consume(batch.clone(), Context::default()).await.unwrap();

        let (head, body) = backend.requests.lock().unwrap().pop().unwrap();
        assert_eq!(decompress(encoding, &body, 1 << 20).unwrap(), batch.to_bytes());
        assert_eq!((head.method.as_str(), head.uri.path()), ("POST", "/otlp/v1/traces"));
        assert_eq!(head.headers["content-type"], "application/x-protobuf");
        let platform = if cfg!(target_arch = "x86_64") { "linux/amd64" } else { "linux/arm64" };
        assert_eq!(head.headers["user-agent"], format!("Sluice/1.2.3 ({platform})"));
    }
}

#[tokio::test]
async fn json_is_what_otlp_calls_json() {
    let (backend, address) = Backend::start(Vec::new()).await;
    let encoding = json!({"encoding": "json", "compression": "none", "sending_queue": {"wait_for_result": true}});
    let exporter = exporter(encoding, address);
    let many: Vec<_> = (0..5000).map(|index| format!("span {index}")).collect();

    for batch in [spans(["a"]), spans(many.iter().map(String::as_str))] {
        exporter.consume(batch.clone(), Context::default()).await.unwrap();

        let (head, body) = backend.requests.lock().unwrap().pop().unwrap();
        let read = sluice_pdata::Batch::check_json(Signal::Traces, &body, &Default::default()).unwrap();
        assert_eq!(head.headers["content-type"], "application/json");
        let decoded = |batch: &sluice_pdata::Batch| ExportTraceServiceRequest::decode(batch.to_bytes()).unwrap();
        assert_eq!(decoded(&read), decoded(&batch));
    }
}

#[tokio::test]
async fn a_signal_has_its_own_endpoint_as_it_was_written() {
    let (backend, address) = Backend::start(Vec::new()).await;
    let own = json!({
        "endpoint": "http://nobody.invalid", "traces_endpoint": format!("http://{address}/custom/?key=v"),
        "sending_queue": {"wait_for_result": true},
    });

    exporter(own, address).consume(spans(["a"]), Context::default()).await.unwrap();

    assert_eq!(backend.requests.lock().unwrap().pop().unwrap().0.uri, "/custom/?key=v");
}

#[tokio::test]
async fn a_partial_success_is_read_in_the_answers_own_type() {
    let partial_success = ExportTracePartialSuccess { rejected_spans: 1, error_message: "too old".into() };
    let proto = ExportTraceServiceResponse { partial_success: Some(partial_success) }.encode_to_vec();
    let json = br#"{"partialSuccess":{"rejectedSpans":"1","errorMessage":"too old"}}"#.to_vec();
    let some = Accepted { rejected: 1, message: Some("too old".into()) };

    for (content_type, body, expected) in [
        ("application/x-protobuf", proto, some.clone()),
        ("application/json; charset=utf-8", json, some),
        ("text/html", b"<html>".to_vec(), Accepted::ALL),
        ("", Vec::new(), Accepted::ALL),
    ] {
        let (_backend, address) = Backend::start(vec![(202, content_type, "", body)]).await;
        assert_eq!(once(address).consume(spans(["a"]), Context::default()).await.unwrap(), expected);
    }
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_is_not_repeated() {
    let (_backend, address) = Backend::start(vec![(200, "application/x-protobuf", "", b"<html>".to_vec())]).await;

    let error = once(address).consume(spans(["a"]), Context::default()).await.unwrap_err();

    assert_eq!((error.reason, error.retry), (Reason::Rejected, Retry::Never));
}

#[tokio::test]
async fn each_status_is_repeated_or_not_as_otlp_has_it() {
    let outcome = async |status: u16, retry_after: &'static str| -> ConsumeError {
        let (_backend, address) = Backend::start(vec![(status, "", retry_after, Vec::new())]).await;
        once(address).consume(spans(["a"]), Context::default()).await.unwrap_err()
    };

    for (status, code, retry) in [
        (301, Code::Unknown, Retry::Never),
        (400, Code::InvalidArgument, Retry::Never),
        (401, Code::Unauthenticated, Retry::Never),
        (403, Code::PermissionDenied, Retry::Never),
        (404, Code::Unimplemented, Retry::Never),
        (408, Code::Unknown, Retry::Never),
        (413, Code::Unknown, Retry::Never),
        (429, Code::ResourceExhausted, Retry::Now),
        (500, Code::Unknown, Retry::Never),
        (502, Code::Unavailable, Retry::Now),
        (503, Code::Unavailable, Retry::Now),
        (504, Code::Unavailable, Retry::Now),
    ] {
        let error = outcome(status, "").await;
        assert_eq!((error.code, error.retry), (code, retry), "{status}");
    }
    let seven = Retry::After(Duration::from_secs(7));
    for (status, retry) in [(429, seven), (503, seven), (502, Retry::Now), (400, Retry::Never)] {
        assert_eq!(outcome(status, "7").await.retry, retry, "{status}");
    }
    assert_eq!(outcome(503, "soon").await.retry, Retry::Now);
}

#[tokio::test]
async fn a_backends_words_are_passed_on() {
    let said = Status::new(Code::InvalidArgument, "no resource");
    for (content_type, body, message) in [
        ("application/x-protobuf", said.to_protobuf(), "the backend answered HTTP 400 Bad Request: no resource"),
        ("application/json", said.to_json(), "the backend answered HTTP 400 Bad Request: no resource"),
        ("text/html", Bytes::from_static(b"<html>"), "the backend answered HTTP 400 Bad Request"),
    ] {
        let (_backend, address) = Backend::start(vec![(400, content_type, "", body.to_vec())]).await;
        let error = once(address).consume(spans(["a"]), Context::default()).await.unwrap_err();
        assert_eq!(error.message, message);
    }
}

#[tokio::test]
async fn no_backend_is_worth_another_attempt() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);

    let error = once(address).consume(spans(["a"]), Context::default()).await.unwrap_err();

    assert_eq!((error.reason, error.code, error.retry), (Reason::Unavailable, Code::Unavailable, Retry::Now));
}

#[test]
fn the_defaults_are_the_collectors_for_http() {
    let (config, problems) = read(json!({"endpoint": "http://a"}), Config::read);

    assert_eq!(problems, [""; 0]);
    assert_eq!(config.sending.timeout, Some(Duration::from_secs(30)));
    assert_eq!(config.encoding, Encoding::Proto);
    let urls = Signal::ALL.map(|signal| config.url(signal).unwrap().to_string());
    let paths = ["/v1/traces", "/v1/metrics", "/v1/logs", "/v1development/profiles"];
    assert_eq!(urls, paths.map(|path| format!("http://a{path}")));
}

#[test]
fn every_mistake_about_endpoints_is_named() {
    let problems = |json: Json| read(json, Config::read).1;

    assert_eq!(problems(json!({})), ["at least one endpoint must be specified"]);
    assert_eq!(problems(json!({"endpoint": ""})), ["at least one endpoint must be specified"]);
    assert_eq!(
        problems(json!({"endpoint": "backend:4318", "logs_endpoint": "x", "encoding": "xml"})),
        [
            "endpoint: must be a valid URL, such as http://localhost:4318",
            "logs_endpoint: must be a valid URL, such as http://localhost:4318",
            "encoding: must be one of \"proto\", \"json\", found \"xml\"",
        ]
    );
    let (config, _) = read(json!({"logs_endpoint": "http://a/b"}), Config::read);
    let error = config.url(Signal::Traces).unwrap_err();
    assert_eq!(error.message, "either endpoint or traces_endpoint must be specified");
}
