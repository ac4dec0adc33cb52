//! HTTP/2 on `h2` directly, and where its requests are answered: small ones on the connection's own task, large ones on theirs.
//!
//! A task for each request means another thread to wake, h2's lock on the connection to meet at, and the connection to wake again for
//! the answer: for a small request more than the request itself. A large one is worth a task, so that one connection can
//! use all threads.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use h2::server::{Builder, Connection, SendResponse};
use h2::{PingPong, RecvStream};
use http::{Request, Response};
use hyper_util::rt::TokioIo;
use sluice_component::{ROUNDS, Wakes};
use tokio::io::{AsyncRead, AsyncWrite};

use super::lifetime::Graceful;
use super::{Body, Incoming, Limits};
use crate::io::{Gathered, Handle};

/// From how many bytes on a request is large, in the mean of its connection.
const LARGE: u64 = 128 * 1024;

/// A connection together with the small requests on it.
pub(super) struct Http2<S, A> {
    connection: Connection<TokioIo<Gathered<S>>, Bytes>,
    stream: Handle<S>,
    begun: u64,
    answer: A,
    under_way: FuturesUnordered<Pin<Box<dyn Future<Output = ()> + Send>>>,
    wakes: Wakes,
}

impl<S, A, F> Http2<S, A>
where
    S: AsyncRead + AsyncWrite + Unpin,
    A: FnMut(Request<Incoming>) -> F,
    F: Future<Output = Response<Body>> + Send + 'static,
{
    /// Takes up a connection of which the preface has arrived; `answer` answers its requests.
    ///
    /// # Errors
    ///
    /// The stream cannot be read.
    pub(super) async fn begin(stream: Gathered<S>, limits: &Limits, answer: A) -> Result<Self, h2::Error> {
        let handle = stream.handle();
        let connection = Builder::new()
            .max_concurrent_streams(limits.http2.streams)
            .initial_window_size(limits.http2.stream_window)
            .initial_connection_window_size(limits.http2.connection_window)
            .max_frame_size(limits.http2.frame)
            .max_header_list_size(limits.header_bytes)
            .handshake(TokioIo::new(stream))
            .await?;
        let (under_way, wakes) = (FuturesUnordered::new(), Wakes::new());
        Ok(Self { connection, stream: handle, begun: 0, answer, under_way, wakes })
    }

    /// The connection's pings.
    pub(super) fn pings(&mut self) -> Option<PingPong> {
        self.connection.ping_pong()
    }

    /// Begins to answer a request: most need not wait for anything, and are answered with that.
    fn take(&mut self, cx: &mut Context<'_>, request: Request<RecvStream>, respond: SendResponse<Bytes>) {
        self.begun += 1;
        let answer = (self.answer)(Incoming::http2(request));
        let mut answering = Box::pin(respond_with(answer, respond));
        if self.stream.traffic().read / self.begun > LARGE {
            tokio::spawn(answering);
        } else if answering.as_mut().poll(cx).is_pending() {
            self.under_way.push(answering);
        }
    }

    /// Goes on with the requests; says whether any was answered.
    fn advance(&mut self, cx: &mut Context<'_>) -> bool {
        let mut answered = false;
        while let Poll::Ready(Some(())) = self.under_way.poll_next_unpin(cx) {
            answered = true;
        }
        answered
    }
}

impl<S, A, F> Future for Http2<S, A>
where
    S: AsyncRead + AsyncWrite + Unpin,
    A: FnMut(Request<Incoming>) -> F + Unpin,
    F: Future<Output = Response<Body>> + Send + 'static,
{
    type Output = Result<(), h2::Error>;

    fn poll(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let waker = this.wakes.waker(task);
        let cx = &mut Context::from_waker(&waker);
        let polling = this.wakes.polling();
        for _ in 0..ROUNDS {
            polling.forget();
            while let Poll::Ready(next) = this.connection.poll_accept(cx) {
                match next {
                    Some(Ok((request, respond))) => this.take(cx, request, respond),
                    Some(Err(error)) => return Poll::Ready(Err(error)),
                    None => return Poll::Ready(Ok(())),
                }
                // The answer is written when the connection is polled next, which is at once.
                polling.forget();
            }
            if !this.advance(cx) && polling.may_rest() {
                return Poll::Pending;
            }
        }
        task.waker().wake_by_ref();
        Poll::Pending
    }
}

impl<S, A, F> Graceful for Http2<S, A>
where
    S: AsyncRead + AsyncWrite + Unpin,
    A: FnMut(Request<Incoming>) -> F + Unpin,
    F: Future<Output = Response<Body>> + Send + 'static,
{
    type Error = h2::Error;

    fn wind_down(mut self: Pin<&mut Self>) {
        self.connection.graceful_shutdown();
    }
}

/// Waits for an answer and hands it over to h2, unless the client gives up meanwhile.
async fn respond_with(answer: impl Future<Output = Response<Body>>, mut respond: SendResponse<Bytes>) {
    let mut answer = pin!(answer);
    let answer = poll_fn(|cx| match answer.as_mut().poll(cx) {
        Poll::Ready(answer) => Poll::Ready(Some(answer)),
        Poll::Pending => respond.poll_reset(cx).map(|_| None),
    });
    let Some(answer) = answer.await else { return };
    if let Err(error) = send(answer, &mut respond) {
        tracing::debug!(%error, "an answer could not be sent");
    }
}

/// Hands the whole answer over: h2 sends it as the client's windows open.
fn send(answer: Response<Body>, respond: &mut SendResponse<Bytes>) -> Result<(), h2::Error> {
    let (head, body) = answer.into_parts();
    let (data, trailers) = body.into_parts();
    let head = Response::from_parts(head, ());
    if data.is_empty() && trailers.is_none() {
        respond.send_response(head, true)?;
        return Ok(());
    }
    let mut stream = respond.send_response(head, false)?;
    if !data.is_empty() {
        stream.send_data(data, trailers.is_none())?;
    }
    if let Some(trailers) = trailers {
        stream.send_trailers(trailers)?;
    }
    Ok(())
}
