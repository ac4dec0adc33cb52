//! The I/O layer under hyper on both sides of a connection: few large reads, few large writes.
//!
//! hyper reads 8 KiB at a time and h2 writes and flushes each frame by itself. Between them and the socket, [`Gathered`]
//! reads up to 64 KiB a system call, and keeps what is written until the connection's task has nothing more to do or
//! 256 KiB are waiting. It takes "flush" as a wish only; [`Driven`] flushes whenever the connection it drives goes to sleep.
//!
//! An idle connection holds no buffer: buffers come from, and go back to, a small pool of the thread. Under TLS,
//! [`ReadAhead`] does the same for what is still encrypted.

mod ahead;
mod chunk;
mod lending;
mod waiting;

use std::future::Future;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use hyper::rt::ReadBufCursor;
use smallvec::SmallVec;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

pub use ahead::ReadAhead;
use chunk::Chunk;
pub use lending::{Lending, Lent};
use waiting::Waiting;

/// The most that one read takes, in bytes.
pub const READ_SIZE: usize = 64 * 1024;

/// How much is held back before it is written, in bytes.
pub const WRITE_SIZE: usize = 256 * 1024;

/// Sees every byte that arrives before the protocol does; an error closes the connection. Where the error holds a
/// [`Farewell`], that is sent before.
pub type Watch = Box<dyn FnMut(&[u8]) -> io::Result<()> + Send>;

/// Why a [`Watch`] ends a connection, and what is said to the peer.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("{why}")]
pub struct Farewell {
    /// For us.
    pub why: &'static str,
    /// For the peer, as the protocol has it.
    pub last_words: &'static [u8],
}

/// A stream as hyper wants it. Must be driven by a [`Driven`] of the same stream, or nothing is ever flushed.
pub struct Gathered<S>(Shared<S>);

/// The other handle on a [`Gathered`] stream.
pub struct Handle<S>(Shared<S>);

/// Drives a connection over a [`Gathered`] stream, and flushes the stream whenever the connection goes to sleep.
pub struct Driven<C, S> {
    connection: Pin<Box<C>>,
    done: bool,
    stream: Handle<S>,
}

