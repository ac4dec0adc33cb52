//! One connection, and how it is made and kept alive.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use bytes::Bytes;
use h2::PingPong;
use http::Request;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

use super::call::Failed;
use super::calls::{self, Caller, Serving};
use super::config::Keepalive;
use super::payload::Payload;
use crate::client::dial::{self, Io};
use crate::client::proxy::Proxy;
use crate::io::{Driven, Gathered};
use crate::silence::silence;
use crate::tls;

/// The most that the server's headers and trailers may hold, in bytes.
const MAX_HEADERS: u32 = 64 * 1024;

/// Where a connection leads.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Address {
    Tcp(SocketAddr),
    Unix(PathBuf),
    /// A host and port as the proxy is told them, which looks them up by itself.
    Proxied(String),
}

/// What all connections of a client have in common.
pub(super) struct Dialer {
    pub(super) tls: Option<tls::Connector>,
    /// What the server's certificate must be for.
    pub(super) host: String,
    pub(super) keepalive: Option<Keepalive>,
    /// What every connection goes through.
    pub(super) proxy: Option<Proxy>,
}

/// A connection that can be called on; a clone is the same connection.
#[derive(Clone)]
pub(super) struct Connection {
    caller: Caller,
    life: Arc<Life>,
}

struct Life {
    calls: AtomicUsize,
    /// Whether a call was ever answered.
    answered: AtomicBool,
    /// No new call is to be made on it.
    retired: CancellationToken,
}

/// Counts a call for as long as it lasts.
pub(super) struct Call<'c>(&'c Life);

impl Dialer {
    /// Connects to the first of `addresses` that can be connected.
    pub(super) async fn connect(&self, addresses: &[Address]) -> io::Result<Connection> {
        let mut last = io::Error::new(io::ErrorKind::NotFound, "there is no address to connect to");
        for address in addresses {
            match tokio::time::timeout(dial::CONNECT_TIMEOUT, self.connect_to(address)).await {
                Ok(Ok(connection)) => return Ok(connection),
                Ok(Err(error)) => last = error,
                Err(_) => last = io::Error::new(io::ErrorKind::TimedOut, "connecting took too long"),
            }
        }
        Err(last)
    }

    async fn tunnel(&self, host_port: &str) -> io::Result<TcpStream> {
        let (Some(proxy), Ok(url)) = (&self.proxy, format!("https://{host_port}").parse()) else {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "there is no way through a proxy"));
        };
        dial::tunnel(proxy, url).await
    }

    async fn connect_to(&self, address: &Address) -> io::Result<Connection> {
        let stream: Box<dyn Io> = match address {
            Address::Tcp(address) => Box::new(dial::tcp(*address).await?),
            Address::Unix(path) => Box::new(dial::unix(path).await?),
            Address::Proxied(host_port) => Box::new(self.tunnel(host_port).await?),
        };
        let stream: Box<dyn Io> = match &self.tls {
            None => stream,
            Some(tls) => Box::new(tls.connect(&self.host, stream).await?),
        };
        let gathered = Gathered::new(stream);
        let handle = gathered.handle();
        // Answers are small, so the windows for them may be; larger frames than usual are for who sends much.
        let (requests, mut connection) = h2::client::Builder::new()
            .enable_push(false)
            .max_header_list_size(MAX_HEADERS)
            .handshake::<_, Payload>(TokioIo::new(gathered))
            .await
            .map_err(|error| error.into_io().unwrap_or_else(|| io::ErrorKind::ConnectionReset.into()))?;
        let life = Arc::new(Life {
            calls: AtomicUsize::new(0),
            answered: AtomicBool::new(false),
            retired: CancellationToken::new(),
        });
        let pings = self.keepalive.and_then(|keepalive| Some((keepalive, connection.ping_pong()?)));
        let (caller, serving) = calls::serve(connection, requests, handle.lending());
        let driven = Driven::new(serving, handle);
        tokio::spawn(run(driven, pings, Arc::clone(&life)));
        Ok(Connection { caller, life })
    }
}

impl Connection {
    /// Sends a message and waits for the answer.
    pub(super) async fn call(&self, request: Request<()>, payload: Payload) -> Result<Bytes, Failed> {
        self.caller.call(request, payload).await
    }

    /// Notes that a call begins.
    pub(super) fn begin(&self) -> Call<'_> {
        self.life.calls.fetch_add(1, Ordering::Relaxed);
        Call(&self.life)
    }

    /// Notes that a call was answered.
    pub(super) fn answered(&self) {
        self.life.answered.store(true, Ordering::Relaxed);
    }

    /// Whether a call was ever answered.
    pub(super) fn was_of_use(&self) -> bool {
        self.life.answered.load(Ordering::Relaxed)
    }

    /// Makes no more calls on it; those that are going on are seen through.
    pub(super) fn retire(&self) {
        self.life.retired.cancel();
    }

    /// Whether it has ended or takes no more calls.
    pub(super) fn is_retired(&self) -> bool {
        self.life.retired.is_cancelled()
    }

    /// Waits until it has ended or takes no more calls.
    pub(super) async fn retired(&self) {
        self.life.retired.cancelled().await;
    }
}

impl Drop for Call<'_> {
    fn drop(&mut self) {
        self.0.calls.fetch_sub(1, Ordering::Relaxed);
    }
}

type Http2 = h2::client::Connection<TokioIo<Gathered<Box<dyn Io>>>, Payload>;

/// Drives a connection until it ends, or gives no sign of life.
async fn run(driven: Driven<Serving<Http2>, Box<dyn Io>>, pings: Option<(Keepalive, PingPong)>, life: Arc<Life>) {
    let handle = driven.handle();
    let ended = async {
        let Err(error) = driven.await else { return };
        tracing::debug!(%error, "connection ended");
    };
    match pings {
        None => ended.await,
        Some((keepalive, pings)) => {
            let matters = || keepalive.permit_without_stream || life.calls.load(Ordering::Relaxed) > 0;
            tokio::select! {
                biased;
                () = ended => {}
                () = silence(keepalive.time, keepalive.timeout, pings, &handle, matters) => {
                    tracing::debug!("connection given up: the server gives no sign of life");
                }
            }
        }
    }
    life.retired.cancel();
}
