//! Data points that became the same stream: those of one metric with equal attributes and the same time.
//!
//! Source: the metrics data model, "Temporality" and "Reaggregation". What is merged how is in the README.

mod exponential;
mod histogram;
mod number;
mod summary;

use std::collections::HashMap;
use std::hash::BuildHasher;

use foldhash::quality::RandomState;
use opentelemetry_proto::tonic::metrics::v1::Exemplar;
use prost::Message as _;
use sluice_pdata::Batch;
use sluice_pdata::edit::{Node, Place};
use sluice_pdata::view::{ExponentialHistogramPoint, HistogramPoint, KeyValue, NumberPoint, SummaryPoint};

pub(super) use number::{MERGE_GAUGES, MergeGauges};

use super::telemetry::Counts;

/// Bit 0 of a data point's flags: no value was recorded.
const NO_RECORDED_VALUE: u32 = 1;
/// The exemplars that a merged data point has room for; more if one of those merged has more.
const EXEMPLARS: usize = 16;

/// The data of a metric, by the field it is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Gauge,
    Sum,
    Histogram,
    ExponentialHistogram,
    Summary,
}

/// Merges the data points of those metrics whose attributes changed; the others are left as they are.
///
/// `changed` has an entry for each metric, in order.
pub(super) fn merge(batch: &Batch, changed: &[bool], gauges: MergeGauges, counts: &mut Counts) -> Batch {
    let mut metrics = changed.iter();
    let mut merge = Merge { gauges, counts, hashes: RandomState::default() };
    batch.edit(|request| {
        each(request, 1, &mut |entry| {
            each(entry, 2, &mut |scope| {
                each(scope, 2, &mut |metric| {
                    if metrics.next() == Some(&true) {
                        merge.metric(metric);
                    }
                });
            });
        });
    })
}

/// Enters every field of this number.
fn each<'a>(node: Node<'_, 'a>, number: u32, enter: &mut dyn FnMut(Node<'_, 'a>)) {
    node.fields(|field| {
        if field.number() == number {
            field.enter(&mut *enter);
        }
    });
}

struct Merge<'c> {
    gauges: MergeGauges,
    counts: &'c mut Counts,
    hashes: RandomState,
}

/// What becomes of a data point.
enum Fate {
    Keep,
    Remove,
    Replace(Vec<u8>),
}

impl Merge<'_> {
    fn metric(&mut self, node: Node<'_, '_>) {
        node.fields(|field| {
            let kind = match field.number() {
                5 => Kind::Gauge,
                7 => Kind::Sum,
                9 => Kind::Histogram,
                10 => Kind::ExponentialHistogram,
                11 => Kind::Summary,
                _ => return,
            };
            field.enter(|data| self.data(kind, data));
        });
    }

    fn data(&mut self, kind: Kind, node: Node<'_, '_>) {
        let places: Vec<Place> = node.places().filter(|place| place.number() == 1 && place.has_length()).collect();
        let points: Vec<&[u8]> = places.iter().map(|place| node.content_at(*place)).collect();
        let groups = self.groups(kind, &points);
        if groups.is_empty() {
            return;
        }
        let mut fates: Vec<Fate> = points.iter().map(|_| Fate::Keep).collect();
        for group in groups {
            let members: Vec<&[u8]> = group.iter().map(|number| points[*number]).collect();
            let others = group.len() as u64 - 1;
            match self.merged(kind, &members) {
                Some(merged) => {
                    group.iter().for_each(|number| fates[*number] = Fate::Remove);
                    fates[group[0]] = Fate::Replace(merged);
                    self.counts.merged_data_points += others;
                }
                None => self.counts.unmerged_data_points += others,
            }
        }
        node.fields_at(places.into_iter().zip(fates), |fate, field| match fate {
            Fate::Keep => {}
            Fate::Remove => field.remove(),
            Fate::Replace(content) => field.replace(&content),
        });
    }

    /// The data points that are the same stream at the same time, where there are several.
    fn groups(&self, kind: Kind, points: &[&[u8]]) -> Vec<Vec<usize>> {
        if points.len() < 2 {
            return Vec::new();
        }
        let (mut identity, mut other) = (Identity::default(), Identity::default());
        // The groups of each hash: equal hashes are not yet equal attributes.
        let mut by_hash: HashMap<u64, Vec<Vec<usize>>> = HashMap::with_capacity(points.len());
        for (number, point) in points.iter().enumerate() {
            identity.read(kind, point);
            let groups = by_hash.entry(self.hashes.hash_one((&identity.attributes, identity.time))).or_default();
            let same = groups.iter_mut().find(|group| {
                other.read(kind, points[group[0]]);
                other == identity
            });
            match same {
                Some(group) => group.push(number),
                None => groups.push(vec![number]),
            }
        }
        let mut groups: Vec<_> = by_hash.into_values().flatten().filter(|group| group.len() > 1).collect();
        groups.sort_unstable();
        groups
    }

    /// The one data point that several become; none if they cannot.
    fn merged(&mut self, kind: Kind, points: &[&[u8]]) -> Option<Vec<u8>> {
        match kind {
            Kind::Gauge => number::gauges(decode(points)?, self.gauges, self.counts).map(|point| point.encode_to_vec()),
            Kind::Sum => number::sums(decode(points)?, self.counts).map(|point| point.encode_to_vec()),
            Kind::Histogram => histogram::merge(decode(points)?, self.counts).map(|point| point.encode_to_vec()),
            Kind::ExponentialHistogram => {
                exponential::merge(decode(points)?, self.counts).map(|point| point.encode_to_vec())
            }
            Kind::Summary => summary::merge(decode(points)?, self.counts).map(|point| point.encode_to_vec()),
        }
    }
}

