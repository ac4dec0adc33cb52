//! Answers whoever scrapes.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, VARY};
use http::{HeaderValue, Request, Response, StatusCode};
use sluice_component::{BuildError, ComponentId, Denied, Extensions, Throttle};
use sluice_transport::compression::{Compressor, Encoding, on_compression_thread};
use sluice_transport::server::{Authenticator, Body, Cors, Handler, HttpConfig, Incoming, Peer, caught, within};
use tokio::sync::Semaphore;
use tokio::time::Instant;

use super::accumulator::Accumulator;
use super::config::Config;
use super::family::Kind;
use super::format::{self, Format, takes_gzip};
use super::protobuf::Protobuf;
use super::store::{Shown, Snapshot};
use super::text::{Dialect, Text};

/// How many answers are made at the same time. Each is as large as all that is shown; others wait.
const AT_ONCE: usize = 2;

/// Answers `/metrics`.
pub(super) struct Endpoint {
    id: ComponentId,
    accumulator: Arc<Accumulator>,
    auth: Option<Authenticator>,
    server: HttpConfig,
    open_metrics: bool,
    timestamps: bool,
    room: Semaphore,
    failed: Throttle,
}

/// What one answer consists of.
pub(super) struct Wanted {
    pub(super) format: Format,
    pub(super) gzip: bool,
    pub(super) timestamps: bool,
    /// The names of the only families to show; empty for all.
    pub(super) names: HashSet<String>,
}

impl Endpoint {
    pub(super) fn new(
        config: &Config,
        id: &ComponentId,
        extensions: &Extensions,
        accumulator: Arc<Accumulator>,
    ) -> Result<Self, BuildError> {
        let auth = config.server.auth.as_ref().map(|auth| Authenticator::new(auth, extensions)).transpose()?;
        Ok(Self {
            id: id.clone(),
            accumulator,
            auth,
            server: config.server.clone(),
            open_metrics: config.enable_open_metrics,
            timestamps: config.send_timestamps,
            room: Semaphore::new(AT_ONCE),
            failed: Throttle::new(Duration::from_secs(60)),
        })
    }

    async fn answer(&self, request: &Request<Incoming>) -> Response<Body> {
        if let Some(auth) = &self.auth
            && let Err(denied) = auth.authenticate(request.headers(), request.uri().query()).await
        {
            return refused(&denied);
        }
        if request.uri().path() != "/metrics" {
            return plain(StatusCode::NOT_FOUND, "404 page not found\n");
        }
        let wanted = Wanted {
            format: Format::wanted(request.headers(), self.open_metrics),
            gzip: takes_gzip(request.headers()),
            timestamps: self.timestamps,
            names: names(request.uri().query().unwrap_or_default()),
        };
        // It is never closed.
        let _turn = self.room.acquire().await;
        let (accumulator, now) = (Arc::clone(&self.accumulator), Instant::now());
        let (content_type, gzip) = (wanted.format.content_type(), wanted.gzip);
        match on_compression_thread(move || body(&accumulator, &wanted, now)).await {
            Some(Some(body)) => {
                let mut response = Response::new(Body::new(body));
                let headers = response.headers_mut();
                if let Ok(content_type) = HeaderValue::try_from(content_type) {
                    headers.insert(CONTENT_TYPE, content_type);
                }
                headers.insert(VARY, HeaderValue::from_static("Accept, Accept-Encoding"));
                if gzip {
                    headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
                }
                response
            }
            _ => {
                if let Some(suppressed) = self.failed.admit() {
                    tracing::error!(exporter = %self.id, suppressed, "a defect in the exporter ended a scrape");
                }
                plain(StatusCode::INTERNAL_SERVER_ERROR, "the metrics cannot be written\n")
            }
        }
    }
}

