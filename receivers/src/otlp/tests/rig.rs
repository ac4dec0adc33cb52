//! A receiver that runs, a backend behind it that says what it is told to, and clients that may say anything.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, Request, Response, StatusCode};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};
use prost::Message as _;
use serde_json::Value as Json;
use sluice_component::config::{Location, Node, Report, Section, Value};
use sluice_component::factory::{Program, Settings};
use sluice_component::{
    Accepted, BoxFuture, Code, ConsumeError, Consumer, Consumers, Context, Extensions, Reason, Receiver as _, Retry,
    RunError, StopSource,
};
use sluice_pdata::{Batch, Signal};
use sluice_transport::server::Local;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

use super::super::Config;
use super::super::receiver::Otlp;

/// A receiver that runs.
pub(super) struct Rig {
    pub(super) backend: Arc<Backend>,
    pub(super) stop: StopSource,
    pub(super) running: JoinHandle<Result<(), RunError>>,
    locals: Vec<(&'static str, Local)>,
}

type Answer = Result<Accepted, ConsumeError>;

/// Remembers what it was given, and answers what it is told to.
pub(super) struct Backend {
    pub(super) taken: Mutex<Vec<(Batch, Context)>>,
    answer: Box<dyn Fn() -> BoxFuture<'static, Answer> + Send + Sync>,
}

impl Consumer for Backend {
    fn consume(&self, batch: Batch, context: Context) -> BoxFuture<'_, Answer> {
        self.taken.lock().unwrap().push((batch, context));
        (self.answer)()
    }

    fn flush(&self, _deadline: Instant) -> BoxFuture<'_, usize> {
        Box::pin(std::future::ready(0))
    }
}

impl Backend {
    /// What was taken, as one message a batch.
    pub(super) fn messages(&self) -> Vec<(Signal, Bytes)> {
        let taken = self.taken.lock().unwrap();
        taken.iter().map(|(batch, _)| (batch.signal(), batch.to_bytes())).collect()
    }
}

/// Both protocols at free ports with these settings, all signals but profiles wired, and a backend that takes everything.
pub(super) async fn rig(grpc: Json, http: Json) -> Rig {
    rig_answering(grpc, http, || Box::pin(std::future::ready(Ok(Accepted::ALL)))).await
}

/// The same with a backend that answers what `answer` says.
pub(super) async fn rig_answering(
    mut grpc: Json,
    mut http: Json,
    answer: impl Fn() -> BoxFuture<'static, Answer> + Send + Sync + 'static,
) -> Rig {
    for protocol in [&mut grpc, &mut http] {
        let settings = protocol.as_object_mut().unwrap();
        settings.entry("endpoint").or_insert("127.0.0.1:0".into());
    }
    let (config, problems) = read(serde_json::json!({ "protocols": { "grpc": grpc, "http": http } }));
    assert_eq!(problems, [""; 0]);
    let backend = Arc::new(Backend { taken: Mutex::default(), answer: Box::new(answer) });
    let mut consumers = Consumers::default();
    for signal in [Signal::Traces, Signal::Metrics, Signal::Logs] {
        consumers.set(signal, Arc::clone(&backend) as Arc<dyn Consumer>);
    }
    let otlp = Box::new(Otlp::bind(&config, &settings(), consumers).unwrap());
    let locals = otlp.locals().collect();
    let stop = StopSource::default();
    let running = tokio::spawn(otlp.run(stop.listener()));
    Rig { backend, stop, running, locals }
}

/// What a backend says that has no room.
pub(super) fn refusal(code: Code, retry: Retry) -> ConsumeError {
    let component = "otlp_grpc/backup".parse().unwrap();
    ConsumeError { component, reason: Reason::QueueFull, code, retry, message: "the queue is full".into() }
}

pub(super) fn settings() -> Settings {
    let mut extensions = Extensions::default();
    extensions.insert("names".parse().unwrap(), super::auth::names());
    Settings {
        id: "otlp/in".parse().unwrap(),
        program: Program { name: "sluice", description: "Sluice", version: "1.2.3" },
        status: Default::default(),
        extensions,
    }
}

/// Reads settings written as JSON, and returns them with the messages of all problems.
pub(super) fn read(settings: Json) -> (Config, Vec<String>) {
    let node = node(settings);
    let report = Report::default();
    let (config, _) = Section::read(&node, "receivers::otlp", &report, Config::read);
    (config, report.into_problems().iter().map(ToString::to_string).collect())
}

fn node(json: Json) -> Node {
    Node::new(match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(value),
        Json::Number(number) => Value::Int(number.as_i64().unwrap()),
        Json::String(text) => Value::Text(text.into()),
        Json::Array(items) => Value::List(items.into_iter().map(node).collect()),
        Json::Object(entries) => Value::Map(
            entries.into_iter().map(|(key, value)| ((key.into(), Location::default()), node(value))).collect(),
        ),
    })
}

