//! The small HTTP server behind health checks, debugging pages and own metrics.
//!
//! For operators and scrapers, a few requests a second at most: HTTP/1.1, no bodies, few connections at once.

mod config;

use std::convert::Infallible;
use std::net::{TcpListener, ToSocketAddrs};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use sluice_component::{BoxFuture, BuildError, RunError, Stop};
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use config::read_endpoint;

/// How many connections are served at once; more wait to be accepted.
const MAX_CONNECTIONS: usize = 64;

/// How long a client may take to send its request, and how long a connection may stay idle.
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a stop waits for answers that are being written.
const GRACE: Duration = Duration::from_secs(1);

/// Answers requests without a body.
pub trait Pages: Send + Sync + 'static {
    /// The answer to a request, whatever its method: there is nothing here to change.
    fn answer(&self, path: &str, query: Option<&str>) -> BoxFuture<'_, Response<Bytes>>;
}

/// Listens on `host:port`. An empty host means every address; `localhost` means the IPv4 one, if there is one.
///
/// # Errors
///
/// The text is no address, or the port is taken.
pub fn bind(endpoint: &str) -> Result<TcpListener, BuildError> {
    let failed = |error: std::io::Error| BuildError::at("endpoint", format!("listen tcp {endpoint}: {error}"));
    let address = endpoint.strip_prefix(':').map_or_else(|| endpoint.to_owned(), |port| format!("[::]:{port}"));
    let mut addresses: Vec<_> = address.to_socket_addrs().map_err(failed)?.collect();
    addresses.sort_by_key(|address| !address.is_ipv4());
    let listener = TcpListener::bind(addresses.as_slice()).map_err(failed)?;
    listener.set_nonblocking(true).map_err(failed)?;
    Ok(listener)
}

/// Serves `pages` until `stop` is requested.
///
/// # Errors
///
/// The listener is of no use.
pub async fn serve(listener: TcpListener, pages: Arc<dyn Pages>, stop: Stop) -> Result<(), RunError> {
    let listener = tokio::net::TcpListener::from_std(listener).map_err(|error| RunError(error.to_string().into()))?;
    let room = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let connections = TaskTracker::new();
    let ending = CancellationToken::new();
    tokio::select! {
        never = accept(&listener, &room, &connections, &pages, &ending) => match never {},
        _ = stop.requested() => {}
    }
    ending.cancel();
    connections.close();
    // What is not written by now is of no interest any more.
    let _ = tokio::time::timeout(GRACE, connections.wait()).await;
    Ok(())
}

async fn accept(
    listener: &tokio::net::TcpListener,
    room: &Arc<Semaphore>,
    connections: &TaskTracker,
    pages: &Arc<dyn Pages>,
    ending: &CancellationToken,
) -> Infallible {
    loop {
        let permit = Arc::clone(room).acquire_owned().await.expect("the semaphore is never closed");
        match listener.accept().await {
            Ok((stream, _)) => {
                connections.spawn(connection(stream, Arc::clone(pages), ending.clone(), permit));
            }
            // No file descriptors, or the client is gone already: neither is a reason to end.
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}

async fn connection(
    stream: TcpStream,
    pages: Arc<dyn Pages>,
    ending: CancellationToken,
    _permit: OwnedSemaphorePermit,
) {
    let service = service_fn(move |request| {
        let pages = Arc::clone(&pages);
        async move { Ok::<_, Infallible>(respond(&*pages, request).await) }
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .max_buf_size(16 << 10)
        .serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    // A client that breaks off is its own business.
    tokio::select! {
        _ = connection.as_mut() => return,
        () = ending.cancelled() => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}

async fn respond(pages: &dyn Pages, request: Request<Incoming>) -> Response<Full<Bytes>> {
    pages.answer(request.uri().path(), request.uri().query()).await.map(Full::new)
}

/// A plain answer.
pub fn text(status: StatusCode, body: impl Into<Bytes>) -> Response<Bytes> {
    with_type(status, "text/plain; charset=utf-8", body)
}

/// An answer of some content type.
pub fn with_type(status: StatusCode, content_type: &'static str, body: impl Into<Bytes>) -> Response<Bytes> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}
