//! Against a server of hyper.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Response, request};
use http_body_util::{BodyExt, Full};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use metrics_util::debugging::{DebugValue, DebuggingRecorder};
use sluice_component::{Accepted, Consumer, Context, Transport};
use sluice_transport::compression::{self, decompress};
use tokio::net::TcpListener;

use super::*;
use crate::testing::settings;

/// A Loki that answers each request with the next of its answers, and then stores everything.
#[derive(Clone, Default)]
struct Loki {
    answers: Arc<Mutex<Vec<(u16, &'static str)>>>,
    requests: Arc<Mutex<Vec<(request::Parts, Bytes)>>>,
}

impl Loki {
    async fn start(answers: Vec<(u16, &'static str)>) -> (Self, SocketAddr) {
        let loki = Self { answers: Arc::new(Mutex::new(answers)), ..Self::default() };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let serving = loki.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let loki = serving.clone();
                let service = service_fn(move |request| {
                    let loki = loki.clone();
                    async move { loki.answer(request).await }
                });
                let server = hyper::server::conn::http1::Builder::new();
                tokio::spawn(server.serve_connection(TokioIo::new(stream), service));
            }
        });
        (loki, address)
    }

    async fn answer(&self, request: http::Request<hyper::body::Incoming>) -> hyper::Result<Response<Full<Bytes>>> {
        let (parts, body) = request.into_parts();
        let body = body.collect().await?.to_bytes();
        self.requests.lock().unwrap().push((parts, body));
        let (status, said) = self.answers.lock().unwrap().pop().unwrap_or((204, ""));
        Ok(Response::builder().status(status).body(Full::from(said)).unwrap())
    }

    fn requests(&self) -> Vec<(request::Parts, Bytes)> {
        std::mem::take(&mut self.requests.lock().unwrap())
    }
}

/// One attempt at each parcel, whose outcome the caller gets.
fn exporter(mut json: Json, address: SocketAddr) -> Arc<dyn Consumer> {
    json["endpoint"] = json!(format!("http://{address}/loki/api/v1/push"));
    json["sending_queue"] = json!({"enabled": false});
    json["retry_on_failure"] = json!({"enabled": false});
    let (config, problems) = read(json, FACTORY.configure);
    assert_eq!(problems, [""; 0]);
    config.build(settings("loki"), Signal::Logs).unwrap()
}

/// Lines of this second.
fn lines<'l>(bodies: impl IntoIterator<Item = &'l str>) -> Batch {
    logs(
        json!({"loki.tenant": "team"}),
        bodies.into_iter().map(|body| {
            let attributes = if body.starts_with("of a") { json!({"team": "a"}) } else { json!({}) };
            json!({"body": body, "timeUnixNano": "0", "spanId": "0102030405060708", "attributes": attributes})
        }),
    )
}

fn unpacked(encoding: compression::Encoding, body: &Bytes) -> Vec<u8> {
    decompress(encoding, body, 1 << 20).unwrap().to_vec()
}

