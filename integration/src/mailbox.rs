//! A backend of any protocol over HTTP/1.1, HTTP/2 or gRPC: keeps the bodies that it took, unpacked and not understood, and has
//! mishaps on command.

mod answer;
mod body;

use std::{
    collections::{BTreeSet, VecDeque},
    convert::Infallible,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use http::{HeaderMap, Request};
use http_body_util::BodyExt;
use hyper::{body::Incoming, service::service_fn};
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

use crate::{free_port, telemetry};
use answer::{Answer, half_an_answer, is_grpc, refused, taken};

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
                Some(tls) => {
                    // A client that does not go on after the handshake is the test's affair.
                    if let Ok(stream) = tls.accept(stream).await {
                        connection(stream, state).await;
                    }
                }
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
