//! One connection, from its first byte to its end.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use http::{Request, Response};
use hyper::body::Incoming;
use hyper::rt::Write as _;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use hyper_util::server::graceful::GracefulConnection;
use sluice_component::{Stop, Throttle};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, sleep_until, timeout, timeout_at};
use tokio_util::sync::CancellationToken;

use super::frames::Frames;
use super::silent::Silent;
use super::{Body, Handler, Limits, Peer, Protocols};
use crate::io::{ConnectionError, Driven, Gathered};
use crate::tls;

/// How often a connection is looked after, at least.
const LOOK: Duration = Duration::from_secs(5);

/// How long a client that was answered before it had sent everything may go on sending.
const LINGER: Duration = Duration::from_secs(1);

/// What HTTP/2 begins with.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

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

/// What a client speaks.
enum Spoken {
    Http1,
    Http2,
    Nothing,
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
                    stream = timeout(self.limits.first_byte, acceptor.accept(stream)) => stream??,
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
            .serve_connection(stream, service_fn(|request| self.answer(request, peer, &activity)));
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
        let service = {
            let (this, activity) = (Arc::clone(self), Arc::clone(&activity));
            service_fn(move |request| this.answer(request, peer, &activity))
        };
        let connection = http2::Builder::new(TokioExecutor::new())
            .timer(TokioTimer::new())
            .max_concurrent_streams(limits.streams)
            .initial_stream_window_size(limits.stream_window)
            .initial_connection_window_size(limits.connection_window)
            .max_frame_size(limits.frame)
            .max_header_list_size(self.limits.header_bytes)
            .keep_alive_interval(limits.ping)
            .keep_alive_timeout(limits.ping_answer)
            .auto_date_header(false)
            .serve_connection(stream, service);
        let rules = Rules {
            headers: self.limits.headers,
            bytes_are_headers: false,
            idle: limits.idle,
            // Peers that came together shall not have to go together.
            age: limits.age.map(|age| age.mul_f64(0.9 + 0.2 * fastrand::f64())),
            grace: limits.age_grace,
        };
        Ok(look_after(Driven::new(connection, handle), &activity, rules, &stop).await?)
    }

    fn answer(
        &self,
        request: Request<Incoming>,
        peer: Peer,
        activity: &Arc<Activity>,
    ) -> impl Future<Output = Result<Response<Body>, Infallible>> + Send + use<H> {
        let under_way = UnderWay::begin(Arc::clone(activity));
        let answer = Arc::clone(&self.handler).handle(request, peer);
        async move {
            let answer = answer.await;
            drop(under_way);
            Ok(answer)
        }
    }
}

/// When a connection is to be closed.
struct Rules {
    /// How long a request's headers may take.
    headers: Duration,
    /// Whether bytes that arrive outside of a request are headers; else [`Activity::headers`] tells.
    bytes_are_headers: bool,
    /// How long it may be without a request.
    idle: Option<Duration>,
    /// How old it may become.
    age: Option<Duration>,
    /// How long its requests may then take.
    grace: Option<Duration>,
}

/// Drives a connection to its end, and brings about that end when it is time.
async fn look_after<C, S>(
    mut connection: Driven<C, S>,
    activity: &Activity,
    rules: Rules,
    stop: &Stop,
) -> Result<(), ConnectionError>
where
    C: GracefulConnection<Error = hyper::Error> + Future<Output = hyper::Result<()>>,
    S: AsyncRead + AsyncWrite + Unpin,
{
    let born = Instant::now();
    let oldest = rules.age.map(|age| born + age);
    let interval = rules.idle.unwrap_or(LOOK).min(rules.headers).min(LOOK);
    let mut rest = Rest { finished: 0, since: born, read: 0, headers: None };
    let mut look = born + interval;
    loop {
        let wake = oldest.map_or(look, |oldest| oldest.min(look));
        tokio::select! {
            outcome = &mut connection => return outcome,
            _ = stop.requested() => return wind_down(connection, None).await,
            () = sleep_until(wake) => {}
        }
        let now = Instant::now();
        look = now + interval;
        if oldest.is_some_and(|oldest| now >= oldest) {
            return wind_down(connection, rules.grace.map(|grace| now + grace)).await;
        }
        rest.look(activity, connection.stream().traffic().read, rules.bytes_are_headers, now);
        if rest.headers.is_some_and(|(_, since)| now - since >= rules.headers) {
            return Ok(());
        }
        if rules.idle.is_some_and(|most| now - rest.since >= most) {
            return wind_down(connection, Some(now + LINGER)).await;
        }
    }
}

