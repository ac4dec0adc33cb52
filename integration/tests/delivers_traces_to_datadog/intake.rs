//! Datadog's intakes, which keep what they are sent.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt, Empty};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpListener, task::JoinHandle};

/// One request, its body unpacked.
#[derive(Clone, Debug)]
pub(super) struct Posted {
    pub(super) path: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

/// Takes everything.
pub(super) struct Intake {
    pub(super) address: String,
    posted: Arc<Mutex<Vec<Posted>>>,
    serving: JoinHandle<()>,
}

impl Intake {
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it is bound").to_string();
        let posted: Arc<Mutex<Vec<Posted>>> = Arc::default();
        let keeping = posted.clone();
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let keeping = keeping.clone();
                let service = service_fn(move |request| take(request, keeping.clone()));
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
            }
        });
        Self { address, posted, serving }
    }

    /// What came to this path.
    pub(super) fn posted(&self, path: &str) -> Vec<Posted> {
        self.posted
            .lock()
            .expect("nobody panics with it")
            .iter()
            .filter(|posted| posted.path == path)
            .cloned()
            .collect()
    }
}

impl Drop for Intake {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn take(request: Request<Incoming>, keeping: Arc<Mutex<Vec<Posted>>>) -> hyper::Result<Response<Empty<Bytes>>> {
    let (head, body) = request.into_parts();
    let packed = body.collect().await?.to_bytes();
    let body = match head.headers.get("content-encoding").map(|encoding| encoding.as_bytes()) {
        Some(b"zstd") => zstd::decode_all(&*packed).expect("zstd"),
        Some(b"gzip") => {
            let mut body = Vec::new();
            std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&*packed), &mut body).expect("gzip");
            body
        }
        _ => packed.to_vec(),
    };
    keeping.lock().expect("nobody panics with it").push(Posted {
        path: head.uri.path().to_owned(),
        headers: head.headers,
        body,
    });
    Ok(Response::builder().status(202).body(Empty::new()).expect("a plain answer"))
}
