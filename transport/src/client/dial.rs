//! Opening connections.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use ::http::Uri;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, UnixStream};
use tower::Service;

use super::proxy::Proxy;

/// A connection of any kind.
pub(super) trait Io: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

/// How long the other side may take to accept a connection and to shake hands.
///
/// Source: gRPC's connection backoff protocol, `MIN_CONNECT_TIMEOUT`.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(20);

/// Connects over TCP; small writes leave at once, and a peer that is gone is noticed in time.
pub(super) async fn tcp(address: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    // Go's default.
    let every = Duration::from_secs(15);
    SockRef::from(&stream).set_tcp_keepalive(&TcpKeepalive::new().with_time(every).with_interval(every))?;
    Ok(stream)
}

/// What connects to the host of a URL over TCP.
pub(super) fn connector() -> HttpConnector {
    let mut tcp = HttpConnector::new();
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    tcp.set_connect_timeout(Some(CONNECT_TIMEOUT));
    tcp.set_keepalive(Some(Duration::from_secs(15)));
    tcp
}

/// Connects to the host of `url` through a proxy that passes the bytes on.
pub(super) async fn tunnel(proxy: &Proxy, url: Uri) -> io::Result<TcpStream> {
    let mut tunnel = Tunnel::new(proxy.uri.clone(), connector());
    if let Some(authorization) = &proxy.authorization {
        tunnel = tunnel.with_auth(authorization.clone());
    }
    let opened = tokio::time::timeout(CONNECT_TIMEOUT, tunnel.call(url)).await;
    let opened = opened.map_err(|_| io::Error::new(io::ErrorKind::TimedOut, "the proxy took too long"))?;
    Ok(opened.map_err(io::Error::other)?.into_inner())
}

/// Connects to a socket in the file system.
pub(super) async fn unix(path: &Path) -> io::Result<UnixStream> {
    UnixStream::connect(path).await
}
