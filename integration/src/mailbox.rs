//! A backend of any protocol over HTTP/1.1, HTTP/2 or gRPC: keeps the bodies that it took, unpacked and not understood, and has
//! mishaps on command.

mod body;

use std::{
    collections::{BTreeSet, VecDeque},
    convert::Infallible,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Empty, Full, StreamBody, combinators::UnsyncBoxBody};
use hyper::{
    body::{Frame, Incoming},
    service::service_fn,
};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpListener,
    sync::{Notify, watch},
    task::{JoinHandle, JoinSet},
};
use tokio_rustls::TlsAcceptor;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};

use crate::{free_port, telemetry};

/// What goes wrong with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mishap {
    /// It is refused with this HTTP status, or the gRPC code that says the same.
    Status(u16),
    /// It is refused because there are too many, and asked for again after this time: 429 with Retry-After.
    ComeBackAfter(Duration),
    /// It is taken, after this time.
    Slow(Duration),
    /// It is never answered.
    Silence,
    /// It is taken, and the connection ends in the middle of the answer.
    HalfAnAnswer,
    /// The connection ends before there is an answer.
    NoAnswer,
}

/// The backend. Dropping it closes its connections.
pub struct Mailbox {
    address: SocketAddr,
    state: Arc<State>,
    tls: Option<TlsAcceptor>,
    serving: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct State {
    mishaps: Mutex<VecDeque<Mishap>>,
    post: watch::Sender<Post>,
}

#[derive(Default)]
struct Post {
    taken: Vec<Letter>,
    arrivals: Vec<Instant>,
}

/// A request that was taken.
#[derive(Clone, Debug)]
pub struct Letter {
    /// The path of its URL.
    pub path: String,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body, unpacked.
    pub body: Vec<u8>,
}

type Answer = Response<UnsyncBoxBody<Bytes, Infallible>>;

impl Mailbox {
    /// Starts on a free port, in plain text.
    pub async fn start() -> Self {
        Self::start_with(None).await
    }

    /// Starts with TLS.
    pub async fn start_tls(tls: Arc<rustls::ServerConfig>) -> Self {
        Self::start_with(Some(tls.into())).await
    }

    async fn start_with(tls: Option<TlsAcceptor>) -> Self {
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()));
        let mut mailbox = Self { address, state: Arc::default(), tls, serving: None };
        mailbox.start_again().await;
        mailbox
    }

    /// Serves again on the same port after [`Mailbox::stop`].
    pub async fn start_again(&mut self) {
        let listener = TcpListener::bind(self.address).await.expect("the port was free");
        self.serving = Some(tokio::spawn(serve(listener, self.state.clone(), self.tls.clone())));
    }

    /// Goes away: connections break, the port refuses.
    pub async fn stop(&mut self) {
        if let Some(serving) = self.serving.take() {
            serving.abort();
            // An aborted task ends with an error that says so.
            let _ = serving.await;
        }
    }

    /// `host:port`.
    pub fn address(&self) -> String {
        self.address.to_string()
    }

    /// Has a mishap with the next request for which none was planned before. Requests without one are taken.
    pub fn plan(&self, mishap: Mishap) {
        self.state.mishaps.lock().expect("nobody panics while holding it").push_back(mishap);
    }

    /// When each request arrived, whatever became of it.
    pub fn arrivals(&self) -> Vec<Instant> {
        self.state.post.borrow().arrivals.clone()
    }

    /// The numbers of the items of [`telemetry::marked`](crate::telemetry::marked) in what it took.
    pub fn marks(&self) -> BTreeSet<usize> {
        self.state.post.borrow().taken.iter().flat_map(|letter| telemetry::marks(&letter.body)).collect()
    }

    /// What it took.
    pub fn letters(&self) -> Vec<Letter> {
        self.state.post.borrow().taken.clone()
    }
}

impl Drop for Mailbox {
    fn drop(&mut self) {
        if let Some(serving) = &self.serving {
            serving.abort();
        }
    }
}

async fn serve(listener: TcpListener, state: Arc<State>, tls: Option<TlsAcceptor>) {
    // Connections end with this task: a JoinSet aborts what it holds.
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let (state, tls) = (state.clone(), tls.clone());
        connections.spawn(async move {
            match tls {
                None => connection(stream, state).await,
                // A client that does not go on after the handshake is the test's affair.
                Some(tls) => match tls.accept(stream).await {
                    Ok(stream) => connection(stream, state).await,
                    Err(_) => {}
                },
            }
        });
    }
}

