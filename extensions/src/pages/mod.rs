//! Pages over HTTP for operators and scrapers: health checks, debugging pages, own metrics.
//!
//! They are served by the accept loop that receivers have, with room for few connections.

mod config;

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header};
use sluice_component::{BoxFuture, BuildError, RunError, Stop, StopSource};
use sluice_transport::server::{Body, Handler, Incoming, Limits, Peer, Protocols, Server};

pub use config::Listening;

/// How many connections are served at once.
const MAX_CONNECTIONS: usize = 64;

/// How long a stop waits for answers that are being made.
const GRACE: Duration = Duration::from_secs(1);

/// Answers requests without a body.
pub trait Pages: Send + Sync + 'static {
    /// The answer to a request, whatever its method: there is nothing here to change.
    fn answer(&self, path: &str, query: Option<&str>) -> BoxFuture<'_, Response<Bytes>>;
}

/// A port that is bound, and the pages that are to be shown there.
pub struct PageServer(Server<Shown>);

struct Shown(Arc<dyn Pages>);

impl PageServer {
    /// Binds the port; nobody is answered before it runs.
    ///
    /// # Errors
    ///
    /// The port is taken, or the files of its TLS cannot be used.
    pub fn bind(listening: &Listening, pages: Arc<dyn Pages>) -> Result<Self, BuildError> {
        let limits =
            Limits { connections: MAX_CONNECTIONS, silent_connections: MAX_CONNECTIONS, ..listening.limits.clone() };
        let tls = listening.tls.as_ref();
        Ok(Self(Server::bind(&listening.address, tls, Protocols::Both, limits, Arc::new(Shown(pages)))?))
    }

    /// Serves until `stop` is requested, and a second longer for answers that are being made.
    ///
    /// # Errors
    ///
    /// The listener is of no use.
    pub async fn run(self, stop: Stop) -> Result<(), RunError> {
        let own = StopSource::default();
        let serving = self.0.run(own.listener());
        tokio::pin!(serving);
        let ended = tokio::select! {
            ended = &mut serving => ended,
            deadline = stop.requested() => {
                own.stop(deadline.min(Instant::now() + GRACE));
                serving.await
            }
        };
        ended.map_err(|error| RunError(error.to_string().into()))
    }
}

impl Handler for Shown {
    async fn handle(self: Arc<Self>, request: Request<Incoming>, _: Peer) -> Response<Body> {
        self.0.answer(request.uri().path(), request.uri().query()).await.map(Body::new)
    }
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
