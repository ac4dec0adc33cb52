//! Large reads under a protocol that reads little at a time.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::chunk::Chunk;

/// A stream that reads up to [`READ_SIZE`](super::READ_SIZE) a system call, whoever asks for how little: `rustls` asks for
/// 4 KiB. What is written passes through.
pub struct ReadAhead<S> {
    stream: S,
    arrived: Option<Chunk>,
}

impl<S> ReadAhead<S> {
    /// Reads ahead from `stream`.
    pub fn new(stream: S) -> Self {
        Self { stream, arrived: None }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for ReadAhead<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, out: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let mut chunk = self.arrived.take().unwrap_or_else(Chunk::new);
        if chunk.bytes().is_empty() {
            let filled = chunk.poll_fill(cx, &mut self.stream);
            if !matches!(filled, Poll::Ready(Ok(1..))) {
                self.arrived = chunk.unless_empty();
                ready!(filled)?;
                return Poll::Ready(Ok(()));
            }
        }
        let length = out.remaining().min(chunk.bytes().len());
        out.put_slice(&chunk.bytes()[..length]);
        chunk.forget(length);
        self.arrived = chunk.unless_empty();
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for ReadAhead<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

    use super::super::READ_SIZE;
    use super::*;

    /// Counts the reads that bring something.
    struct Counting<S>(S, usize);

    impl<S: AsyncRead + Unpin> AsyncRead for Counting<S> {
        fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, out: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
            let before = out.filled().len();
            ready!(Pin::new(&mut self.0).poll_read(cx, out))?;
            self.1 += usize::from(out.filled().len() > before);
            Poll::Ready(Ok(()))
        }
    }

    #[tokio::test]
    async fn small_reads_are_served_from_large_ones() {
        let (mut peer, stream) = duplex(1 << 20);
        let sent: Vec<u8> = (0..2 * READ_SIZE + 5).map(|n| n as u8).collect();
        peer.write_all(&sent).await.unwrap();
        drop(peer);
        let mut stream = ReadAhead::new(Counting(stream, 0));

        let mut got = Vec::new();
        let mut little = [0; 4096];
        loop {
            match stream.read(&mut little).await.unwrap() {
                0 => break,
                length => got.extend_from_slice(&little[..length]),
            }
        }

        assert_eq!((got, stream.stream.1), (sent, 3));
        assert!(stream.arrived.is_none(), "an idle stream holds no buffer");
    }
}
