//! Opening connections.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, UnixStream};

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

/// Connects to a socket in the file system.
pub(super) async fn unix(path: &Path) -> io::Result<UnixStream> {
    UnixStream::connect(path).await
}
