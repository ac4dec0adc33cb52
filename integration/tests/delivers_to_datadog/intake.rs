//! Datadog's intakes as far as a test needs them: they keep what they are sent.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use http::{Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpListener, task::JoinHandle};

/// A request: its path, and its body without packing.
pub(crate) struct Sent {
    pub(crate) path: String,
    pub(crate) body: Vec<u8>,
}

/// The intakes, on one port.
pub(crate) struct Intake {
    address: String,
    state: Arc<Mutex<State>>,
    serving: JoinHandle<()>,
}

#[derive(Default)]
struct State {
    sent: Vec<Sent>,
    refusals: VecDeque<u16>,
}

impl Intake {
    /// Starts them on a free port.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let address = listener.local_addr().expect("it is bound").to_string();
        let state = Arc::<Mutex<State>>::default();
        let serving = tokio::spawn(serve(listener, state.clone()));
        Self { address, state, serving }
    }

    /// `host:port`.
    pub(crate) fn address(&self) -> String {
        self.address.clone()
    }

    /// Answers the next body with this status instead of taking it.
    pub(crate) fn refuse_next(&self, status: u16) {
        self.state.lock().expect("no test panics with it").refusals.push_back(status);
    }

    /// What was sent since this was asked last.
    pub(crate) fn take(&self) -> Vec<Sent> {
        std::mem::take(&mut self.state.lock().expect("no test panics with it").sent)
    }
}

impl Drop for Intake {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn serve(listener: TcpListener, state: Arc<Mutex<State>>) {
    while let Ok((stream, _)) = listener.accept().await {
        let state = state.clone();
        let service = service_fn(move |request| answer(request, state.clone()));
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}

async fn answer(request: Request<Incoming>, state: Arc<Mutex<State>>) -> hyper::Result<Response<Full<Bytes>>> {
    let (head, body) = request.into_parts();
    let body = body.collect().await?.to_bytes();
    let path = head.uri.path().to_owned();
    let status = match head.headers.get("dd-api-key").map(|key| key.as_bytes()) {
        Some(b"abc") if path == "/api/v1/validate" => StatusCode::OK,
        Some(b"abc") => {
            let mut state = state.lock().expect("no test panics with it");
            match state.refusals.pop_front() {
                Some(status) => StatusCode::from_u16(status).expect("a status"),
                None => {
                    let encoding = head.headers.get(header::CONTENT_ENCODING).map(|name| name.as_bytes());
                    state.sent.push(Sent { path, body: unpacked(encoding, &body) });
                    StatusCode::ACCEPTED
                }
            }
        }
        _ => StatusCode::FORBIDDEN,
    };
    let mut response = Response::new(Full::new(Bytes::from_static(b"{\"valid\":true,\"errors\":[]}")));
    *response.status_mut() = status;
    Ok(response)
}

fn unpacked(encoding: Option<&[u8]>, body: &[u8]) -> Vec<u8> {
    match encoding {
        Some(b"zstd") => zstd::decode_all(body).expect("zstd"),
        Some(b"gzip") => {
            let mut unpacked = Vec::new();
            std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(body), &mut unpacked).expect("gzip");
            unpacked
        }
        other => panic!("packed as {other:?}"),
    }
}