/// Serves a connection until it ends, or a mishap ends it.
async fn connection<S>(stream: S, state: Arc<State>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let end = Arc::new(Notify::new());
    let told = end.clone();
    let service = service_fn(move |request| {
        let (state, end) = (state.clone(), end.clone());
        async move { Ok::<_, Infallible>(state.respond(request, end).await) }
    });
    let server = auto::Builder::new(TokioExecutor::new());
    tokio::select! {
        _ = server.serve_connection(TokioIo::new(stream), service) => {}
        () = told.notified() => {}
    }
}

impl State {
    async fn respond(&self, request: Request<Incoming>, end: Arc<Notify>) -> Answer {
        let (head, body) = request.into_parts();
        let is_grpc = is_grpc(&head.headers);
        let Ok(body) = body.collect().await else { return refused(is_grpc, 400, None) };
        let mishap = self.mishaps.lock().expect("nobody panics while holding it").pop_front();
        self.post.send_modify(|post| post.arrivals.push(Instant::now()));
        match mishap {
            Some(Mishap::Status(status)) => return refused(is_grpc, status, None),
            Some(Mishap::ComeBackAfter(delay)) => return refused(is_grpc, 429, Some(delay)),
            Some(Mishap::Silence) => std::future::pending().await,
            Some(Mishap::NoAnswer) => {
                end.notify_one();
                std::future::pending().await
            }
            Some(Mishap::Slow(delay)) => tokio::time::sleep(delay).await,
            Some(Mishap::HalfAnAnswer) | None => {}
        }
        let body = body::unpacked(&head, is_grpc, body.to_bytes());
        let letter = Letter { path: head.uri.path().to_owned(), headers: head.headers, body };
        self.post.send_modify(|post| post.taken.push(letter));
        match mishap {
            Some(Mishap::HalfAnAnswer) => half_an_answer(is_grpc, end),
            _ => taken(is_grpc),
        }
    }
}

fn is_grpc(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE);
    content_type.is_some_and(|value| value.as_bytes().starts_with(b"application/grpc"))
}

fn taken(is_grpc: bool) -> Answer {
    if !is_grpc {
        return Response::new(Empty::new().boxed_unsync());
    }
    // A message without a field, and the status behind it.
    let trailers =
        HeaderMap::from_iter([(header::HeaderName::from_static("grpc-status"), HeaderValue::from_static("0"))]);
    let body = Full::new(Bytes::from_static(&[0; 5])).with_trailers(std::future::ready(Some(Ok(trailers))));
    of_type("application/grpc", body.boxed_unsync())
}

/// A little of what is promised, and then the end of the connection.
fn half_an_answer(is_grpc: bool, end: Arc<Notify>) -> Answer {
    let said: &[u8] = if is_grpc { &[0, 0, 0, 0, 50, 1, 2, 3] } else { b"{\"partial" };
    let said = stream::iter([Ok(Frame::data(Bytes::copy_from_slice(said)))]);
    let rest = stream::once(async move {
        // So long that what was said has gone out.
        tokio::time::sleep(Duration::from_millis(20)).await;
        end.notify_one();
        std::future::pending().await
    });
    let content_type = if is_grpc { "application/grpc" } else { "application/json" };
    let mut answer = of_type(content_type, StreamBody::new(said.chain(rest)).boxed_unsync());
    answer.headers_mut().insert(header::CONTENT_LENGTH, 100.into());
    answer
}

fn of_type(content_type: &'static str, body: UnsyncBoxBody<Bytes, Infallible>) -> Answer {
    let mut response = Response::new(body);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

fn refused(is_grpc: bool, status: u16, retry_after: Option<Duration>) -> Answer {
    if is_grpc {
        let (code, message) = (code_of(status), "refused by the test");
        let status = match retry_after {
            Some(delay) => Status::with_error_details(code, message, ErrorDetails::with_retry_info(Some(delay))),
            None => Status::new(code, message),
        };
        let (head, _) = status.into_http::<()>().into_parts();
        return Response::from_parts(head, Empty::new().boxed_unsync());
    }
    let mut response = Response::new(Empty::new().boxed_unsync());
    *response.status_mut() = StatusCode::from_u16(status).expect("a test asks for a status that exists");
    if let Some(delay) = retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, delay.as_secs().into());
    }
    response
}

fn code_of(status: u16) -> Code {
    match status {
        400 => Code::InvalidArgument,
        413 | 429 => Code::ResourceExhausted,
        503 => Code::Unavailable,
        _ => Code::Internal,
    }
}
