//! What a mailbox answers, over gRPC and over plain HTTP.

use std::{convert::Infallible, sync::Arc, time::Duration};

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use http_body_util::{BodyExt, Empty, Full, StreamBody, combinators::UnsyncBoxBody};
use hyper::body::Frame;
use tokio::sync::Notify;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};

pub(super) type Answer = Response<UnsyncBoxBody<Bytes, Infallible>>;

pub(super) fn is_grpc(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE);
    content_type.is_some_and(|value| value.as_bytes().starts_with(b"application/grpc"))
}

pub(super) fn taken(is_grpc: bool) -> Answer {
    if !is_grpc {
        return Response::new(Empty::new().boxed_unsync());
    }
    // A message without a field, and the status behind it.
    let trailers = HeaderMap::from_iter([(HeaderName::from_static("grpc-status"), HeaderValue::from_static("0"))]);
    let body = Full::new(Bytes::from_static(&[0; 5])).with_trailers(std::future::ready(Some(Ok(trailers))));
    of_type("application/grpc", body.boxed_unsync())
}

/// A little of what is promised, and then the end of the connection.
pub(super) fn half_an_answer(is_grpc: bool, end: Arc<Notify>) -> Answer {
    let said: &[u8] = if is_grpc { &[0, 0, 0, 0, 50, 1, 2, 3] } else { b"{\"partial" };
    let said = stream::iter([Ok(Frame::data(Bytes::copy_from_slice(said)))]);
    let rest = stream::once(async move {
        // So long that what was said has gone out.
        tokio::time::sleep(Duration::from_millis(20)).await;
        end.notify_one();
        std::future::pending().await
    });
    let content_type = if is_grpc { "application/grpc" } else { "application/json" };
    let mut answer = of_type(content_type, StreamBody::new(said.chain(rest)).boxed_unsync());
    answer.headers_mut().insert(header::CONTENT_LENGTH, 100.into());
    answer
}

fn of_type(content_type: &'static str, body: UnsyncBoxBody<Bytes, Infallible>) -> Answer {
    let mut response = Response::new(body);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

pub(super) fn refused(is_grpc: bool, status: u16, retry_after: Option<Duration>) -> Answer {
    if is_grpc {
        let (code, message) = (code_of(status), "refused by the test");
        let status = match retry_after {
            Some(delay) => Status::with_error_details(code, message, ErrorDetails::with_retry_info(Some(delay))),
            None => Status::new(code, message),
        };
        let (head, _) = status.into_http::<()>().into_parts();
        return Response::from_parts(head, Empty::new().boxed_unsync());
    }
    let mut response = Response::new(Empty::new().boxed_unsync());
    *response.status_mut() = StatusCode::from_u16(status).expect("a test asks for a status that exists");
    if let Some(delay) = retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, delay.as_secs().into());
    }
    response
}

fn code_of(status: u16) -> Code {
    match status {
        400 => Code::InvalidArgument,
        413 | 429 => Code::ResourceExhausted,
        503 => Code::Unavailable,
        _ => Code::Internal,
    }
}
