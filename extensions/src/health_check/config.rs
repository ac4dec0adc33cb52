//! What the user writes.

use sluice_component::config::{Presence, Section};

use crate::pages::Listening;

/// Settings of `health_check`.
#[derive(Clone, Debug)]
pub(super) struct Config {
    /// Where to listen (`localhost:13133`).
    pub(super) listening: Listening,
    /// The path that is answered, and everything below it if it ends in a slash (`/`).
    pub(super) path: String,
    /// Texts to answer with instead of JSON.
    pub(super) response_body: Option<ResponseBody>,
}

/// Texts to answer with instead of JSON; an empty one leaves the JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ResponseBody {
    pub(super) healthy: String,
    pub(super) unhealthy: String,
}

impl Config {
    pub(super) fn read(section: &mut Section<'_>) -> Self {
        let listening = Listening::read(section, "localhost:13133");
        let path = section.string("path", "/");
        if !path.starts_with('/') {
            section.problem("path", format!("must start with /, found {path:?}"));
        }
        let response_body = section.optional("response_body", Presence::OnWhenSet, |section| ResponseBody {
            healthy: section.string("healthy", ""),
            unhealthy: section.string("unhealthy", ""),
        });
        // The Collector reads it and does nothing with it, since 2022.
        section.ignored("check_collector_pipeline");
        for key in ["use_v2", "component_health", "http", "grpc"] {
            section.unsupported(key, "the settings of version 2 are not there");
        }
        Self { listening, path, response_body }
    }
}
