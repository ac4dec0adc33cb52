//! Exponential histograms as native ones.

use sluice_pdata::view::{Buckets, ExponentialHistogramPoint};

/// How near to zero counts as zero, where a data point does not say.
pub const DEFAULT_ZERO_THRESHOLD: f64 = 1e-128;

/// The finest resolution of native histograms.
const MAX_SCHEMA: i32 = 8;

/// The coarsest resolution of native histograms.
const MIN_SCHEMA: i32 = -4;

/// So many empty buckets in a row are written out; from the next on a new span begins, which takes less room.
const MAX_GAP: i64 = 2;

/// A data point of an exponential histogram as Prometheus has it.
#[derive(Clone, Debug, PartialEq)]
pub struct NativeHistogram {
    /// How many measurements there were.
    pub count: u64,
    /// Their sum; zero if it is not known.
    pub sum: f64,
    /// The resolution: each bucket is 2^(2^-schema) times as large as the one before it.
    pub schema: i32,
    /// How far from zero a measurement counts as zero.
    pub zero_threshold: f64,
    /// How many measurements were zero.
    pub zero_count: u64,
    /// The buckets of positive measurements.
    pub positive: NativeBuckets,
    /// The buckets of negative measurements.
    pub negative: NativeBuckets,
}

/// Buckets, as runs of adjoining ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NativeBuckets {
    /// The runs.
    pub spans: Vec<Span>,
    /// The count of the first bucket, then for each what it has more than the one before it, across all runs.
    pub deltas: Vec<i64>,
}

/// Adjoining buckets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Of the first run the index of its first bucket; of the others how many buckets are left out before it.
    pub offset: i32,
    /// How many buckets.
    pub length: u32,
}

/// Why a data point cannot be a native histogram.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Inexpressible {
    /// Its scale is below -4.
    #[error("its scale is below -4")]
    Scale,
    /// Its buckets are beyond what numbers can say.
    #[error("its buckets or counts are too large")]
    TooLarge,
    /// Its buckets and its count disagree: no Prometheus takes it.
    #[error("its buckets do not add up to its count")]
    Count,
}

impl NativeHistogram {
    /// Of a data point. What is finer than schema 8 is made coarser.
    ///
    /// # Errors
    ///
    /// There is no such native histogram, or none that Prometheus would take.
    pub fn of(point: &ExponentialHistogramPoint<'_>) -> Result<Self, Inexpressible> {
        let scale = point.scale();
        if scale < MIN_SCHEMA {
            return Err(Inexpressible::Scale);
        }
        let coarser = u32::try_from(scale - MAX_SCHEMA).unwrap_or(0);
        let (positive, in_positive) = NativeBuckets::of(indexed(point.positive(), coarser))?;
        let (negative, in_negative) = NativeBuckets::of(indexed(point.negative(), coarser))?;
        let threshold = point.zero_threshold();
        let histogram = Self {
            count: point.count(),
            sum: point.sum().unwrap_or_default(),
            schema: scale.min(MAX_SCHEMA),
            zero_threshold: if threshold == 0.0 { DEFAULT_ZERO_THRESHOLD } else { threshold },
            zero_count: point.zero_count(),
            positive,
            negative,
        };
        let counted = u128::from(in_positive) + u128::from(in_negative) + u128::from(histogram.zero_count);
        let count = u128::from(histogram.count);
        // Measurements of NaN are in no bucket, and make the sum NaN.
        if counted == count || (histogram.sum.is_nan() && counted < count) {
            Ok(histogram)
        } else {
            Err(Inexpressible::Count)
        }
    }
}

impl NativeBuckets {
    /// Of counts by index, in the order of the indices, none of which is there twice.
    ///
    /// # Errors
    ///
    /// An index or a count is too large.
    pub fn from_counts(counts: impl IntoIterator<Item = (i64, u64)>) -> Result<Self, Inexpressible> {
        let mut made = Self::default();
        let mut writer = Writer { buckets: &mut made, next: None, before: 0 };
        for (index, count) in counts {
            writer.write(index, count)?;
        }
        Ok(made)
    }

    /// Index and count of each bucket, also of those that are written out empty.
    pub fn counts(&self) -> impl Iterator<Item = (i64, u64)> {
        let mut next: i64 = 0;
        let indices = self.spans.iter().flat_map(move |span| {
            let begin = next + i64::from(span.offset);
            next = begin + i64::from(span.length);
            begin..next
        });
        let counts = self.deltas.iter().scan(0i64, |count, delta| {
            *count += delta;
            // Made of counts, a sum of deltas is one.
            Some(count.unsigned_abs())
        });
        indices.zip(counts)
    }

    /// Of counts by index, in the order of the indices, and how many measurements are in them. Counts of the same index are
    /// added up.
    ///
    /// # Errors
    ///
    /// A count or an index is too large.
    pub fn of(counts: impl Iterator<Item = (i64, u64)>) -> Result<(Self, u64), Inexpressible> {
        let mut made = Self::default();
        let mut all: u64 = 0;
        let mut current: Option<(i64, u64)> = None;
        let mut writer = Writer { buckets: &mut made, next: None, before: 0 };
        for (index, count) in counts.filter(|(_, count)| *count > 0) {
            all = all.checked_add(count).ok_or(Inexpressible::TooLarge)?;
            match &mut current {
                Some((at, sum)) if *at == index => *sum += count,
                _ => {
                    if let Some((at, sum)) = current.replace((index, count)) {
                        writer.write(at, sum)?;
                    }
                }
            }
        }
        if let Some((at, sum)) = current {
            writer.write(at, sum)?;
        }
        Ok((made, all))
    }
}

/// The counts by Prometheus' index; `coarser` times two buckets become one.
fn indexed(buckets: Option<Buckets<'_>>, coarser: u32) -> impl Iterator<Item = (i64, u64)> {
    buckets.into_iter().flat_map(move |buckets| {
        // A bucket of OTLP has the index of its lower bound, of Prometheus of its upper bound.
        let indices = (i64::from(buckets.offset())..).map(move |index| (index >> coarser.min(63)) + 1);
        indices.zip(buckets.bucket_counts())
    })
}

/// Writes buckets in the order of their indices.
struct Writer<'b> {
    buckets: &'b mut NativeBuckets,
    /// The index behind the last bucket.
    next: Option<i64>,
    before: i64,
}

impl Writer<'_> {
    fn write(&mut self, index: i64, count: u64) -> Result<(), Inexpressible> {
        let count = i64::try_from(count).map_err(|_| Inexpressible::TooLarge)?;
        let gap = index - self.next.unwrap_or(0);
        if self.next.is_none() || gap > MAX_GAP {
            let offset = i32::try_from(gap).map_err(|_| Inexpressible::TooLarge)?;
            self.buckets.spans.push(Span { offset, length: 0 });
        } else {
            for _ in 0..gap {
                self.push(0);
            }
        }
        self.push(count);
        self.next = Some(index + 1);
        Ok(())
    }

    fn push(&mut self, count: i64) {
        if let Some(span) = self.buckets.spans.last_mut() {
            span.length += 1;
        }
        self.buckets.deltas.push(count - self.before);
        self.before = count;
    }
}
