//! What a client may do, and for how long.

use std::time::Duration;

/// Limits of one port. The defaults are meant to be left alone; those that the Collector has a key for follow that key.
#[derive(Clone, Debug)]
pub struct Limits {
    /// How many connections may be open. One more is closed as soon as it is accepted. 12,000.
    pub connections: usize,
    /// How many connections may be open that have said nothing yet. One more closes the oldest of them. 512.
    pub silent_connections: usize,
    /// How long a connection may take to say something, TLS handshake included. 5 s.
    pub first_byte: Duration,
    /// How long a request's headers may take from their first byte on. 10 s.
    pub headers: Duration,
    /// How many headers a request of HTTP/1.1 may have. 100.
    pub header_count: usize,
    /// How large a request's headers may be together, in bytes. 16 KiB.
    pub header_bytes: u32,
    /// How long an HTTP/1.1 connection may wait for its next request. 60 s.
    pub idle: Duration,
    /// Whether an HTTP/1.1 connection may be used for more than one request. True.
    pub keep_alive: bool,
    /// What concerns HTTP/2 only.
    pub http2: Http2Limits,
}

/// Limits of HTTP/2 connections.
#[derive(Clone, Debug)]
pub struct Http2Limits {
    /// How many requests a connection may have under way. 1,000.
    pub streams: u32,
    /// How much of one body the client may send ahead of us, in bytes. 1 MiB.
    pub stream_window: u32,
    /// How much of all bodies of a connection together, in bytes. 4 MiB.
    pub connection_window: u32,
    /// The largest frame that we take, in bytes. 1 MiB: a peer that makes use of it spends half the processor time.
    pub frame: u32,
    /// How long a connection may be without a request, `None` for ever. None.
    pub idle: Option<Duration>,
    /// After how long a connection is asked to make place for a new one, within a tenth at random, `None` never. None.
    pub age: Option<Duration>,
    /// How long after that its requests may still take, `None` for ever. None.
    pub age_grace: Option<Duration>,
    /// After how long without a word from a peer it is pinged. 1 min.
    pub ping: Duration,
    /// How long it may take to answer. 20 s.
    pub ping_answer: Duration,
    /// How often a peer may ping us without having been sent anything between: 5 min. One that does so three times more
    /// often is told that it is too much, and closed.
    pub pinged_every: Duration,
    /// Whether a peer may ping us while it has no request under way. False: then it may only every two hours.
    pub pinged_while_idle: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 12_000,
            silent_connections: 512,
            first_byte: Duration::from_secs(5),
            headers: Duration::from_secs(10),
            header_count: 100,
            header_bytes: 16 * 1024,
            idle: Duration::from_secs(60),
            keep_alive: true,
            http2: Http2Limits::default(),
        }
    }
}

impl Default for Http2Limits {
    fn default() -> Self {
        Self {
            streams: 1000,
            stream_window: 1024 * 1024,
            connection_window: 4 * 1024 * 1024,
            frame: 1024 * 1024,
            idle: None,
            age: None,
            age_grace: None,
            ping: Duration::from_secs(60),
            ping_answer: Duration::from_secs(20),
            pinged_every: Duration::from_secs(5 * 60),
            pinged_while_idle: false,
        }
    }
}
