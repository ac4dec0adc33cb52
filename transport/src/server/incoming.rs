//! What a request's body comes from.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use h2::RecvStream;
use http::header::CONTENT_LENGTH;
use http::{HeaderMap, Request};
use http_body::{Frame, SizeHint};

use crate::io::ConnectionError;

/// The body of a request, as it arrives. Trailers are passed over.
pub struct Incoming(Source);

enum Source {
    Http1(hyper::body::Incoming),
    Http2 { stream: RecvStream, announced: u64 },
}

impl Incoming {
    pub(super) fn http1(request: Request<hyper::body::Incoming>) -> Request<Self> {
        request.map(|body| Self(Source::Http1(body)))
    }

    pub(super) fn http2(request: Request<RecvStream>) -> Request<Self> {
        let announced = announced(request.headers());
        request.map(|stream| Self(Source::Http2 { stream, announced }))
    }
}

impl http_body::Body for Incoming {
    type Data = Bytes;
    type Error = ConnectionError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        match &mut self.0 {
            Source::Http1(body) => Pin::new(body).poll_frame(cx).map_err(ConnectionError::from),
            Source::Http2 { stream, .. } => {
                let data = ready!(stream.poll_data(cx));
                Poll::Ready(data.map(|data| {
                    let data = data?;
                    // What cannot be given back belongs to a stream that has ended.
                    let _ = stream.flow_control().release_capacity(data.len());
                    Ok(Frame::data(data))
                }))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Source::Http1(body) => body.is_end_stream(),
            Source::Http2 { stream, .. } => stream.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Source::Http1(body) => body.size_hint(),
            Source::Http2 { announced, .. } => {
                let mut hint = SizeHint::new();
                hint.set_lower(*announced);
                hint
            }
        }
    }
}

/// How long the client says that the body is; h2 sees to it that it is not longer.
fn announced(headers: &HeaderMap) -> u64 {
    let length = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    length.unwrap_or(0)
}