impl Rig {
    pub(super) fn grpc(&self) -> SocketAddr {
        self.address("grpc")
    }

    pub(super) fn http(&self) -> SocketAddr {
        self.address("http")
    }

    pub(super) fn path(&self) -> PathBuf {
        let path = self.locals.iter().find_map(|(_, local)| match local {
            Local::Unix(path) => Some(path.clone()),
            Local::Tcp(_) => None,
        });
        path.unwrap()
    }

    fn address(&self, protocol: &str) -> SocketAddr {
        let address = self.locals.iter().find_map(|(name, local)| match local {
            Local::Tcp(address) if *name == protocol => Some(*address),
            _ => None,
        });
        address.unwrap()
    }

    /// Sends a request over HTTP/1.1, and reads the answer.
    pub(super) async fn post(&self, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Response<Bytes> {
        let mut request = format!("POST {path} HTTP/1.1\r\nhost: test\r\ncontent-length: {}\r\n", body.len());
        for (name, value) in headers {
            request += &format!("{name}: {value}\r\n");
        }
        request += "connection: close\r\n\r\n";
        exchange(self.http(), &[request.as_bytes(), body].concat()).await
    }

    /// Sends a gRPC call as it stands, and reads status, headers, body and trailers.
    pub(super) async fn call(&self, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Call {
        let stream = TcpStream::connect(self.grpc()).await.unwrap();
        let (client, connection) = h2::client::handshake(stream).await.unwrap();
        tokio::spawn(connection);
        let mut request = Request::post(format!("http://test{path}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut client = client.ready().await.unwrap();
        let (response, mut stream) = client.send_request(request.body(()).unwrap(), body.is_empty()).unwrap();
        if !body.is_empty() {
            // The server may have answered already.
            let _ = stream.send_data(Bytes::copy_from_slice(body), true);
        }
        let (head, mut incoming) = response.await.unwrap().into_parts();
        let mut body = BytesMut::new();
        while let Some(data) = incoming.data().await {
            body.extend_from_slice(&data.unwrap());
        }
        let trailers = incoming.trailers().await.unwrap().unwrap_or_default();
        Call { status: head.status, headers: head.headers, body: body.freeze(), trailers }
    }
}

/// How a gRPC call ended.
pub(super) struct Call {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    pub(super) trailers: HeaderMap,
}

impl Call {
    /// The status of a call that failed before it had a message.
    pub(super) fn failure(&self) -> tonic::Status {
        tonic::Status::from_header_map(&self.headers).unwrap()
    }
}

/// Sends bytes, reads an answer to the end, and takes it apart.
pub(super) async fn exchange(address: SocketAddr, bytes: &[u8]) -> Response<Bytes> {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let (mut reading, mut writing) = stream.split();
    let mut answer = Vec::new();
    let write = async {
        // Whoever is answered early may not get rid of everything.
        let _ = writing.write_all(bytes).await;
    };
    let (_, read) = tokio::join!(write, reading.read_to_end(&mut answer));
    read.unwrap();
    parse(&answer)
}

pub(super) fn parse(answer: &[u8]) -> Response<Bytes> {
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n").expect("an answer has a head") + 4;
    let head = std::str::from_utf8(&answer[..end]).unwrap();
    let mut lines = head.trim_end().split("\r\n");
    let status: u16 = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let mut response = Response::builder().status(status);
    for line in lines {
        let (name, value) = line.split_once(": ").unwrap();
        response = response.header(name, value);
    }
    response.body(Bytes::copy_from_slice(&answer[end..])).unwrap()
}

/// An export request with so many spans.
pub(super) fn spans(count: u8) -> ExportTraceServiceRequest {
    let span =
        |n| Span { name: format!("GET /{n}"), trace_id: vec![n + 1; 16], span_id: vec![n + 1; 8], ..Span::default() };
    let scope_spans = vec![ScopeSpans { spans: (0..count).map(span).collect(), ..ScopeSpans::default() }];
    ExportTraceServiceRequest { resource_spans: vec![ResourceSpans { scope_spans, ..ResourceSpans::default() }] }
}

/// The same in protobuf.
pub(super) fn encoded(count: u8) -> Bytes {
    spans(count).encode_to_vec().into()
}

/// A message in the frame of gRPC.
pub(super) fn framed(packed: bool, message: &[u8]) -> Vec<u8> {
    let length = u32::try_from(message.len()).unwrap().to_be_bytes();
    [&[u8::from(packed)][..], &length, message].concat()
}

/// Waits until `condition` holds, for at most five seconds.
pub(super) async fn until(condition: impl Fn() -> bool) {
    let waited = tokio::time::timeout(Duration::from_secs(5), async {
        while !condition() {
            tokio::task::yield_now().await;
        }
    });
    waited.await.expect("the condition holds in time");
}
