//! Streams become series.

use std::collections::HashMap;

use foldhash::fast::RandomState;
use sluice_pdata::view::{
    Exemplar as ExemplarView, ExponentialHistogramPoint, HistogramPoint, Message, NumberPoint, SummaryPoint,
};

use super::histogram::{HistogramSample, is_stale};
use super::streams::{Class, Family, Point, Stream, StreamLabels, Streams, Value};
use crate::prometheus_model::{STALE, bound_text, exemplar_labels, millis, number};

/// A series with what a batch has of it, in the order of time.
#[derive(Clone, Copy)]
pub(super) struct Series<'s> {
    pub(super) family: &'s Family<'s>,
    /// What follows the family's name.
    pub(super) suffix: &'static str,
    pub(super) labels: StreamLabels<'s>,
    /// `le` or `quantile`.
    pub(super) own: Option<(&'static str, &'s str)>,
    pub(super) samples: &'s [Sample],
    pub(super) histograms: &'s [&'s HistogramSample],
    pub(super) exemplars: &'s [Exemplar],
    /// How many data points there are in it that were in no series before.
    pub(super) items: usize,
}

/// A value at a time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sample {
    /// When, in milliseconds since 1970.
    pub(super) millis: i64,
    pub(super) value: f64,
}

/// An exemplar.
#[derive(Clone, Debug)]
pub(super) struct Exemplar {
    /// When, in milliseconds since 1970.
    pub(super) millis: i64,
    pub(super) value: f64,
    /// Sorted by name.
    pub(super) labels: Vec<(String, String)>,
}

/// Takes series, one after another.
pub(super) trait Sink {
    /// Takes one.
    fn take(&mut self, series: &Series<'_>);
}

/// Makes series.
pub(super) struct Maker<'k, S> {
    sink: &'k mut S,
    /// How many series were made.
    pub(super) made: usize,
    samples: Vec<Sample>,
    rungs: Vec<Rung>,
    texts: HashMap<u64, Box<str>, RandomState>,
}

/// What one data point says of one bound or quantile.
#[derive(Clone, Copy, Debug)]
struct Rung {
    bound: f64,
    sample: Sample,
}

/// The most bounds whose texts are remembered.
const MOST_TEXTS: usize = 4096;

impl<'k, S: Sink> Maker<'k, S> {
    pub(super) fn new(sink: &'k mut S) -> Self {
        Self { sink, made: 0, samples: Vec::new(), rungs: Vec::new(), texts: HashMap::default() }
    }

