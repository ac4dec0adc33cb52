//! What is refused at the edge, and how the client is told: the one place where a reason becomes a status.

use std::time::Duration;

use metrics::Counter;
use sluice_component::{Code, ComponentId, Denied, Transport};
use sluice_pdata::Malformed;
use sluice_transport::compression::DecompressError;
use sluice_transport::server::body::BodyError;
use sluice_transport::status::Status;

/// When to come back after all memory was in use.
const COME_BACK: Duration = Duration::from_secs(1);

/// A request that no consumer has seen.
#[derive(Clone, Debug)]
pub(super) struct Refused {
    pub(super) reason: Reason,
    pub(super) status: Status,
}

/// Why a request failed.
pub(super) enum Failed {
    /// At the edge.
    Refused(Refused),
    /// Behind it.
    Downstream(Status),
}

impl From<Refused> for Failed {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

/// Why: a metric label, and more exact than a gRPC code where HTTP has a status for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// Not OTLP, not in the encoding that it claims, or not a request of the protocol at all.
    Malformed,
    /// Larger than the limit, packed or unpacked.
    TooLarge,
    /// Neither protobuf nor JSON.
    ContentType,
    /// Packed in a way that is not taken.
    Encoding,
    /// A method that is not POST.
    Method,
    /// It does not show who sends it, or shows somebody whom we do not serve.
    Unauthenticated,
    /// A path that leads nowhere, or to a signal that no pipeline takes.
    Unrouted,
    /// All memory for requests under way is in use.
    Overloaded,
    /// The client was too slow, or had not given us enough time.
    Deadline,
    /// The client gave up before it had sent everything.
    Cancelled,
    /// A defect in the gateway.
    Internal,
}

impl Refused {
    pub(super) fn malformed(field: &str, description: impl Into<String>) -> Self {
        Self { reason: Reason::Malformed, status: Status::bad_request(field, description) }
    }

    pub(super) fn unrouted(path: &str) -> Self {
        let message = format!("nothing is taken at {}", shortened(path));
        Self { reason: Reason::Unrouted, status: Status::new(Code::Unimplemented, message) }
    }

    pub(super) fn overloaded() -> Self {
        let status = Status::new(Code::ResourceExhausted, "too many requests are being received at once");
        Self { reason: Reason::Overloaded, status: status.retry_after(COME_BACK) }
    }

    pub(super) fn too_late() -> Self {
        let status = Status::new(Code::DeadlineExceeded, "the request was not done in the time that it was given");
        Self { reason: Reason::Deadline, status }
    }

    pub(super) fn internal() -> Self {
        let status = Status::new(Code::Internal, "the request met a defect in the gateway");
        Self { reason: Reason::Internal, status }
    }

    pub(super) fn too_large(message: String) -> Self {
        Self { reason: Reason::TooLarge, status: Status::new(Code::ResourceExhausted, message) }
    }
}

impl<E: std::fmt::Display> From<BodyError<E>> for Refused {
    fn from(error: BodyError<E>) -> Self {
        let message = error.to_string();
        let refused = |reason, code| Self { reason, status: Status::new(code, message.clone()) };
        match error {
            BodyError::TooLarge { .. } => Self::too_large(message),
            BodyError::Exhausted => Self::overloaded(),
            BodyError::TooSlow => refused(Reason::Deadline, Code::DeadlineExceeded),
            BodyError::Broken(_) => refused(Reason::Cancelled, Code::Cancelled),
        }
    }
}

impl From<Denied> for Refused {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Unauthenticated(message) => {
                Self { reason: Reason::Unauthenticated, status: Status::new(Code::Unauthenticated, message) }
            }
            Denied::Overloaded => {
                let status = Status::new(Code::ResourceExhausted, denied.to_string()).retry_after(COME_BACK);
                Self { reason: Reason::Overloaded, status }
            }
        }
    }
}

impl From<DecompressError> for Refused {
    fn from(error: DecompressError) -> Self {
        match error {
            DecompressError::TooLarge { .. } => Self::too_large(error.to_string()),
            DecompressError::Malformed { .. } => Self::malformed("body", error.to_string()),
        }
    }
}

impl From<Malformed> for Refused {
    fn from(malformed: Malformed) -> Self {
        Self::malformed(&malformed.path(), malformed.to_string())
    }
}

/// Part of what a client said, fit to be said back.
pub(super) fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(100).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

impl Reason {
    const ALL: [Self; 11] = [
        Self::Malformed,
        Self::TooLarge,
        Self::ContentType,
        Self::Encoding,
        Self::Method,
        Self::Unauthenticated,
        Self::Unrouted,
        Self::Overloaded,
        Self::Deadline,
        Self::Cancelled,
        Self::Internal,
    ];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::TooLarge => "too_large",
            Self::ContentType => "content_type",
            Self::Encoding => "encoding",
            Self::Method => "method",
            Self::Unauthenticated => "unauthenticated",
            Self::Unrouted => "unrouted",
            Self::Overloaded => "overloaded",
            Self::Deadline => "deadline",
            Self::Cancelled => "cancelled",
            Self::Internal => "internal",
        }
    }
}

/// Counts what is refused, as `sluice_receiver_rejected_requests`.
pub(super) struct Rejections([Counter; Reason::ALL.len()]);

impl Rejections {
    pub(super) fn new(receiver: &ComponentId, transport: Transport) -> Self {
        Self(Reason::ALL.map(|reason| {
            metrics::counter!(
                "sluice_receiver_rejected_requests",
                "receiver" => receiver.to_string(),
                "transport" => transport.as_str(),
                "reason" => reason.as_str(),
            )
        }))
    }

    pub(super) fn count(&self, reason: Reason) {
        self.0[reason as usize].increment(1);
    }
}

#[cfg(test)]
mod tests {
    use metrics_util::debugging::{DebugValue, DebuggingRecorder};

    use super::*;

    #[test]
    fn every_reason_stands_at_its_own_place() {
        for (place, reason) in Reason::ALL.into_iter().enumerate() {
            assert_eq!(place, reason as usize);
        }
    }

    #[test]
    fn a_refusal_is_counted_under_its_reason() {
        let recorder = DebuggingRecorder::new();
        let receiver = "otlp/in".parse().unwrap();

        let rejections = metrics::with_local_recorder(&recorder, || Rejections::new(&receiver, Transport::Http));
        rejections.count(Reason::TooLarge);
        rejections.count(Reason::TooLarge);

        let counted = recorder.snapshotter().snapshot().into_vec().into_iter().filter_map(|(key, _, _, value)| {
            let labels: Vec<_> = key.key().labels().map(|label| format!("{}={}", label.key(), label.value())).collect();
            let DebugValue::Counter(count) = value else { panic!("a counter") };
            (count > 0).then(|| (key.key().name().to_owned(), labels.join(" "), count))
        });
        let expected = "receiver=otlp/in transport=http reason=too_large";
        assert_eq!(
            counted.collect::<Vec<_>>(),
            [("sluice_receiver_rejected_requests".to_owned(), expected.to_owned(), 2)]
        );
    }

    #[test]
    fn what_a_client_said_is_said_back_short_and_harmless() {
        assert_eq!(shortened("/v1/\u{1b}[31mtraces"), "/v1/\u{fffd}[31mtraces");
        assert_eq!(shortened(&"ü".repeat(101)), format!("{}…", "ü".repeat(100)));
    }
}
