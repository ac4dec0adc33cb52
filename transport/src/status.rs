//! The answer to a call, as both transports carry it: gRPC's trailers, and `google.rpc.Status` as an HTTP body.
//!
//! Source: the gRPC protocol over HTTP/2 ("Responses"), `google/rpc/{status,error_details}.proto`, OTLP's specification,
//! "Failures" of both transports.

mod code;
mod json;

use std::borrow::Cow;
use std::time::Duration;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use percent_encoding::{AsciiSet, CONTROLS, percent_decode, percent_encode};
use prost::Message;
use sluice_component::{Code, ConsumeError, Retry};
use tonic_types::pb;

pub use code::{code_of_http, http_status};

/// How a call ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// The code.
    pub code: Code,
    /// What happened, for a person.
    pub message: Cow<'static, str>,
    /// How long to wait before the next try (`RetryInfo`); its presence alone says that trying again makes sense.
    pub retry_after: Option<Duration>,
    /// What is wrong with the request, as the field at fault and what is wrong with it (`BadRequest`).
    pub violations: Vec<(String, String)>,
}

/// The most that a message may hold, in bytes: it travels in headers, which peers limit to 8 or 16 KiB in all.
const MAX_MESSAGE: usize = 1024;

impl Status {
    /// A status without details.
    pub fn new(code: Code, message: impl Into<Cow<'static, str>>) -> Self {
        Self { code, message: message.into(), retry_after: None, violations: Vec::new() }
    }

    /// The request can never be taken as it is: `INVALID_ARGUMENT`, with the field at fault.
    pub fn bad_request(field: impl Into<String>, description: impl Into<String>) -> Self {
        let (field, description) = (field.into(), description.into());
        Self {
            message: description.clone().into(),
            violations: vec![(field, description)],
            ..Self::new(Code::InvalidArgument, "")
        }
    }

    /// The same, with the advice to try again after `delay`.
    #[must_use]
    pub fn retry_after(mut self, delay: Duration) -> Self {
        self.retry_after = Some(delay);
        self
    }

    /// Whether a client of OTLP tries again: by the code, and for `RESOURCE_EXHAUSTED` only with `RetryInfo`.
    pub fn is_retryable(&self) -> bool {
        match self.code {
            Code::ResourceExhausted => self.retry_after.is_some(),
            Code::Cancelled
            | Code::DeadlineExceeded
            | Code::Aborted
            | Code::OutOfRange
            | Code::Unavailable
            | Code::DataLoss => true,
            _ => false,
        }
    }

    /// The status as a `google.rpc.Status` message.
    pub fn to_protobuf(&self) -> Bytes {
        let mut details = Vec::new();
        if let Some(delay) = self.retry_after {
            let retry = pb::RetryInfo {
                retry_delay: Some(prost_types::Duration {
                    seconds: i64::try_from(delay.as_secs()).unwrap_or(i64::MAX),
                    nanos: i32::try_from(delay.subsec_nanos()).unwrap_or(0),
                }),
            };
            details.push(any(RETRY_INFO, &retry));
        }
        if !self.violations.is_empty() {
            let field_violations = self.violations.iter().map(|(field, description)| pb::bad_request::FieldViolation {
                field: field.clone(),
                description: description.clone(),
                ..Default::default()
            });
            details.push(any(BAD_REQUEST, &pb::BadRequest { field_violations: field_violations.collect() }));
        }
        let status = pb::Status { code: self.code as i32, message: self.message.clone().into_owned(), details };
        status.encode_to_vec().into()
    }

    /// Reads a `google.rpc.Status` message; details of other kinds are left out.
    pub fn from_protobuf(bytes: &[u8]) -> Option<Self> {
        let message = pb::Status::decode(bytes).ok()?;
        let mut status = Self::new(Code::from_number(message.code), message.message);
        for detail in &message.details {
            match detail.type_url.as_str() {
                RETRY_INFO => {
                    let retry = pb::RetryInfo::decode(&*detail.value).ok()?;
                    status.retry_after = Some(retry.retry_delay.map_or(Duration::ZERO, duration));
                }
                BAD_REQUEST => {
                    let bad = pb::BadRequest::decode(&*detail.value).ok()?;
                    status.violations = bad.field_violations.into_iter().map(|v| (v.field, v.description)).collect();
                }
                _ => {}
            }
        }
        Some(status)
    }

    /// The status in the JSON form of `google.rpc.Status`.
    pub fn to_json(&self) -> Bytes {
        json::write(self)
    }

    /// Reads the JSON form; details of other kinds are left out.
    pub fn from_json(bytes: &[u8]) -> Option<Self> {
        json::read(bytes)
    }

