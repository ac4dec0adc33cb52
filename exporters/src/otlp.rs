//! What the two exporters of OTLP share: the names of methods and paths, and the reading of answers.
//!
//! Source: the OTLP specification, "OTLP/gRPC" and "OTLP/HTTP".

use prost::Message;
use sluice_component::Accepted;
use sluice_pdata::Signal;

use crate::answers::shortened;

/// The gRPC method that exports a signal.
pub(crate) const fn method(signal: Signal) -> &'static str {
    match signal {
        Signal::Traces => "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
        Signal::Metrics => "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
        Signal::Logs => "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
        Signal::Profiles => "/opentelemetry.proto.collector.profiles.v1development.ProfilesService/Export",
    }
}

/// An `Export…ServiceResponse`: all signals' have the same numbers.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Response {
    /// Set only where the backend has something to say.
    #[prost(message, optional, tag = "1")]
    pub(crate) partial_success: Option<PartialSuccess>,
}

/// `Export…PartialSuccess`.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct PartialSuccess {
    /// How many spans, data points, log records or profiles were refused for good.
    #[prost(int64, tag = "1")]
    pub(crate) rejected: i64,
    /// Why, or a warning if none was.
    #[prost(string, tag = "2")]
    pub(crate) error_message: String,
}

/// Reads an answer in protobuf.
pub(crate) fn accepted(response: &[u8]) -> Result<Accepted, prost::DecodeError> {
    if response.is_empty() {
        return Ok(Accepted::ALL);
    }
    Ok(Response::decode(response)?.partial_success.map_or(Accepted::ALL, Accepted::from))
}

/// Reads an answer in JSON. The number of what was rejected has another name for each signal.
pub(crate) fn accepted_json(response: &[u8]) -> Result<Accepted, serde_json::Error> {
    if response.is_empty() {
        return Ok(Accepted::ALL);
    }
    let answer: serde_json::Value = serde_json::from_slice(response)?;
    let partial = &answer["partialSuccess"];
    let rejected = ["rejectedSpans", "rejectedDataPoints", "rejectedLogRecords", "rejectedProfiles"]
        .iter()
        .find_map(|name| partial.get(name))
        .and_then(|count| count.as_i64().or_else(|| count.as_str()?.parse().ok()));
    let error_message = partial["errorMessage"].as_str().unwrap_or_default().to_owned();
    Ok(PartialSuccess { rejected: rejected.unwrap_or(0), error_message }.into())
}

impl From<PartialSuccess> for Accepted {
    fn from(partial: PartialSuccess) -> Self {
        let message = Some(shortened(&partial.error_message)).filter(|message| !message.is_empty());
        Self { rejected: u64::try_from(partial.rejected).unwrap_or(0), message: message.map(Into::into) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partial_success_is_read() {
        let response = |rejected, error_message: &str| {
            let partial_success = Some(PartialSuccess { rejected, error_message: error_message.into() });
            accepted(&Response { partial_success }.encode_to_vec()).unwrap()
        };

        assert_eq!(response(3, "too old"), Accepted { rejected: 3, message: Some("too old".into()) });
        assert_eq!(response(-1, ""), Accepted::ALL);
        assert_eq!(accepted(b"").unwrap(), Accepted::ALL);
        assert_eq!(accepted(b"\x0a\x00").unwrap(), Accepted::ALL);
        assert!(accepted(b"<html>").is_err());
    }

    #[test]
    fn a_partial_success_is_read_from_json() {
        let read = |json: &str| accepted_json(json.as_bytes()).unwrap();

        let rejected = Accepted { rejected: 3, message: Some("too old".into()) };
        assert_eq!(read(r#"{"partialSuccess":{"rejectedLogRecords":"3","errorMessage":"too old"}}"#), rejected);
        assert_eq!(read(r#"{"partialSuccess":{"rejectedSpans":3,"errorMessage":"too old"}}"#), rejected);
        for full in ["", "{}", r#"{"partialSuccess":{}}"#, r#"{"partialSuccess":null}"#] {
            assert_eq!(read(full), Accepted::ALL);
        }
        assert!(accepted_json(b"<html>").is_err());
    }
}
