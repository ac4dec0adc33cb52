//! As much of HTTP/2 (RFC 9113) as a load test needs, and no more: frames are laid out in advance and written many at a time.
//!
//! A general implementation on both ends costs about as much as the gateway between them; this one is little more than the
//! system calls. It is for peers that are known to be well-behaved, on the loopback interface.

mod frame;
mod headers;
mod reader;
mod status;
mod writer;

pub(crate) use frame::{Head, Settings, flags, kind, ping_answer, reset, settings, settings_answer, window_update};
pub(crate) use headers::{Answer, RequestHeaders};
pub(crate) use reader::{Event, Reader};
pub(crate) use status::grpc_status;
pub(crate) use writer::Outbox;

/// What a client sends first.
pub(crate) const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// The payload of a DATA frame unless a peer allows more, and all that grpc-go ever sends or allows.
pub(crate) const DEFAULT_FRAME: usize = 16 << 10;

/// The size of the header table before anybody changes it.
pub(crate) const DEFAULT_HEADER_TABLE: u32 = 4096;

/// The flow-control window of a stream and of a connection before anybody changes it.
pub(crate) const DEFAULT_WINDOW: i64 = 65_535;

/// The peer did what we cannot follow.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Io(#[from] std::io::Error),
    #[error("the peer closed the connection")]
    Closed,
    #[error("http2: {0}")]
    Protocol(&'static str),
}
