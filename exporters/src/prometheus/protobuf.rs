//! The protobuf format, the only one that has native histograms.
//!
//! Source: `io/prometheus/client/metrics.proto` of Prometheus' `client_model`.

use prost::Message;

use super::family;
use super::name::Escaping;
use super::point::{self, Value};
use super::store::{Shown, pairs};
use crate::prometheus_model::{NativeBuckets, Span, millis, number};

/// Writes families one after another, each behind its length.
pub(super) struct Protobuf {
    pub(super) out: Vec<u8>,
    pub(super) escaping: Escaping,
    /// Whether values have their times with them.
    pub(super) timestamps: bool,
}

impl Protobuf {
    /// Writes one family.
    pub(super) fn family(&mut self, name: &str, help: &str, kind: family::Kind, series: &[Shown]) {
        let metric = series.iter().map(|series| self.metric(kind, series)).collect();
        self.write(name, help, kind, metric);
    }

    /// Writes the resources.
    pub(super) fn targets<'t>(&mut self, name: &str, targets: impl Iterator<Item = &'t [u8]>) {
        let one = |labels| Metric {
            label: self.labels(pairs(labels)),
            gauge: Some(Gauge { value: Some(1.0) }),
            ..Metric::default()
        };
        let metric = targets.map(one).collect();
        self.write(name, "Target metadata", family::Kind::Gauge, metric);
    }

    fn write(&mut self, name: &str, help: &str, kind: family::Kind, metric: Vec<Metric>) {
        let r#type = match kind {
            family::Kind::Counter => MetricType::Counter,
            family::Kind::Gauge => MetricType::Gauge,
            family::Kind::Summary => MetricType::Summary,
            family::Kind::Histogram => MetricType::Histogram,
        };
        let name = Some(self.escaping.metric(name).into_owned());
        let family = MetricFamily { name, help: Some(help.to_owned()), r#type: Some(r#type as i32), metric };
        // There is always room in memory that grows.
        let _ = family.encode_length_delimited(&mut self.out);
    }

    fn metric(&self, kind: family::Kind, series: &Shown) -> Metric {
        let point = &series.point;
        let created_timestamp = (point.start >= 1_000_000_000).then(|| timestamp(point.start));
        let mut metric = Metric {
            label: self.labels(series.labels()),
            timestamp_ms: (self.timestamps && point.time != 0).then(|| millis(point.time)),
            ..Metric::default()
        };
        match &point.value {
            Value::Number(measured, exemplar) => {
                let value = Some(number(Some(*measured)));
                if kind == family::Kind::Counter {
                    let exemplar = exemplar.as_deref().map(|exemplar| self.exemplar(exemplar));
                    metric.counter = Some(Counter { value, exemplar, created_timestamp });
                } else {
                    metric.gauge = Some(Gauge { value });
                }
            }
            Value::Histogram(histogram) => {
                metric.histogram = Some(Histogram { created_timestamp, ..self.histogram(histogram) });
            }
            Value::Native(native) => metric.histogram = Some(Histogram { created_timestamp, ..self.native(native) }),
            Value::Summary(summary) => {
                let quantile = |&(quantile, value)| Quantile { quantile: Some(quantile), value: Some(value) };
                metric.summary = Some(Summary {
                    sample_count: Some(summary.count),
                    sample_sum: Some(summary.sum),
                    quantile: summary.quantiles.iter().map(quantile).collect(),
                    created_timestamp,
                });
            }
        }
        metric
    }

    fn histogram(&self, histogram: &point::Histogram) -> Histogram {
        let mut below: u64 = 0;
        let bounds = histogram.buckets.iter().map(|&(bound, count)| {
            below = below.saturating_add(count);
            (bound, below)
        });
        let mut bucket: Vec<_> = bounds.map(|(bound, below)| Bucket::new(bound, below)).collect();
        for (index, exemplar) in &histogram.exemplars {
            if *index == bucket.len() {
                bucket.push(Bucket::new(f64::INFINITY, histogram.count));
            }
            bucket[*index].exemplar = Some(self.exemplar(exemplar));
        }
        Histogram {
            sample_count: Some(histogram.count),
            sample_sum: Some(histogram.sum),
            bucket,
            ..Histogram::default()
        }
    }

    fn native(&self, native: &point::Native) -> Histogram {
        let histogram = &native.histogram;
        Histogram {
            sample_count: Some(histogram.count),
            sample_sum: Some(histogram.sum),
            schema: Some(histogram.schema),
            zero_threshold: Some(histogram.zero_threshold),
            zero_count: Some(histogram.zero_count),
            positive_span: spans(&histogram.positive),
            positive_delta: histogram.positive.deltas.clone(),
            negative_span: spans(&histogram.negative),
            negative_delta: histogram.negative.deltas.clone(),
            // They must have a time.
            exemplars: native.exemplars.iter().filter(|it| it.time != 0).map(|it| self.exemplar(it)).collect(),
            ..Histogram::default()
        }
    }

    fn exemplar(&self, exemplar: &point::Exemplar) -> Exemplar {
        let labels = exemplar.labels.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes()));
        Exemplar {
            label: self.labels(labels),
            value: Some(exemplar.value),
            timestamp: (exemplar.time != 0).then(|| timestamp(exemplar.time)),
        }
    }

    fn labels<'l>(&self, labels: impl Iterator<Item = (&'l [u8], &'l [u8])>) -> Vec<LabelPair> {
        let pair = |(name, value): (&[u8], &[u8])| LabelPair {
            name: Some(self.escaping.label(&String::from_utf8_lossy(name)).into_owned()),
            value: Some(String::from_utf8_lossy(value).into_owned()),
        };
        labels.map(pair).collect()
    }
}

