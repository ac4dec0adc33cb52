//! HTTP/1.1: OTLP, and what other backends are posted, told apart by the path.

use std::convert::Infallible;
use std::sync::Arc;

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderValue};
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::Counts;
use crate::format::Format;

pub(super) async fn serve(socket: TcpStream, counts: Arc<Counts>) {
    if let Err(error) = socket.set_nodelay(true) {
        eprintln!("sink: {error}");
    }
    let service = service_fn(|request| answer(request, &counts));
    // A client that goes away is no concern of the sink.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(socket), service).await;
}

async fn answer(request: Request<Incoming>, counts: &Counts) -> Result<Response<Full<Bytes>>, Infallible> {
    let format = Format::of_path(request.uri().path());
    let encoding = request.headers().get(CONTENT_ENCODING);
    let compressed = encoding.is_some_and(|encoding| encoding != "identity" && encoding != "snappy");
    let Ok(body) = collect(request.into_body()).await else {
        let mut response = Response::new(Full::default());
        *response.status_mut() = StatusCode::BAD_REQUEST;
        return Ok(response);
    };
    if format != Format::Aside {
        counts.add(format, &body, compressed);
    }
    let (status, content_type, text) = format.answer();
    let mut response = Response::new(Full::from(text));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
    if !content_type.is_empty() {
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    }
    Ok(response)
}

async fn collect(mut body: Incoming) -> Result<Vec<u8>, hyper::Error> {
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        if let Ok(data) = frame?.into_data() {
            bytes.extend_from_slice(&data);
        }
    }
    Ok(bytes)
}
