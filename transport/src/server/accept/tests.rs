use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use http::{Request, Response};
use sluice_component::StopSource;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};

use super::super::{Body, Incoming, Limits, Protocols};
use super::*;

struct Hello;

impl Handler for Hello {
    async fn handle(self: Arc<Self>, _request: Request<Incoming>, _peer: Peer) -> Response<Body> {
        Response::new(Body::new(Bytes::from_static(b"hello")))
    }
}

/// Fails so often, then brings one connection, then none.
struct Failing {
    errors: AtomicUsize,
    error: i32,
    then: Mutex<Option<DuplexStream>>,
}

impl Accept for Failing {
    type Stream = DuplexStream;

    async fn accept(&self) -> io::Result<(DuplexStream, Peer)> {
        let more = self.errors.try_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        if more.is_ok() {
            return Err(io::Error::from_raw_os_error(self.error));
        }
        let next = self.then.lock().unwrap().take();
        match next {
            Some(stream) => Ok((stream, Peer { address: None })),
            None => std::future::pending().await,
        }
    }
}

/// How long it takes until a client is served after so many errors.
async fn served_after(errors: usize, error: i32) -> Duration {
    let (mut client, theirs) = duplex(1 << 16);
    client.write_all(b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await.unwrap();
    let listener = Failing { errors: AtomicUsize::new(errors), error, then: Mutex::new(Some(theirs)) };
    let stop = StopSource::default();
    let listener_stop = stop.listener();
    let started = Instant::now();
    let accepting = tokio::spawn(async move {
        let service = Arc::new(Service::new(None, Protocols::Both, Limits::default(), Arc::new(Hello)));
        accept_until_stopped(listener, &service, &TaskTracker::new(), &listener_stop).await;
    });

    let mut answer = Vec::new();
    client.read_to_end(&mut answer).await.unwrap();
    assert!(answer.ends_with(b"hello"));
    let after = started.elapsed();
    stop.stop(std::time::Instant::now());
    accepting.await.unwrap();
    after
}

#[tokio::test(start_paused = true)]
async fn errors_are_waited_out_from_ten_milliseconds_to_a_second_each() {
    assert_eq!(served_after(1, libc::ENOMEM).await.as_millis(), 10);
    assert_eq!(served_after(10, libc::ENOMEM).await.as_millis(), 10 + 20 + 40 + 80 + 160 + 320 + 640 + 3 * 1000);
}

#[tokio::test(start_paused = true)]
async fn without_file_descriptors_clients_are_sent_away_until_there_are_some() {
    // Each error costs the one client that is accepted with the reserve, here another error.
    assert_eq!(served_after(4, libc::EMFILE).await.as_millis(), 10 + 20);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_is_gone_already_costs_no_time() {
    assert_eq!(served_after(100, libc::ECONNABORTED).await, Duration::ZERO);
}
