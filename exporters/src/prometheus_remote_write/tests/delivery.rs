//! Against a receiver of hyper.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::{HeaderMap, Response};
use http_body_util::{BodyExt, Full};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use sluice_component::{Code, Consumer, Context, Metadata, Reason, Retry, Transport};
use tokio::net::TcpListener;

use super::*;
use crate::testing::settings;

/// What a receiver answers: status, headers, body.
type Answer = (u16, Vec<(&'static str, &'static str)>, &'static str);

/// A request's headers, and its series as lines.
type Received = (HeaderMap, Vec<String>);

/// A receiver that answers each request with the next of its answers, and then with success.
#[derive(Clone, Default)]
struct Receiver {
    answers: Arc<Mutex<Vec<Answer>>>,
    requests: Arc<Mutex<Vec<Received>>>,
    came: Arc<tokio::sync::Notify>,
}

impl Receiver {
    async fn start(mut answers: Vec<Answer>) -> (Self, SocketAddr) {
        answers.reverse();
        let receiver = Self { answers: Arc::new(Mutex::new(answers)), ..Self::default() };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let serving = receiver.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let receiver = serving.clone();
                let service = service_fn(move |request| {
                    let receiver = receiver.clone();
                    async move { receiver.answer(request).await }
                });
                tokio::spawn(
                    hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service),
                );
            }
        });
        (receiver, address)
    }

    async fn answer(&self, request: http::Request<hyper::body::Incoming>) -> hyper::Result<Response<Full<Bytes>>> {
        let (parts, packed) = request.into_parts();
        let packed = packed.collect().await?.to_bytes();
        let second = parts.headers["x-prometheus-remote-write-version"] == "2.0.0";
        let lines = prompb::lines(if second { Message::V2 } else { Message::V1 }, &body(&packed));
        self.requests.lock().unwrap().push((parts.headers, lines));
        self.came.notify_one();
        let (status, headers, text) = self.answers.lock().unwrap().pop().unwrap_or((204, vec![], ""));
        let mut response = Response::builder().status(status);
        for (name, value) in headers {
            response = response.header(name, value);
        }
        Ok(response.body(Full::from(text)).unwrap())
    }

    /// The lines of all requests, once the last of them ends so.
    async fn lines_until(&self, end: &str) -> Vec<String> {
        let come = async {
            loop {
                let requests = self.requests.lock().unwrap().clone();
                let lines: Vec<_> = requests.into_iter().flat_map(|(_, lines)| lines).collect();
                if lines.last().is_some_and(|line| line.ends_with(end)) {
                    return lines;
                }
                self.came.notified().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), come).await.expect("requests come")
    }
}

fn exporter(mut json: Json, address: SocketAddr) -> Arc<dyn Consumer> {
    json["endpoint"] = format!("http://{address}/api/v1/write").into();
    let (config, problems) = read(json, FACTORY.configure);
    assert_eq!(problems, [""; 0]);
    config.build(settings("prometheus_remote_write"), Signal::Metrics).unwrap()
}

/// One attempt, whose outcome the caller gets.
fn once(mut json: Json, address: SocketAddr) -> Arc<dyn Consumer> {
    json["remote_write_queue"] = json!({ "enabled": false });
    json["retry_on_failure"] = json!({ "enabled": false });
    exporter(json, address)
}

fn sample(millis: u64) -> Batch {
    batch(json!([]), json!([gauge("g", json!([point(millis, 1.0)]))]))
}

#[tokio::test]
async fn a_request_is_what_the_specification_says() {
    let (receiver, address) = Receiver::start(vec![]).await;
    let exporter = once(json!({ "headers": { "X-Scope-OrgID": "t", "content-encoding": "gzip" } }), address);

    exporter.consume(sample(1), Context::default()).await.unwrap();

    let (headers, lines) = receiver.requests.lock().unwrap().pop().unwrap();
    assert_eq!(lines, ["g{} 1@1"]);
    for (name, value) in [
        ("content-type", "application/x-protobuf"),
        ("content-encoding", "snappy"),
        ("x-prometheus-remote-write-version", "0.1.0"),
        ("x-scope-orgid", "t"),
    ] {
        assert_eq!(headers[name], value);
    }
}

#[tokio::test]
async fn what_a_client_said_is_passed_on() {
    let (receiver, address) = Receiver::start(vec![]).await;
    let exporter = once(json!({ "include_metadata_keys": ["X-Scope-OrgID"] }), address);
    let metadata: Metadata = [("x-scope-orgid", "a"), ("x-other", "o")].into_iter().collect();

    exporter.consume(sample(1), Context::new(Transport::Http, None, metadata)).await.unwrap();

    let (headers, _) = receiver.requests.lock().unwrap().pop().unwrap();
    assert_eq!((&headers["x-scope-orgid"], headers.get("x-other")), (&"a".parse().unwrap(), None));
}

