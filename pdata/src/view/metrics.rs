//! Metrics and their data points.

use super::common::{Attributes, Resource, Scope};
use super::message::{Doubles, Fixed64s, Message, Repeated, Varints};
use crate::wire::{self, BYTES, FIXED64, Fields};

/// The metrics of one resource.
#[derive(Clone, Copy, Debug)]
pub struct ResourceMetrics<'a>(Message<'a>);

impl<'a> ResourceMetrics<'a> {
    /// What produced them, if that is known.
    pub fn resource(&self) -> Option<Resource<'a>> {
        self.0.message(1)
    }

    /// The metrics, by scope.
    pub fn scopes(&self) -> Repeated<'a, ScopeMetrics<'a>> {
        self.0.repeated(2)
    }

    /// The schema that the resource follows; empty if unknown.
    pub fn schema_url(&self) -> &'a str {
        self.0.str(3)
    }
}

/// The metrics of one scope.
#[derive(Clone, Copy, Debug)]
pub struct ScopeMetrics<'a>(Message<'a>);

impl<'a> ScopeMetrics<'a> {
    /// The library that produced them, if that is known.
    pub fn scope(&self) -> Option<Scope<'a>> {
        self.0.message(1)
    }

    /// The metrics.
    pub fn metrics(&self) -> Repeated<'a, Metric<'a>> {
        self.0.repeated(2)
    }

    /// The schema that the scope and its metrics follow; empty if unknown.
    pub fn schema_url(&self) -> &'a str {
        self.0.str(3)
    }
}

/// A metric: what is measured, and the data points.
#[derive(Clone, Copy, Debug)]
pub struct Metric<'a>(Message<'a>);

impl<'a> Metric<'a> {
    /// Its name.
    pub fn name(&self) -> &'a str {
        self.0.str(1)
    }

    /// What it measures, for people.
    pub fn description(&self) -> &'a str {
        self.0.str(2)
    }

    /// The unit of its values, in UCUM.
    pub fn unit(&self) -> &'a str {
        self.0.str(3)
    }

    /// Its data points, by its type; none if it has no type.
    pub fn data(&self) -> Option<Data<'a>> {
        const GAUGE: u32 = wire::tag(5, BYTES);
        const SUM: u32 = wire::tag(7, BYTES);
        const HISTOGRAM: u32 = wire::tag(9, BYTES);
        const EXPONENTIAL_HISTOGRAM: u32 = wire::tag(10, BYTES);
        const SUMMARY: u32 = wire::tag(11, BYTES);

        let bytes = self.0.as_bytes();
        let mut data = None;
        for field in Fields::new(bytes) {
            if !matches!(field.tag, GAUGE | SUM | HISTOGRAM | EXPONENTIAL_HISTOGRAM | SUMMARY) {
                continue;
            }
            let message = Message::new(&bytes[field.content..field.end]);
            let temporality = Temporality::from_number(message.enumeration(2));
            data = Some(match field.tag {
                GAUGE => Data::Gauge { points: message.repeated(1) },
                SUM => Data::Sum { points: message.repeated(1), temporality, is_monotonic: message.varint(3) != 0 },
                HISTOGRAM => Data::Histogram { points: message.repeated(1), temporality },
                EXPONENTIAL_HISTOGRAM => Data::ExponentialHistogram { points: message.repeated(1), temporality },
                _ => Data::Summary { points: message.repeated(1) },
            });
        }
        data
    }

    /// What else describes it.
    pub fn metadata(&self) -> Attributes<'a> {
        self.0.repeated(12)
    }
}

/// The data points of a metric, by its type.
#[derive(Clone, Debug)]
pub enum Data<'a> {
    /// Values of a moment.
    Gauge {
        /// The data points.
        points: Repeated<'a, NumberPoint<'a>>,
    },
    /// Values that add up.
    Sum {
        /// The data points.
        points: Repeated<'a, NumberPoint<'a>>,
        /// What the values count from.
        temporality: Temporality,
        /// Whether it only grows.
        is_monotonic: bool,
    },
    /// Counts of measurements by fixed ranges.
    Histogram {
        /// The data points.
        points: Repeated<'a, HistogramPoint<'a>>,
        /// What the counts count from.
        temporality: Temporality,
    },
    /// Counts of measurements by ranges that grow exponentially.
    ExponentialHistogram {
        /// The data points.
        points: Repeated<'a, ExponentialHistogramPoint<'a>>,
        /// What the counts count from.
        temporality: Temporality,
    },
    /// Quantiles that were computed by the sender.
    Summary {
        /// The data points.
        points: Repeated<'a, SummaryPoint<'a>>,
    },
}

/// What the values of a metric count from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Temporality {
    /// It is not said.
    Unspecified,
    /// The last report.
    Delta,
    /// A fixed start.
    Cumulative,
    /// Something newer than us.
    Other(i32),
}

