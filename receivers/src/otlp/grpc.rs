//! OTLP/gRPC: unary calls, by our own hand over HTTP/2.
//!
//! Three methods, a prefix of five bytes and two trailers do not need a framework: without one, a request costs no task
//! of its own and its body is copied once.
//!
//! Source: the gRPC protocol over HTTP/2 (`PROTOCOL-HTTP2.md`), gRPC's `compression.md` and `statuscodes.md`.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use sluice_component::{Accepted, Code};
use sluice_pdata::Signal;
use sluice_transport::compression::{Encoding, decompress};
use sluice_transport::server::body::{self, Bounds, collect};
use sluice_transport::server::{Body, Handler, Incoming, Peer, caught, within};
use sluice_transport::status::{GRPC_STATUS, Status};
use tokio::time::Instant;

use super::config;
use super::intake::{Format, Intake};
use super::refused::{Failed, Reason, Refused, shortened};
use super::success;

/// Compressed flag and length in front of every message.
const PREFIX: usize = 5;

const GRPC: HeaderValue = HeaderValue::from_static("application/grpc");
const GRPC_ENCODING: HeaderName = HeaderName::from_static("grpc-encoding");
const GRPC_ACCEPT_ENCODING: HeaderName = HeaderName::from_static("grpc-accept-encoding");
const GRPC_TIMEOUT: HeaderName = HeaderName::from_static("grpc-timeout");

/// Answers OTLP/gRPC.
pub(super) struct Grpc {
    intake: Intake,
    max_message: usize,
}

impl Grpc {
    pub(super) fn new(config: &config::Grpc, intake: Intake) -> Self {
        Self { intake, max_message: config.max_message }
    }

    async fn answer(&self, request: Request<Incoming>, peer: Peer) -> Response<Body> {
        if let Some(not_grpc) = self.not_grpc(&request) {
            return not_grpc;
        }
        let Some(signal) = signal(request.uri().path()).filter(|&signal| self.intake.consumers.get(signal).is_some())
        else {
            return self.refuse(Refused::unrouted(request.uri().path()));
        };
        let (encoding, deadline) = match (encoding(request.headers()), deadline(request.headers())) {
            (Ok(encoding), Ok(deadline)) => (encoding, deadline),
            (Err(refused), _) | (_, Err(refused)) => return self.refuse(refused),
        };
        match within(deadline, self.export(signal, encoding, request, peer)).await {
            Ok(Ok(accepted)) => succeeded(&accepted),
            Ok(Err(Failed::Refused(refused))) => self.refuse(refused),
            Ok(Err(Failed::Downstream(status))) => failed(&status),
            Err(_) => self.refuse(Refused::too_late()),
        }
    }

    async fn export(
        &self,
        signal: Signal,
        encoding: Option<Encoding>,
        request: Request<Incoming>,
        peer: Peer,
    ) -> Result<Accepted, Failed> {
        let auth = self.intake.authenticate(request.headers(), None).await?;
        let context = self.intake.context(peer, auth, request.uri().authority().map(|a| a.as_str()), request.headers());
        let mut ticket = self.intake.budget.ticket();
        let bounds = Bounds {
            limit: self.max_message.saturating_add(PREFIX),
            deadline: body::DEADLINE,
            announced: |bytes| Some(length(bytes)?.saturating_add(PREFIX)),
        };
        let framed = collect(request.into_body(), bounds, &mut ticket).await.map_err(Refused::from)?;
        let (packed, message) = message(framed)?;
        let message = match (packed, encoding) {
            (false, _) => message,
            (true, Some(encoding)) => {
                let unpacked = decompress(encoding, &message, self.max_message).map_err(Refused::from)?;
                let held = message.len().saturating_add(unpacked.len());
                ticket.raise_to(held).map_err(|_| Refused::overloaded())?;
                unpacked
            }
            (true, None) => {
                return Err(protocol_error("the message is compressed, but grpc-encoding is not set").into());
            }
        };
        let batch = self.intake.check(signal, Format::Protobuf, message)?;
        self.intake.hand_on(batch, context).await.map_err(Failed::Downstream)
    }

    /// The answer to what is not a gRPC call at all.
    fn not_grpc(&self, request: &Request<Incoming>) -> Option<Response<Body>> {
        let content_type = request.headers().get(CONTENT_TYPE).map_or(&b""[..], HeaderValue::as_bytes);
        let subtype = content_type.strip_prefix(b"application/grpc");
        let (status, reason) = match subtype {
            Some([] | [b'+' | b';', ..]) if request.method() == Method::POST => return None,
            Some([] | [b'+' | b';', ..]) => (StatusCode::METHOD_NOT_ALLOWED, Reason::Method),
            _ => (StatusCode::UNSUPPORTED_MEDIA_TYPE, Reason::ContentType),
        };
        self.intake.rejections.count(reason);
        let mut response = failed(&Status::new(Code::Internal, "this is not a call of gRPC"));
        *response.status_mut() = status;
        Some(response)
    }

    fn refuse(&self, refused: Refused) -> Response<Body> {
        let (reason, status) = self.intake.refuse(refused);
        let mut response = failed(&status);
        if reason == Reason::Encoding {
            response.headers_mut().insert(GRPC_ACCEPT_ENCODING, HeaderValue::from_static(Encoding::GRPC_ACCEPTED));
        }
        response
    }
}

impl Handler for Grpc {
    async fn handle(self: Arc<Self>, request: Request<Incoming>, peer: Peer) -> Response<Body> {
        match caught(self.answer(request, peer)).await {
            Some(response) => response,
            None => self.refuse(Refused::internal()),
        }
    }
}

