//! What was added to cumulative streams since their last point.
//!
//! A stream is known by a hash of all that identifies it in OTLP: resource, scope, name and attributes. Other than in the Agent,
//! that is more than what Datadog sees of it, so that two processes whose tags are the same do not look like one that is reset
//! again and again.
//!
//! Source: the Datadog Agent, `pkg/opentelemetry-mapping-go/otlp/metrics/ttlcache.go`; the OpenTelemetry data model of metrics,
//! "Resets and Gaps".

use std::collections::HashMap;
use std::time::{Duration, Instant};

use foldhash::fast::FixedState;

/// The memory that a stream takes besides its buckets: key, value and the room that the tables keep, in bytes.
const NUMBER_COST: usize = 80;

/// As [`NUMBER_COST`], of a histogram.
const HISTOGRAM_COST: usize = 80 + size_of::<Histogram>();

/// Values of streams, bounded in age and memory.
pub(super) struct Deltas {
    numbers: HashMap<u64, Number, FixedState>,
    histograms: HashMap<u64, Box<Histogram>, FixedState>,
    /// What both take, in bytes.
    cost: usize,
    most: usize,
    ttl: Duration,
    epoch: Instant,
    swept: Instant,
}

/// When a point was measured, and since when it counts; nanoseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Times {
    /// Zero if unknown.
    pub(super) start: u64,
    pub(super) time: u64,
}

/// What a point of a monotonic stream says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Step {
    /// So much more than before.
    More(f64),
    /// It is the first of its stream, or of its stream after a reset.
    First,
    /// It is not newer than the last one, which holds all that this one could say.
    Late,
}

/// There is no room for another stream.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Full;

/// A value at a time.
#[derive(Clone, Copy, Debug)]
struct Value {
    times: Times,
    value: f64,
}

struct Number {
    last: Value,
    /// When it was written, in seconds since the epoch.
    seen: u32,
}

/// The parts of a histogram. Each has its own times: one may be missing where another is there.
#[derive(Default)]
pub(super) struct Histogram {
    seen: u32,
    count: Option<Value>,
    sum: Option<Value>,
    min: Option<Value>,
    max: Option<Value>,
    buckets: Option<Times>,
    /// Tells the bounds of the buckets from others.
    bounds: u64,
    counts: Box<[u64]>,
}

impl Deltas {
    /// Remembers streams for `ttl` after their last point, within `most` bytes.
    pub(super) fn new(ttl: Duration, most: usize, now: Instant) -> Self {
        Self { numbers: HashMap::default(), histograms: HashMap::default(), cost: 0, most, ttl, epoch: now, swept: now }
    }

    /// How many streams are remembered.
    pub(super) fn streams(&self) -> usize {
        self.numbers.len() + self.histograms.len()
    }

    /// How much memory they take, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.cost
    }

    /// Takes the next value of a monotonic stream.
    ///
    /// # Errors
    ///
    /// There is no room for a new stream.
    pub(super) fn monotonic(&mut self, stream: u64, times: Times, value: f64, now: Instant) -> Result<Step, Full> {
        let (seen, oldest) = self.clock(now);
        let new = Number { last: Value { times, value }, seen };
        if let Some(known) = self.numbers.get_mut(&stream)
            && known.seen >= oldest
        {
            let last = known.last;
            if last.times.time >= times.time {
                return Ok(Step::Late);
            }
            *known = new;
            let more = value - last.value;
            let continues = times.continues(last.times) && more >= 0.0;
            return Ok(if continues { Step::More(more) } else { Step::First });
        }
        self.remember(stream, new, now)?;
        Ok(Step::First)
    }

    /// Takes the next value of a stream that may grow and shrink; by how much it has, if that can be said.
    ///
    /// # Errors
    ///
    /// There is no room for a new stream.
    pub(super) fn difference(
        &mut self,
        stream: u64,
        times: Times,
        value: f64,
        now: Instant,
    ) -> Result<Option<f64>, Full> {
        let (seen, oldest) = self.clock(now);
        if let Some(known) = self.numbers.get_mut(&stream)
            && known.seen >= oldest
        {
            let mut last = Some(known.last);
            let difference = advance(&mut last, times, value);
            if let Some(last) = last {
                *known = Number { last, seen };
            }
            return Ok(difference);
        }
        self.remember(stream, Number { last: Value { times, value }, seen }, now)?;
        Ok(None)
    }

    /// The parts of a histogram, with room for `buckets` of them.
    ///
    /// # Errors
    ///
    /// There is no room for a new stream, or for so many buckets.
    pub(super) fn histogram(&mut self, stream: u64, buckets: usize, now: Instant) -> Result<&mut Histogram, Full> {
        let (seen, oldest) = self.clock(now);
        let before = self.histograms.get(&stream).map_or(0, |known| known.cost());
        let after = HISTOGRAM_COST + buckets * size_of::<u64>();
        self.make_room(after.saturating_sub(before), now)?;
        // The sweep may have taken it.
        let known = self.histograms.entry(stream);
        let known = match known {
            std::collections::hash_map::Entry::Occupied(entry) => {
                self.cost -= entry.get().cost();
                entry.into_mut()
            }
            std::collections::hash_map::Entry::Vacant(entry) => entry.insert(Box::default()),
        };
        if known.seen < oldest {
            **known = Histogram::default();
        }
        known.seen = seen;
        if known.counts.len() != buckets {
            known.counts = vec![0; buckets].into();
            known.buckets = None;
        }
        self.cost += known.cost();
        Ok(known)
    }

    fn remember(&mut self, stream: u64, number: Number, now: Instant) -> Result<(), Full> {
        self.make_room(NUMBER_COST, now)?;
        if self.numbers.insert(stream, number).is_none() {
            self.cost += NUMBER_COST;
        }
        Ok(())
    }

    fn make_room(&mut self, more: usize, now: Instant) -> Result<(), Full> {
        // Looking at all streams for each that finds no room would take for ever.
        const SOONEST: Duration = Duration::from_secs(1);
        if self.cost + more > self.most && now.duration_since(self.swept) >= SOONEST {
            self.sweep(now);
        }
        if self.cost + more > self.most { Err(Full) } else { Ok(()) }
    }

    /// Forgets streams that are too old, from time to time.
    pub(super) fn tidy(&mut self, now: Instant) {
        if now.duration_since(self.swept) >= (self.ttl / 2).max(Duration::from_secs(1)) {
            self.sweep(now);
        }
    }

    fn sweep(&mut self, now: Instant) {
        self.swept = now;
        let (_, oldest) = self.clock(now);
        self.numbers.retain(|_, number| number.seen >= oldest);
        self.histograms.retain(|_, histogram| histogram.seen >= oldest);
        shrink(&mut self.numbers);
        shrink(&mut self.histograms);
        let histograms: usize = self.histograms.values().map(|histogram| histogram.cost()).sum();
        self.cost = self.numbers.len() * NUMBER_COST + histograms;
    }

    /// Now, and what was written when is too old; in seconds since the epoch, which is not zero.
    fn clock(&self, now: Instant) -> (u32, u32) {
        let seconds = |time: Duration| u32::try_from(time.as_secs()).unwrap_or(u32::MAX);
        let now = seconds(now.duration_since(self.epoch)).saturating_add(1);
        (now, now.saturating_sub(seconds(self.ttl)))
    }
}

