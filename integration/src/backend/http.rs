//! The HTTP half of the backend: protobuf, plain or packed.

use std::io::Read;

use bytes::Bytes;
use http::{Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use prost::Message;
use tonic::body::Body;

use super::{
    answer::Answer,
    grpc,
    store::{Store, Verdict},
};
use crate::{Signal, Telemetry};

pub(super) async fn respond(request: Request<Incoming>, store: &Store) -> Response<Body> {
    let (head, body) = request.into_parts();
    let Some(signal) = Signal::of_path(head.uri.path()) else { return empty(StatusCode::NOT_FOUND) };
    let Ok(body) = body.collect().await else { return empty(StatusCode::BAD_REQUEST) };
    let encoding = head.headers.get(header::CONTENT_ENCODING).map(|value| value.as_bytes());
    let Some(plain) = unpack(encoding, body.to_bytes()) else { return empty(StatusCode::UNSUPPORTED_MEDIA_TYPE) };
    let Ok(telemetry) = Telemetry::decode(signal, &plain) else { return empty(StatusCode::BAD_REQUEST) };

    let answer = store.next_answer();
    match store.settle(&answer, head.headers, telemetry).await {
        Verdict::Taken => accepted(signal, &answer),
        Verdict::Refused => refused(&answer),
    }
}

fn unpack(encoding: Option<&[u8]>, body: Bytes) -> Option<Vec<u8>> {
    match encoding {
        None => Some(body.to_vec()),
        Some(b"gzip") => {
            let mut plain = Vec::new();
            flate2::read::MultiGzDecoder::new(&body[..]).read_to_end(&mut plain).ok().map(|_| plain)
        }
        Some(b"zstd") => zstd::decode_all(&body[..]).ok(),
        Some(_) => None,
    }
}

fn accepted(signal: Signal, answer: &Answer) -> Response<Body> {
    let message = match signal {
        Signal::Traces => grpc::traces_response(answer).encode_to_vec(),
        Signal::Metrics => grpc::metrics_response(answer).encode_to_vec(),
        Signal::Logs => grpc::logs_response(answer).encode_to_vec(),
    };
    let mut response = Response::new(Body::new(Full::new(Bytes::from(message))));
    let protobuf = header::HeaderValue::from_static("application/x-protobuf");
    response.headers_mut().insert(header::CONTENT_TYPE, protobuf);
    response
}

fn refused(answer: &Answer) -> Response<Body> {
    let (status, retry_after) = answer.http_status();
    let mut response = empty(StatusCode::from_u16(status).expect("a test asks for a status that exists"));
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

fn empty(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}
