//! Exponential histograms as sketches.
//!
//! Source: the Datadog Agent, `pkg/util/quantile/ddsketch.go`; sketches-go, `ChangeMapping`.

use sluice_pdata::view::Buckets;

use super::sketch::{BIAS, GAMMA, INFINITE, MAX_COUNT, Sketch, Summary};

/// Beyond this, `exp` overflows.
const MAX_EXPONENT: f64 = 709.78;

/// The ranges of an exponential histogram, or of a sketch. Each step is done as the Agent does it, so that rounding is the same.
#[derive(Clone, Copy)]
struct Mapping {
    base: f64,
    /// One by the logarithm of the base.
    multiplier: f64,
    /// Added to the logarithm.
    offset: f64,
}

impl Mapping {
    /// That of a scale, if its base is a number above one.
    fn of_scale(scale: i32) -> Option<Self> {
        let base = 2f64.powf(2f64.powf(-f64::from(scale)));
        (base.is_finite() && base > 1.0).then(|| Self { base, multiplier: 1.0 / base.ln(), offset: 0.0 })
    }

    /// That of the sketch. The half makes its floor the sketch's rounding.
    fn of_sketch() -> Self {
        Self { base: GAMMA, multiplier: 1.0 / GAMMA.ln(), offset: f64::from(BIAS) + 0.5 }
    }

    fn index(&self, value: f64) -> i64 {
        (value.ln() * self.multiplier + self.offset).floor() as i64
    }

    fn lower_end(&self, index: i64) -> f64 {
        self.exponent(index).exp()
    }

    fn exponent(&self, index: i64) -> f64 {
        (index as f64 - self.offset) / self.multiplier
    }

    /// A value in the middle of a range.
    fn value(&self, index: i64) -> f64 {
        let accuracy = 1.0 - 2.0 / (1.0 + self.base);
        self.lower_end(index) * (1.0 + accuracy)
    }
}

/// The sketch of the buckets; none where there is no value in them.
///
/// # Errors
///
/// There are more values than a sketch holds, or values beyond what a number can be.
pub(super) fn sketch(
    scale: i32,
    zero_count: u64,
    positive: Option<Buckets<'_>>,
    negative: Option<Buckets<'_>>,
) -> Result<Option<Sketch>, Inexpressible> {
    let source = Mapping::of_scale(scale).ok_or(Inexpressible)?;
    let target = Mapping::of_sketch();
    let sides = [positive, negative];
    let mut total = zero_count;
    for buckets in sides.iter().flatten() {
        for count in buckets.bucket_counts() {
            total = total.saturating_add(count);
        }
    }
    if total > MAX_COUNT {
        return Err(Inexpressible);
    }
    if total == 0 {
        return Ok(None);
    }
    let mut spread = match total {
        1 => Spread::of_one(source, target, zero_count, &sides)?,
        _ => Spread::of(source, target, &sides)?,
    };
    spread.zeros += zero_count as f64;
    spread.into_sketch(target)
}

/// The histogram cannot be said as a sketch.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Inexpressible;

/// Counts over the sketch's ranges.
#[derive(Default)]
struct Spread {
    zeros: f64,
    positive: Vec<(i64, f64)>,
    negative: Vec<(i64, f64)>,
    /// Of all values, each taken for the middle of its range.
    sum: f64,
}

