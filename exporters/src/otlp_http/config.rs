//! What the user writes.

use std::time::Duration;

use http::Uri;
use sluice_component::BuildError;
use sluice_component::config::Section;
use sluice_pdata::Signal;
use sluice_transport::client::http::{self as client, parse_url};

use crate::sending;

/// The settings of `otlp_http`.
#[derive(Clone, Debug)]
pub struct Config {
    endpoint: Option<Uri>,
    /// By signal, in the order of [`Signal::ALL`].
    signal_endpoints: [Option<Uri>; Signal::ALL.len()],
    /// The form of bodies. Default protobuf.
    pub(super) encoding: Encoding,
    /// How to send.
    pub(super) client: client::Config,
    /// Queue, retry and timeout.
    pub(super) sending: sending::Config,
}

/// The form of bodies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// `application/x-protobuf`.
    Proto,
    /// `application/json`.
    Json,
}

impl Config {
    /// Reads the exporter's section.
    pub fn read(section: &mut Section<'_>) -> Self {
        let mut given = false;
        let mut url = |key| {
            let text = section.string(key, "");
            given |= !text.is_empty();
            url(section, key, &text)
        };
        let endpoint = url("endpoint");
        let signal_endpoints = Signal::ALL.map(|signal| url(endpoint_key(signal)));
        if !given {
            section.problem("", "at least one endpoint must be specified");
        }
        let encoding = section.one_of("encoding", &[("proto", Encoding::Proto), ("json", Encoding::Json)], "proto");
        let client = client::Config::read(section, "gzip");
        let sending = sending::Config::read(section, Duration::from_secs(30));
        Self { endpoint, signal_endpoints, encoding, client, sending }
    }

    /// Where a signal is sent: to its own endpoint as it was written, or below the common one.
    pub(super) fn url(&self, signal: Signal) -> Result<Uri, BuildError> {
        if let Some(url) = &self.signal_endpoints[signal as usize] {
            return Ok(url.clone());
        }
        let Some(endpoint) = &self.endpoint else {
            let key = endpoint_key(signal);
            return Err(BuildError::new(format!("either endpoint or {key} must be specified")));
        };
        let base = endpoint.to_string();
        let url = format!("{}{}", base.strip_suffix('/').unwrap_or(&base), path(signal));
        parse_url(&url).map_err(|problem| BuildError::at("endpoint", problem))
    }
}

fn url(section: &Section<'_>, key: &str, text: &str) -> Option<Uri> {
    if text.is_empty() {
        return None;
    }
    match parse_url(text) {
        Ok(url) => Some(url),
        Err(problem) => {
            section.problem(key, problem);
            None
        }
    }
}

const fn endpoint_key(signal: Signal) -> &'static str {
    match signal {
        Signal::Traces => "traces_endpoint",
        Signal::Metrics => "metrics_endpoint",
        Signal::Logs => "logs_endpoint",
        Signal::Profiles => "profiles_endpoint",
    }
}

const fn path(signal: Signal) -> &'static str {
    match signal {
        Signal::Traces => "/v1/traces",
        Signal::Metrics => "/v1/metrics",
        Signal::Logs => "/v1/logs",
        Signal::Profiles => "/v1development/profiles",
    }
}
