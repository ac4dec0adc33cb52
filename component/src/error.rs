//! What can go wrong, for the one who must act on it.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use crate::ComponentId;

/// A batch was not taken.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{component}: {message}")]
pub struct ConsumeError {
    /// Who failed.
    pub component: ComponentId,
    /// Why, as a metric label.
    pub reason: Reason,
    /// The gRPC status code that a client should see. A backend's own code is kept.
    pub code: Code,
    /// Whether trying the same batch again can succeed.
    pub retry: Retry,
    /// What happened, for a person. Holds no telemetry and no secret.
    pub message: Cow<'static, str>,
}

impl ConsumeError {
    /// An error that goes away by itself: `UNAVAILABLE`.
    pub fn retryable(
        component: &ComponentId,
        reason: Reason,
        retry: Retry,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { component: component.clone(), reason, code: Code::Unavailable, retry, message: message.into() }
    }

    /// An error that this batch will always meet.
    pub fn permanent(
        component: &ComponentId,
        reason: Reason,
        code: Code,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { component: component.clone(), reason, code, retry: Retry::Never, message: message.into() }
    }
}

/// Whether to offer a refused batch again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// Yes, after the sender's own back-off.
    Now,
    /// Yes, but not before this time has passed.
    After(Duration),
    /// No: the same batch would be refused again.
    Never,
}

/// Why items did not leave: a closed set, so that it can be a metric label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// A bounded queue has no room.
    QueueFull,
    /// The process is over its memory limit.
    MemoryLimit,
    /// A limit on the number of something (metadata combinations, concurrent requests) was reached.
    TooMany,
    /// A single request is larger than what may hold it.
    TooLarge,
    /// It is older than what the backend takes.
    TooOld,
    /// Its time is further ahead than what the backend takes.
    TooFarAhead,
    /// The backend refused it for good.
    Rejected,
    /// The backend has no words for it, so that it is not sent.
    Inexpressible,
    /// The backend could not be reached or failed in a way that may pass.
    Unavailable,
    /// Retrying went on for as long as it was allowed to.
    RetriesExhausted,
    /// It took longer than the caller or the configuration allows.
    DeadlineExceeded,
    /// The gateway is stopping.
    Shutdown,
    /// A defect in the gateway; the request was given up and the gateway goes on.
    Internal,
}

impl Reason {
    /// The label value, in snake_case.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::QueueFull => "queue_full",
            Self::MemoryLimit => "memory_limit",
            Self::TooMany => "too_many",
            Self::TooLarge => "too_large",
            Self::TooOld => "too_old",
            Self::TooFarAhead => "too_far_ahead",
            Self::Rejected => "rejected",
            Self::Inexpressible => "inexpressible",
            Self::Unavailable => "unavailable",
            Self::RetriesExhausted => "retries_exhausted",
            Self::DeadlineExceeded => "deadline_exceeded",
            Self::Shutdown => "shutdown",
            Self::Internal => "internal",
        }
    }
}

/// A gRPC status code.
///
/// Source: `google.rpc.Code`; OTLP uses it over HTTP too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(i32)]
#[allow(missing_docs, reason = "the names are the specification's")]
pub enum Code {
    Ok = 0,
    Cancelled = 1,
    Unknown = 2,
    InvalidArgument = 3,
    DeadlineExceeded = 4,
    NotFound = 5,
    AlreadyExists = 6,
    PermissionDenied = 7,
    ResourceExhausted = 8,
    FailedPrecondition = 9,
    Aborted = 10,
    OutOfRange = 11,
    Unimplemented = 12,
    Internal = 13,
    Unavailable = 14,
    DataLoss = 15,
    Unauthenticated = 16,
}

impl Code {
    /// The code of this number; what is not one is [`Code::Unknown`], as gRPC wants.
    pub const fn from_number(number: i32) -> Self {
        match number {
            0 => Self::Ok,
            1 => Self::Cancelled,
            3 => Self::InvalidArgument,
            4 => Self::DeadlineExceeded,
            5 => Self::NotFound,
            6 => Self::AlreadyExists,
            7 => Self::PermissionDenied,
            8 => Self::ResourceExhausted,
            9 => Self::FailedPrecondition,
            10 => Self::Aborted,
            11 => Self::OutOfRange,
            12 => Self::Unimplemented,
            13 => Self::Internal,
            14 => Self::Unavailable,
            15 => Self::DataLoss,
            16 => Self::Unauthenticated,
            _ => Self::Unknown,
        }
    }
}

/// A component could not be built from a configuration that reads well: a port is taken, a file is missing.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct BuildError {
    /// What is wrong, with the address or file name in it.
    pub message: Cow<'static, str>,
    /// The configuration key at fault relative to the component, keys joined by `::`; empty for the component as a whole.
    pub key: Cow<'static, str>,
}

impl BuildError {
    /// The component as a whole cannot be built.
    pub fn new(message: impl Into<Cow<'static, str>>) -> Self {
        Self { message: message.into(), key: "".into() }
    }

    /// The value of `key` (joined by `::`) is at fault.
    pub fn at(key: impl Into<Cow<'static, str>>, message: impl Into<Cow<'static, str>>) -> Self {
        Self { message: message.into(), key: key.into() }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_comes_back_from_its_number() {
        for number in 0..=16 {
            assert_eq!(Code::from_number(number) as i32, number);
        }
        assert_eq!(Code::from_number(17), Code::Unknown);
        assert_eq!(Code::from_number(-1), Code::Unknown);
    }
}