impl Handler for Endpoint {
    async fn handle(self: Arc<Self>, request: Request<Incoming>, _: Peer) -> Response<Body> {
        let cors = self.server.cors.as_ref();
        if let Some(cors) = cors.filter(|_| Cors::is_preflight(request.method(), request.headers())) {
            let mut response = Response::new(Body::default());
            *response.status_mut() = StatusCode::NO_CONTENT;
            *response.headers_mut() = cors.preflight(request.headers());
            return response;
        }
        let deadline = self.server.write_timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        let mut response = match caught(within(deadline, self.answer(&request))).await {
            Some(Ok(response)) => response,
            Some(Err(_)) => plain(StatusCode::SERVICE_UNAVAILABLE, "it took longer than write_timeout\n"),
            None => plain(StatusCode::INTERNAL_SERVER_ERROR, "the metrics cannot be written\n"),
        };
        if let Some(cors) = cors {
            cors.mark(cors.allowed_origin(request.headers()), response.headers_mut());
        }
        self.server.mark(request.version(), response.headers_mut());
        response
    }
}

/// What is shown at this moment; nothing if it cannot be packed.
pub(super) fn body(accumulator: &Accumulator, wanted: &Wanted, now: Instant) -> Option<Bytes> {
    let snapshot = accumulator.store.snapshot(now);
    let body = written(snapshot, &accumulator.target_info(), wanted);
    if !wanted.gzip {
        return Some(body.into());
    }
    Compressor::new(Encoding::Gzip, None).ok()?.packed(&[body.into()]).ok()
}

fn written(snapshot: Snapshot, target_info: &str, wanted: &Wanted) -> Vec<u8> {
    let escaping = wanted.format.escaping;
    let timestamps = wanted.timestamps;
    match wanted.format.kind {
        format::Kind::Protobuf => {
            let mut protobuf = Protobuf { out: Vec::new(), escaping, timestamps };
            each(snapshot, target_info, wanted, |shown| match shown {
                Part::Family(name, help, kind, series) => protobuf.family(name, help, kind, series),
                Part::Targets(name, targets) => protobuf.targets(name, targets.iter().map(|labels| &**labels)),
            });
            protobuf.out
        }
        kind => {
            let dialect = if kind == format::Kind::Text { Dialect::Prometheus } else { Dialect::OpenMetrics };
            let mut text = Text { out: Vec::new(), dialect, escaping, timestamps };
            each(snapshot, target_info, wanted, |shown| match shown {
                Part::Family(name, help, kind, series) => text.family(name, help, kind, series),
                Part::Targets(name, targets) => text.targets(name, targets.iter().map(|labels| &**labels)),
            });
            text.end()
        }
    }
}

/// A part of an answer.
enum Part<'s> {
    Family(&'s str, &'s str, Kind, &'s [Shown]),
    Targets(&'s str, &'s [Arc<[u8]>]),
}

/// Goes over what is wanted, in the order of the names.
fn each(snapshot: Snapshot, target_info: &str, wanted: &Wanted, mut write: impl FnMut(Part<'_>)) {
    let is_wanted = |name: &str| wanted.names.is_empty() || wanted.names.contains(name);
    let mut targets = Some(snapshot.targets).filter(|targets| !targets.is_empty() && is_wanted(target_info));
    for (family, series) in snapshot.families {
        if family.name.as_str() >= target_info
            && let Some(targets) = targets.take()
        {
            write(Part::Targets(target_info, &targets));
        }
        // One name is shown once, and a metric of this one would be taken for resources.
        if is_wanted(&family.name) && family.name != target_info {
            write(Part::Family(&family.name, &family.help, family.kind, &series));
        }
    }
    if let Some(targets) = targets {
        write(Part::Targets(target_info, &targets));
    }
}

/// The values of `name[]` in a query.
fn names(query: &str) -> HashSet<String> {
    let parameters = url::form_urlencoded::parse(query.as_bytes());
    parameters.filter(|(name, _)| name == "name[]").map(|(_, value)| value.into_owned()).collect()
}

fn refused(denied: &Denied) -> Response<Body> {
    let status = match denied {
        Denied::Unauthenticated(_) => StatusCode::UNAUTHORIZED,
        Denied::Overloaded => StatusCode::SERVICE_UNAVAILABLE,
    };
    plain(status, format!("{denied}\n"))
}

fn plain(status: StatusCode, text: impl Into<Bytes>) -> Response<Body> {
    let mut response = Response::new(Body::new(text));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}
