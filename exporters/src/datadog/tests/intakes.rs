//! Datadog's intakes: a server of hyper that keeps what it is sent.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response, request};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::{Value as Json, json};
use tokio::net::TcpListener;

use super::super::Config;
use crate::testing::read;

/// Answers each request with the next of its answers, and then with 202.
#[derive(Clone, Default)]
pub(crate) struct Intakes {
    answers: Arc<Mutex<VecDeque<(u16, &'static str)>>>,
    requests: Arc<Mutex<Vec<(request::Parts, Bytes)>>>,
}

impl Intakes {
    pub(crate) async fn start(answers: &[(u16, &'static str)]) -> (Self, SocketAddr) {
        let answers = Arc::new(Mutex::new(answers.iter().copied().collect()));
        let intakes = Self { answers, ..Self::default() };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let serving = intakes.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let intakes = serving.clone();
                let service = service_fn(move |request| {
                    let intakes = intakes.clone();
                    async move { intakes.answer(request).await }
                });
                let server = hyper::server::conn::http1::Builder::new();
                tokio::spawn(server.serve_connection(TokioIo::new(stream), service));
            }
        });
        (intakes, address)
    }

    /// What was sent since this was asked last.
    pub(crate) fn take(&self) -> Vec<(request::Parts, Bytes)> {
        std::mem::take(&mut *self.requests.lock().unwrap())
    }

    async fn answer(&self, request: Request<Incoming>) -> hyper::Result<Response<Full<Bytes>>> {
        let (parts, body) = request.into_parts();
        let body = body.collect().await?.to_bytes();
        self.requests.lock().unwrap().push((parts, body));
        let (status, body) = self.answers.lock().unwrap().pop_front().unwrap_or((202, "{}"));
        Ok(Response::builder().status(status).body(Full::from(body)).unwrap())
    }
}

/// A configuration that sends here, once and before it answers.
pub(crate) fn config(address: SocketAddr, mut settings: Json) -> Config {
    for signal in ["logs", "metrics", "traces"] {
        settings[signal]["endpoint"] = format!("http://{address}").into();
    }
    settings["api"]["key"] = "abc".into();
    settings["hostname"] = "gateway".into();
    settings["sending_queue"] = json!({"enabled": false});
    settings["retry_on_failure"] = json!({"enabled": false});
    let (config, problems) = read(settings, Config::read);
    assert_eq!(problems, [""; 0]);
    config
}