impl Bucket {
    fn new(bound: f64, below: u64) -> Self {
        Self { cumulative_count: Some(below), upper_bound: Some(bound), exemplar: None }
    }
}

fn spans(buckets: &NativeBuckets) -> Vec<BucketSpan> {
    let span = |span: &Span| BucketSpan { offset: Some(span.offset), length: Some(span.length) };
    buckets.spans.iter().map(span).collect()
}

fn timestamp(nanos: u64) -> Timestamp {
    // Neither exceeds its type.
    Timestamp { seconds: (nanos / 1_000_000_000) as i64, nanos: (nanos % 1_000_000_000) as i32 }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
pub(super) enum MetricType {
    Counter = 0,
    Gauge = 1,
    Summary = 2,
    Untyped = 3,
    Histogram = 4,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct MetricFamily {
    #[prost(string, optional, tag = "1")]
    pub(super) name: Option<String>,
    #[prost(string, optional, tag = "2")]
    pub(super) help: Option<String>,
    #[prost(enumeration = "MetricType", optional, tag = "3")]
    pub(super) r#type: Option<i32>,
    #[prost(message, repeated, tag = "4")]
    pub(super) metric: Vec<Metric>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Metric {
    #[prost(message, repeated, tag = "1")]
    pub(super) label: Vec<LabelPair>,
    #[prost(message, optional, tag = "2")]
    pub(super) gauge: Option<Gauge>,
    #[prost(message, optional, tag = "3")]
    pub(super) counter: Option<Counter>,
    #[prost(message, optional, tag = "4")]
    pub(super) summary: Option<Summary>,
    #[prost(int64, optional, tag = "6")]
    pub(super) timestamp_ms: Option<i64>,
    #[prost(message, optional, tag = "7")]
    pub(super) histogram: Option<Histogram>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct LabelPair {
    #[prost(string, optional, tag = "1")]
    pub(super) name: Option<String>,
    #[prost(string, optional, tag = "2")]
    pub(super) value: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Message)]
pub(super) struct Gauge {
    #[prost(double, optional, tag = "1")]
    pub(super) value: Option<f64>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Counter {
    #[prost(double, optional, tag = "1")]
    pub(super) value: Option<f64>,
    #[prost(message, optional, tag = "2")]
    pub(super) exemplar: Option<Exemplar>,
    #[prost(message, optional, tag = "3")]
    pub(super) created_timestamp: Option<Timestamp>,
}

#[derive(Clone, Copy, PartialEq, Message)]
pub(super) struct Quantile {
    #[prost(double, optional, tag = "1")]
    pub(super) quantile: Option<f64>,
    #[prost(double, optional, tag = "2")]
    pub(super) value: Option<f64>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Summary {
    #[prost(uint64, optional, tag = "1")]
    pub(super) sample_count: Option<u64>,
    #[prost(double, optional, tag = "2")]
    pub(super) sample_sum: Option<f64>,
    #[prost(message, repeated, tag = "3")]
    pub(super) quantile: Vec<Quantile>,
    #[prost(message, optional, tag = "4")]
    pub(super) created_timestamp: Option<Timestamp>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Histogram {
    #[prost(uint64, optional, tag = "1")]
    pub(super) sample_count: Option<u64>,
    #[prost(double, optional, tag = "2")]
    pub(super) sample_sum: Option<f64>,
    #[prost(message, repeated, tag = "3")]
    pub(super) bucket: Vec<Bucket>,
    #[prost(sint32, optional, tag = "5")]
    pub(super) schema: Option<i32>,
    #[prost(double, optional, tag = "6")]
    pub(super) zero_threshold: Option<f64>,
    #[prost(uint64, optional, tag = "7")]
    pub(super) zero_count: Option<u64>,
    #[prost(message, repeated, tag = "9")]
    pub(super) negative_span: Vec<BucketSpan>,
    // The file is proto2, which packs nothing.
    #[prost(sint64, repeated, packed = "false", tag = "10")]
    pub(super) negative_delta: Vec<i64>,
    #[prost(message, repeated, tag = "12")]
    pub(super) positive_span: Vec<BucketSpan>,
    #[prost(sint64, repeated, packed = "false", tag = "13")]
    pub(super) positive_delta: Vec<i64>,
    #[prost(message, optional, tag = "15")]
    pub(super) created_timestamp: Option<Timestamp>,
    #[prost(message, repeated, tag = "16")]
    pub(super) exemplars: Vec<Exemplar>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Bucket {
    #[prost(uint64, optional, tag = "1")]
    pub(super) cumulative_count: Option<u64>,
    #[prost(double, optional, tag = "2")]
    pub(super) upper_bound: Option<f64>,
    #[prost(message, optional, tag = "3")]
    pub(super) exemplar: Option<Exemplar>,
}

#[derive(Clone, Copy, PartialEq, Eq, Message)]
pub(super) struct BucketSpan {
    #[prost(sint32, optional, tag = "1")]
    pub(super) offset: Option<i32>,
    #[prost(uint32, optional, tag = "2")]
    pub(super) length: Option<u32>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Exemplar {
    #[prost(message, repeated, tag = "1")]
    pub(super) label: Vec<LabelPair>,
    #[prost(double, optional, tag = "2")]
    pub(super) value: Option<f64>,
    #[prost(message, optional, tag = "3")]
    pub(super) timestamp: Option<Timestamp>,
}

/// `google.protobuf.Timestamp`.
#[derive(Clone, Copy, PartialEq, Eq, Message)]
pub(super) struct Timestamp {
    #[prost(int64, tag = "1")]
    pub(super) seconds: i64,
    #[prost(int32, tag = "2")]
    pub(super) nanos: i32,
}
