//! Statistics of spans: how many, how many of them failed, and how long they took, by ten seconds and by what they are.
//!
//! Datadog shows requests, errors and latencies from these, not from the spans.
//!
//! Source: the Agent, `pkg/trace/stats` and `pkg/trace/writer/stats.go`; `pkg/proto/datadog/trace/stats.proto`.

mod concentrator;
mod group;
mod message;
mod sender;

pub(super) use concentrator::Concentrator;
pub(super) use sender::Statistics;

#[cfg(test)]
mod tests;
