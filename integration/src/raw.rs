//! Bytes on a socket, for clients that no library would be.

use std::time::{Duration, Instant};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// Sends bytes and reads what comes back until the other side closes, or for `within`.
pub async fn exchange(address: &str, bytes: &[u8], within: Duration) -> Vec<u8> {
    let mut stream = connect(address).await;
    // A server may answer and close before it has read everything.
    let _ = stream.write_all(bytes).await;
    read_until_closed(&mut stream, within).await.0
}

/// Sends bytes.
pub async fn send(stream: &mut TcpStream, bytes: &[u8]) {
    stream.write_all(bytes).await.expect("the other side takes the first bytes");
}

/// A connection that has said nothing.
pub async fn connect(address: &str) -> TcpStream {
    TcpStream::connect(address).await.unwrap_or_else(|error| panic!("{address}: {error}"))
}

/// Reads until the other side closes; what was read, and whether it closed in time.
pub async fn read_until_closed(stream: &mut TcpStream, within: Duration) -> (Vec<u8>, bool) {
    let mut read = Vec::new();
    // A reset is a way to close.
    let closed = timeout(within, stream.read_to_end(&mut read)).await.is_ok();
    (read, closed)
}

/// Sends one byte a second until the other side closes; how long that took, or nothing when it did not within `limit`.
pub async fn drip(mut stream: TcpStream, bytes: &[u8], limit: Duration) -> Option<Duration> {
    let start = Instant::now();
    let mut answer = [0; 1024];
    for byte in bytes.iter().cycle() {
        if stream.write_all(&[*byte]).await.is_err() {
            return Some(start.elapsed());
        }
        // An answer, or nothing said this second: on with the next byte.
        if let Ok(Ok(0) | Err(_)) = timeout(Duration::from_secs(1), stream.read(&mut answer)).await {
            return Some(start.elapsed());
        }
        if start.elapsed() > limit {
            return None;
        }
    }
    None
}
