use std::future::poll_fn;

use hyper::rt::{Read as _, ReadBuf as HyperBuf, Write as _};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

use super::*;

async fn read(stream: &mut Gathered<DuplexStream>, size: usize) -> Vec<u8> {
    let mut buffer = vec![0; size];
    let mut buffer = HyperBuf::new(&mut buffer);
    poll_fn(|cx| Pin::new(&mut *stream).poll_read(cx, buffer.unfilled())).await.unwrap();
    buffer.filled().to_vec()
}

async fn write(stream: &mut Gathered<DuplexStream>, bytes: &[u8]) -> usize {
    poll_fn(|cx| Pin::new(&mut *stream).poll_write(cx, bytes)).await.unwrap()
}

async fn flush(stream: &Gathered<DuplexStream>) {
    let handle = stream.handle();
    poll_fn(|cx| handle.poll_flush(cx)).await.unwrap();
}

#[tokio::test]
async fn many_small_reads_cost_one_large_one() {
    let (mut peer, stream) = duplex(1 << 20);
    let mut stream = Gathered::new(stream);
    peer.write_all(&[7; 100_000]).await.unwrap();

    assert_eq!(read(&mut stream, 1000).await, [7; 1000]);

    assert_eq!(stream.handle().traffic().read, READ_SIZE as u64);
}

#[tokio::test]
async fn writes_wait_for_a_flush_and_keep_their_order() {
    let (mut peer, stream) = duplex(1 << 20);
    let mut stream = Gathered::new(stream);

    assert_eq!(write(&mut stream, b"one ").await, 4);
    assert_eq!(write(&mut stream, b"two").await, 3);
    assert_eq!(stream.handle().traffic().written, 0);
    flush(&stream).await;

    let mut got = [0; 7];
    peer.read_exact(&mut got).await.unwrap();
    assert_eq!(&got, b"one two");
}

#[tokio::test]
async fn what_is_too_much_to_hold_back_is_written_behind_what_waits() {
    let (mut peer, stream) = duplex(1 << 20);
    let mut stream = Gathered::new(stream);

    write(&mut stream, b"first").await;
    let taken = write(&mut stream, &[9; WRITE_SIZE]).await;

    assert_eq!(taken, WRITE_SIZE);
    let mut got = vec![0; 5 + WRITE_SIZE];
    peer.read_exact(&mut got).await.unwrap();
    assert_eq!((&got[..5], &got[5..]), (&b"first"[..], &[9; WRITE_SIZE][..]));
}

#[tokio::test]
async fn a_peer_that_does_not_read_holds_up_the_writer() {
    let (_peer, stream) = duplex(1024);
    let mut stream = Gathered::new(stream);
    let big = vec![0; WRITE_SIZE];
    assert_eq!(write(&mut stream, &big).await, WRITE_SIZE);

    let blocked = poll_fn(|cx| Poll::Ready(Pin::new(&mut stream).poll_write(cx, &big).is_pending())).await;

    assert!(blocked, "nothing more is held than {WRITE_SIZE} bytes");
}

#[tokio::test]
async fn peeking_takes_nothing_and_can_wait_for_more() {
    let (mut peer, stream) = duplex(1024);
    let mut stream = Gathered::new(stream);

    peer.write_all(b"PRI").await.unwrap();
    assert_eq!(stream.peek(false, <[u8]>::to_vec).await.unwrap(), b"PRI");
    peer.write_all(b" *").await.unwrap();
    assert_eq!(stream.peek(true, <[u8]>::to_vec).await.unwrap(), b"PRI *");
    assert_eq!(read(&mut stream, 64).await, b"PRI *");

    drop(peer);
    assert_eq!(stream.peek(true, <[u8]>::len).await.unwrap(), 0);
    assert_eq!(read(&mut stream, 64).await, b"");
}

#[tokio::test]
async fn a_watch_sees_every_byte_and_can_end_the_connection() {
    let (mut peer, stream) = duplex(1024);
    let mut stream = Gathered::new(stream);
    peer.write_all(b"ab").await.unwrap();
    stream.peek(false, <[u8]>::len).await.unwrap();
    let mut seen = Vec::new();
    stream
        .watch(Box::new(move |bytes| {
            seen.extend_from_slice(bytes);
            if seen == b"abcd" { Err(io::Error::other("enough")) } else { Ok(()) }
        }))
        .await
        .unwrap();
    assert_eq!(read(&mut stream, 64).await, b"ab");
    peer.write_all(b"cd").await.unwrap();

    let mut buffer = [0; 8];
    let mut buffer = HyperBuf::new(&mut buffer);
    let error = poll_fn(|cx| Pin::new(&mut stream).poll_read(cx, buffer.unfilled())).await.unwrap_err();

    assert_eq!(error.to_string(), "enough");
}
