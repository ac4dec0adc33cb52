//! OTLP/HTTP: protobuf and JSON, over HTTP/1.1 and HTTP/2.
//!
//! Every answer that is not a success has a `google.rpc.Status` as its body, in the encoding of the request.

use std::sync::Arc;

use bytes::Bytes;
use http::header::{ALLOW, CONTENT_ENCODING, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use sluice_component::{Accepted, AuthData, Code};
use sluice_pdata::Signal;
use sluice_transport::compression::{Encoding, decompress};
use sluice_transport::server::body::{Bounds, collect};
use sluice_transport::server::{Body, Cors, Handler, Incoming, Peer, caught, within};
use sluice_transport::status::Status;
use tokio::time::Instant;

use super::intake::{Format, Intake};
use super::refused::{Failed, Reason, Refused, shortened};
use super::{config, success};

/// Answers OTLP/HTTP.
pub(super) struct Http {
    intake: Intake,
    config: config::Http,
}

impl Http {
    pub(super) fn new(config: &config::Http, intake: Intake) -> Self {
        Self { intake, config: config.clone() }
    }

    async fn answer(&self, request: Request<Incoming>, peer: Peer) -> Response<Body> {
        if let Some(cors) =
            self.config.server.cors.as_ref().filter(|_| Cors::is_preflight(request.method(), request.headers()))
        {
            let mut response = Response::new(Body::default());
            *response.status_mut() = StatusCode::NO_CONTENT;
            *response.headers_mut() = cors.preflight(request.headers());
            return response;
        }
        let format = format(request.headers());
        let deadline = self.config.server.write_timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        let (reason, status) = match within(deadline, self.take(format, request, peer)).await {
            Ok(Ok((signal, format, accepted))) => return succeeded(signal, format, &accepted),
            Ok(Err(Failed::Downstream(status))) => (None, status),
            Ok(Err(Failed::Refused(refused))) => {
                let (reason, status) = self.intake.refuse(refused);
                (Some(reason), status)
            }
            Err(_) => {
                let (reason, status) = self.intake.refuse(Refused::too_late());
                (Some(reason), status)
            }
        };
        failed(reason, &status, format.unwrap_or(Format::Json))
    }

    /// Finds out who sends the request and what it is, and takes it.
    async fn take(
        &self,
        format: Option<Format>,
        request: Request<Incoming>,
        peer: Peer,
    ) -> Result<(Signal, Format, Accepted), Failed> {
        let auth = self.intake.authenticate(request.headers(), request.uri().query()).await?;
        let (signal, format) = self.route(&request, format)?;
        Ok((signal, format, self.export(signal, format, request, peer, auth).await?))
    }

    /// Which signal the request brings, and how written.
    fn route(&self, request: &Request<Incoming>, format: Option<Format>) -> Result<(Signal, Format), Refused> {
        let path = request.uri().path();
        let signal = self.config.paths.signal(path).filter(|&signal| self.intake.consumers.get(signal).is_some());
        let signal = signal.ok_or_else(|| Refused::unrouted(path))?;
        if request.method() != Method::POST {
            let message = format!("method {} is not allowed, only POST", shortened(request.method().as_str()));
            return Err(Refused { reason: Reason::Method, status: Status::new(Code::Unimplemented, message) });
        }
        let format = format.ok_or_else(|| {
            let found = request.headers().get(CONTENT_TYPE).map_or(&b""[..], HeaderValue::as_bytes);
            let found = shortened(&String::from_utf8_lossy(found));
            let message = format!("content type must be application/x-protobuf or application/json, found {found:?}");
            Refused { reason: Reason::ContentType, status: Status::new(Code::InvalidArgument, message) }
        })?;
        Ok((signal, format))
    }

    async fn export(
        &self,
        signal: Signal,
        format: Format,
        request: Request<Incoming>,
        peer: Peer,
        auth: AuthData,
    ) -> Result<Accepted, Failed> {
        let encoding = self.encoding(request.headers())?;
        let context = self.intake.context(peer, auth, request.uri().authority().map(|a| a.as_str()), request.headers());
        let limit = self.config.server.max_body;
        let mut ticket = self.intake.budget.ticket();
        let bounds = Bounds { limit, deadline: self.config.server.read_timeout, announced: |_| None };
        let mut message = collect(request.into_body(), bounds, &mut ticket).await.map_err(Refused::from)?;
        if let Some(encoding) = encoding {
            let unpacked = decompress(encoding, &message, limit).map_err(Refused::from)?;
            let held = message.len().saturating_add(unpacked.len());
            ticket.raise_to(held).map_err(|_| Refused::overloaded())?;
            message = unpacked;
        }
        let batch = self.intake.check(signal, format, message)?;
        self.intake.hand_on(batch, context).await.map_err(Failed::Downstream)
    }

    /// How the body is packed.
    fn encoding(&self, headers: &HeaderMap) -> Result<Option<Encoding>, Refused> {
        let mut names = headers.get_all(CONTENT_ENCODING).iter();
        let name = names.next().map_or(&b""[..], HeaderValue::as_bytes).trim_ascii();
        let taken = &self.config.server.compressions;
        let text = str::from_utf8(name).ok().filter(|_| names.next().is_none());
        let encoding = match text {
            Some(text) if taken.none && (text.is_empty() || text.eq_ignore_ascii_case("identity")) => return Ok(None),
            Some(text) => Encoding::from_http(text).filter(|encoding| taken.some.contains(encoding)),
            None => None,
        };
        encoding.map(Some).ok_or_else(|| {
            let found = shortened(&String::from_utf8_lossy(name));
            let known = taken.none.then_some("identity").into_iter();
            let known: Vec<_> = known.chain(taken.some.iter().map(|encoding| encoding.http_name())).collect();
            let message = format!("content encoding {found:?} is not supported, only {}", known.join(", "));
            let status = Status::bad_request("content-encoding", message);
            Refused { reason: Reason::Encoding, status }
        })
    }
}

impl Handler for Http {
    async fn handle(self: Arc<Self>, request: Request<Incoming>, peer: Peer) -> Response<Body> {
        let cors = self.config.server.cors.as_ref();
        let cors = cors.filter(|_| !Cors::is_preflight(request.method(), request.headers()));
        let origin = cors.and_then(|cors| cors.allowed_origin(request.headers()));
        let format = format(request.headers()).unwrap_or(Format::Json);
        let version = request.version();
        let mut response = match caught(self.answer(request, peer)).await {
            Some(response) => response,
            None => {
                let (reason, status) = self.intake.refuse(Refused::internal());
                failed(Some(reason), &status, format)
            }
        };
        if let Some(cors) = cors {
            cors.mark(origin, response.headers_mut());
        }
        self.config.server.mark(version, response.headers_mut());
        response
    }
}

/// What the body is written in, by its content type; parameters do not matter.
fn format(headers: &HeaderMap) -> Option<Format> {
    let value = headers.get(CONTENT_TYPE)?.as_bytes();
    let media_type = value.split(|&byte| byte == b';').next()?.trim_ascii();
    match () {
        () if media_type.eq_ignore_ascii_case(b"application/x-protobuf") => Some(Format::Protobuf),
        () if media_type.eq_ignore_ascii_case(b"application/json") => Some(Format::Json),
        () => None,
    }
}

fn succeeded(signal: Signal, format: Format, accepted: &Accepted) -> Response<Body> {
    let body = match format {
        Format::Protobuf => success::protobuf(accepted),
        Format::Json => success::json(signal, accepted),
    };
    response(StatusCode::OK, format, body)
}

/// The answer to what was not taken; `reason` is set where it was the edge that refused it.
fn failed(reason: Option<Reason>, status: &Status, format: Format) -> Response<Body> {
    let code = match reason {
        Some(Reason::TooLarge) => StatusCode::PAYLOAD_TOO_LARGE,
        Some(Reason::Method) => StatusCode::METHOD_NOT_ALLOWED,
        Some(Reason::ContentType) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        _ => status.http_status(),
    };
    let body = match format {
        Format::Protobuf => status.to_protobuf(),
        Format::Json => status.to_json(),
    };
    let mut response = response(code, format, body);
    let headers = response.headers_mut();
    headers.extend(status.retry_after_header().map(|value| (RETRY_AFTER, value)));
    if reason == Some(Reason::Method) {
        headers.insert(ALLOW, HeaderValue::from_static("POST"));
    }
    response
}

fn response(code: StatusCode, format: Format, body: Bytes) -> Response<Body> {
    const PROTOBUF: HeaderValue = HeaderValue::from_static("application/x-protobuf");
    const JSON: HeaderValue = HeaderValue::from_static("application/json");
    let mut response = Response::new(Body::new(body));
    *response.status_mut() = code;
    let content_type = match format {
        Format::Protobuf => PROTOBUF,
        Format::Json => JSON,
    };
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    response
}
