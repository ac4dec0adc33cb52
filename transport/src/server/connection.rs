//! One connection, from its first byte to its end.

use std::convert::Infallible;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use http::{Request, Response};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use sluice_component::{Stop, Throttle};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::frames::Frames;
use super::http2::Http2;
use super::lifetime::{Rules, look_after};
use super::preface::{Spoken, refuse_http1, spoken};
use super::silent::Silent;
use super::{Body, Handler, Incoming, Limits, Peer, Protocols};
use crate::io::{Driven, Gathered, ReadAhead};
use crate::silence::silence;
use crate::tls;

/// How long a client that was answered before it had sent everything may go on sending.
const LINGER: Duration = Duration::from_secs(1);

/// What every connection of a port shares.
pub(super) struct Service<H> {
    acceptor: Option<tls::Acceptor>,
    protocols: Protocols,
    limits: Limits,
    handler: Arc<H>,
    open: AtomicUsize,
    silent: Silent,
    cut_off: CancellationToken,
    full: Throttle,
}

/// What one connection is doing.
#[derive(Debug, Default)]
pub(super) struct Activity {
    /// Requests under way.
    pub(super) active: AtomicU32,
    /// Requests that are done.
    pub(super) finished: AtomicU64,
    /// Counts header blocks; odd within one.
    pub(super) headers: AtomicU64,
}

impl<H: Handler> Service<H> {
    pub(super) fn new(acceptor: Option<tls::Acceptor>, protocols: Protocols, limits: Limits, handler: Arc<H>) -> Self {
        let silent = Silent::new(limits.silent_connections);
        Self {
            acceptor,
            protocols,
            limits,
            handler,
            open: AtomicUsize::new(0),
            silent,
            cut_off: CancellationToken::new(),
            full: Throttle::new(Duration::from_secs(60)),
        }
    }

    /// Ends every connection where it is.
    pub(super) fn cut_off(&self) {
        self.cut_off.cancel();
    }

    /// Serves one connection to its end.
    pub(super) async fn serve<S>(self: Arc<Self>, stream: S, peer: Peer, stop: Stop)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let _open = Open::enter(&self.open);
        if self.open.load(Ordering::Relaxed) > self.limits.connections {
            if let Some(suppressed) = self.full.admit() {
                let limit = self.limits.connections;
                tracing::warn!(limit, suppressed, "too many connections, new ones are closed");
            }
            return;
        }
        let served = async {
            let Some(acceptor) = &self.acceptor else {
                return self.begin(stream, peer, stop.clone(), self.limits.first_byte).await;
            };
            let stream = {
                let (_entry, evicted) = self.silent.enter();
                tokio::select! {
                    stream = timeout(self.limits.first_byte, acceptor.accept(ReadAhead::new(stream))) => stream??,
                    () = evicted.cancelled() => return Ok(()),
                    _ = stop.requested() => return Ok(()),
                }
            };
            self.begin(stream, peer, stop.clone(), self.limits.headers).await
        };
        let outcome = tokio::select! {
            outcome = served => outcome,
            () = self.cut_off.cancelled() => return,
        };
        if let Err(error) = outcome {
            // What a client does wrong is its own business, and it can do so as often as it likes.
            tracing::debug!(peer = ?peer.address, %error, "a connection ended in an error");
        }
    }

    /// Waits until the client shows what it speaks, and speaks it.
    async fn begin<S>(
        self: &Arc<Self>,
        stream: S,
        peer: Peer,
        stop: Stop,
        patience: Duration,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let stream = Gathered::new(stream);
        let spoken = {
            let (_entry, evicted) = self.silent.enter();
            tokio::select! {
                spoken = timeout(patience, spoken(&stream)) => spoken??,
                () = evicted.cancelled() => return Ok(()),
                _ = stop.requested() => return Ok(()),
            }
        };
        match (spoken, self.protocols) {
            (Spoken::Http2, _) => self.http2(stream, peer, stop).await,
            (Spoken::Http1, Protocols::Both) => self.http1(stream, peer, stop).await,
            (Spoken::Http1, Protocols::Http2) => Err(refuse_http1(stream).await.into()),
            (Spoken::Nothing, _) => Ok(()),
        }
    }

    async fn http1<S>(
        self: &Arc<Self>,
        stream: Gathered<S>,
        peer: Peer,
        stop: Stop,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let activity = Arc::new(Activity::default());
        let handle = stream.handle();
        let lingering = stream.handle();
        let connection = http1::Builder::new()
            .header_read_timeout(None)
            .keep_alive(self.limits.keep_alive)
            .max_header_size(self.limits.header_bytes as usize)
            .serve_connection(
                stream,
                service_fn(|request| {
                    let answer = self.answer(Incoming::http1(request), peer, &activity);
                    async { Ok::<_, Infallible>(answer.await) }
                }),
            );
        let rules = Rules {
            headers: self.limits.headers,
            bytes_are_headers: true,
            idle: Some(self.limits.idle),
            age: None,
            grace: None,
        };
        let outcome = look_after(Driven::new(connection, handle), &activity, rules, &stop).await;
        let _ = timeout(LINGER, lingering.linger()).await;
        Ok(outcome?)
    }

    async fn http2<S>(
        self: &Arc<Self>,
        stream: Gathered<S>,
        peer: Peer,
        stop: Stop,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let limits = &self.limits.http2;
        let activity = Arc::new(Activity::default());
        let mut frames = Frames::new(limits, Arc::clone(&activity));
        stream.watch(Box::new(move |bytes| frames.see(bytes))).await?;
        let handle = stream.handle();
        let answer = |request| self.answer(request, peer, &activity);
        let mut connection = Http2::begin(stream, &self.limits, answer).await?;
        let pings = connection.pings();
        let rules = Rules {
            headers: self.limits.headers,
            bytes_are_headers: false,
            idle: limits.idle,
            // Peers that came together shall not have to go together.
            age: limits.age.map(|age| age.mul_f64(0.9 + 0.2 * fastrand::f64())),
            grace: limits.age_grace,
        };
        let connection = Driven::new(connection, handle);
        let stream = connection.handle();
        let gone = async {
            match pings {
                Some(pings) => silence(limits.ping, limits.ping_answer, pings, &stream, || true).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            outcome = look_after(connection, &activity, rules, &stop) => Ok(outcome?),
            () = gone => Err("the client gives no sign of life".into()),
        }
    }

    fn answer(
        &self,
        request: Request<Incoming>,
        peer: Peer,
        activity: &Arc<Activity>,
    ) -> impl Future<Output = Response<Body>> + Send + use<H> {
        let under_way = UnderWay::begin(Arc::clone(activity));
        let answer = Arc::clone(&self.handler).handle(request, peer);
        async move {
            let answer = answer.await;
            drop(under_way);
            answer
        }
    }
}

/// Counts an open connection.
struct Open<'a>(&'a AtomicUsize);

impl<'a> Open<'a> {
    fn enter(open: &'a AtomicUsize) -> Self {
        open.fetch_add(1, Ordering::Relaxed);
        Self(open)
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Counts a request that is under way, however it ends.
struct UnderWay(Arc<Activity>);

impl UnderWay {
    fn begin(activity: Arc<Activity>) -> Self {
        activity.active.fetch_add(1, Ordering::Relaxed);
        Self(activity)
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.finished.fetch_add(1, Ordering::Relaxed);
        self.0.active.fetch_sub(1, Ordering::Relaxed);
    }
}
