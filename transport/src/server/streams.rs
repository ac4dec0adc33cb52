//! Where the requests of an HTTP/2 connection are answered: small ones on the connection's own task, large ones on theirs.
//!
//! A task for each request means another thread to wake, h2's lock on the connection to meet at, and the connection to wake again for
//! the answer: for a small request more than the request itself. A large one is worth a task, so that one connection can
//! use all threads.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use hyper::rt::Executor;

use crate::io::Handle;

/// From how many bytes on a request is large, in the mean of its connection.
const LARGE: u64 = 128 * 1024;

/// Takes the requests that hyper finds on a connection.
pub(super) struct Streams<S> {
    connection: Handle<S>,
    begun: AtomicU64,
    new: Mutex<Vec<Stream>>,
}

type Stream = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Drives a connection together with the small requests on it.
pub(super) struct Together<C, S> {
    connection: C,
    streams: Arc<Streams<S>>,
    under_way: FuturesUnordered<Stream>,
}

impl<S> Streams<S> {
    pub(super) fn new(connection: Handle<S>) -> Arc<Self> {
        Arc::new(Self { connection, begun: AtomicU64::new(0), new: Mutex::default() })
    }

    fn are_large(&self) -> bool {
        let begun = self.begun.fetch_add(1, Ordering::Relaxed) + 1;
        self.connection.traffic().read / begun > LARGE
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Stream>> {
        self.new.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What hyper is given.
pub(super) struct OnConnection<S>(pub(super) Arc<Streams<S>>);

impl<S> Clone for OnConnection<S> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<F, S> Executor<F> for OnConnection<S>
where
    F: Future<Output = ()> + Send + 'static,
{
    fn execute(&self, stream: F) {
        if self.0.are_large() {
            tokio::spawn(stream);
        } else {
            self.0.lock().push(Box::pin(stream));
        }
    }
}

impl<C, S> Together<C, S> {
    pub(super) fn new(connection: C, streams: Arc<Streams<S>>) -> Self {
        Self { connection, streams, under_way: FuturesUnordered::new() }
    }

    /// The connection itself.
    pub(super) fn connection(self: Pin<&mut Self>) -> Pin<&mut C>
    where
        C: Unpin,
    {
        Pin::new(&mut self.get_mut().connection)
    }

    /// Goes on with the requests; says whether any was answered.
    fn advance(&mut self, cx: &mut Context<'_>) -> bool {
        let new = std::mem::take(&mut *self.streams.lock());
        self.under_way.extend(new);
        let mut answered = false;
        while let Poll::Ready(Some(())) = self.under_way.poll_next_unpin(cx) {
            answered = true;
        }
        answered
    }
}

impl<C, S> Future for Together<C, S>
where
    C: Future + Unpin,
{
    type Output = C::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        loop {
            if let Poll::Ready(outcome) = Pin::new(&mut self.connection).poll(cx) {
                return Poll::Ready(outcome);
            }
            if !self.advance(cx) {
                return Poll::Pending;
            }
        }
    }
}
