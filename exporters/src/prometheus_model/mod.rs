//! OTLP metrics in the words of Prometheus: names, labels, exemplars, numbers and native histograms.
//!
//! What exporters to Prometheus share, whichever way they write it. Nothing here encodes or sends.
//!
//! Source: OpenTelemetry's "Prometheus and OpenMetrics Compatibility"; in details the Collector's
//! `pkg/translator/prometheusremotewrite` and Prometheus' `otlptranslator`.

mod exemplar;
mod label_name;
mod labels;
mod metric_name;
mod metric_type;
mod native;
mod native_sum;
mod number;
mod surroundings;
mod translation;
mod unit;

pub use exemplar::{exemplar_labels, number};
pub use label_name::{LabelNamer, NoLabelName};
pub use labels::Labels;
pub use metric_name::{MetricNamer, NoMetricName};
pub use metric_type::{Kind, MetricType};
pub use native::{DEFAULT_ZERO_THRESHOLD, Inexpressible, NativeBuckets, NativeHistogram, Span};
pub use number::{STALE, bound_text, millis, write_number};
pub use surroundings::{Precedence, Surroundings, identity, is_service};
pub use translation::Translation;
pub use unit::unit_name;

#[cfg(test)]
mod tests;
