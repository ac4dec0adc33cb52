//! Histograms.

use std::hash::BuildHasher;

use foldhash::fast::FixedState;
use sluice_pdata::view::{ExponentialHistogramPoint, HistogramPoint, Repeated};

use super::super::config::HistogramMode;
use super::delta::Times;
use super::exponential;
use super::number::bound;
use super::payload::Kind;
use super::sketch::{self, MAX_COUNT, Sketch};
use super::translator::{NO_RECORDED_VALUE, Named, Part, Walk};

/// Room for the buckets of one histogram after the other.
#[derive(Default)]
pub(super) struct Scratch {
    /// What the point says.
    totals: Vec<u64>,
    bounds: Vec<f64>,
    /// How many values each bucket has of those since the last point, if that can be said.
    counts: Vec<Option<u64>>,
}

/// What is known of the values since the last point.
#[derive(Clone, Copy, Debug, Default)]
struct Known {
    /// Their number and their sum.
    total: Option<(u64, f64)>,
    /// The smallest, if it is one of them.
    min: Option<f64>,
    /// The largest.
    max: Option<f64>,
}

impl Walk<'_> {
    pub(super) fn histograms<'a>(&mut self, named: Named<'_>, points: Repeated<'a, HistogramPoint<'a>>, delta: bool) {
        for point in points.filter(|point| point.flags() & NO_RECORDED_VALUE == 0) {
            self.begin(named, point.attributes());
            // Taken out, so that it can be read while something is written.
            let mut scratch = std::mem::take(&mut self.scratch);
            self.histogram(named, point, delta, &mut scratch);
            self.scratch = scratch;
        }
    }

    fn histogram(&mut self, named: Named<'_>, point: HistogramPoint<'_>, delta: bool, scratch: &mut Scratch) {
        let times = Times { start: point.start_time_unix_nano(), time: point.time_unix_nano() };
        let mode = self.config.histogram_mode;
        if !scratch.read(point, mode) {
            self.inexpressible();
            return;
        }
        let known = if delta {
            scratch.counts.extend(scratch.totals.iter().map(|&count| Some(count)));
            let total = point.sum().unwrap_or_default();
            let total = total.is_finite().then_some((point.count(), total));
            Known { total, min: point.min(), max: point.max() }
        } else {
            let stream = self.stream(named, Part::Histogram);
            let Ok(histogram) = self.deltas.histogram(stream, scratch.totals.len(), self.now) else {
                self.too_many();
                return;
            };
            scratch.counts.resize(scratch.totals.len(), None);
            histogram.buckets(times, scratch.bounds_hash(), &mut scratch.counts, &scratch.totals);
            let count = histogram.count(times, point.count());
            let sum = point.sum().unwrap_or_default();
            let sum = if sum.is_finite() { histogram.sum(times, sum) } else { None };
            let total = count.zip(sum);
            let min = point.min().filter(|&min| histogram.is_min_new(times, min));
            let max = point.max().filter(|&max| histogram.is_max_new(times, max));
            Known { total, min, max }
        };
        let extremes = if delta { (point.min(), point.max()) } else { (None, None) };
        self.aggregations(named, times, known.total, extremes);
        match mode {
            HistogramMode::NoBuckets => {}
            HistogramMode::Counters => self.counters(named, times, scratch),
            HistogramMode::Distributions => match scratch.sketch(known, (point.min(), point.max())) {
                Ok(Some(sketch)) => self.sketch(named, times, &sketch),
                Ok(None) => {}
                Err(exponential::Inexpressible) => self.inexpressible(),
            },
        }
    }

    /// Number, sum, smallest and largest as metrics of their own.
    fn aggregations(
        &mut self,
        named: Named<'_>,
        times: Times,
        total: Option<(u64, f64)>,
        (min, max): (Option<f64>, Option<f64>),
    ) {
        let Some((count, sum)) = total.filter(|_| self.config.send_aggregation_metrics) else { return };
        self.series(named, ".count", times, Kind::Count, count as f64);
        self.series(named, ".sum", times, Kind::Count, sum);
        for (suffix, extreme) in [(".min", min), (".max", max)] {
            if let Some(value) = extreme.filter(|value| value.is_finite()) {
                self.series(named, suffix, times, Kind::Gauge, value);
            }
        }
    }

    fn counters(&mut self, named: Named<'_>, times: Times, scratch: &Scratch) {
        for (index, count) in scratch.counts.iter().enumerate() {
            let Some(count) = count else { continue };
            let (lower, upper) = scratch.ends(index);
            let (lower, upper) = (bound(lower), bound(upper));
            let value = (Kind::Count, *count as f64);
            self.tagged(named, ".bucket", times, value, &[("lower_bound:", &lower), ("upper_bound:", &upper)]);
        }
    }

    pub(super) fn exponential<'a>(&mut self, named: Named<'_>, points: Repeated<'a, ExponentialHistogramPoint<'a>>) {
        for point in points.filter(|point| point.flags() & NO_RECORDED_VALUE == 0) {
            self.begin(named, point.attributes());
            let times = Times { start: point.start_time_unix_nano(), time: point.time_unix_nano() };
            let sum = point.sum().unwrap_or_default();
            let total = sum.is_finite().then_some((point.count(), sum));
            self.aggregations(named, times, total, (point.min(), point.max()));
            let (positive, negative) = (point.positive(), point.negative());
            match exponential::sketch(point.scale(), point.zero_count(), positive, negative) {
                Ok(Some(mut sketch)) => {
                    if let Some((1, sum)) = total {
                        (sketch.summary.min, sketch.summary.max) = (sum, sum);
                    }
                    sketch.know(Known { total, min: point.min(), max: point.max() });
                    self.sketch(named, times, &sketch);
                }
                Ok(None) => {}
                Err(exponential::Inexpressible) => self.inexpressible(),
            }
        }
    }
}

