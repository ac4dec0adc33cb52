//! The calls of one connection, carried out on the connection's own task.
//!
//! h2 guards a connection by one lock, which every step of every call takes. Where each call is carried out by the task of
//! its caller, threads meet at that lock all the time: with small messages waiting for it took a tenth of the CPU. So
//! callers hand their calls over, and all steps are taken by one task.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use h2::client::SendRequest;
use http::Request;
use sluice_component::{ROUNDS, Wakes};
use tokio::sync::{mpsc, oneshot};

use super::call::{Failed, Failure, exchange};
use super::payload::Payload;
use crate::io::{Lending, Lent};

/// Calls that wait for the connection's task to take them; more wait at their callers.
const HANDED_OVER: usize = 64;

/// Hands calls over to a connection; the connection ends when there is nobody left who could.
#[derive(Clone)]
pub(super) struct Caller(mpsc::Sender<Call>);

/// A call on its way to the connection.
struct Call {
    request: Request<()>,
    payload: Payload,
    reply: Reply,
}

/// Drives a connection and carries out the calls on it.
pub(super) struct Serving<C> {
    connection: C,
    calls: mpsc::Receiver<Call>,
    /// `None` once nobody can call any more: then h2 ends the connection.
    requests: Option<SendRequest<Payload>>,
    /// Messages are written from where they lie.
    lending: Lending,
    under_way: FuturesUnordered<Pin<Box<dyn Future<Output = ()> + Send>>>,
    wakes: Wakes,
}

/// A way to call on `connection`, and what carries the calls out: it must be polled until it ends.
///
/// What is noted in `lending` reaches the stream below the connection uncopied.
pub(super) fn serve<C>(connection: C, requests: SendRequest<Payload>, lending: Lending) -> (Caller, Serving<C>) {
    let (sender, calls) = mpsc::channel(HANDED_OVER);
    let (under_way, wakes) = (FuturesUnordered::new(), Wakes::new());
    let serving = Serving { connection, calls, requests: Some(requests), lending, under_way, wakes };
    (Caller(sender), serving)
}

impl Caller {
    /// Sends a message and waits for the answer. Cancel safe: the server is told when nobody waits any more.
    pub(super) async fn call(&self, request: Request<()>, payload: Payload) -> Result<Bytes, Failed> {
        let (sender, outcome) = oneshot::channel();
        let reply = Reply { sender: Some(sender), begun: false };
        // A call that cannot be handed over is dropped, and so is its reply, which says so.
        let _ = self.0.send(Call { request, payload, reply }).await;
        outcome.await.unwrap_or_else(|_| Err(never_begun()))
    }
}

impl<C, E> Future for Serving<C>
where
    C: Future<Output = Result<(), E>> + Unpin,
{
    type Output = Result<(), E>;

    fn poll(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let waker = this.wakes.waker(task);
        let cx = &mut Context::from_waker(&waker);
        let polling = this.wakes.polling();
        // New calls first, which the connection then sends.
        this.take_calls(cx);
        this.advance(cx);
        for _ in 0..ROUNDS {
            polling.forget();
            if let Poll::Ready(outcome) = Pin::new(&mut this.connection).poll(cx) {
                // What has just arrived belongs to calls.
                this.advance(cx);
                this.calls.close();
                return Poll::Ready(outcome);
            }
            let more = this.take_calls(cx) | this.advance(cx);
            if !more && polling.may_rest() {
                return Poll::Pending;
            }
        }
        task.waker().wake_by_ref();
        Poll::Pending
    }
}

impl<C> Serving<C> {
    /// Takes what callers have handed over; says whether there was anything.
    fn take_calls(&mut self, cx: &mut Context<'_>) -> bool {
        let mut taken = false;
        while let Some(requests) = &self.requests {
            match self.calls.poll_recv(cx) {
                Poll::Ready(Some(call)) => {
                    let lent = self.lending.lend(call.payload.parts());
                    self.under_way.push(Box::pin(carry_out(call, requests.clone(), lent)));
                }
                Poll::Ready(None) => self.requests = None,
                Poll::Pending => break,
            }
            taken = true;
        }
        taken
    }

    /// Goes on with the calls; says whether any has ended.
    fn advance(&mut self, cx: &mut Context<'_>) -> bool {
        let mut ended = false;
        while let Poll::Ready(Some(())) = self.under_way.poll_next_unpin(cx) {
            ended = true;
        }
        ended
    }
}

async fn carry_out(call: Call, requests: SendRequest<Payload>, _lent: Lent) {
    let Call { request, payload, mut reply } = call;
    let outcome = tokio::select! {
        biased;
        () = reply.is_unwanted() => return,
        requests = requests.ready() => requests,
    };
    let outcome = match outcome {
        Err(error) => Err(Failed::Unprocessed(error.to_string().into())),
        Ok(requests) => {
            reply.begun = true;
            tokio::select! {
                biased;
                () = reply.is_unwanted() => return,
                outcome = exchange(requests, request, payload) => outcome,
            }
        }
    };
    reply.send(outcome);
}

/// Who waits for the outcome of a call, and is told one in any case.
struct Reply {
    sender: Option<oneshot::Sender<Result<Bytes, Failed>>>,
    /// Whether the server may have seen the call.
    begun: bool,
}

impl Reply {
    fn send(mut self, outcome: Result<Bytes, Failed>) {
        if let Some(sender) = self.sender.take() {
            // Who does not wait any more does not want to know.
            let _ = sender.send(outcome);
        }
    }

    /// Waits until nobody waits for the outcome.
    async fn is_unwanted(&mut self) {
        match &mut self.sender {
            Some(sender) => poll_fn(|cx| sender.poll_closed(cx)).await,
            None => std::future::pending().await,
        }
    }
}

impl Drop for Reply {
    fn drop(&mut self) {
        if let Some(sender) = self.sender.take() {
            let broken = || Failed::Finally(Failure::Connection("the connection broke".into()));
            let _ = sender.send(Err(if self.begun { broken() } else { never_begun() }));
        }
    }
}

fn never_begun() -> Failed {
    Failed::Unprocessed("it has ended".into())
}
