//! What a server answers.

use std::time::{Duration, SystemTime};

use ::http::{HeaderMap, StatusCode, header};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::Incoming;

/// The most that is read of an answer's body. What is longer is cut off.
const MAX_BODY: usize = 64 * 1024;

/// An answer.
#[derive(Clone, Debug)]
pub struct Response {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, or the first 64 KiB of it.
    pub body: Bytes,
}

impl Response {
    pub(super) async fn read(response: hyper::Response<Incoming>) -> Result<Self, hyper::Error> {
        let (head, mut incoming) = response.into_parts();
        let mut body = BytesMut::new();
        while let Some(frame) = incoming.frame().await {
            let Ok(data) = frame?.into_data() else { continue };
            let free = MAX_BODY - body.len();
            if data.len() > free {
                // The rest is not waited for; it costs the connection.
                body.extend_from_slice(&data[..free]);
                break;
            }
            body.extend_from_slice(&data);
        }
        Ok(Self { status: head.status, headers: head.headers, body: body.freeze() })
    }

    /// The type of the body, without parameters, in lower case.
    pub fn content_type(&self) -> String {
        let value = self.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }

    /// How long the server wants to be left alone: `Retry-After`, in seconds or as a date. `None` if it does not say, or
    /// says nothing of sense.
    pub fn retry_after(&self) -> Option<Duration> {
        retry_after(self.headers.get(header::RETRY_AFTER)?.to_str().ok()?, SystemTime::now())
    }
}

/// A date that has passed means at once.
///
/// Source: RFC 9110, 10.2.3.
fn retry_after(text: &str, now: SystemTime) -> Option<Duration> {
    let text = text.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_a_number_or_a_date() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
        let seconds = |text: &str| retry_after(text, now).map(|delay| delay.as_secs());

        assert_eq!(seconds("120"), Some(120));
        assert_eq!(seconds(" 0 "), Some(0));
        assert_eq!(seconds("Sun, 06 Nov 1994 08:50:00 GMT"), Some(23));
        assert_eq!(seconds("Sun, 06 Nov 1994 08:49:00 GMT"), Some(0));
        assert_eq!(seconds("-5"), None);
        assert_eq!(seconds("1.5"), None);
        assert_eq!(seconds("soon"), None);
    }
}
