//! Where Datadog's intakes are.
//!
//! Source: Datadog's documentation, "Getting started with Datadog sites"; the Collector's `pkg/datadog/config`.

use http::Uri;
use sluice_component::BuildError;
use sluice_transport::client::http::parse_url;

/// The site where nothing else is said: US1.
pub(super) const DEFAULT: &str = "datadoghq.com";

/// The host that takes metrics, host metadata, and questions about keys.
pub(super) fn metrics(site: &str) -> String {
    format!("https://api.{site}")
}

/// The host that takes traces and their statistics.
pub(super) fn traces(site: &str) -> String {
    format!("https://trace.agent.{site}")
}

/// The host that takes logs.
pub(super) fn logs(site: &str) -> String {
    format!("https://http-intake.logs.{site}")
}

/// The URL of `path`, which begins with a slash, below an endpoint that was set as `key`.
///
/// # Errors
///
/// The endpoint is no URL.
pub(super) fn below(endpoint: &str, path: &str, key: &'static str) -> Result<Uri, BuildError> {
    let base = endpoint.strip_suffix('/').unwrap_or(endpoint);
    parse_url(&format!("{base}{path}")).map_err(|problem| BuildError::at(key, problem))
}