#[tokio::test]
async fn a_request_is_what_loki_wants() {
    let snappy = |body: &Bytes| unpacked(compression::Encoding::Snappy, body);
    for (encoding, compression, content_type, content_encoding) in [
        ("protobuf", "", "application/x-protobuf", None),
        ("protobuf", "gzip", "application/x-protobuf", Some("gzip")),
        ("json", "gzip", "application/json", Some("gzip")),
        ("json", "none", "application/json", None),
    ] {
        let (loki, address) = Loki::start(Vec::new()).await;
        let exporter = exporter(json!({"encoding": encoding, "compression": compression}), address);

        exporter.consume(lines(["one", "of a"]), Context::default()).await.unwrap();

        let requests = loki.requests();
        let tenants: Vec<_> = requests.iter().map(|(head, _)| head.headers.get("x-scope-orgid")).collect();
        assert_eq!(tenants, [None, Some(&"a".parse().unwrap())]);
        let (head, body) = &requests[0];
        assert_eq!((head.method.as_str(), head.uri.path()), ("POST", "/loki/api/v1/push"));
        assert_eq!(head.headers["content-type"], content_type);
        assert_eq!(head.headers.get("content-encoding").map(|value| value.to_str().unwrap()), content_encoding);
        let body = match content_encoding {
            Some(_) => Bytes::from(unpacked(compression::Encoding::Gzip, body)),
            None => body.clone(),
        };
        match encoding {
            "json" => {
                let body: Json = serde_json::from_slice(&body).unwrap();
                assert_eq!(body["streams"][0]["stream"], json!({"exporter": "OTLP"}));
            }
            _ => {
                let body = PushRequest::decode(&*snappy(&body)).unwrap();
                assert_eq!(body.streams[0].labels, r#"{exporter="OTLP"}"#);
            }
        }
    }
}

#[tokio::test]
async fn a_tenant_is_static_or_of_the_clients_metadata() {
    let context = Context::new(Transport::Grpc, None, [("x-team", "b")].into_iter().collect());
    for (settings, tenant) in [
        (json!({"headers": {"X-Scope-OrgID": "h"}}), "h"),
        (json!({"tenant": {"source": "static", "value": "s"}}), "s"),
        (json!({"tenant": {"source": "context", "value": "X-Team"}}), "b"),
        (json!({"tenant": {"source": "static", "value": "s"}, "headers": {"X-Scope-OrgID": "h"}}), "s"),
    ] {
        let (loki, address) = Loki::start(Vec::new()).await;

        exporter(settings, address).consume(lines(["one"]), context.clone()).await.unwrap();

        assert_eq!(loki.requests()[0].0.headers["x-scope-orgid"], tenant);
    }
}

#[tokio::test]
async fn refused_lines_are_a_remark_and_not_an_error() {
    let said = "entry with timestamp x ignored, reason: 'entry out of order',\nuser 'fake', total ignored: 2 out of 3 for stream: {}";
    let (_loki, address) = Loki::start(vec![(400, said)]).await;

    let accepted = exporter(json!({}), address).consume(lines(["1", "2", "3"]), Context::default()).await.unwrap();

    assert_eq!(accepted, Accepted { rejected: 2, message: Some("lines were refused: entry out of order".into()) });
}

#[tokio::test]
async fn a_request_that_is_too_large_is_sent_in_halves() {
    let (loki, address) = Loki::start(vec![(204, ""), (413, ""), (413, "")]).await;

    let accepted = exporter(json!({}), address).consume(lines(["1", "2", "3", "4"]), Context::default()).await.unwrap();

    let count = |(_, body): &(request::Parts, Bytes)| {
        let body = PushRequest::decode(&*unpacked(compression::Encoding::Snappy, body)).unwrap();
        body.streams.iter().map(|stream| stream.entries.len()).sum::<usize>()
    };
    assert_eq!(loki.requests().iter().map(count).collect::<Vec<_>>(), [4, 2, 1, 1, 2]);
    assert_eq!(accepted, Accepted::ALL);
}

#[tokio::test]
async fn a_loki_without_structured_metadata_gets_none_from_then_on() {
    let said = "stream '{exporter=\"OTLP\"}' includes structured metadata, but this feature is disallowed.";
    let (loki, address) = Loki::start(vec![(400, said)]).await;
    let exporter = exporter(json!({}), address);

    for _ in 0..2 {
        assert_eq!(exporter.consume(lines(["1"]), Context::default()).await.unwrap(), Accepted::ALL);
    }

    let metadata = |(_, body): &(request::Parts, Bytes)| {
        let body = PushRequest::decode(&*unpacked(compression::Encoding::Snappy, body)).unwrap();
        body.streams[0].entries[0].structured_metadata.len()
    };
    assert_eq!(loki.requests().iter().map(metadata).collect::<Vec<_>>(), [1, 0, 0]);
}

#[tokio::test]
async fn what_is_not_sent_is_counted_by_reason() {
    let recorder = DebuggingRecorder::new();
    let _recording = metrics::set_default_local_recorder(&recorder);
    let (loki, address) = Loki::start(Vec::new()).await;
    let at = |time: u64, body: String| json!({"body": body, "timeUnixNano": time.to_string()});
    let records =
        [at(1, "old".into()), at(u64::MAX, "new".into()), at(u64::MAX, "new".into()), at(0, "x".repeat(2000))];
    let exporter = exporter(json!({"limits": {"line_bytes": 1000}}), address);

    assert_eq!(exporter.consume(logs(json!({}), records), Context::default()).await.unwrap(), Accepted::ALL);

    let counted = recorder.snapshotter().snapshot().into_vec();
    let lost = counted.iter().filter(|(key, ..)| key.key().name() == sluice_component::LOST_ITEMS);
    let mut reasons: Vec<_> = lost
        .map(|(key, _, _, value)| {
            let reason = key.key().labels().find(|label| label.key() == "reason").unwrap().value().to_owned();
            let DebugValue::Counter(value) = value else { panic!() };
            (reason, *value)
        })
        .collect();
    reasons.sort();
    assert_eq!(reasons, [("too_far_ahead".into(), 2), ("too_large".into(), 1), ("too_old".into(), 1)]);
    assert!(loki.requests().is_empty());
}
