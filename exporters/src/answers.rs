//! What the answer of a backend means, and what it means that there is none.

use std::time::Duration;

use sluice_component::{Code, ComponentId, ConsumeError, NoCredentials, Reason, Retry};
use sluice_transport::client::http::{Failure, Response};
use sluice_transport::status::code_of_http;

/// The most of a backend's text that is kept, in bytes.
const MAX_TEXT: usize = 1024;

/// No answer came.
pub(crate) fn no_answer(exporter: &ComponentId, failure: Failure) -> ConsumeError {
    match failure {
        Failure::Connection(message) => ConsumeError::retryable(exporter, Reason::Unavailable, Retry::Now, message),
        Failure::Internal(message) => ConsumeError::permanent(exporter, Reason::Internal, Code::Internal, message),
        Failure::NoCredentials(error) => no_credentials(exporter, error),
    }
}

/// Nothing was sent, for want of something to show the backend.
pub(crate) fn no_credentials(exporter: &ComponentId, error: NoCredentials) -> ConsumeError {
    match error.retry {
        Retry::Never => ConsumeError::permanent(exporter, Reason::Rejected, Code::Unauthenticated, error.message),
        retry => ConsumeError::retryable(exporter, Reason::Unavailable, retry, error.message),
    }
}

/// When to try again: after the time that the backend asks for, or else after our own back-off.
///
/// Source: RFC 9110, 10.2.3.
pub(crate) fn retry_as_told(response: &Response) -> Retry {
    match response.retry_after() {
        Some(delay) if delay > Duration::ZERO => Retry::After(delay),
        _ => Retry::Now,
    }
}

/// A backend's refusal. `said` is its own text, if it has one for people.
pub(crate) fn refused(exporter: &ComponentId, response: &Response, retry: Retry, said: &str) -> ConsumeError {
    let reason = if retry == Retry::Never { Reason::Rejected } else { Reason::Unavailable };
    let message = match shortened(said.trim()) {
        "" => format!("the backend answered HTTP {}", response.status),
        said => format!("the backend answered HTTP {}: {said}", response.status),
    };
    ConsumeError {
        component: exporter.clone(),
        reason,
        code: code_of_http(response.status),
        retry,
        message: message.into(),
    }
}

/// A backend's text, cut where it is too long to be passed on.
pub(crate) fn shortened(text: &str) -> &str {
    let end = (0..=MAX_TEXT.min(text.len())).rev().find(|&end| text.is_char_boundary(end));
    &text[..end.unwrap_or(0)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_between_characters() {
        let text = format!("{}é", "a".repeat(MAX_TEXT - 1));

        assert_eq!(shortened(&text).len(), MAX_TEXT - 1);
    }
}
