use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use ::http::{Response as HttpResponse, request};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::{Value as Json, json};
use sluice_component::Retry;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::*;
use crate::compression::{Encoding, decompress};
use crate::testing::{Authority, numbered, of_acme, read};
use crate::tls::{Acceptor, ServerConfig};

type Script = dyn Fn(&request::Parts, &Bytes) -> HttpResponse<Full<Bytes>> + Send + Sync;

/// An HTTP server over hyper, which keeps what it was asked and counts its connections.
struct Server {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<(request::Parts, Bytes)>>>,
    connections: Arc<AtomicUsize>,
}

impl Server {
    async fn new(
        script: impl Fn(&request::Parts, &Bytes) -> HttpResponse<Full<Bytes>> + Send + Sync + 'static,
    ) -> Self {
        Self::with_tls(None, script).await
    }

    async fn with_tls(
        tls: Option<ServerConfig>,
        script: impl Fn(&request::Parts, &Bytes) -> HttpResponse<Full<Bytes>> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let tls = tls.map(|config| Arc::new(Acceptor::new(&config, &["h2", "http/1.1"]).unwrap()));
        let server = Self { address, requests: Arc::default(), connections: Arc::default() };
        let (requests, connections) = (Arc::clone(&server.requests), Arc::clone(&server.connections));
        let script: Arc<Script> = Arc::new(script);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                connections.fetch_add(1, Ordering::Relaxed);
                let (tls, requests, script) = (tls.clone(), Arc::clone(&requests), Arc::clone(&script));
                tokio::spawn(async move {
                    match tls {
                        None => serve(stream, requests, script).await,
                        Some(tls) => {
                            if let Ok(stream) = tls.accept(stream).await {
                                serve(stream, requests, script).await;
                            }
                        }
                    }
                });
            }
        });
        server
    }

    fn url(&self) -> String {
        format!("http://{}/v1/traces", self.address)
    }

    fn request(&self) -> (request::Parts, Bytes) {
        self.requests.lock().unwrap().pop().unwrap()
    }
}

async fn serve(
    stream: impl tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
    requests: Arc<Mutex<Vec<(request::Parts, Bytes)>>>,
    script: Arc<Script>,
) {
    let service = service_fn(move |request: ::http::Request<Incoming>| {
        let (requests, script) = (Arc::clone(&requests), Arc::clone(&script));
        async move {
            let (parts, body) = request.into_parts();
            let body = body.collect().await?.to_bytes();
            let answer = script(&parts, &body);
            requests.lock().unwrap().push((parts, body));
            Ok::<_, hyper::Error>(answer)
        }
    });
    let server = hyper_util::server::conn::auto::Builder::new(TokioExecutor::new());
    let _ = server.serve_connection(TokioIo::new(stream), service).await;
}

fn ok(body: impl Into<Bytes>) -> HttpResponse<Full<Bytes>> {
    HttpResponse::new(Full::new(body.into()))
}

fn client(url: &str, settings: Json) -> Client {
    let (config, problems) = read(settings, |section| Config::read(section, "none"));
    assert_eq!(problems, [""; 0]);
    Client::new(&config, &parse_url(url).unwrap(), "application/x-protobuf", "test/1", &Default::default()).unwrap()
}