/// The signal whose service and method this is.
fn signal(path: &str) -> Option<Signal> {
    match path {
        "/opentelemetry.proto.collector.trace.v1.TraceService/Export" => Some(Signal::Traces),
        "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export" => Some(Signal::Metrics),
        "/opentelemetry.proto.collector.logs.v1.LogsService/Export" => Some(Signal::Logs),
        "/opentelemetry.proto.collector.profiles.v1development.ProfilesService/Export" => Some(Signal::Profiles),
        _ => None,
    }
}

/// How the message may be packed.
fn encoding(headers: &HeaderMap) -> Result<Option<Encoding>, Refused> {
    let Some(name) = headers.get(GRPC_ENCODING) else { return Ok(None) };
    let name = String::from_utf8_lossy(name.as_bytes());
    if name == "identity" || name.is_empty() {
        return Ok(None);
    }
    Encoding::from_grpc(&name).map(Some).ok_or_else(|| {
        let message = format!("compression {} is not supported, only {}", shortened(&name), Encoding::GRPC_ACCEPTED);
        Refused { reason: Reason::Encoding, status: Status::new(Code::Unimplemented, message) }
    })
}

/// When the client will have lost interest.
fn deadline(headers: &HeaderMap) -> Result<Option<Instant>, Refused> {
    let Some(value) = headers.get(GRPC_TIMEOUT) else { return Ok(None) };
    let timeout = value.to_str().ok().and_then(parse_timeout);
    let timeout =
        timeout.ok_or_else(|| Refused::malformed("grpc-timeout", "grpc-timeout is not a duration of gRPC"))?;
    Ok(Instant::now().checked_add(timeout))
}

/// Reads at most eight digits and a unit.
fn parse_timeout(text: &str) -> Option<Duration> {
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if digits.is_empty() || digits.len() > 8 || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let count: u64 = digits.parse().ok()?;
    match unit {
        "H" => Some(Duration::from_secs(count * 3600)),
        "M" => Some(Duration::from_secs(count * 60)),
        "S" => Some(Duration::from_secs(count)),
        "m" => Some(Duration::from_millis(count)),
        "u" => Some(Duration::from_micros(count)),
        "n" => Some(Duration::from_nanos(count)),
        _ => None,
    }
}

/// The length in a prefix, if the whole prefix is there.
fn length(framed: &[u8]) -> Option<usize> {
    let prefix: &[u8; PREFIX] = framed.first_chunk()?;
    let [_, length @ ..] = prefix;
    usize::try_from(u32::from_be_bytes(*length)).ok()
}

/// Takes the one message out of its frame; whether it is packed, and what it is.
fn message(framed: Bytes) -> Result<(bool, Bytes), Refused> {
    let Some(length) = length(&framed) else {
        return Err(protocol_error("the call has no message"));
    };
    if framed.len() - PREFIX != length {
        return Err(protocol_error("the call has not exactly one whole message"));
    }
    match framed[0] {
        0 => Ok((false, framed.slice(PREFIX..))),
        1 => Ok((true, framed.slice(PREFIX..))),
        _ => Err(protocol_error("the message's compressed flag is neither 0 nor 1")),
    }
}

/// The client does not speak gRPC as it should, which is INTERNAL by gRPC's rules.
fn protocol_error(message: &'static str) -> Refused {
    Refused { reason: Reason::Malformed, status: Status::new(Code::Internal, message) }
}

fn succeeded(accepted: &Accepted) -> Response<Body> {
    const EMPTY: Bytes = Bytes::from_static(&[0; PREFIX]);
    let mut trailers = HeaderMap::with_capacity(1);
    trailers.insert(GRPC_STATUS, HeaderValue::from_static("0"));
    let framed = match success::protobuf(accepted) {
        message if message.is_empty() => EMPTY,
        message => {
            // A few KiB at most, so it fits.
            let length = u32::try_from(message.len()).unwrap_or(u32::MAX);
            [&[0][..], &length.to_be_bytes(), &message].concat().into()
        }
    };
    let mut response = Response::new(Body::with_trailers(framed, trailers));
    response.headers_mut().insert(CONTENT_TYPE, GRPC);
    response
}

/// An answer of nothing but trailers.
fn failed(status: &Status) -> Response<Body> {
    let mut response = Response::new(Body::default());
    response.headers_mut().insert(CONTENT_TYPE, GRPC);
    status.write_trailers(response.headers_mut());
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timeout_is_eight_digits_and_a_unit() {
        assert_eq!(parse_timeout("5S"), Some(Duration::from_secs(5)));
        assert_eq!(parse_timeout("99999999H"), Some(Duration::from_secs(99_999_999 * 3600)));
        assert_eq!(parse_timeout("250m"), Some(Duration::from_millis(250)));
        for wrong in ["", "S", "5", "-5S", "+5S", "123456789S", "5s", "5ü", "ü"] {
            assert_eq!(parse_timeout(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_frame_holds_exactly_one_message() {
        let taken = |bytes: &'static [u8]| message(Bytes::from_static(bytes)).map_err(|refused| refused.status.message);

        assert_eq!(taken(b"\0\0\0\0\x02ab").unwrap(), (false, Bytes::from_static(b"ab")));
        assert_eq!(taken(b"\x01\0\0\0\0").unwrap(), (true, Bytes::new()));
        assert_eq!(taken(b"").unwrap_err(), "the call has no message");
        assert_eq!(taken(b"\0\0\0\0\x02a").unwrap_err(), "the call has not exactly one whole message");
        assert_eq!(taken(b"\0\0\0\0\x01ab").unwrap_err(), "the call has not exactly one whole message");
        assert_eq!(taken(b"\x02\0\0\0\0").unwrap_err(), "the message's compressed flag is neither 0 nor 1");
    }
}
