//! The answer to what was taken: `Export<Signal>ServiceResponse`.

use bytes::Bytes;
use sluice_component::Accepted;
use sluice_pdata::Signal;

/// The most that a backend's message may hold when it is handed on, in bytes: clients limit what they read.
const MAX_MESSAGE: usize = 4096;

/// The response in protobuf: empty, unless there is something to say.
pub(super) fn protobuf(accepted: &Accepted) -> Bytes {
    const PARTIAL_SUCCESS: u8 = 1 << 3 | 2;
    const REJECTED: u8 = 1 << 3;
    const MESSAGE: u8 = 2 << 3 | 2;
    if accepted.is_full() {
        return Bytes::new();
    }
    let mut partial = Vec::new();
    if accepted.rejected > 0 {
        partial.push(REJECTED);
        put_varint(&mut partial, accepted.rejected);
    }
    let message = message(accepted);
    if !message.is_empty() {
        partial.push(MESSAGE);
        put_varint(&mut partial, message.len() as u64);
        partial.extend_from_slice(message.as_bytes());
    }
    let mut response = vec![PARTIAL_SUCCESS];
    put_varint(&mut response, partial.len() as u64);
    response.append(&mut partial);
    response.into()
}

/// The response in JSON.
pub(super) fn json(signal: Signal, accepted: &Accepted) -> Bytes {
    if accepted.is_full() {
        return Bytes::from_static(b"{}");
    }
    let rejected = match signal {
        Signal::Traces => "rejectedSpans",
        Signal::Metrics => "rejectedDataPoints",
        Signal::Logs => "rejectedLogRecords",
        Signal::Profiles => "rejectedProfiles",
    };
    let mut partial = serde_json::Map::new();
    if accepted.rejected > 0 {
        partial.insert(rejected.into(), accepted.rejected.to_string().into());
    }
    if !message(accepted).is_empty() {
        partial.insert("errorMessage".into(), message(accepted).into());
    }
    serde_json::json!({ "partialSuccess": partial }).to_string().into()
}

fn message(accepted: &Accepted) -> &str {
    let message = accepted.message.as_deref().unwrap_or_default();
    let end = (0..=MAX_MESSAGE.min(message.len())).rev().find(|&end| message.is_char_boundary(end));
    &message[..end.unwrap_or(0)]
}

fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

#[cfg(test)]
mod tests {
    use opentelemetry_proto::tonic::collector::trace::v1::{ExportTracePartialSuccess, ExportTraceServiceResponse};
    use prost::Message as _;

    use super::*;

    #[test]
    fn full_success_says_nothing() {
        assert_eq!(protobuf(&Accepted::ALL), "");
        assert_eq!(json(Signal::Traces, &Accepted::ALL), "{}");
    }

    #[test]
    fn partial_success_says_how_much_and_why() {
        let accepted = Accepted { rejected: 300, message: Some("two old".into()) };

        let decoded = ExportTraceServiceResponse::decode(protobuf(&accepted)).unwrap();
        let partial = ExportTracePartialSuccess { rejected_spans: 300, error_message: "two old".into() };
        assert_eq!(decoded, ExportTraceServiceResponse { partial_success: Some(partial) });
        assert_eq!(
            json(Signal::Logs, &accepted),
            r#"{"partialSuccess":{"errorMessage":"two old","rejectedLogRecords":"300"}}"#
        );
    }

    #[test]
    fn a_warning_has_no_count_and_a_long_message_is_cut() {
        let accepted = Accepted { rejected: 0, message: Some("ü".repeat(5000).into()) };

        let decoded = ExportTraceServiceResponse::decode(protobuf(&accepted)).unwrap();
        let partial = ExportTracePartialSuccess { rejected_spans: 0, error_message: "ü".repeat(2048) };
        assert_eq!(decoded, ExportTraceServiceResponse { partial_success: Some(partial) });
        let accepted = Accepted { rejected: 0, message: Some("careful".into()) };
        assert_eq!(json(Signal::Traces, &accepted), r#"{"partialSuccess":{"errorMessage":"careful"}}"#);
    }
}