impl Scratch {
    /// Reads the buckets of a point, if they are wanted; whether they fit together.
    fn read(&mut self, point: HistogramPoint<'_>, mode: HistogramMode) -> bool {
        self.totals.clear();
        self.bounds.clear();
        self.counts.clear();
        if mode == HistogramMode::NoBuckets {
            return true;
        }
        self.totals.extend(point.bucket_counts());
        if self.totals.is_empty() {
            return true;
        }
        self.bounds.extend(point.explicit_bounds());
        self.bounds.len() + 1 == self.totals.len() && self.bounds.windows(2).all(|pair| pair[0] <= pair[1])
    }

    fn bounds_hash(&self) -> u64 {
        let bits: Vec<_> = self.bounds.iter().map(|bound| bound.to_bits()).collect();
        FixedState::default().hash_one(bits)
    }

    /// The ends of a bucket.
    fn ends(&self, index: usize) -> (f64, f64) {
        let lower = index.checked_sub(1).and_then(|before| self.bounds.get(before));
        let upper = self.bounds.get(index);
        (lower.copied().unwrap_or(f64::NEG_INFINITY), upper.copied().unwrap_or(f64::INFINITY))
    }

    /// The sketch of the values since the last point. The point's own extremes, of all its values, bound what is not known.
    fn sketch(
        &self,
        known: Known,
        (min, max): (Option<f64>, Option<f64>),
    ) -> Result<Option<Sketch>, exponential::Inexpressible> {
        let mut builder = sketch::Builder::default();
        let mut total = 0u64;
        // The outer ends of the buckets that have values.
        let mut outer: Option<(f64, f64)> = None;
        let mut insert = |lower: f64, upper: f64, count: u64| {
            if count == 0 {
                return Ok(());
            }
            total = total.saturating_add(count);
            if total > MAX_COUNT {
                return Err(exponential::Inexpressible);
            }
            let (from, to) = finite(lower, upper, known.total);
            builder.insert_between(from, to, count).map_err(|sketch::NotAscending| exponential::Inexpressible)?;
            outer = Some((outer.map_or(lower, |(lowest, _)| lowest), upper));
            Ok(())
        };
        if self.totals.is_empty() {
            let lower = known.min.unwrap_or(f64::NEG_INFINITY);
            insert(lower, known.max.unwrap_or(f64::INFINITY), known.total.map_or(0, |(count, _)| count))?;
        }
        for (index, count) in self.counts.iter().enumerate() {
            let (lower, upper) = self.ends(index);
            insert(lower, upper, count.unwrap_or(0))?;
        }
        let Some(mut sketch) = builder.finish() else { return Ok(None) };
        if let Some((lower, upper)) = outer {
            let summary = &mut sketch.summary;
            summary.min = if lower.is_finite() { lower } else { summary.min };
            summary.max = if upper.is_finite() { upper } else { summary.max };
        }
        sketch.summary.min = min.map_or(sketch.summary.min, |min| min.max(sketch.summary.min));
        sketch.summary.max = max.map_or(sketch.summary.max, |max| max.min(sketch.summary.max));
        sketch.know(known);
        Ok(Some(sketch))
    }
}

/// Where the values of a bucket are taken to be: in one without an end, at the other end. One above zero holds no zero, into which
/// the first share of its values would be counted.
fn finite(lower: f64, upper: f64, total: Option<(u64, f64)>) -> (f64, f64) {
    match (lower.is_finite(), upper.is_finite()) {
        (true, true) if lower == 0.0 && upper > 0.0 => (upper, upper),
        (true, true) => (lower, upper),
        (true, false) => (lower, lower),
        (false, true) => (upper, upper),
        (false, false) => {
            let average = total.map_or(0.0, |(count, sum)| sum / count as f64);
            let average = if average.is_finite() { average } else { 0.0 };
            (average, average)
        }
    }
}

impl Sketch {
    /// Puts what is known exactly in the place of what is about right.
    fn know(&mut self, known: Known) {
        let summary = &mut self.summary;
        if let Some((count, sum)) = known.total.filter(|(count, _)| *count > 0) {
            summary.count = i64::try_from(count).unwrap_or(i64::MAX);
            summary.sum = sum;
            summary.average = sum / count as f64;
        }
        summary.min = known.min.filter(|min| min.is_finite()).unwrap_or(summary.min);
        summary.max = known.max.filter(|max| max.is_finite()).unwrap_or(summary.max);
    }
}
