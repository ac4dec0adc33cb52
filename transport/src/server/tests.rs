//! What a client can do to the server, over streams in memory and a clock that does not wait.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use http::StatusCode;
use sluice_component::StopSource;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};

use super::connection::Service;
use super::*;
use crate::testing::{Authority, read};

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00";

/// Takes so long, and answers 200, or 408 if the body does not come.
#[derive(Default)]
struct Slow {
    takes: Duration,
    begun: AtomicUsize,
}

impl Handler for Slow {
    async fn handle(self: Arc<Self>, request: Request<Incoming>, _peer: Peer) -> Response<Body> {
        self.begun.fetch_add(1, Ordering::Relaxed);
        let bounds = body::Bounds { limit: 1000, deadline: body::DEADLINE, announced: |_| None };
        let mut ticket = Budget::new(100_000).ticket();
        let received = body::collect(request.into_body(), bounds, &mut ticket).await;
        sleep(self.takes).await;
        let mut response = Response::new(Body::new("done"));
        if received.is_err() {
            *response.status_mut() = StatusCode::REQUEST_TIMEOUT;
        }
        response
    }
}

struct Rig {
    service: Arc<Service<Slow>>,
    handler: Arc<Slow>,
    stop: StopSource,
}

/// A connection as its client sees it.
struct Client {
    stream: DuplexStream,
    served: JoinHandle<()>,
    since: Instant,
}

fn rig(limits: Limits) -> Rig {
    rig_with(None, limits, Duration::ZERO)
}

fn rig_with(acceptor: Option<tls::Acceptor>, limits: Limits, takes: Duration) -> Rig {
    let handler = Arc::new(Slow { takes, begun: AtomicUsize::new(0) });
    let service = Service::new(acceptor, Protocols::Both, limits, Arc::clone(&handler));
    Rig { service: Arc::new(service), handler, stop: StopSource::default() }
}

impl Rig {
    fn connect(&self) -> Client {
        let (stream, theirs) = duplex(1 << 20);
        let served = Arc::clone(&self.service).serve(theirs, Peer { address: None }, self.stop.listener());
        Client { stream, served: tokio::spawn(served), since: Instant::now() }
    }
}

impl Client {
    async fn send(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.unwrap();
    }

    /// Reads until the server closes, and returns what came and after how many seconds.
    async fn closed(&mut self) -> (Vec<u8>, u64) {
        let mut answer = Vec::new();
        // A stream that is dropped with unread bytes in it is as closed as any.
        let _ = self.stream.read_to_end(&mut answer).await;
        (answer, self.since.elapsed().as_secs())
    }
}

/// Whether the bytes hold a GOAWAY frame with this error and text.
fn has_goaway(bytes: &[u8], error: u8, text: &[u8]) -> bool {
    let mut rest = bytes;
    while let [a, b, c, kind, _, _, _, _, _, payload @ ..] = rest {
        let length = usize::from(*a) << 16 | usize::from(*b) << 8 | usize::from(*c);
        if *kind == 7 && payload[..8][7] == error && payload[8..length] == *text {
            return true;
        }
        rest = &payload[length.min(payload.len())..];
    }
    false
}

#[tokio::test(start_paused = true)]
async fn a_silent_connection_is_closed_after_five_seconds() {
    let rig = rig(Limits::default());

    let (answer, after) = rig.connect().closed().await;

    assert_eq!((answer.len(), after), (0, 5));
}

#[tokio::test(start_paused = true)]
async fn half_a_preface_is_as_good_as_silence() {
    let rig = rig(Limits::default());
    let mut client = rig.connect();

    client.send(b"PRI * HT").await;

    assert_eq!(client.closed().await, (Vec::new(), 5));
}

#[tokio::test(start_paused = true)]
async fn a_stalled_tls_handshake_is_closed_after_five_seconds() {
    let leaf = Authority::new("test").leaf("localhost");
    let settings = serde_json::json!({ "cert_pem": leaf.certificate, "key_pem": leaf.key });
    let (config, problems) = read(settings, tls::ServerConfig::read);
    assert_eq!(problems, [""; 0]);
    let acceptor = tls::Acceptor::new(&config, &["h2"]).unwrap();
    let rig = rig_with(Some(acceptor), Limits::default(), Duration::ZERO);
    let mut client = rig.connect();

    // The head of a ClientHello that does not come.
    client.send(b"\x16\x03\x01\x02\x00\x01\x00").await;

    assert_eq!(client.closed().await.1, 5);
}

