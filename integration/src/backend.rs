//! A backend in this process: takes OTLP over gRPC and HTTP on one port, keeps what it took, and fails on command.

mod answer;
mod grpc;
mod http;
mod store;

use std::{collections::BTreeSet, net::SocketAddr, sync::Arc, time::Duration};

use ::http::{Request, Response};
use hyper::body::Incoming;
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
};
use tokio::{
    net::{TcpListener, TcpStream},
    task::{JoinHandle, JoinSet},
    time::timeout,
};
use tonic::body::Body;

pub use answer::Answer;

use crate::{Item, SOON, Telemetry};
use store::Store;

/// The backend. Dropping it closes its connections.
pub struct Backend {
    address: SocketAddr,
    store: Arc<Store>,
    serving: Option<JoinHandle<()>>,
    tls: Option<Arc<rustls::ServerConfig>>,
}

impl Backend {
    /// Starts on a free port, in plain text.
    pub async fn start() -> Self {
        Self::start_with(None).await
    }

    /// Starts with TLS.
    pub async fn start_tls(tls: Arc<rustls::ServerConfig>) -> Self {
        Self::start_with(Some(tls)).await
    }

    async fn start_with(tls: Option<Arc<rustls::ServerConfig>>) -> Self {
        // Not port 0: another program could get the port while this one is down for a restart.
        let address = SocketAddr::from(([127, 0, 0, 1], crate::free_port()));
        let mut backend = Self { address, store: Arc::default(), serving: None, tls };
        backend.start_again().await;
        backend
    }

    /// Serves again on the same port after [`Backend::stop`].
    pub async fn start_again(&mut self) {
        let listener = TcpListener::bind(self.address).await.expect("the port was free");
        self.serving = Some(tokio::spawn(serve(listener, self.store.clone(), self.tls.clone())));
    }

    /// Goes away as a crashed program does: connections break, the port refuses. What it took stays taken.
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

    /// Gives this answer to the next request for which none was planned before.
    pub fn answer_next(&self, answer: Answer) {
        self.store.plan(answer);
    }

    /// Gives this answer to every request for which none was planned.
    pub fn answer_always(&self, answer: Answer) {
        self.store.always(answer);
    }

    /// Everything it took, a request each.
    pub fn requests(&self) -> Vec<Telemetry> {
        self.store.taken_since(0)
    }

    /// What it took after the first `seen` requests, a request each, with their headers.
    pub fn requests_since(&self, seen: usize) -> Vec<(::http::HeaderMap, Telemetry)> {
        self.store.requests_since(seen)
    }

    /// Everything it took, an item each.
    pub fn items(&self) -> Vec<Item> {
        self.requests().iter().flat_map(Telemetry::items).collect()
    }

    /// The numbers of all spans it took, repetitions included.
    pub fn span_numbers(&self) -> Vec<u64> {
        self.requests().iter().flat_map(Telemetry::span_numbers).collect()
    }

    /// How many requests it has answered with something else than success.
    pub fn refusals(&self) -> usize {
        self.store.refusals()
    }

    /// The headers of the requests it took, in the order of [`Backend::requests`].
    pub fn headers(&self) -> Vec<::http::HeaderMap> {
        self.store.headers()
    }

    /// Waits until it has taken this many items, and returns them.
    ///
    /// # Panics
    /// When they do not come soon.
    pub async fn wait_for_items(&self, count: usize) -> Vec<Item> {
        self.wait(&format!("{count} items"), |store| store.item_count() >= count).await;
        self.items()
    }

    /// Waits until the numbers of the spans it took are what they should be, but not for ever; returns them.
    pub async fn wait_for_numbers(&self, is_reached: impl Fn(&BTreeSet<u64>) -> bool) -> BTreeSet<u64> {
        let mut numbers = BTreeSet::new();
        let mut seen = 0;
        let mut changes = self.store.changes();
        let wait = changes.wait_for(|_| {
            for request in self.store.taken_since(seen) {
                numbers.extend(request.span_numbers());
                seen += 1;
            }
            is_reached(&numbers)
        });
        // Who asked sees from the numbers that time is up, and can say more about it.
        drop(timeout(SOON, wait).await);
        numbers
    }

    /// Waits until it has refused this many requests.
    pub async fn wait_for_refusals(&self, count: usize) {
        self.wait(&format!("{count} refusals"), |store| store.refusals() >= count).await;
    }

    /// Whether it takes nothing more for a while, which a test that proves an absence must wait for.
    pub async fn stays_at(&self, items: usize, during: Duration) -> bool {
        let mut changes = self.store.changes();
        timeout(during, changes.wait_for(|_| self.store.item_count() != items)).await.is_err()
    }

    async fn wait(&self, what: &str, is_reached: impl Fn(&Store) -> bool) {
        let mut changes = self.store.changes();
        let reached = timeout(SOON, changes.wait_for(|_| is_reached(&self.store))).await;
        let (items, refusals) = (self.store.item_count(), self.store.refusals());
        assert!(reached.is_ok(), "the backend waited for {what}, it has {items} items and refused {refusals} times");
    }
}

impl Drop for Backend {
    fn drop(&mut self) {
        if let Some(serving) = &self.serving {
            serving.abort();
        }
    }
}

async fn serve(listener: TcpListener, store: Arc<Store>, tls: Option<Arc<rustls::ServerConfig>>) {
    // Connections end with this task: a JoinSet aborts what it holds.
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        connections.spawn(connection(stream, store.clone(), tls.clone()));
    }
}

async fn connection(stream: TcpStream, store: Arc<Store>, tls: Option<Arc<rustls::ServerConfig>>) {
    let service = hyper::service::service_fn(move |request| {
        let store = store.clone();
        async move { Ok::<_, std::convert::Infallible>(respond(request, &store).await) }
    });
    let server = auto::Builder::new(TokioExecutor::new());
    // A broken connection is the client's affair: the test sees what arrived.
    match tls {
        None => drop(server.serve_connection(TokioIo::new(stream), service).await),
        Some(tls) => {
            if let Ok(stream) = tokio_rustls::TlsAcceptor::from(tls).accept(stream).await {
                drop(server.serve_connection(TokioIo::new(stream), service).await);
            }
        }
    }
}

async fn respond(request: Request<Incoming>, store: &Arc<Store>) -> Response<Body> {
    let content_type = request.headers().get(::http::header::CONTENT_TYPE);
    match content_type.is_some_and(|value| value.as_bytes().starts_with(b"application/grpc")) {
        true => grpc::respond(request, store.clone()).await,
        false => http::respond(request, store).await,
    }
}