/// What a connection without requests has been doing.
struct Rest {
    /// How many requests it had had before.
    finished: u64,
    /// Since when it has none.
    since: Instant,
    /// How many bytes had arrived then.
    read: u64,
    /// The headers that are arriving, by number, and since when.
    headers: Option<(u64, Instant)>,
}

impl Rest {
    fn look(&mut self, activity: &Activity, read: u64, bytes_are_headers: bool, now: Instant) {
        let finished = activity.finished.load(Ordering::Relaxed);
        if activity.active.load(Ordering::Relaxed) > 0 || finished != self.finished {
            *self = Self { finished, since: now, read, headers: None };
        }
        let block = activity.headers.load(Ordering::Relaxed);
        let arriving = match bytes_are_headers {
            true => (read > self.read).then_some(finished),
            false => (block & 1 == 1).then_some(block),
        };
        self.headers = match (arriving, self.headers) {
            (Some(now_arriving), Some((number, since))) if now_arriving == number => Some((number, since)),
            (Some(number), _) if number == 0 => Some((number, self.since)),
            (Some(number), _) => Some((number, now)),
            (None, _) => None,
        };
    }
}

/// Lets the requests that are under way finish, until `deadline`, and takes no new ones.
async fn wind_down<C, S>(mut connection: Driven<C, S>, deadline: Option<Instant>) -> Result<(), ConnectionError>
where
    C: GracefulConnection<Error = hyper::Error> + Future<Output = hyper::Result<()>>,
    S: AsyncRead + AsyncWrite + Unpin,
{
    connection.connection().graceful_shutdown();
    match deadline {
        None => connection.await,
        Some(deadline) => timeout_at(deadline, connection).await.unwrap_or(Ok(())),
    }
}

/// Looks at the first bytes until they tell what the client speaks.
async fn spoken<S: AsyncRead + AsyncWrite + Unpin>(stream: &Gathered<S>) -> io::Result<Spoken> {
    let mut had = 0;
    loop {
        let (have, spoken) = stream
            .peek(had > 0, |bytes| {
                let compared = bytes.len().min(PREFACE.len());
                let spoken = match bytes {
                    [] => Some(Spoken::Nothing),
                    _ if bytes[..compared] != PREFACE[..compared] => Some(Spoken::Http1),
                    _ if compared == PREFACE.len() => Some(Spoken::Http2),
                    _ => None,
                };
                (bytes.len(), spoken)
            })
            .await?;
        match spoken {
            Some(spoken) => return Ok(spoken),
            None if have == had => return Ok(Spoken::Nothing),
            None => had = have,
        }
    }
}

/// Tells a client of HTTP/1.1 that gRPC is spoken here, and with which mistake it would find that out.
async fn refuse_http1<S: AsyncRead + AsyncWrite + Unpin>(mut stream: Gathered<S>) -> io::Error {
    const ANSWER: &[u8] = b"HTTP/1.1 505 HTTP Version Not Supported\r\nconnection: close\r\n\
        content-type: text/plain\r\ncontent-length: 72\r\n\r\n\
        this port speaks gRPC over HTTP/2; OTLP over HTTP has a port of its own\n";
    let said = std::future::poll_fn(|cx| {
        std::task::ready!(Pin::new(&mut stream).poll_write(cx, ANSWER))?;
        Pin::new(&mut stream).poll_shutdown(cx)
    });
    match timeout(LINGER, said).await {
        Ok(Err(error)) => error,
        _ => {
            let _ = timeout(LINGER, stream.handle().linger()).await;
            io::Error::other("the client speaks HTTP/1.1 where only HTTP/2 is spoken")
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