#[tokio::test(start_paused = true)]
async fn the_oldest_silent_connection_makes_place_for_a_new_one() {
    let rig = rig(Limits { silent_connections: 2, ..Limits::default() });
    let mut first = rig.connect();
    sleep(Duration::from_secs(1)).await;
    let mut second = rig.connect();
    sleep(Duration::from_secs(1)).await;

    let _third = rig.connect();

    assert_eq!(first.closed().await.1, 2);
    assert_eq!(second.closed().await.1, 5);
}

#[tokio::test(start_paused = true)]
async fn one_connection_too_many_is_closed_at_once() {
    let rig = rig(Limits { connections: 1, ..Limits::default() });
    let mut first = rig.connect();
    tokio::task::yield_now().await;

    assert_eq!(rig.connect().closed().await, (Vec::new(), 0));

    first.send(b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await;
    assert!(first.closed().await.0.starts_with(b"HTTP/1.1 200 OK\r\n"));
    first.served.await.unwrap();
    let mut next = rig.connect();
    next.send(b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await;
    assert!(next.closed().await.0.starts_with(b"HTTP/1.1 200 OK\r\n"), "a closed connection counts no more");
}

#[tokio::test(start_paused = true)]
async fn headers_that_come_a_byte_a_second_are_not_waited_for() {
    let rig = rig(Limits::default());
    let mut client = rig.connect();

    for byte in b"GET / HTTP/1.1\r\nx-slow: 1234567890123456789012345678901234567890" {
        if client.stream.write_all(&[*byte]).await.is_err() {
            break;
        }
        sleep(Duration::from_secs(1)).await;
    }

    let (answer, after) = client.closed().await;
    assert!(answer.is_empty() && (10..=16).contains(&after), "{after}");
    assert_eq!(rig.handler.begun.load(Ordering::Relaxed), 0);
}

#[tokio::test(start_paused = true)]
async fn an_http2_header_block_that_does_not_end_is_not_waited_for() {
    let rig = rig(Limits::default());
    let mut client = rig.connect();

    client.send(PREFACE).await;
    // HEADERS of stream 1 without END_HEADERS.
    client.send(b"\x00\x00\x01\x01\x00\x00\x00\x00\x01\x82").await;

    let (_, after) = client.closed().await;
    assert!((10..=20).contains(&after), "{after}");
}

#[tokio::test(start_paused = true)]
async fn a_body_that_comes_a_byte_a_second_is_given_up() {
    let rig = rig(Limits::default());
    let mut client = rig.connect();

    client.send(b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1000\r\n\r\n").await;
    for _ in 0..30 {
        if client.stream.write_all(b"x").await.is_err() {
            break;
        }
        sleep(Duration::from_secs(1)).await;
    }

    let (answer, after) = client.closed().await;
    assert!(answer.starts_with(b"HTTP/1.1 408 Request Timeout\r\n"), "{}", answer.escape_ascii());
    assert!((10..=32).contains(&after), "{after}");
}

#[tokio::test(start_paused = true)]
async fn an_idle_http1_connection_is_closed_after_a_minute() {
    let rig = rig(Limits::default());
    let mut client = rig.connect();

    client.send(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n").await;

    let (answer, after) = client.closed().await;
    assert!(answer.ends_with(b"done"));
    assert!((60..=67).contains(&after), "{after}");
}

#[tokio::test(start_paused = true)]
async fn a_connection_with_a_request_under_way_is_not_idle() {
    let rig = rig_with(None, Limits::default(), Duration::from_secs(600));
    let mut client = rig.connect();

    client.send(b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await;

    let (answer, after) = client.closed().await;
    assert!(answer.ends_with(b"done"));
    assert_eq!(after, 600);
}

#[tokio::test(start_paused = true)]
async fn an_idle_http2_connection_lives_until_it_does_not_answer_a_ping() {
    let rig = rig(Limits::default());
    let mut client = rig.connect();

    client.send(PREFACE).await;

    let (_, after) = client.closed().await;
    assert!((80..=81).contains(&after), "pinged after 60 s, and given 20 s: {after}");
}

#[tokio::test(start_paused = true)]
async fn floods_of_control_frames_are_sent_away() {
    let settings: &[u8] = b"\x00\x00\x00\x04\x00\x00\x00\x00\x00";
    let window: &[u8] = b"\x00\x00\x04\x08\x00\x00\x00\x00\x00\x00\x00\x00\x01";
    for frame in [settings, window] {
        let rig = rig(Limits::default());
        let mut client = rig.connect();
        client.send(PREFACE).await;

        client.send(&frame.repeat(5000)).await;

        let (answer, after) = client.closed().await;
        assert!(has_goaway(&answer, 0xb, b""), "ENHANCE_YOUR_CALM");
        assert_eq!(after, 0);
    }
}

#[tokio::test(start_paused = true)]
async fn who_pings_too_often_is_told_so() {
    let rig = rig(Limits::default());
    let mut client = rig.connect();
    client.send(PREFACE).await;

    for _ in 0..4 {
        client.send(b"\x00\x00\x08\x06\x00\x00\x00\x00\x0012345678").await;
        sleep(Duration::from_secs(10)).await;
    }

    let (answer, _) = client.closed().await;
    assert!(has_goaway(&answer, 0xb, b"too_many_pings"));
}

#[tokio::test(start_paused = true)]
async fn an_old_connection_is_asked_to_go_and_may_finish() {
    let http2 = Http2Limits {
        age: Some(Duration::from_secs(100)),
        age_grace: Some(Duration::from_secs(50)),
        ping: Duration::from_secs(3600),
        ..Http2Limits::default()
    };
    let rig = rig_with(None, Limits { http2, ..Limits::default() }, Duration::from_secs(120));
    let since = Instant::now();
    let (stream, theirs) = duplex(1 << 20);
    tokio::spawn(Arc::clone(&rig.service).serve(theirs, Peer { address: None }, rig.stop.listener()));
    let (client, connection) = h2::client::handshake(stream).await.unwrap();
    let connection = tokio::spawn(async move { connection.await.map(|()| since.elapsed().as_secs()) });
    let mut client = client.ready().await.unwrap();
    let request = || Request::get("http://a/").body(()).unwrap();

    let (first, _) = client.send_request(request(), true).unwrap();
    assert_eq!(first.await.unwrap().status(), 200);

    assert!(client.send_request(request(), true).is_err(), "the server has said that it takes no more");
    let closed = timeout(Duration::from_secs(100), connection).await.unwrap().unwrap();
    assert_eq!(closed.unwrap(), 120);
}

#[tokio::test(start_paused = true)]
async fn a_request_that_its_client_gives_up_is_dropped() {
    let rig = rig_with(None, Limits::default(), Duration::from_secs(600));
    let (stream, theirs) = duplex(1 << 20);
    tokio::spawn(Arc::clone(&rig.service).serve(theirs, Peer { address: None }, rig.stop.listener()));
    let (client, connection) = h2::client::handshake(stream).await.unwrap();
    tokio::spawn(connection);
    let mut client = client.ready().await.unwrap();
    let request = || Request::get("http://a/").body(()).unwrap();
    let (answer, mut sending) = client.send_request(request(), false).unwrap();
    sending.send_data("x".into(), true).unwrap();
    sleep(Duration::from_secs(1)).await;
    let handled = Arc::strong_count(&rig.handler);

    sending.send_reset(h2::Reason::CANCEL);

    assert!(answer.await.is_err());
    sleep(Duration::from_secs(1)).await;
    assert_eq!(rig.handler.begun.load(Ordering::Relaxed), 1);
    assert_eq!(Arc::strong_count(&rig.handler), handled - 1, "nobody works on it");
}

#[tokio::test(start_paused = true)]
async fn a_stop_closes_what_waits_and_lets_finish_what_runs() {
    let rig = rig_with(None, Limits::default(), Duration::from_secs(7));
    let mut silent = rig.connect();
    let mut busy = rig.connect();
    busy.send(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n").await;
    sleep(Duration::from_secs(1)).await;

    rig.stop.stop(std::time::Instant::now() + Duration::from_secs(30));

    assert_eq!(silent.closed().await, (Vec::new(), 1));
    let (answer, after) = busy.closed().await;
    assert!(answer.ends_with(b"done"));
    assert_eq!(after, 7);
}