impl Spread {
    /// The share of each bucket in each range that it overlaps.
    fn of(source: Mapping, target: Mapping, sides: &[Option<Buckets<'_>>; 2]) -> Result<Self, Inexpressible> {
        let mut spread = Self::default();
        for (side, (buckets, sign)) in sides.iter().zip([1.0, -1.0]).enumerate() {
            let Some(buckets) = buckets else { continue };
            let bins = if side == 0 { &mut spread.positive } else { &mut spread.negative };
            for (place, count) in buckets.bucket_counts().enumerate().filter(|(_, count)| *count > 0) {
                let index = i64::from(buckets.offset()) + place as i64;
                if source.exponent(index + 1) > MAX_EXPONENT {
                    return Err(Inexpressible);
                }
                let (low, high) = (source.lower_end(index), source.lower_end(index + 1));
                overlaps(target, low, high, count as f64, bins);
            }
            for &(index, count) in bins.iter() {
                spread.sum += sign * target.value(index) * count;
            }
        }
        Ok(spread)
    }

    /// A single value is not spread.
    fn of_one(
        source: Mapping,
        target: Mapping,
        zero_count: u64,
        sides: &[Option<Buckets<'_>>; 2],
    ) -> Result<Self, Inexpressible> {
        let mut spread = Self::default();
        if zero_count == 1 {
            return Ok(spread);
        }
        for (side, buckets) in sides.iter().enumerate() {
            let Some(buckets) = buckets else { continue };
            let Some(place) = buckets.bucket_counts().position(|count| count > 0) else { continue };
            let index = i64::from(buckets.offset()) + place as i64;
            if source.exponent(index + 1) > MAX_EXPONENT {
                return Err(Inexpressible);
            }
            let at = target.index(source.value(index));
            let sign = if side == 0 { 1.0 } else { -1.0 };
            spread.sum = sign * target.value(at);
            let bins = if side == 0 { &mut spread.positive } else { &mut spread.negative };
            bins.push((at, 1.0));
        }
        Ok(spread)
    }

    fn into_sketch(mut self, target: Mapping) -> Result<Option<Sketch>, Inexpressible> {
        let last = |bins: &[(i64, f64)]| bins.last().map(|(index, _)| target.value(*index));
        let first = |bins: &[(i64, f64)]| bins.first().map(|(index, _)| target.value(*index));
        let zero = (self.zeros > 0.0).then_some(0.0);
        let max = last(&self.positive).or(zero).or(first(&self.negative).map(|value| -value));
        let min = last(&self.negative).map(|value| -value).or(zero).or(first(&self.positive));
        let mut bins: Vec<(i32, f64)> = Vec::with_capacity(self.positive.len() + self.negative.len() + 1);
        for (side, sign) in [(&self.positive, 1), (&self.negative, -1)] {
            for &(index, count) in side {
                match i32::try_from(index) {
                    Ok(index) if index >= INFINITE => return Err(Inexpressible),
                    Ok(index) if index > 0 => bins.push((sign * index, count)),
                    Ok(_) => self.zeros += count,
                    Err(_) if index > 0 => return Err(Inexpressible),
                    Err(_) => self.zeros += count,
                }
            }
        }
        if self.zeros > 0.0 {
            bins.push((0, self.zeros));
        }
        let (bins, count) = whole(bins);
        let (Some(min), Some(max)) = (min, max) else { return Ok(None) };
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        let summary = Summary { count, min, max, sum: self.sum, average: self.sum / count as f64 };
        Ok((!bins.is_empty()).then(|| Sketch::new(bins, summary)))
    }
}

/// Adds `count` to the ranges between `low` and `high`, to each its part of the way. Buckets come in ascending order.
fn overlaps(target: Mapping, low: f64, high: f64, count: f64, bins: &mut Vec<(i64, f64)>) {
    let size = high - low;
    // Below what a number can tell apart there is no way to share.
    let mut index = if low > 0.0 { target.index(low) } else { i64::MIN };
    if size <= 0.0 || index == i64::MIN {
        add(bins, if high > 0.0 { target.index(high).min(0) } else { 0 }, count);
        return;
    }
    while target.lower_end(index) < high {
        let from = target.lower_end(index).max(low);
        let to = target.lower_end(index + 1).min(high);
        add(bins, index, (to - from) / size * count);
        index += 1;
    }
}

fn add(bins: &mut Vec<(i64, f64)>, index: i64, count: f64) {
    match bins.last_mut() {
        Some((last, known)) if *last == index => *known += count,
        _ => bins.push((index, count)),
    }
}

/// Whole counts, whose sum follows the sum of the parts, and their sum.
fn whole(mut bins: Vec<(i32, f64)>) -> (Vec<(i32, u64)>, u64) {
    bins.sort_by_key(|(key, _)| *key);
    let mut exact = 0.0f64;
    let mut total = 0;
    let bins = bins.into_iter().filter_map(|(key, count)| {
        exact += count;
        let count = (exact.round() as u64).saturating_sub(total);
        total += count;
        (count > 0).then_some((key, count))
    });
    (bins.collect(), total)
}
