use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Mutex;

use bytes::BufMut;
use http::{Request, Response, request};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::{Value as Json, json};
use sluice_component::{Code, NoCredentials};
use tokio::net::{TcpListener, UnixListener};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::compression::decompress;
use crate::status::Status;
use crate::testing::{Authority, read};
use crate::tls::{Acceptor, ServerConfig};

mod authorizing;
mod balancing;
mod connecting;

type Answer = http_body_util::combinators::BoxBody<Bytes, Infallible>;

/// What a server answers to a request's head and body.
type Script = dyn Fn(&request::Parts, &Bytes) -> Response<Answer> + Send + Sync;

/// A gRPC server over hyper, which keeps what it was asked.
struct Server {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<(request::Parts, Bytes)>>>,
    /// Ends the connections that are open, gracefully.
    leave: Arc<Mutex<CancellationToken>>,
}

impl Server {
    async fn new(script: impl Fn(&request::Parts, &Bytes) -> Response<Answer> + Send + Sync + 'static) -> Self {
        Self::with_tls(None, script).await
    }

    async fn with_tls(
        tls: Option<ServerConfig>,
        script: impl Fn(&request::Parts, &Bytes) -> Response<Answer> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let tls = tls.map(|config| Arc::new(Acceptor::new(&config, &["h2"]).unwrap()));
        let (requests, leave) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(CancellationToken::new())));
        let server = Self { address, requests: Arc::clone(&requests), leave: Arc::clone(&leave) };
        let script: Arc<Script> = Arc::new(script);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (tls, requests, script) = (tls.clone(), Arc::clone(&requests), Arc::clone(&script));
                let leave = leave.lock().unwrap().clone();
                tokio::spawn(async move {
                    match tls {
                        None => serve(stream, requests, script, leave).await,
                        Some(tls) => {
                            if let Ok(stream) = tls.accept(stream).await {
                                serve(stream, requests, script, leave).await;
                            }
                        }
                    }
                });
            }
        });
        server
    }

    fn request(&self) -> (request::Parts, Bytes) {
        self.requests.lock().unwrap().pop().unwrap()
    }

    /// Ends the connections that are open; new ones are taken.
    fn send_everybody_away(&self) {
        std::mem::take(&mut *self.leave.lock().unwrap()).cancel();
    }
}