impl Temporality {
    fn from_number(number: i32) -> Self {
        match number {
            0 => Self::Unspecified,
            1 => Self::Delta,
            2 => Self::Cumulative,
            _ => Self::Other(number),
        }
    }
}

/// The value of a data point or an exemplar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// A whole number.
    Int(i64),
    /// A number.
    Double(f64),
}

impl Number {
    /// The last of the fields that hold a double, or an integer.
    fn of(message: Message<'_>, double: u32, int: u32) -> Option<Self> {
        let bytes = message.as_bytes();
        let mut value = None;
        for field in Fields::new(bytes) {
            let Some(content) = bytes[field.content..field.end].first_chunk() else { continue };
            if field.tag == wire::tag(double, FIXED64) {
                value = Some(Self::Double(f64::from_le_bytes(*content)));
            } else if field.tag == wire::tag(int, FIXED64) {
                value = Some(Self::Int(i64::from_le_bytes(*content)));
            }
        }
        value
    }
}

/// A data point of a gauge or a sum.
#[derive(Clone, Copy, Debug)]
pub struct NumberPoint<'a>(Message<'a>);

impl<'a> NumberPoint<'a> {
    /// What tells its stream from others of the metric.
    pub fn attributes(&self) -> Attributes<'a> {
        self.0.repeated(7)
    }

    /// What the value counts from, in nanoseconds since 1970; 0 if unknown.
    pub fn start_time_unix_nano(&self) -> u64 {
        self.0.fixed64(2)
    }

    /// When it was measured, in nanoseconds since 1970.
    pub fn time_unix_nano(&self) -> u64 {
        self.0.fixed64(3)
    }

    /// The value, if there is one.
    pub fn value(&self) -> Option<Number> {
        Number::of(self.0, 4, 6)
    }

    /// Measurements that went into it.
    pub fn exemplars(&self) -> Repeated<'a, Exemplar<'a>> {
        self.0.repeated(5)
    }

    /// Bit 0: no value was recorded.
    pub fn flags(&self) -> u32 {
        self.0.uint32(8)
    }
}

/// A data point of a histogram.
#[derive(Clone, Copy, Debug)]
pub struct HistogramPoint<'a>(Message<'a>);

impl<'a> HistogramPoint<'a> {
    /// What tells its stream from others of the metric.
    pub fn attributes(&self) -> Attributes<'a> {
        self.0.repeated(9)
    }

    /// What the counts count from, in nanoseconds since 1970; 0 if unknown.
    pub fn start_time_unix_nano(&self) -> u64 {
        self.0.fixed64(2)
    }

    /// When it was measured, in nanoseconds since 1970.
    pub fn time_unix_nano(&self) -> u64 {
        self.0.fixed64(3)
    }

    /// How many measurements there were.
    pub fn count(&self) -> u64 {
        self.0.fixed64(4)
    }

    /// Their sum, if it is known.
    pub fn sum(&self) -> Option<f64> {
        self.0.optional_double(5)
    }

    /// How many measurements fell into each range: one more than there are bounds, or none.
    pub fn bucket_counts(&self) -> Fixed64s<'a> {
        self.0.fixed64s(6)
    }

    /// The upper, inclusive, bounds of the ranges; the last range has none.
    pub fn explicit_bounds(&self) -> Doubles<'a> {
        self.0.doubles(7)
    }

    /// Measurements that went into it.
    pub fn exemplars(&self) -> Repeated<'a, Exemplar<'a>> {
        self.0.repeated(8)
    }

    /// Bit 0: no value was recorded.
    pub fn flags(&self) -> u32 {
        self.0.uint32(10)
    }

    /// The smallest measurement, if it is known.
    pub fn min(&self) -> Option<f64> {
        self.0.optional_double(11)
    }

    /// The largest measurement, if it is known.
    pub fn max(&self) -> Option<f64> {
        self.0.optional_double(12)
    }
}

/// A data point of an exponential histogram.
#[derive(Clone, Copy, Debug)]
pub struct ExponentialHistogramPoint<'a>(Message<'a>);

