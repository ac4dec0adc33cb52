//! Reading telemetry where it lies, without an allocation.
//!
//! A view is a slice of a checked message. It reads a field when it is asked for it, by going over the fields of its
//! message once: ask for what is needed, and keep the answer. As protobuf has it, of a field that is there several times
//! the last counts, and a field that is not there has its default.
//!
//! Views never fail. Over bytes that were not checked they end early, or show defaults.

mod common;
mod fields;
mod logs;
mod message;
mod metrics;
#[cfg(test)]
mod tests;
mod text;
mod traces;

pub use common::{Array, Attributes, EntityRef, KeyValue, Plain, Resource, Scope, Value};
pub use fields::{Field, Fields};
pub use logs::{LogFields, LogRecord, ResourceLogs, ScopeLogs};
pub use message::{Doubles, Fixed64s, Message, Repeated, Strings, Varints};
pub use metrics::{
    Buckets, Data, Exemplar, ExponentialHistogramPoint, HistogramPoint, Metric, Number, NumberPoint, ResourceMetrics,
    ScopeMetrics, SummaryPoint, Temporality, ValueAtQuantile,
};
pub use traces::{Event, Link, ResourceSpans, ScopeSpans, Span, Status};
