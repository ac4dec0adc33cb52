//! The accept loop: nothing that happens to it is fatal.

use std::fs::File;
use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use sluice_component::{Stop, Throttle};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use tokio::time::{Instant, sleep, timeout, timeout_at};
use tokio_util::task::TaskTracker;

use super::bind::Listener;
use super::connection::Service;
use super::{Handler, Peer};

/// How long to wait after a failed accept: first, and at most; doubled in between.
const BACK_OFF: (Duration, Duration) = (Duration::from_millis(10), Duration::from_secs(1));

/// How long what was cut off at the deadline may take to notice.
const AFTERMATH: Duration = Duration::from_millis(100);

pub(super) async fn run<H: Handler>(listener: Listener, service: Arc<Service<H>>, stop: Stop) -> io::Result<()> {
    let connections = TaskTracker::new();
    match listener {
        Listener::Tcp(listener, _) => {
            accept_until_stopped(TcpListener::from_std(listener)?, &service, &connections, &stop).await;
        }
        Listener::Unix(listener, _file) => {
            accept_until_stopped(UnixListener::from_std(listener)?, &service, &connections, &stop).await;
        }
    }
    connections.close();
    if timeout_at(Instant::from_std(stop.deadline()), connections.wait()).await.is_err() {
        tracing::warn!(connections = connections.len(), "connections were still busy at the deadline and are cut off");
        service.cut_off();
        let _ = timeout_at(Instant::now() + AFTERMATH, connections.wait()).await;
    }
    Ok(())
}

/// What connections come from.
trait Accept: Send + Sync {
    type Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static;

    fn accept(&self) -> impl Future<Output = io::Result<(Self::Stream, Peer)>> + Send;
}

impl Accept for TcpListener {
    type Stream = TcpStream;

    async fn accept(&self) -> io::Result<(TcpStream, Peer)> {
        let (stream, address) = Self::accept(self).await?;
        // Answers are written in one piece; nothing is to be waited for.
        let _ = stream.set_nodelay(true);
        Ok((stream, Peer { address: Some(address) }))
    }
}

impl Accept for UnixListener {
    type Stream = UnixStream;

    async fn accept(&self) -> io::Result<(UnixStream, Peer)> {
        let (stream, _) = Self::accept(self).await?;
        Ok((stream, Peer { address: None }))
    }
}

async fn accept_until_stopped<H: Handler, L: Accept>(
    listener: L,
    service: &Arc<Service<H>>,
    connections: &TaskTracker,
    stop: &Stop,
) {
    let mut reserve = Reserve::new();
    let mut pause = BACK_OFF.0;
    let throttle = Throttle::new(Duration::from_secs(60));
    loop {
        let accepted = tokio::select! {
            accepted = Accept::accept(&listener) => accepted,
            _ = stop.requested() => return,
        };
        let error = match accepted {
            Ok((stream, peer)) => {
                pause = BACK_OFF.0;
                connections.spawn(Arc::clone(service).serve(stream, peer, stop.clone()));
                continue;
            }
            Err(error) if is_the_clients(&error) => continue,
            Err(error) => error,
        };
        if let Some(suppressed) = throttle.admit() {
            tracing::warn!(%error, suppressed, "cannot accept connections, trying again");
        }
        if is_out_of_files(&error) {
            // The client shall know at once, instead of waiting in the kernel's queue.
            reserve.spend(timeout(BACK_OFF.0, Accept::accept(&listener))).await;
        }
        tokio::select! {
            () = sleep(pause) => pause = (pause * 2).min(BACK_OFF.1),
            _ = stop.requested() => return,
        }
    }
}

/// A file descriptor that is kept for the day when there are no more.
struct Reserve(Option<File>);

impl Reserve {
    fn new() -> Self {
        Self(File::open("/dev/null").ok())
    }

    /// Lets `accept` have the descriptor for a moment, and closes what it has accepted.
    async fn spend<T>(&mut self, accept: impl Future<Output = T>) {
        if self.0.take().is_some() {
            drop(accept.await);
        }
        self.0 = File::open("/dev/null").ok();
    }
}

/// Whether only the connection that was to be accepted has failed.
fn is_the_clients(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}

/// Whether the process or the machine has no more file descriptors.
fn is_out_of_files(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(libc::EMFILE | libc::ENFILE))
}

#[cfg(test)]
mod tests;
