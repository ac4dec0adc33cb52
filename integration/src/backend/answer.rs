//! What the backend says to a request.

use std::time::Duration;

use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};

/// The answer to one request.
#[derive(Clone, Debug)]
pub enum Answer {
    /// Takes it.
    Accept,
    /// Takes it, after a while.
    AcceptAfter(Duration),
    /// Takes it, and says that some of it was refused.
    AcceptPart {
        /// How many items it says it refused.
        rejected: i64,
        /// Why.
        message: String,
    },
    /// Refuses it.
    Refuse {
        /// The gRPC code; HTTP gets the status that belongs to it.
        code: Code,
        /// RetryInfo, or Retry-After in whole seconds.
        retry_after: Option<Duration>,
    },
    /// Refuses it over HTTP with this status and no Retry-After; over gRPC with UNKNOWN.
    HttpStatus(u16),
    /// Never answers.
    Hang,
}

impl Answer {
    /// The rejected count and the message of a partial success.
    pub(super) fn rejected(&self) -> Option<(i64, String)> {
        match self {
            Self::AcceptPart { rejected, message } => Some((*rejected, message.clone())),
            _ => None,
        }
    }

    /// The gRPC status of a refusal.
    pub(super) fn status(&self) -> Status {
        match self {
            Self::Refuse { code, retry_after: None } => Status::new(*code, "refused by the test"),
            Self::Refuse { code, retry_after } => {
                let details = ErrorDetails::with_retry_info(*retry_after);
                Status::with_error_details(*code, "refused by the test", details)
            }
            _ => Status::unknown("refused by the test"),
        }
    }

    /// The HTTP status of a refusal, and its Retry-After.
    pub(super) fn http_status(&self) -> (u16, Option<u64>) {
        match self {
            Self::HttpStatus(status) => (*status, None),
            Self::Refuse { code, retry_after } => (http_status_of(*code), retry_after.map(|after| after.as_secs())),
            _ => (500, None),
        }
    }
}

fn http_status_of(code: Code) -> u16 {
    match code {
        Code::InvalidArgument => 400,
        Code::Unauthenticated => 401,
        Code::PermissionDenied => 403,
        Code::Unimplemented => 404,
        Code::ResourceExhausted => 429,
        Code::Unavailable | Code::DeadlineExceeded | Code::Aborted | Code::Cancelled => 503,
        _ => 500,
    }
}