/// A connection ended in an error.
#[derive(Debug, thiserror::Error)]
pub enum ConnectionError {
    /// The protocol was violated, or the stream failed under it.
    #[error(transparent)]
    Protocol(#[from] hyper::Error),
    /// The same, where HTTP/2 is spoken without hyper.
    #[error(transparent)]
    Http2(#[from] h2::Error),
    /// The stream could not be written.
    #[error(transparent)]
    Write(#[from] io::Error),
}

/// What has passed through a stream so far, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// From the peer.
    pub read: u64,
    /// To the peer.
    pub written: u64,
}

type Shared<S> = Arc<Mutex<State<S>>>;

struct State<S> {
    stream: S,
    arrived: Option<Chunk>,
    waiting: Option<Waiting>,
    lending: Lending,
    watch: Option<Watch>,
    traffic: Traffic,
}

impl<S> Gathered<S> {
    /// Puts the layer over a stream.
    pub fn new(stream: S) -> Self {
        let state = State {
            stream,
            arrived: None,
            waiting: None,
            lending: Lending::default(),
            watch: None,
            traffic: Traffic::default(),
        };
        Self(Arc::new(Mutex::new(state)))
    }

    /// Another handle on the stream, for [`Driven`].
    pub fn handle(&self) -> Handle<S> {
        Handle(Arc::clone(&self.0))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Gathered<S> {
    /// Shows every byte that arrives from now on, and what was [peeked](Self::peek) at, to `watch`.
    ///
    /// # Errors
    ///
    /// `watch` refused what had arrived already.
    pub async fn watch(&self, mut watch: Watch) -> io::Result<()> {
        let mut seen = lock(&self.0).arrived.as_ref().map_or(Ok(()), |chunk| watch(chunk.bytes()));
        std::future::poll_fn(|cx| {
            if let Err(error) = &seen {
                lock(&self.0).say(cx, error);
            }
            Poll::Ready(std::mem::replace(&mut seen, Ok(())))
        })
        .await?;
        lock(&self.0).watch = Some(watch);
        Ok(())
    }

    /// Reads once, unless something was read already, and looks at what has arrived without taking it.
    ///
    /// Returns what `look` makes of all bytes that have arrived and were not taken, none at the end of the stream.
    /// When `more` is set it reads once in any case, behind what is there; what has arrived must then be less than
    /// [`READ_SIZE`].
    pub async fn peek<T>(&self, more: bool, look: impl Fn(&[u8]) -> T) -> io::Result<T> {
        std::future::poll_fn(|cx| {
            let mut state = lock(&self.0);
            if more || state.arrived.is_none() {
                ready!(state.fill(cx))?;
            }
            Poll::Ready(Ok(look(state.arrived.as_ref().map_or(&[], Chunk::bytes))))
        })
        .await
    }
}

impl<S> Handle<S> {
    /// Where to note what will be written and need not be copied for it.
    pub fn lending(&self) -> Lending {
        lock(&self.0).lending.clone()
    }

    /// What has passed so far.
    pub fn traffic(&self) -> Traffic {
        lock(&self.0).traffic
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Handle<S> {
    /// Reads and forgets what the peer still sends, until it has closed its side.
    ///
    /// Closing a socket with unread bytes in it can cost the peer the answer that was sent last.
    pub async fn linger(&self) {
        let mut forgotten = vec![0; READ_SIZE / 4];
        let more = std::future::poll_fn(|cx| {
            loop {
                let mut buffer = ReadBuf::new(&mut forgotten);
                let outcome = ready!(Pin::new(&mut lock(&self.0).stream).poll_read(cx, &mut buffer));
                if outcome.is_err() || buffer.filled().is_empty() {
                    return Poll::Ready(());
                }
            }
        });
        more.await;
    }
}

impl<S: AsyncWrite + Unpin> Handle<S> {
    /// Writes what is waiting.
    fn poll_flush(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        lock(&self.0).drain(cx)
    }
}

impl<C, S> Driven<C, S> {
    /// Drives `connection`, which must own the [`Gathered`] that `stream` is a handle of.
    pub fn new(connection: C, stream: Handle<S>) -> Self {
        Self { connection: Box::pin(connection), done: false, stream }
    }

    /// The connection, to ask it to shut down.
    pub fn connection(&mut self) -> Pin<&mut C> {
        self.connection.as_mut()
    }

    /// The stream under the connection.
    pub fn stream(&self) -> &Handle<S> {
        &self.stream
    }

    /// Another handle on the stream.
    pub fn handle(&self) -> Handle<S> {
        Handle(Arc::clone(&self.stream.0))
    }
}

impl<C, S, E> Future for Driven<C, S>
where
    C: Future<Output = Result<(), E>>,
    ConnectionError: From<E>,
    S: AsyncWrite + Unpin,
{
    type Output = Result<(), ConnectionError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if !self.done {
            self.done = self.connection.as_mut().poll(cx).map_err(ConnectionError::from)?.is_ready();
        }
        // Pending here means that the socket is full: it wakes this task, which then comes by again.
        ready!(self.stream.poll_flush(cx))?;
        if self.done { Poll::Ready(Ok(())) } else { Poll::Pending }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> hyper::rt::Read for Gathered<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, mut out: ReadBufCursor<'_>) -> Poll<io::Result<()>> {
        let mut state = lock(&self.0);
        if state.arrived.is_none() {
            ready!(state.fill(cx))?;
        }
        if let Some(mut chunk) = state.arrived.take() {
            let length = out.remaining().min(chunk.bytes().len());
            out.put_slice(&chunk.bytes()[..length]);
            chunk.forget(length);
            state.arrived = chunk.unless_empty();
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> hyper::rt::Write for Gathered<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        lock(&self.0).write(cx, &[IoSlice::new(bytes)])
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        lock(&self.0).write(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut state = lock(&self.0);
        ready!(state.drain(cx))?;
        Pin::new(&mut state.stream).poll_shutdown(cx)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> State<S> {
    /// Reads once, behind what is there.
    fn fill(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut chunk = self.arrived.take().unwrap_or_else(Chunk::new);
        let outcome = chunk.poll_fill(cx, &mut self.stream);
        let length = if let Poll::Ready(Ok(length)) = outcome { length } else { 0 };
        let watched = match &mut self.watch {
            Some(watch) if length > 0 => watch(chunk.last(length)),
            _ => Ok(()),
        };
        self.traffic.read += length as u64;
        self.arrived = chunk.unless_empty();
        if let Err(error) = watched {
            self.say(cx, &error);
            return Poll::Ready(Err(error));
        }
        outcome.map_ok(drop)
    }

    /// Tells the peer why it is cut off, as far as that can be done without waiting.
    fn say(&mut self, cx: &mut Context<'_>, error: &io::Error) {
        if let Some(farewell) = error.get_ref().and_then(|inner| inner.downcast_ref::<Farewell>()) {
            self.waiting.get_or_insert_with(Waiting::new).push(farewell.last_words);
            let _ = self.drain(cx);
        }
    }
}

impl<S: AsyncWrite + Unpin> State<S> {
    fn write(&mut self, cx: &mut Context<'_>, slices: &[IoSlice<'_>]) -> Poll<io::Result<usize>> {
        let given = slices.iter().map(|slice| slice.len()).sum::<usize>();
        loop {
            let waiting = self.waiting.as_ref().map_or(0, Waiting::len);
            if waiting + given <= WRITE_SIZE {
                let held = self.waiting.get_or_insert_with(Waiting::new);
                slices.iter().for_each(|slice| held.take(slice, &self.lending));
                return Poll::Ready(Ok(given));
            }
            // Too much to hold back: it goes out with what is waiting in front of it, and is not copied.
            let written = ready!(self.write_through(cx, slices))?;
            if written > waiting {
                return Poll::Ready(Ok(written - waiting));
            }
        }
    }

    /// Writes what is waiting and then `slices` in one call; returns how much of both together was written.
    fn write_through(&mut self, cx: &mut Context<'_>, slices: &[IoSlice<'_>]) -> Poll<io::Result<usize>> {
        let waiting = self.waiting.as_ref().map_or(0, Waiting::len);
        let held = self.waiting.iter().flat_map(Waiting::slices);
        let all: SmallVec<[IoSlice<'_>; 40]> = held.chain(slices.iter().map(|slice| IoSlice::new(slice))).collect();
        let written = ready!(Pin::new(&mut self.stream).poll_write_vectored(cx, &all))?;
        drop(all);
        if written == 0 {
            return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
        }
        self.traffic.written += written as u64;
        self.forget(written.min(waiting));
        Poll::Ready(Ok(written))
    }

    fn drain(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.waiting.is_some() {
            ready!(self.write_through(cx, &[]))?;
        }
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    /// Takes written bytes off the front of what is waiting.
    fn forget(&mut self, written: usize) {
        self.waiting = self.waiting.take().and_then(|mut waiting| {
            waiting.forget(written);
            waiting.unless_empty()
        });
    }
}

fn lock<S>(state: &Mutex<State<S>>) -> MutexGuard<'_, State<S>> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
