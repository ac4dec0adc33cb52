//! Native histograms: of exponential ones, and with custom buckets of those with fixed bounds.

use sluice_pdata::view::{ExponentialHistogramPoint, HistogramPoint};

use super::protobuf::{self, BYTES, VARINT, tag};
use crate::prometheus_model::{Inexpressible, NativeBuckets, NativeHistogram, STALE};

/// The schema of histograms whose buckets have bounds of their own.
const CUSTOM: i32 = -53;

/// A native histogram at a time. Both versions of the protocol write it alike.
#[derive(Clone, Debug)]
pub(super) struct HistogramSample {
    /// When, in milliseconds since 1970.
    pub(super) millis: i64,
    histogram: NativeHistogram,
    /// The bounds of custom buckets.
    custom_values: Vec<f64>,
}

impl HistogramSample {
    /// Of an exponential histogram.
    pub(super) fn exponential(millis: i64, point: &ExponentialHistogramPoint<'_>) -> Result<Self, Inexpressible> {
        let histogram = match is_stale(point.flags()) {
            true => stale(point.scale().clamp(-4, 8)),
            false => NativeHistogram::of(point)?,
        };
        Ok(Self { millis, histogram, custom_values: Vec::new() })
    }

    /// Of a histogram with fixed bounds.
    ///
    /// The buckets may hold less than the count; what is missing is beyond the last bound then. A bound of infinity is
    /// none.
    pub(super) fn custom(millis: i64, point: &HistogramPoint<'_>) -> Result<Self, Inexpressible> {
        if is_stale(point.flags()) {
            return Ok(Self { millis, histogram: stale(CUSTOM), custom_values: Vec::new() });
        }
        let custom_values: Vec<f64> = point.explicit_bounds().take_while(|bound| *bound != f64::INFINITY).collect();
        let ascending = custom_values.windows(2).all(|pair| pair[0] < pair[1]);
        if !ascending || custom_values.iter().any(|bound| !bound.is_finite()) {
            return Err(Inexpressible::TooLarge);
        }
        let mut counts: Vec<u64> = point.bucket_counts().take(custom_values.len() + 1).collect();
        counts.resize(custom_values.len() + 1, 0);
        let below = counts.iter().take(custom_values.len()).try_fold(0u64, |sum, count| sum.checked_add(*count));
        let below = below.ok_or(Inexpressible::TooLarge)?;
        let beyond = point.count().saturating_sub(below).max(counts[custom_values.len()]);
        counts[custom_values.len()] = beyond;
        let (positive, count) = NativeBuckets::of((0..).zip(counts))?;
        let histogram = NativeHistogram {
            count,
            sum: point.sum().unwrap_or_default(),
            schema: CUSTOM,
            zero_threshold: 0.0,
            zero_count: 0,
            positive,
            negative: NativeBuckets::default(),
        };
        Ok(Self { millis, histogram, custom_values })
    }

    /// Appends the message's fields.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        let histogram = &self.histogram;
        // Of a choice, zero is written too.
        out.push(tag(1, VARINT));
        protobuf::varint(out, histogram.count);
        protobuf::double(out, 3, histogram.sum);
        protobuf::number(out, 4, protobuf::zigzag(histogram.schema.into()));
        protobuf::double(out, 5, histogram.zero_threshold);
        out.push(tag(6, VARINT));
        protobuf::varint(out, histogram.zero_count);
        write_buckets(out, 8, &histogram.negative);
        write_buckets(out, 11, &histogram.positive);
        protobuf::number(out, 15, self.millis as u64);
        if !self.custom_values.is_empty() {
            // The number is too large for a tag of one byte.
            protobuf::varint(out, 16 << 3 | u64::from(BYTES));
            protobuf::varint(out, 8 * self.custom_values.len() as u64);
            self.custom_values.iter().for_each(|value| out.extend_from_slice(&value.to_le_bytes()));
        }
    }
}

/// Writes the spans under `number`, and behind them the deltas.
fn write_buckets(out: &mut Vec<u8>, number: u8, buckets: &NativeBuckets) {
    let mut content = Vec::with_capacity(16);
    for span in &buckets.spans {
        content.clear();
        protobuf::number(&mut content, 1, protobuf::zigzag(span.offset.into()));
        protobuf::number(&mut content, 2, span.length.into());
        protobuf::bytes(out, number, &content);
    }
    if !buckets.deltas.is_empty() {
        content.clear();
        buckets.deltas.iter().for_each(|delta| protobuf::varint(&mut content, protobuf::zigzag(*delta)));
        protobuf::bytes(out, number + 1, &content);
    }
}

/// Only the sum says that a series has ended.
fn stale(schema: i32) -> NativeHistogram {
    NativeHistogram {
        count: 0,
        sum: STALE,
        schema,
        zero_threshold: 0.0,
        zero_count: 0,
        positive: NativeBuckets::default(),
        negative: NativeBuckets::default(),
    }
}

/// Whether a data point says that no value was recorded.
pub(super) fn is_stale(flags: u32) -> bool {
    flags & 1 != 0
}