async fn post(client: &Client, parts: &[&'static [u8]]) -> Result<Response, Failure> {
    let parts: Vec<_> = parts.iter().map(|part| Bytes::from_static(part)).collect();
    tokio::time::timeout(Duration::from_secs(20), client.post(&parts, &Context::default()))
        .await
        .expect("the request does not end")
}

#[tokio::test]
async fn the_parts_of_a_body_arrive_as_one_of_known_length() {
    let server = Server::new(|_, _| ok("pong")).await;
    let url = server.url().replace("http://", "http://us%40er:pass@");
    let client = client(&url, json!({"headers": {"X-Scope-OrgID": "t1", "User-Agent": "mine"}}));

    let response = post(&client, &[b"pi", b"", b"ng"]).await.unwrap();

    let (head, body) = server.request();
    assert_eq!((response.status.as_u16(), &response.body[..]), (200, &b"pong"[..]));
    assert_eq!((head.method.as_str(), head.uri.path(), &body[..]), ("POST", "/v1/traces", &b"ping"[..]));
    let header = |name: &str| head.headers[name].to_str().unwrap().to_owned();
    assert_eq!(header("host"), server.address.to_string());
    assert_eq!(header("content-length"), "4");
    assert_eq!(header("content-type"), "application/x-protobuf");
    assert_eq!(header("user-agent"), "mine");
    assert_eq!(header("x-scope-orgid"), "t1");
    assert_eq!(header("authorization"), "Basic dXNAZXI6cGFzcw==");
    assert!(!head.headers.contains_key("content-encoding"));
}

#[tokio::test]
async fn every_encoding_packs_small_and_large_bodies() {
    let server = Server::new(|_, _| ok("")).await;
    for encoding in Encoding::ALL {
        let client = client(&server.url(), json!({"compression": encoding.http_name()}));
        for length in [3, 100_000] {
            let body = Bytes::from(vec![9; length]);
            client.post(&[body.slice(..1), body.slice(1..)], &Context::default()).await.unwrap();

            let (head, packed) = server.request();
            assert_eq!(head.headers["content-encoding"], encoding.http_name());
            assert_eq!(head.headers["content-length"], packed.len().to_string());
            assert_eq!(decompress(encoding, &packed, 1 << 20).unwrap(), body);
        }
    }
}

#[tokio::test]
async fn a_connection_is_used_again_unless_it_may_not_be() {
    let server = Server::new(|_, _| ok("pong")).await;
    let keeping = client(&server.url(), json!({}));
    for _ in 0..5 {
        post(&keeping, &[b"ping"]).await.unwrap();
    }
    assert_eq!(server.connections.load(Ordering::Relaxed), 1);

    let closing = client(&server.url(), json!({"disable_keep_alives": true}));
    for _ in 0..5 {
        post(&closing, &[b"ping"]).await.unwrap();
        assert_eq!(server.request().0.headers["connection"], "close");
    }
    assert_eq!(server.connections.load(Ordering::Relaxed), 6);
}

#[tokio::test]
async fn there_are_no_more_connections_than_allowed() {
    let server = Server::new(|_, _| ok("pong")).await;
    let client = client(&server.url(), json!({"max_conns_per_host": 2}));

    let posts = (0..20).map(|_| post(&client, &[b"ping"]));
    let outcomes = futures_util::future::join_all(posts).await;

    assert!(outcomes.iter().all(Result::is_ok));
    assert!(server.connections.load(Ordering::Relaxed) <= 2);
}

#[tokio::test]
async fn an_answer_is_an_answer_and_a_redirect_is_not_followed() {
    let server = Server::new(|_, _| {
        let moved = HttpResponse::builder().status(307).header("location", "/elsewhere");
        moved.header("retry-after", "7").body(Full::default()).unwrap()
    })
    .await;

    let response = post(&client(&server.url(), json!({})), &[b"ping"]).await.unwrap();

    assert_eq!((response.status.as_u16(), response.retry_after()), (307, Some(Duration::from_secs(7))));
    assert_eq!(server.requests.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn only_the_beginning_of_a_long_answer_is_read() {
    let server = Server::new(|_, _| ok(vec![b'x'; 10 << 20])).await;
    let client = client(&server.url(), json!({}));

    assert_eq!(post(&client, &[b"ping"]).await.unwrap().body.len(), 64 * 1024);
    assert_eq!(post(&client, &[b"ping"]).await.unwrap().body.len(), 64 * 1024);
}

#[tokio::test]
async fn no_server_and_a_broken_connection_are_told_without_the_url() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://user:secret@{}/?key=secret", listener.local_addr().unwrap());
    let client = client(&url, json!({}));

    let closing = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        BufReader::new(stream).read_line(&mut String::new()).await.unwrap();
    });
    let Err(Failure::Connection(broken)) = post(&client, &[b"ping"]).await else { panic!() };
    closing.await.unwrap();
    let Err(Failure::Connection(refused)) = post(&client, &[b"ping"]).await else { panic!() };

    assert!(!broken.contains("secret") && !refused.contains("secret"));
    assert_eq!(refused, "client error (Connect): tcp connect error: Connection refused (os error 111)");
}

