//! Traces in the shape of the Datadog Agent's own: spans of OTLP become spans of Datadog, by trace, in bodies for
//! `/api/v0.2/traces`.
//!
//! Source: the Agent, `pkg/trace/transform`, `pkg/trace/otel`, `pkg/trace/api/otlp.go`, `pkg/trace/agent` and
//! `pkg/proto/datadog/trace`.

mod attributes;
mod chunk;
mod exporter;
mod facts;
mod json;
mod key;
mod mapping;
mod names;
mod normalize;
mod pack;
mod payload;
mod proto;
mod quantize;
mod resource;
mod rules;
mod span;
mod texts;

pub(super) use exporter::{build, now};
pub(super) use facts::Facts;
pub(super) use pack::Origin;
#[cfg(test)]
pub(super) use texts::Work;

/// The environment of what has none.
pub(super) const NO_ENVIRONMENT: &str = "none";

#[cfg(test)]
mod tests;
