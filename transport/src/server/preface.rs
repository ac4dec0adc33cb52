//! The first bytes of a connection, which tell what is spoken.

use std::io;
use std::pin::Pin;
use std::task::ready;
use std::time::Duration;

use hyper::rt::Write as _;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;

use crate::io::Gathered;

/// What HTTP/2 begins with.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// How long a client that was refused may go on sending.
const LINGER: Duration = Duration::from_secs(1);

/// What a client speaks.
pub(super) enum Spoken {
    /// HTTP/1.1, or something that it will refuse.
    Http1,
    /// HTTP/2.
    Http2,
    /// It went away without a word.
    Nothing,
}

/// Looks at the first bytes until they tell what the client speaks.
pub(super) async fn spoken<S: AsyncRead + AsyncWrite + Unpin>(stream: &Gathered<S>) -> io::Result<Spoken> {
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
pub(super) async fn refuse_http1<S: AsyncRead + AsyncWrite + Unpin>(mut stream: Gathered<S>) -> io::Error {
    const ANSWER: &[u8] = b"HTTP/1.1 505 HTTP Version Not Supported\r\nconnection: close\r\n\
        content-type: text/plain\r\ncontent-length: 72\r\n\r\n\
        this port speaks gRPC over HTTP/2; OTLP over HTTP has a port of its own\n";
    let said = std::future::poll_fn(|cx| {
        ready!(Pin::new(&mut stream).poll_write(cx, ANSWER))?;
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