impl<'a> ExponentialHistogramPoint<'a> {
    /// What tells its stream from others of the metric.
    pub fn attributes(&self) -> Attributes<'a> {
        self.0.repeated(1)
    }

    /// What the counts count from, in nanoseconds since 1970; 0 if unknown.
    pub fn start_time_unix_nano(&self) -> u64 {
        self.0.fixed64(2)
    }

    /// When it was measured, in nanoseconds since 1970.
    pub fn time_unix_nano(&self) -> u64 {
        self.0.fixed64(3)
    }

    /// How many measurements there were.
    pub fn count(&self) -> u64 {
        self.0.fixed64(4)
    }

    /// Their sum, if it is known.
    pub fn sum(&self) -> Option<f64> {
        self.0.optional_double(5)
    }

    /// How fine the ranges are: each is 2^(2^-scale) times as large as the one before it.
    pub fn scale(&self) -> i32 {
        self.0.sint32(6)
    }

    /// How many measurements were zero, or within the threshold.
    pub fn zero_count(&self) -> u64 {
        self.0.fixed64(7)
    }

    /// The ranges of positive measurements, if there are any.
    pub fn positive(&self) -> Option<Buckets<'a>> {
        self.0.message(8)
    }

    /// The ranges of negative measurements, if there are any.
    pub fn negative(&self) -> Option<Buckets<'a>> {
        self.0.message(9)
    }

    /// Bit 0: no value was recorded.
    pub fn flags(&self) -> u32 {
        self.0.uint32(10)
    }

    /// Measurements that went into it.
    pub fn exemplars(&self) -> Repeated<'a, Exemplar<'a>> {
        self.0.repeated(11)
    }

    /// The smallest measurement, if it is known.
    pub fn min(&self) -> Option<f64> {
        self.0.optional_double(12)
    }

    /// The largest measurement, if it is known.
    pub fn max(&self) -> Option<f64> {
        self.0.optional_double(13)
    }

    /// How far from zero a measurement counts as zero.
    pub fn zero_threshold(&self) -> f64 {
        self.0.double(14)
    }
}

/// Adjoining ranges of an exponential histogram.
#[derive(Clone, Copy, Debug)]
pub struct Buckets<'a>(Message<'a>);

impl<'a> Buckets<'a> {
    /// The index of the first range.
    pub fn offset(&self) -> i32 {
        self.0.sint32(1)
    }

    /// How many measurements fell into each range.
    pub fn bucket_counts(&self) -> Varints<'a> {
        self.0.varints(2)
    }
}

/// A data point of a summary.
#[derive(Clone, Copy, Debug)]
pub struct SummaryPoint<'a>(Message<'a>);

impl<'a> SummaryPoint<'a> {
    /// What tells its stream from others of the metric.
    pub fn attributes(&self) -> Attributes<'a> {
        self.0.repeated(7)
    }

    /// What the count counts from, in nanoseconds since 1970; 0 if unknown.
    pub fn start_time_unix_nano(&self) -> u64 {
        self.0.fixed64(2)
    }

    /// When it was measured, in nanoseconds since 1970.
    pub fn time_unix_nano(&self) -> u64 {
        self.0.fixed64(3)
    }

    /// How many measurements there were.
    pub fn count(&self) -> u64 {
        self.0.fixed64(4)
    }

    /// Their sum.
    pub fn sum(&self) -> f64 {
        self.0.double(5)
    }

    /// The quantiles.
    pub fn quantile_values(&self) -> Repeated<'a, ValueAtQuantile<'a>> {
        self.0.repeated(6)
    }

    /// Bit 0: no value was recorded.
    pub fn flags(&self) -> u32 {
        self.0.uint32(8)
    }
}

/// A quantile of a summary.
#[derive(Clone, Copy, Debug)]
pub struct ValueAtQuantile<'a>(Message<'a>);

impl ValueAtQuantile<'_> {
    /// Which quantile, from 0 (the smallest) to 1 (the largest).
    pub fn quantile(&self) -> f64 {
        self.0.double(1)
    }

    /// Its value.
    pub fn value(&self) -> f64 {
        self.0.double(2)
    }
}

/// A measurement that went into a data point.
#[derive(Clone, Copy, Debug)]
pub struct Exemplar<'a>(Message<'a>);

impl<'a> Exemplar<'a> {
    /// The attributes of the measurement that its data point does not have.
    pub fn filtered_attributes(&self) -> Attributes<'a> {
        self.0.repeated(7)
    }

    /// When it was measured, in nanoseconds since 1970.
    pub fn time_unix_nano(&self) -> u64 {
        self.0.fixed64(2)
    }

    /// The value, if there is one.
    pub fn value(&self) -> Option<Number> {
        Number::of(self.0, 3, 6)
    }

    /// The span in which it was measured: 8 bytes, or none.
    pub fn span_id(&self) -> &'a [u8] {
        self.0.bytes(4)
    }

    /// The trace in which it was measured: 16 bytes, or none.
    pub fn trace_id(&self) -> &'a [u8] {
        self.0.bytes(5)
    }
}

super::message::views!(
    ResourceMetrics,
    ScopeMetrics,
    Metric,
    NumberPoint,
    HistogramPoint,
    ExponentialHistogramPoint,
    Buckets,
    SummaryPoint,
    ValueAtQuantile,
    Exemplar,
);