    /// Hands the series of a stream to the sink.
    pub(super) fn make(&mut self, streams: &Streams<'_>, stream: &Stream<'_>) {
        let base = Series {
            family: &streams.families[stream.family],
            suffix: "",
            labels: streams.labels(stream),
            own: None,
            samples: &[],
            histograms: &[],
            exemplars: &[],
            items: stream.items,
        };
        match stream.class {
            Class::Number => self.number(base, &stream.points),
            Class::Summary => self.summary(base, &stream.points),
            Class::Histogram => self.classic(base, &stream.points),
            Class::Custom | Class::Exponential => {
                let native = |point: &Point<'_>| match point.value {
                    Value::Native(index) => streams.natives.get(index),
                    _ => None,
                };
                let histograms: Vec<_> = stream.points.iter().filter_map(native).collect();
                let exemplars = exemplars(stream.class, &stream.points);
                self.take(&Series { histograms: &histograms, exemplars: &exemplars, ..base });
            }
        }
    }

    fn number(&mut self, base: Series<'_>, points: &[Point<'_>]) {
        let mut samples = std::mem::take(&mut self.samples);
        samples.clear();
        samples.extend(points.iter().filter_map(|point| match point.value {
            Value::Number(value) => Some(Sample { millis: point.millis, value }),
            _ => None,
        }));
        let exemplars = exemplars(Class::Number, points);
        self.take(&Series { samples: &samples, exemplars: &exemplars, ..base });
        self.samples = samples;
    }

    fn summary(&mut self, mut base: Series<'_>, points: &[Point<'_>]) {
        let (mut sums, mut counts) = (Vec::new(), Vec::new());
        self.rungs.clear();
        for point in points {
            let view = SummaryPoint::from(Message::new(point.message));
            let sample = samples_of(point.millis, view.flags());
            sums.push(sample(view.sum()));
            counts.push(sample(view.count() as f64));
            for quantile in view.quantile_values() {
                self.rungs.push(Rung { bound: quantile.quantile(), sample: sample(quantile.value()) });
            }
        }
        self.take(&Series { suffix: "_sum", samples: &sums, ..base });
        base.items = 0;
        self.take(&Series { suffix: "_count", samples: &counts, ..base });
        self.climb(base, "", "quantile", Vec::new());
    }

    fn classic(&mut self, mut base: Series<'_>, points: &[Point<'_>]) {
        let (mut sums, mut counts) = (Vec::new(), Vec::new());
        self.rungs.clear();
        for point in points {
            let view = HistogramPoint::from(Message::new(point.message));
            let sample = samples_of(point.millis, view.flags());
            sums.extend(view.sum().map(&sample));
            let all = sample(view.count() as f64);
            counts.push(all);
            let mut below: u64 = 0;
            for (bound, count) in view.explicit_bounds().zip(view.bucket_counts()) {
                below = below.saturating_add(count);
                // The bucket of infinity has its own rule, and no measurement is below what is no number.
                if bound < f64::INFINITY {
                    self.rungs.push(Rung { bound, sample: sample(below as f64) });
                }
            }
            self.rungs.push(Rung { bound: f64::INFINITY, sample: all });
        }
        if !sums.is_empty() {
            self.take(&Series { suffix: "_sum", samples: &sums, ..base });
            base.items = 0;
        }
        self.take(&Series { suffix: "_count", samples: &counts, ..base });
        base.items = 0;
        self.climb(base, "_bucket", "le", exemplars(Class::Histogram, points));
    }

    /// Makes a series of all that was said of the same bound, bound by bound. An exemplar belongs to the first bound that is
    /// not below its value.
    fn climb(&mut self, base: Series<'_>, suffix: &'static str, label: &'static str, mut exemplars: Vec<Exemplar>) {
        let mut rungs = std::mem::take(&mut self.rungs);
        let below = |one: &Rung, other: &Rung| one.bound.total_cmp(&other.bound);
        if !rungs.is_sorted_by(|one, other| below(one, other).is_lt()) {
            // Of what a data point says twice of a bound, the last counts.
            rungs.sort_by(|one, other| below(one, other).then(one.sample.millis.cmp(&other.sample.millis)));
            rungs.dedup_by(|later, earlier| {
                let same = below(later, earlier).is_eq() && later.sample.millis == earlier.sample.millis;
                if same {
                    *earlier = *later;
                }
                same
            });
        }
        let mut samples = std::mem::take(&mut self.samples);
        for step in rungs.chunk_by(|one, other| below(one, other).is_eq()) {
            let bound = step[0].bound;
            samples.clear();
            samples.extend(step.iter().map(|rung| rung.sample));
            let (here, above) = exemplars.into_iter().partition::<Vec<_>, _>(|exemplar| exemplar.value <= bound);
            exemplars = above;
            let text = self.text(bound);
            self.take(&Series { suffix, own: Some((label, &text)), samples: &samples, exemplars: &here, ..base });
            self.remember(bound, text);
        }
        (self.rungs, self.samples) = (rungs, samples);
    }

    /// The text of a bound, which is [remembered](Self::remember) afterwards.
    fn text(&mut self, bound: f64) -> Box<str> {
        self.texts.remove(&bound.to_bits()).unwrap_or_else(|| bound_text(bound).into())
    }

    fn remember(&mut self, bound: f64, text: Box<str>) {
        if self.texts.len() < MOST_TEXTS {
            self.texts.insert(bound.to_bits(), text);
        }
    }

    fn take(&mut self, series: &Series<'_>) {
        self.made += 1;
        self.sink.take(series);
    }
}

/// Makes samples of a data point: what was not recorded ends the series.
fn samples_of(millis: i64, flags: u32) -> impl Fn(f64) -> Sample {
    let stale = is_stale(flags);
    move |value| Sample { millis, value: if stale { STALE } else { value } }
}

/// The exemplars of all these data points, in the order of time.
fn exemplars(class: Class, points: &[Point<'_>]) -> Vec<Exemplar> {
    let mut exemplars = Vec::new();
    for point in points.iter().filter(|point| !point.message.is_empty()) {
        let message = Message::new(point.message);
        match class {
            Class::Number => exemplars.extend(NumberPoint::from(message).exemplars().map(exemplar)),
            Class::Histogram | Class::Custom => {
                exemplars.extend(HistogramPoint::from(message).exemplars().map(exemplar));
            }
            Class::Exponential => {
                exemplars.extend(ExponentialHistogramPoint::from(message).exemplars().map(exemplar));
            }
            Class::Summary => {}
        }
    }
    exemplars.sort_by_key(|exemplar: &Exemplar| exemplar.millis);
    exemplars
}

fn exemplar(view: ExemplarView<'_>) -> Exemplar {
    Exemplar { millis: millis(view.time_unix_nano()), value: number(view.value()), labels: exemplar_labels(&view) }
}