/// Gives back the room of a table that has become much too large.
fn shrink<V>(table: &mut HashMap<u64, V, FixedState>) {
    if table.capacity() > 1024 && table.len() < table.capacity() / 4 {
        table.shrink_to(table.len() * 2);
    }
}

impl Times {
    /// Whether a point of these times counts from the same start as one of `before`. An unknown start means that nobody has
    /// noticed a reset; a start at the time itself, that there was one.
    fn continues(self, before: Self) -> bool {
        self.start == 0 || (self.start != self.time && self.start == before.start)
    }
}

/// Takes a value in the place of the last one, unless it is older; by how much they differ, if they belong together.
fn advance(last: &mut Option<Value>, times: Times, value: f64) -> Option<f64> {
    let before = *last;
    if before.is_some_and(|before| before.times.time > times.time) {
        return None;
    }
    *last = Some(Value { times, value });
    before.filter(|before| times.continues(before.times)).map(|before| value - before.value)
}

impl Histogram {
    /// How many measurements there were since the last point, if that can be said.
    pub(super) fn count(&mut self, times: Times, count: u64) -> Option<u64> {
        let more = advance(&mut self.count, times, count as f64)?;
        (more >= 0.0).then_some(more as u64)
    }

    /// By how much the sum has changed, if that can be said.
    pub(super) fn sum(&mut self, times: Times, sum: f64) -> Option<f64> {
        advance(&mut self.sum, times, sum)
    }

    /// Whether the smallest measurement was made since the last point.
    pub(super) fn is_min_new(&mut self, times: Times, min: f64) -> bool {
        is_new(&mut self.min, times, min, |new, old| new < old)
    }

    /// Whether the largest measurement was made since the last point.
    pub(super) fn is_max_new(&mut self, times: Times, max: f64) -> bool {
        is_new(&mut self.max, times, max, |new, old| new > old)
    }

    /// Takes the counts of the buckets, and puts in their place how many each has more than before: none where it has less.
    /// Whether that can be said.
    pub(super) fn buckets(&mut self, times: Times, bounds: u64, counts: &mut [Option<u64>], totals: &[u64]) -> bool {
        if self.buckets.is_some_and(|before| before.time > times.time) {
            return false;
        }
        let known = self.bounds == bounds && self.buckets.is_some_and(|before| times.continues(before));
        for ((more, before), total) in counts.iter_mut().zip(&mut self.counts).zip(totals) {
            *more = total.checked_sub(*before).filter(|_| known);
            *before = *total;
        }
        self.buckets = Some(times);
        self.bounds = bounds;
        known
    }

    fn cost(&self) -> usize {
        HISTOGRAM_COST + size_of_val(&*self.counts)
    }
}

fn is_new(last: &mut Option<Value>, times: Times, value: f64, better: impl Fn(f64, f64) -> bool) -> bool {
    let before = *last;
    if before.is_some_and(|before| before.times.time > times.time) {
        return false;
    }
    *last = Some(Value { times, value });
    // What has become worse shows a reset.
    before.is_some_and(|before| {
        (times.continues(before.times) && better(value, before.value)) || better(before.value, value)
    })
}
