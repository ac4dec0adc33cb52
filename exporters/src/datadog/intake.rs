//! What Datadog's intakes have in common: the key, and what their answers mean.
//!
//! Source: Datadog's API reference; the Datadog Agent's forwarder.

use std::borrow::Cow;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use serde_json::Value;
use sluice_component::factory::Settings;
use sluice_component::{Accepted, BuildError, ComponentId, ConsumeError, Context, Reason, Retry};
use sluice_transport::client::http::{Client, Response};
use sluice_transport::compression::{Compressor, decompress, on_compression_thread};

use super::config::Config;
use super::halves::Halves;
use crate::answers;
use crate::sending::{Parcel, Receipt};

/// More than any body has before it is packed, in bytes.
const MOST_PLAIN: usize = 64 * 1024 * 1024;

/// The header that the key is sent in.
const API_KEY: HeaderName = HeaderName::from_static("dd-api-key");

/// One URL of Datadog.
pub(super) struct Intake {
    id: ComponentId,
    client: Client,
    headers: HeaderMap,
    compressor: Option<Compressor>,
    /// Cuts a body that is not packed, if there is a way.
    cut: fn(&[u8]) -> Option<Halves>,
}

impl Intake {
    /// Prepares requests to `url` with bodies of `content_type`, which are packed by `compressor`.
    ///
    /// # Errors
    ///
    /// A file for TLS cannot be read, a proxy cannot be used.
    pub(super) fn new(
        config: &Config,
        settings: &Settings,
        url: &Uri,
        content_type: &'static str,
        compressor: Option<Compressor>,
    ) -> Result<Self, BuildError> {
        let user_agent = settings.program.user_agent();
        let client = Client::new(&config.client, url, content_type, &user_agent, &settings.extensions)?;
        let mut headers = key_header(config)?;
        if let Some(compressor) = compressor {
            let encoding = HeaderValue::from_static(compressor.encoding().http_name());
            headers.insert(header::CONTENT_ENCODING, encoding);
        }
        Ok(Self { id: settings.id.clone(), client, headers, compressor, cut: |_| None })
    }

    /// Sends a header with every request.
    pub(super) fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// Sends a body that is too large again in halves, which `cut` makes of it.
    pub(super) fn cutting(mut self, cut: fn(&[u8]) -> Option<Halves>) -> Self {
        self.cut = cut;
        self
    }

    /// How bodies are packed.
    pub(super) fn compressor(&self) -> Option<Compressor> {
        self.compressor
    }

    /// Sends a parcel, whose body is packed already.
    ///
    /// # Errors
    ///
    /// What the answer means: 408, 429 and what begins with a 5 may pass, everything else will not.
    pub(super) async fn deliver(&self, parcel: &Parcel, context: &Context) -> Result<Receipt, ConsumeError> {
        let mut headers = Cow::Borrowed(&self.headers);
        if !parcel.headers.is_empty() {
            headers.to_mut().extend(parcel.headers.clone());
        }
        let response = self.client.post_with(&headers, std::slice::from_ref(&parcel.body), context).await;
        let response = response.map_err(|failure| answers::no_answer(&self.id, failure))?;
        if response.status.is_success() {
            return Ok(Receipt::Taken(Accepted::ALL));
        }
        if response.status == StatusCode::PAYLOAD_TOO_LARGE
            && let Some(halves) = self.halves(parcel).await
        {
            return Ok(Receipt::Instead(halves));
        }
        Err(self.refused(&response))
    }

    /// A parcel as two, if it can be cut.
    async fn halves(&self, parcel: &Parcel) -> Option<Vec<Parcel>> {
        let (compressor, cut, body) = (self.compressor, self.cut, parcel.body.clone());
        let made = on_compression_thread(move || {
            let plain = match compressor {
                None => body,
                Some(compressor) => decompress(compressor.encoding(), &body, MOST_PLAIN).ok()?,
            };
            let [one, other] = cut(&plain)?;
            Some([(pack(compressor, one.0).ok()?, one.1), (pack(compressor, other.0).ok()?, other.1)])
        });
        let [(one, before), (other, after)] = made.await??;
        // An element is not always an item: a histogram can be several series.
        let items = parcel.items * before / (before + after);
        let half = |body, items| Parcel { body, items, ..parcel.clone() };
        Some(vec![half(one, items), half(other, parcel.items - items)])
    }

    fn refused(&self, response: &Response) -> ConsumeError {
        let retry = match response.status {
            StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => answers::retry_as_told(response),
            status if status.is_server_error() => answers::retry_as_told(response),
            _ => Retry::Never,
        };
        let error = answers::refused(&self.id, response, retry, &said(&response.body));
        match response.status {
            StatusCode::PAYLOAD_TOO_LARGE => ConsumeError { reason: Reason::TooLarge, ..error },
            _ => error,
        }
    }
}

/// The header that every request has.
///
/// # Errors
///
/// The key has characters that a header cannot have.
pub(super) fn key_header(config: &Config) -> Result<HeaderMap, BuildError> {
    let mut key = HeaderValue::from_str(config.key.reveal())
        .map_err(|_| BuildError::at("api::key", "has characters that a header cannot have"))?;
    key.set_sensitive(true);
    Ok(HeaderMap::from_iter([(API_KEY, key)]))
}

/// Packs a body.
///
/// # Errors
///
/// The coder failed, for a reason that does not depend on the data.
pub(super) fn pack(compressor: Option<Compressor>, body: Vec<u8>) -> Result<Bytes, &'static str> {
    let body = Bytes::from(body);
    let Some(compressor) = compressor else { return Ok(body) };
    compressor.packed(&[body]).map_err(|_| "a body could not be packed")
}

/// What an answer says for people: `{"errors": [{"detail": …}]}` of logs, `{"errors": ["…"]}` of the others.
fn said(body: &[u8]) -> String {
    let Ok(answer) = serde_json::from_slice::<Value>(body) else { return String::new() };
    let errors = answer["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
    let texts: Vec<_> = errors
        .iter()
        .filter_map(|error| error.as_str().or_else(|| error["detail"].as_str()).or_else(|| error["title"].as_str()))
        .collect();
    texts.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_answer_says_is_read() {
        for (body, text) in [
            (
                r#"{"errors":[{"status":"403","title":"Forbidden","detail":"API key is invalid"}]}"#,
                "API key is invalid",
            ),
            (r#"{"errors":[{"title":"Bad Request"},{"detail":"too old"}]}"#, "Bad Request; too old"),
            (r#"{"errors":["Payload is not in the expected format"]}"#, "Payload is not in the expected format"),
            (r#"{"errors":[]}"#, ""),
            ("<html>", ""),
            ("", ""),
        ] {
            assert_eq!(said(body.as_bytes()), text);
        }
    }
}