#[tokio::test]
async fn over_tls_http2_is_spoken_where_it_is_wanted() {
    let authority = Authority::new("ca");
    let leaf = authority.leaf("127.0.0.1");
    let (tls, _) = read(json!({"cert_pem": leaf.certificate, "key_pem": leaf.key}), ServerConfig::read);
    let server = Server::with_tls(Some(tls), |_, _| ok("pong")).await;
    let url = server.url().replace("http:", "https:");

    for (wanted, version) in [(true, ::http::Version::HTTP_2), (false, ::http::Version::HTTP_11)] {
        let settings = json!({"tls": {"ca_pem": authority.pem}, "force_attempt_http2": wanted});
        let response = post(&client(&url, settings), &[b"ping"]).await.unwrap();
        assert_eq!((&response.body[..], server.request().0.version), (&b"pong"[..], version));
    }
    let distrusting = client(&url, json!({"tls": {"ca_pem": Authority::new("other").pem}}));
    let Err(Failure::Connection(message)) = post(&distrusting, &[b"ping"]).await else { panic!() };
    let fault = "invalid peer certificate: UnknownIssuer; tls::ca_file must name the authority that signed it";
    assert_eq!(message, format!("client error (Connect): {fault}"));
}

#[tokio::test]
async fn a_proxy_is_given_the_whole_url() {
    let proxy = Server::new(|_, _| ok("pong")).await;
    let proxy_url = format!("http://user:pass@{}", proxy.address);
    let client = client("http://backend.example:4318/v1/traces", json!({"proxy_url": proxy_url}));

    post(&client, &[b"ping"]).await.unwrap();

    let (head, _) = proxy.request();
    assert_eq!(head.uri, "http://backend.example:4318/v1/traces");
    assert_eq!(head.headers["proxy-authorization"], "Basic dXNlcjpwYXNz");
}

#[tokio::test]
async fn tls_goes_through_a_proxy_in_a_tunnel() {
    let authority = Authority::new("ca");
    let leaf = authority.leaf("backend.example");
    let (tls, _) = read(json!({"cert_pem": leaf.certificate, "key_pem": leaf.key}), ServerConfig::read);
    let server = Server::with_tls(Some(tls), |_, _| ok("pong")).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let proxy_url = format!("http://user:pass@{}", listener.local_addr().unwrap());
    let address = server.address;
    let proxying = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut asked = Vec::new();
        while !asked.ends_with(b"\r\n\r\n") {
            asked.push(stream.read_u8().await.unwrap());
        }
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
        let mut backend = TcpStream::connect(address).await.unwrap();
        let _ = tokio::io::copy_bidirectional(&mut stream, &mut backend).await;
        String::from_utf8(asked).unwrap()
    });
    let settings = json!({"proxy_url": proxy_url, "tls": {"ca_pem": authority.pem}});
    let client = client("https://backend.example/v1/traces", settings);

    assert_eq!(&post(&client, &[b"ping"]).await.unwrap().body[..], b"pong");

    drop(client);
    let asked = tokio::time::timeout(Duration::from_secs(20), proxying).await.unwrap().unwrap().to_lowercase();
    assert!(asked.starts_with("connect backend.example:443 http/1.1\r\n"), "{asked}");
    assert!(asked.contains("proxy-authorization: basic dxnlcjpwyxnz\r\n"), "{asked}");
    assert!(!server.request().0.headers.contains_key("proxy-authorization"));
}