fn decode<P: prost::Message + Default>(points: &[&[u8]]) -> Option<Vec<P>> {
    points.iter().map(|point| P::decode(*point).ok()).collect()
}

/// What makes two data points of a metric the same.
#[derive(Default, PartialEq, Eq)]
struct Identity {
    /// Keys and values, sorted, each with its length.
    attributes: Vec<u8>,
    time: u64,
}

impl Identity {
    fn read(&mut self, kind: Kind, point: &[u8]) {
        let message = sluice_pdata::view::Message::new(point);
        let (attributes, time) = match kind {
            Kind::Gauge | Kind::Sum => {
                let point = NumberPoint::from(message);
                (point.attributes(), point.time_unix_nano())
            }
            Kind::Histogram => {
                let point = HistogramPoint::from(message);
                (point.attributes(), point.time_unix_nano())
            }
            Kind::ExponentialHistogram => {
                let point = ExponentialHistogramPoint::from(message);
                (point.attributes(), point.time_unix_nano())
            }
            Kind::Summary => {
                let point = SummaryPoint::from(message);
                (point.attributes(), point.time_unix_nano())
            }
        };
        self.time = time;
        self.attributes.clear();
        let mut sorted: Vec<KeyValue<'_>> = attributes.collect();
        sorted.sort_unstable_by_key(|attribute| (attribute.key_bytes(), attribute.value_bytes()));
        for attribute in sorted {
            for part in [attribute.key_bytes(), attribute.value_bytes()] {
                self.attributes.extend_from_slice(&(part.len() as u64).to_le_bytes());
                self.attributes.extend_from_slice(part);
            }
        }
    }
}

/// The time from which merged data points count: the earliest, and unknown if one is unknown.
fn start(starts: impl Iterator<Item = u64>) -> u64 {
    starts.min().unwrap_or_default()
}

/// The exemplars of all, as many as there is room for.
fn exemplars(lists: Vec<Vec<Exemplar>>, counts: &mut Counts) -> Vec<Exemplar> {
    let room = lists.iter().map(Vec::len).max().unwrap_or_default().max(EXEMPLARS);
    let mut all: Vec<_> = lists.into_iter().flatten().collect();
    counts.dropped_exemplars += all.len().saturating_sub(room) as u64;
    all.truncate(room);
    all
}

/// The sum of all, if all are known.
fn sum(sums: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    sums.sum()
}

/// The smallest of all, if all are known.
fn min(values: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    values.collect::<Option<Vec<_>>>()?.into_iter().reduce(f64::min)
}

/// The largest of all, if all are known.
fn max(values: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    values.collect::<Option<Vec<_>>>()?.into_iter().reduce(f64::max)
}
