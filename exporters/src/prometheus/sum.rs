//! What a series shows after one more data point.

use std::sync::Arc;

use sluice_pdata::view::Number;

use super::point::{Histogram, Native, Point, Value};
use super::refusal::Refusal;
use crate::prometheus_model::{Inexpressible, NativeHistogram};

/// What a value counts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Counting {
    /// A fixed start, or nothing: the newest value counts.
    FromStart,
    /// The data point before: values are added.
    FromLast,
}

/// Puts `new` into the place of `old`, or adds it.
///
/// A delta that begins where the last one ended is added. One that does not is a new start, unless it is older.
///
/// # Errors
///
/// A delta cannot be added.
pub(super) fn update(old: &mut Point, new: Point, counting: Counting) -> Result<(), Refusal> {
    if counting == Counting::FromStart {
        if new.time >= old.time {
            *old = new;
        }
        return Ok(());
    }
    let continues = new.start == old.time;
    let late = match new.value {
        // As the Collector has it, which knows sums that overlap, but not histograms.
        Value::Number(..) => new.time < old.time,
        _ => !continues && new.start <= old.time,
    };
    if late {
        return Err(Refusal::OutOfOrder);
    }
    if !continues {
        *old = new;
        return Ok(());
    }
    let added = match (&old.value, new.value) {
        (Value::Number(before, _), Value::Number(number, exemplar)) => Value::Number(plus(*before, number), exemplar),
        (Value::Histogram(before), Value::Histogram(histogram)) => add_histogram(before, histogram),
        (Value::Native(before), Value::Native(native)) => {
            add_native(before, native).map_err(|_| Refusal::Inexpressible)?
        }
        (_, other) => {
            *old = Point { value: other, ..new };
            return Ok(());
        }
    };
    *old = Point { start: old.start, time: new.time.max(old.time), value: added };
    Ok(())
}

/// Whole numbers stay whole for as long as they fit.
fn plus(a: Number, b: Number) -> Number {
    let double = |number| match number {
        Number::Int(number) => number as f64,
        Number::Double(number) => number,
    };
    match (a, b) {
        (Number::Int(a), Number::Int(b)) if a.checked_add(b).is_some() => Number::Int(a + b),
        (a, b) => Number::Double(double(a) + double(b)),
    }
}

/// With other bounds the sum begins anew.
fn add_histogram(before: &Histogram, mut histogram: Arc<Histogram>) -> Value {
    let bounds = |histogram: &Histogram| histogram.buckets.iter().map(|(bound, _)| bound.to_bits()).collect::<Vec<_>>();
    if bounds(before) == bounds(&histogram) {
        let sum = Arc::make_mut(&mut histogram);
        sum.count = sum.count.saturating_add(before.count);
        sum.sum += before.sum;
        for ((_, count), (_, more)) in sum.buckets.iter_mut().zip(&before.buckets) {
            *count = count.saturating_add(*more);
        }
    }
    Value::Histogram(histogram)
}

fn add_native(before: &Native, mut native: Arc<Native>) -> Result<Value, Inexpressible> {
    let sum = NativeHistogram::plus(&before.histogram, &native.histogram)?;
    Arc::make_mut(&mut native).histogram = sum;
    Ok(Value::Native(native))
}