#[tokio::test]
async fn answers_mean_what_the_specification_says() {
    let after = |seconds| Retry::After(Duration::from_secs(seconds));
    for (status, headers, body, code, retry, message) in [
        (
            400,
            vec![],
            "out of order sample\nmore",
            Code::InvalidArgument,
            Retry::Never,
            "the backend answered HTTP 400 Bad Request: out of order sample",
        ),
        (404, vec![], "", Code::Unimplemented, Retry::Never, "the backend answered HTTP 404 Not Found"),
        (
            429,
            vec![("retry-after", "7")],
            "",
            Code::ResourceExhausted,
            after(7),
            "the backend answered HTTP 429 Too Many Requests",
        ),
        (500, vec![], "", Code::Unknown, Retry::Now, "the backend answered HTTP 500 Internal Server Error"),
        (
            503,
            vec![("retry-after", "3")],
            "",
            Code::Unavailable,
            after(3),
            "the backend answered HTTP 503 Service Unavailable",
        ),
    ] {
        let (_, address) = Receiver::start(vec![(status, headers, body)]).await;

        let error = once(json!({}), address).consume(sample(1), Context::default()).await.unwrap_err();

        let reason = if retry == Retry::Never { Reason::Rejected } else { Reason::Unavailable };
        assert_eq!((error.reason, error.code, error.retry, &*error.message), (reason, code, retry, message));
    }
}

#[tokio::test]
async fn a_receiver_has_to_confirm_what_it_wrote_by_the_second_version() {
    let second = || json!({ "protobuf_message": "io.prometheus.write.v2.Request" });
    let confirmed = vec![("x-prometheus-remote-write-samples-written", "1")];
    let (receiver, address) =
        Receiver::start(vec![(204, confirmed, ""), (200, vec![], ""), (415, vec![], "what?")]).await;
    let exporter = once(second(), address);

    exporter.consume(sample(1), Context::default()).await.unwrap();
    let silent = exporter.consume(sample(1), Context::default()).await.unwrap_err();
    let unknown = exporter.consume(sample(1), Context::default()).await.unwrap_err();

    let (headers, lines) = receiver.requests.lock().unwrap().remove(0);
    assert_eq!(headers["content-type"], "application/x-protobuf;proto=io.prometheus.write.v2.Request");
    assert_eq!(lines, ["g{} 1@1"]);
    assert_eq!((silent.retry, unknown.retry), (Retry::Never, Retry::Never));
    assert_eq!(
        silent.message,
        "the backend did not confirm what it wrote, so it does not know remote write 2.0: set protobuf_message to \
            prometheus.WriteRequest"
    );
    assert_eq!(
        unknown.message,
        "the backend answered HTTP 415 Unsupported Media Type: what?; it may not know remote write 2.0: set \
            protobuf_message to prometheus.WriteRequest"
    );
}

#[tokio::test]
async fn no_sample_overtakes_one_that_is_tried_again() {
    let failure = || (503, vec![], "");
    let (receiver, address) = Receiver::start(vec![failure(), failure(), failure()]).await;
    let exporter = exporter(json!({ "retry_on_failure": { "initial_interval": "1ms" } }), address);

    exporter.consume(sample(1), Context::default()).await.unwrap();
    receiver.lines_until(" 1@1").await;
    for millis in 2..=5 {
        exporter.consume(sample(millis), Context::default()).await.unwrap();
    }

    // What waits meanwhile leaves together.
    let first = "g{} 1@1";
    assert_eq!(receiver.lines_until(" 1@5").await, [first, first, first, first, "g{} 1@2 1@3 1@4 1@5"]);
}

#[tokio::test]
async fn a_refused_request_is_lost_alone() {
    let (receiver, address) = Receiver::start(vec![(400, vec![], "no")]).await;
    let batch = batch(json!([]), json!([many(100)]));
    let settings = json!({ "max_batch_size_bytes": 1000, "max_batch_request_parallelism": 3 });

    let accepted = once(settings, address).consume(batch, Context::default()).await.unwrap();

    let requests = receiver.requests.lock().unwrap();
    let lost = accepted.rejected as usize;
    assert!(requests.iter().any(|(_, lines)| lines.len() == lost), "{lost}");
    assert_eq!(requests.iter().map(|(_, lines)| lines.len()).sum::<usize>(), 100);
    assert_eq!(accepted.message.as_deref(), Some("the backend answered HTTP 400 Bad Request: no"));
}