async fn serve(
    stream: impl tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
    requests: Arc<Mutex<Vec<(request::Parts, Bytes)>>>,
    script: Arc<Script>,
    leave: CancellationToken,
) {
    let service = service_fn(move |request: Request<Incoming>| {
        let (script, requests) = (Arc::clone(&script), Arc::clone(&requests));
        async move {
            let (parts, body) = request.into_parts();
            let body = body.collect().await?.to_bytes();
            let answer = script(&parts, &body);
            requests.lock().unwrap().push((parts, body));
            Ok::<_, hyper::Error>(answer)
        }
    });
    let connection =
        hyper::server::conn::http2::Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    tokio::select! {
        _ = &mut connection => {}
        () = leave.cancelled() => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}

/// An answer with a message and a status behind it.
fn answer(message: &[u8], status: &Status) -> Response<Answer> {
    framed(0, message, status)
}

fn framed(packed: u8, message: &[u8], status: &Status) -> Response<Answer> {
    let mut body = vec![packed];
    body.put_u32(message.len() as u32);
    body.put_slice(message);
    let mut trailers = HeaderMap::new();
    status.write_trailers(&mut trailers);
    let body = Full::new(Bytes::from(body)).with_trailers(std::future::ready(Some(Ok(trailers))));
    Response::builder().header("content-type", "application/grpc").body(body.boxed()).unwrap()
}

fn ok() -> Status {
    Status::new(Code::Ok, "")
}

fn empty() -> Answer {
    Full::default().boxed()
}

fn config(address: &str, mut settings: Json) -> Config {
    settings["endpoint"] = json!(address);
    settings.as_object_mut().unwrap().entry("tls").or_insert(json!({"insecure": true}));
    let (config, problems) = read(settings, |section| Config::read(section, "none"));
    assert_eq!(problems, [""; 0]);
    config
}

fn client(server: &Server, settings: Json) -> Client {
    Client::new(
        &config(&server.address.to_string(), settings),
        "test/1",
        Some(Duration::from_secs(5)),
        &Default::default(),
    )
    .unwrap()
}

async fn call(client: &Client, parts: &[&'static [u8]]) -> Result<Bytes, Failure> {
    let parts: Vec<_> = parts.iter().map(|part| Bytes::from_static(part)).collect();
    let call = async { client.call(&client.method("/package.Service/Method"), &parts, &Context::default()).await };
    tokio::time::timeout(Duration::from_secs(20), call).await.expect("the call does not end")
}

#[tokio::test]
async fn the_parts_of_a_message_arrive_as_one() {
    let server = Server::new(|_, _| answer(b"pong", &ok())).await;
    let client =
        client(&server, json!({"headers": {"X-Scope-OrgID": "t1", "key-bin": "raw"}, "authority": "a.example"}));

    assert_eq!(call(&client, &[b"pi", b"ng"]).await, Ok(Bytes::from_static(b"pong")));

    let (head, body) = server.request();
    assert_eq!(&body[..], b"\0\0\0\0\x04ping");
    assert_eq!(head.method, "POST");
    assert_eq!(head.uri, "http://a.example/package.Service/Method");
    let header = |name: &str| head.headers[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "application/grpc");
    assert_eq!(header("te"), "trailers");
    assert_eq!(header("user-agent"), "test/1");
    assert_eq!(header("grpc-timeout"), "5000m");
    assert_eq!(header("grpc-accept-encoding"), "identity,gzip,snappy,zstd");
    assert_eq!(header("x-scope-orgid"), "t1");
    assert_eq!(header("key-bin"), "cmF3");
    assert!(head.headers.get("grpc-encoding").is_none());
}

#[tokio::test]
async fn an_empty_message_is_a_message() {
    let server = Server::new(|_, _| answer(b"", &ok())).await;

    assert_eq!(call(&client(&server, json!({})), &[]).await, Ok(Bytes::new()));

    assert_eq!(&server.request().1[..], b"\0\0\0\0\0");
}

#[tokio::test]
async fn a_large_message_passes_windows_and_frames() {
    let server = Server::new(|_, body| answer(&(body.len() as u64).to_be_bytes(), &ok())).await;
    let client = client(&server, json!({}));
    let part = Bytes::from(vec![7; 3_000_001]);
    let method = client.method("/package.Service/Method");
    let (two, one) = ([part.clone(), part.clone()], [part]);

    let context = Context::default();
    let (first, second) = tokio::join!(client.call(&method, &two, &context), client.call(&method, &one, &context));

    assert_eq!(&first.unwrap()[..], 6_000_007u64.to_be_bytes());
    assert_eq!(&second.unwrap()[..], 3_000_006u64.to_be_bytes());
}

#[tokio::test]
async fn messages_are_packed_and_unpacked() {
    for (name, encoding) in [("gzip", Encoding::Gzip), ("zstd", Encoding::Zstd), ("snappy", Encoding::SnappyFramed)] {
        let server = Server::new(move |_, body| {
            assert_eq!(body[0], 1);
            let mut packed = framed(1, &body[5..], &ok());
            packed.headers_mut().insert("grpc-encoding", HeaderValue::from_static(name));
            packed
        })
        .await;
        let client = client(&server, json!({"compression": name}));

        for length in [3, 100_000] {
            let message = Bytes::from(vec![9; length]);
            let method = client.method("/package.Service/Method");
            let answer =
                client.call(&method, &[message.slice(..1), message.slice(1..)], &Context::default()).await.unwrap();

            let (head, body) = server.request();
            assert_eq!(answer, message);
            assert_eq!(head.headers["grpc-encoding"], name);
            assert_eq!(decompress(encoding, &body[5..], 1 << 20).unwrap(), message);
        }
    }
}

#[tokio::test]
async fn the_servers_status_and_its_details_are_told() {
    let refused = Status::new(Code::ResourceExhausted, "tro\u{f6}p").retry_after(Duration::from_millis(1500));
    let early = refused.clone();
    let server = Server::new(move |head, _| match head.headers.contains_key("early") {
        false => answer(b"", &early),
        true => {
            let mut response = Response::builder().header("content-type", "application/grpc").body(empty()).unwrap();
            early.write_trailers(response.headers_mut());
            response
        }
    })
    .await;

    for headers in [json!({}), json!({"early": "yes"})] {
        let client = client(&server, json!({"headers": headers}));
        assert_eq!(call(&client, &[b"ping"]).await, Err(Failure::Status(refused.clone())));
    }
}

#[tokio::test]
async fn an_answer_that_is_none_of_grpc_is_told_apart() {
    let server = Server::new(|head, _| {
        let status = head.headers["x-status"].to_str().unwrap().parse::<u16>().unwrap();
        Response::builder().status(status).header("content-type", "text/html").body(empty()).unwrap()
    })
    .await;

    for (status, code, message) in [
        (200, Code::Unknown, "the server's answer is none of gRPC"),
        (401, Code::Unauthenticated, "the server answered with HTTP status 401 Unauthorized"),
        (404, Code::Unimplemented, "the server answered with HTTP status 404 Not Found"),
        (503, Code::Unavailable, "the server answered with HTTP status 503 Service Unavailable"),
    ] {
        let client = client(&server, json!({"headers": {"x-status": status.to_string()}}));
        assert_eq!(call(&client, &[]).await, Err(Failure::Answer(Status::new(code, message))));
    }
}

#[tokio::test]
async fn an_answer_that_is_damaged_or_too_large_is_refused() {
    let server = Server::new(|head, _| {
        let body = match head.headers["x-damage"].to_str().unwrap() {
            "short" => vec![0, 0, 0],
            "length" => vec![0, 0, 0, 0, 9, 1],
            "packed" => vec![1, 0, 0, 0, 1, 1],
            "bomb" => {
                let mut packed = Vec::new();
                let zeros = Bytes::from(vec![0; 5 << 20]);
                Compressor::new(Encoding::Gzip, None).unwrap().compress(&[zeros], &mut packed).unwrap();
                let mut bomb = vec![1];
                bomb.put_u32(packed.len() as u32);
                bomb.put_slice(&packed);
                bomb
            }
            _ => vec![0; 5 << 20],
        };
        let mut trailers = HeaderMap::new();
        ok().write_trailers(&mut trailers);
        let body = Full::new(Bytes::from(body)).with_trailers(std::future::ready(Some(Ok(trailers))));
        let packed = if head.headers["x-damage"] == "bomb" { "gzip" } else { "br" };
        let response = Response::builder().header("content-type", "application/grpc").header("grpc-encoding", packed);
        response.body(body.boxed()).unwrap()
    })
    .await;

    let failure = async |damage: &str| {
        let client = client(&server, json!({"headers": {"x-damage": damage}}));
        match call(&client, &[]).await {
            Err(Failure::Answer(status)) => (status.code, status.message.into_owned()),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(failure("short").await, (Code::Internal, "the answer ends in its prefix".into()));
    assert_eq!(failure("length").await, (Code::Internal, "the answer is not as long as it says".into()));
    let packed = "the answer is packed with \"br\", which was not offered";
    assert_eq!(failure("packed").await, (Code::Internal, packed.into()));
    assert_eq!(failure("large").await, (Code::ResourceExhausted, "the answer is larger than 4 MiB".into()));
    assert_eq!(failure("bomb").await.0, Code::Internal);
}

#[tokio::test]
async fn a_call_that_nobody_waits_for_is_cancelled_at_the_server() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let client = Client::new(&config(&address, json!({})), "test/1", None, &Default::default()).unwrap();
    let method = client.method("/package.Service/Method");
    let (stream, _) = listener.accept().await.unwrap();
    let mut connection = h2::server::handshake(stream).await.unwrap();
    let (arrived, mut arrival) = mpsc::channel(1);
    let serving = tokio::spawn(async move {
        let (_request, mut answering) = connection.accept().await.unwrap().unwrap();
        arrived.send(()).await.unwrap();
        let reset = std::future::poll_fn(|cx| answering.poll_reset(cx));
        tokio::select! {
            reason = reset => reason.unwrap(),
            _ = connection.accept() => panic!("the connection ended"),
        }
    });

    let message = [Bytes::from_static(b"ping")];
    let context = Context::default();
    let mut calling = Box::pin(client.call(&method, &message, &context));
    tokio::select! {
        _ = &mut calling => panic!("nobody answered"),
        _ = arrival.recv() => {}
    }
    drop(calling);

    let reason = tokio::time::timeout(Duration::from_secs(10), serving).await.unwrap().unwrap();
    assert_eq!(reason, h2::Reason::CANCEL);
}

#[test]
fn every_mistake_is_named() {
    let settings = json!({
        "endpoint": "backup", "compression": "br", "balancer_name": "least_request",
        "headers": {"a b": "x", "authorization": "secret\n"}, "auth": {"authenticator": ""},
        "middlewares": [{"id": "m"}], "keepalive": {"time": "x"}, "insecure": true,
    });

    let (_, problems) = read(settings, |section| Config::read(section, "gzip"));

    assert_eq!(
        problems,
        [
            "endpoint: must be host:port, found \"backup\"",
            "compression: must be one of \"\", \"none\", \"gzip\", \"snappy\", \"zstd\", found \"br\"",
            "insecure: is read as tls::insecure, where it belongs",
            "keepalive::time: must be a duration such as 200ms, 5s or 1h30m, not negative, found \"x\"",
            "headers: \"a b\" is no name of a header",
            "headers: the value of \"authorization\" has characters that a header cannot have",
            "balancer_name: must be one of \"round_robin\", \"pick_first\", found \"least_request\"",
            "auth::authenticator: must name an extension that is a client authenticator",
            "middlewares: not supported by Sluice yet",
        ]
    );
    let (_, problems) = read(json!({}), |section| Config::read(section, "gzip"));
    assert_eq!(problems, ["endpoint: requires a non-empty endpoint, such as localhost:4317"]);
}

#[test]
fn tls_is_off_only_where_it_is_asked_for() {
    let plaintext = |settings: Json| read(settings, |section| Config::read(section, "gzip")).0.plaintext();

    assert!(!plaintext(json!({"endpoint": "a:1"})));
    assert!(!plaintext(json!({"endpoint": "http://a:1"})));
    assert!(plaintext(json!({"endpoint": "http://a:1", "tls": {"insecure": true}})));
    assert!(plaintext(json!({"endpoint": "a:1", "insecure": true})));
    assert!(!plaintext(json!({"endpoint": "https://a:1", "tls": {"insecure": true}})));
    assert!(!plaintext(json!({"endpoint": "a:1", "tls": {"insecure": true, "ca_file": "ca.pem"}})));
}
