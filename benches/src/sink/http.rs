//! OTLP/HTTP over HTTP/1.1.

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

pub(super) async fn serve(socket: TcpStream, counts: Arc<Counts>) {
    if let Err(error) = socket.set_nodelay(true) {
        eprintln!("sink: {error}");
    }
    let service = service_fn(|request| answer(request, &counts));
    // A client that goes away is no concern of the sink.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(socket), service).await;
}

async fn answer(request: Request<Incoming>, counts: &Counts) -> Result<Response<Full<Bytes>>, Infallible> {
    let compressed = request.headers().get(CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity");
    let mut response = Response::new(Full::new(Bytes::new()));
    match collect(request.into_body()).await {
        Ok(body) => {
            counts.add(&body, compressed);
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/x-protobuf"));
        }
        Err(_) => *response.status_mut() = StatusCode::BAD_REQUEST,
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