#[test]
fn every_mistake_is_named() {
    let problems = |settings: Json| read(settings, |section| Config::read(section, "gzip")).1;

    assert_eq!(
        problems(json!({
            "compression": "br", "compression_params": {"level": "x"}, "cookies": {"enabled": true},
            "idle_conn_timeout": "x", "auth": {"authenticator": ""}, "middlewares": [],
        })),
        [
            "compression: must be one of \"\", \"none\", \"gzip\", \"zstd\", \"zlib\", \"snappy\", \"deflate\", \"lz4\", \
             \"x-snappy-framed\", found \"br\"",
            "compression_params::level: must be a whole number, found \"x\"",
            "idle_conn_timeout: must be a duration such as 200ms, 5s or 1h30m, not negative, found \"x\"",
            "cookies: not supported by Sluice yet: no cookie is kept",
            "auth::authenticator: must name an extension that is a client authenticator",
            "middlewares: not supported by Sluice yet",
        ]
    );
    assert_eq!(
        problems(json!({"compression_params": {"level": 22}})),
        ["compression_params::level: gzip has no compression level 22, expected -1 to 9"]
    );
    for (compression, level) in [("zstd", 22), ("zstd", -5), ("gzip", -2), ("gzip", 9), ("lz4", 0)] {
        let settings = json!({"compression": compression, "compression_params": {"level": level}});
        assert_eq!(problems(settings), [""; 0]);
    }
    assert_eq!(problems(json!({"cookies": {"enabled": false}})), [""; 0]);
}

#[test]
fn a_url_has_a_scheme_and_a_host() {
    for url in ["http://a", "https://a:1/b?c=d", "http://[::1]:4318/"] {
        assert!(parse_url(url).is_ok(), "{url}");
    }
    for url in ["", "a:4318", "localhost", "ftp://a", "http://", "http:///v1", "http://a b/", "http://a:x/"] {
        assert_eq!(parse_url(url), Err("must be a valid URL, such as http://localhost:4318"), "{url}");
    }
}

#[tokio::test]
async fn a_refused_request_is_sent_once_more_where_there_is_something_newer() {
    let server = Server::new(|head, _| match &head.headers["authorization"] {
        shown if shown == "2 of acme" => ok("pong"),
        _ => HttpResponse::builder().status(401).body(Full::new("who?".into())).unwrap(),
    })
    .await;
    let settings =
        json!({"auth": {"authenticator": "numbered"}, "compression": "gzip", "headers": {"authorization": "x"}});
    let (config, problems) = read(settings, |section| Config::read(section, "none"));
    assert_eq!(problems, [""; 0]);
    let client =
        |extensions: &Extensions| Client::new(&config, &parse_url(&server.url()).unwrap(), "a/b", "test/1", extensions);
    let post = async |extensions: &Extensions| {
        client(extensions).unwrap().post(&[Bytes::from_static(b"ping")], &of_acme()).await
    };
    let shown = || {
        let requests = std::mem::take(&mut *server.requests.lock().unwrap());
        requests.iter().map(|(head, _)| head.headers["authorization"].to_str().unwrap().to_owned()).collect::<Vec<_>>()
    };

    assert_eq!(post(&numbered(1, 3, true)).await.unwrap().body, "pong");
    assert_eq!(shown(), ["1 of acme", "2 of acme"]);
    assert_eq!(post(&numbered(3, 5, true)).await.unwrap().status, 401);
    assert_eq!(shown(), ["3 of acme", "4 of acme"]);
    assert_eq!(post(&numbered(1, 1, true)).await.unwrap().status, 401);
    assert_eq!(shown(), ["1 of acme"]);

    let error = NoCredentials { message: "nothing to show".into(), retry: Retry::Now };
    assert_eq!(post(&numbered(0, 1, true)).await.unwrap_err(), Failure::NoCredentials(error));
    assert_eq!(shown(), [""; 0]);
    assert_eq!(client(&Extensions::default()).err().unwrap().key, "auth::authenticator");
}