    /// Writes `grpc-status`, `grpc-message` and `grpc-status-details-bin`, as far as there is something to say.
    ///
    /// A message longer than 1 KiB is cut off, so that the whole stays below what peers accept as headers.
    pub fn write_trailers(&self, headers: &mut HeaderMap) {
        headers.insert(GRPC_STATUS, HeaderValue::from(self.code as u16));
        let message = shortened(&self.message, MAX_MESSAGE);
        if !message.is_empty() {
            let encoded = percent_encode(message.as_bytes(), MESSAGE_ESCAPES).to_string();
            headers.extend(HeaderValue::try_from(encoded).map(|value| (GRPC_MESSAGE, value)));
        }
        if self.retry_after.is_some() || !self.violations.is_empty() {
            let short = Self {
                message: message.to_owned().into(),
                violations: self.violations.iter().take(4).map(|(f, d)| (part(f), part(d))).collect(),
                ..self.clone()
            };
            let encoded = BASE64.encode(short.to_protobuf());
            headers.extend(HeaderValue::try_from(encoded).map(|value| (GRPC_DETAILS, value)));
        }
    }

    /// Reads what a gRPC server says in trailers, or in headers where it sends nothing else; `None` if it says nothing.
    pub fn from_trailers(headers: &HeaderMap) -> Option<Self> {
        let number = headers.get(GRPC_STATUS)?.to_str().ok().and_then(|text| text.parse().ok());
        let code = number.map_or(Code::Unknown, Code::from_number);
        let message = headers.get(GRPC_MESSAGE).map_or(Cow::Borrowed(""), |value| {
            percent_decode(value.as_bytes()).decode_utf8_lossy().into_owned().into()
        });
        let details = headers
            .get(GRPC_DETAILS)
            .and_then(|value| BASE64.decode(value.as_bytes()).ok())
            .and_then(|bytes| Self::from_protobuf(&bytes));
        let status = Self::new(code, message);
        Some(match details {
            Some(details) => Self { retry_after: details.retry_after, violations: details.violations, ..status },
            None => status,
        })
    }

    /// The HTTP status that says the same.
    ///
    /// `RESOURCE_EXHAUSTED` without `RetryInfo` is 413: clients try 429 again, and here they shall not.
    pub fn http_status(&self) -> http::StatusCode {
        match (self.code, self.retry_after) {
            (Code::ResourceExhausted, None) => http::StatusCode::PAYLOAD_TOO_LARGE,
            (code, _) => http_status(code),
        }
    }

    /// The value of HTTP's `Retry-After`, for 429 and 503: whole seconds, rounded up. None where the client may choose.
    pub fn retry_after_header(&self) -> Option<HeaderValue> {
        let delay = self.retry_after.filter(|delay| !delay.is_zero())?;
        let speaks_of_it = matches!(self.http_status().as_u16(), 429 | 503);
        let seconds = delay.as_secs().saturating_add(u64::from(delay.subsec_nanos() > 0));
        speaks_of_it.then(|| HeaderValue::from(seconds))
    }
}

impl From<&ConsumeError> for Status {
    /// The client sees the code as it is, unless it contradicts what the error says about trying again: then it is the
    /// nearest code that does not.
    fn from(error: &ConsumeError) -> Self {
        let status = Self {
            retry_after: match error.retry {
                Retry::After(delay) => Some(delay),
                Retry::Now | Retry::Never => None,
            },
            ..Self::new(error.code, error.to_string())
        };
        match (error.retry, error.code) {
            // The advice to try again is made explicit; without it a client would drop the batch.
            (Retry::Now, Code::ResourceExhausted) => status.retry_after(Duration::ZERO),
            (Retry::Now | Retry::After(_), _) if !status.is_retryable() => Self { code: Code::Unavailable, ..status },
            (Retry::Never, _) if status.is_retryable() || error.code == Code::Ok => {
                Self { code: Code::Internal, ..status }
            }
            _ => status,
        }
    }
}

/// The header or trailer that holds the code.
pub const GRPC_STATUS: HeaderName = HeaderName::from_static("grpc-status");
/// The header or trailer that holds the message.
pub const GRPC_MESSAGE: HeaderName = HeaderName::from_static("grpc-message");
/// The header or trailer that holds the whole `google.rpc.Status`.
pub const GRPC_DETAILS: HeaderName = HeaderName::from_static("grpc-status-details-bin");

const RETRY_INFO: &str = "type.googleapis.com/google.rpc.RetryInfo";
const BAD_REQUEST: &str = "type.googleapis.com/google.rpc.BadRequest";

/// What is escaped in `grpc-message`: everything but the printable ASCII characters, and the percent sign.
const MESSAGE_ESCAPES: &AsciiSet = &CONTROLS.add(b'%');

/// Binary headers are written without padding, and read with or without.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_encode_padding(false).with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

fn any(type_url: &str, message: &impl Message) -> prost_types::Any {
    prost_types::Any { type_url: type_url.into(), value: message.encode_to_vec() }
}

/// A negative duration is none at all.
fn duration(duration: prost_types::Duration) -> Duration {
    Duration::try_from(duration).unwrap_or_default()
}

fn part(text: &str) -> String {
    shortened(text, MAX_MESSAGE / 4).to_owned()
}

/// The most of `text` that is at most `most` bytes long and ends between two characters.
fn shortened(text: &str, most: usize) -> &str {
    let end = (0..=most.min(text.len())).rev().find(|&end| text.is_char_boundary(end));
    &text[..end.unwrap_or(0)]
}

#[cfg(test)]
mod tests;
