//! Series and sketches as they are sent.
//!
//! Source: DataDog/agent-payload, `proto/metrics/agent_payload.proto`.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use foldhash::fast::FixedState;

use super::sketch::Sketch;
use super::wire::{self, bytes_tag, double_tag, varint_tag};

/// What a series counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Something that adds up.
    Count = 1,
    /// Something at a moment.
    Gauge = 3,
}

/// Tags in protobuf, as series and as sketches have them.
#[derive(Clone, Debug, Default)]
pub(super) struct Tags {
    series: Vec<u8>,
    sketch: Vec<u8>,
}

/// What a point is of.
#[derive(Clone, Copy)]
pub(super) struct Identity<'a> {
    pub(super) name: &'a str,
    /// With a dot in front, or nothing.
    pub(super) suffix: &'a str,
    pub(super) host: &'a str,
    /// Of resource and scope.
    pub(super) common: &'a Tags,
    /// Of the point.
    pub(super) own: &'a Tags,
    /// Tells it from everything else that Datadog tells it from.
    pub(super) hash: u64,
    /// In seconds since 1970.
    pub(super) time: i64,
}

/// Entries of a payload, one behind the other.
#[derive(Debug, Default)]
pub(super) struct Entries {
    pub(super) bytes: Vec<u8>,
    /// Where each ends, and how many data points it stands for.
    pub(super) ends: Vec<(usize, u32)>,
}

/// What a batch has become.
#[derive(Debug, Default)]
pub(super) struct Payload {
    pub(super) series: Entries,
    pub(super) sketches: Entries,
    /// Counts, by what Datadog tells them by and their time: where their values are.
    counts: HashMap<(u64, i64), usize, FixedState>,
}

impl Tags {
    const SERIES: u8 = bytes_tag(3);
    const SKETCH: u8 = bytes_tag(4);

    /// Adds a tag, which is the parts together.
    pub(super) fn push(&mut self, parts: &[&str]) {
        let begin = self.series.len();
        wire::text(&mut self.series, Self::SERIES, parts);
        self.sketch.push(Self::SKETCH);
        self.sketch.extend_from_slice(&self.series[begin + 1..]);
    }

    pub(super) fn clear(&mut self) {
        self.series.clear();
        self.sketch.clear();
    }
}

impl Payload {
    /// Adds a point of a series that stands for `points` data points. Counts of the same moment are put together: Datadog would
    /// keep the last of them.
    pub(super) fn series(&mut self, identity: Identity<'_>, kind: Kind, value: f64, points: u32) {
        if kind == Kind::Count {
            match self.counts.entry((identity.hash, identity.time)) {
                Entry::Occupied(known) => {
                    let at = *known.get();
                    let place = self.series.bytes[at..].first_chunk_mut().expect("a value has eight bytes");
                    *place = (f64::from_le_bytes(*place) + value).to_le_bytes();
                    self.series.stand_for(at, points);
                    return;
                }
                Entry::Vacant(new) => {
                    let at = self.series.point(identity, kind, value);
                    new.insert(at);
                }
            }
        } else {
            self.series.point(identity, kind, value);
        }
        self.series.end(points);
    }

    /// Adds a sketch that stands for `points` data points.
    pub(super) fn sketch(&mut self, identity: Identity<'_>, sketch: &Sketch, points: u32) {
        self.sketches.sketch(identity, sketch);
        self.sketches.end(points);
    }
}

impl Entries {
    /// Writes a series with one point; returns where its value is.
    fn point(&mut self, identity: Identity<'_>, kind: Kind, value: f64) -> usize {
        let out = &mut self.bytes;
        out.extend_from_slice(&[bytes_tag(1), 0, 0]);
        let begin = out.len();
        if !identity.host.is_empty() {
            wire::message(out, bytes_tag(1), |out| {
                wire::text(out, bytes_tag(1), &["host"]);
                wire::text(out, bytes_tag(2), &[identity.host]);
            });
        }
        wire::text(out, bytes_tag(2), &[identity.name, identity.suffix]);
        out.extend_from_slice(&identity.own.series);
        out.extend_from_slice(&identity.common.series);
        let mut value_at = 0;
        wire::message(out, bytes_tag(4), |out| {
            value_at = out.len() + 1;
            wire::double(out, double_tag(1), value);
            wire::whole(out, varint_tag(2), identity.time);
        });
        wire::whole(out, varint_tag(5), kind as i64);
        value_at + wire::end_message(out, begin)
    }

    fn sketch(&mut self, identity: Identity<'_>, sketch: &Sketch) {
        wire::message(&mut self.bytes, bytes_tag(1), |out| {
            wire::text(out, bytes_tag(1), &[identity.name, identity.suffix]);
            if !identity.host.is_empty() {
                wire::text(out, bytes_tag(2), &[identity.host]);
            }
            out.extend_from_slice(&identity.own.sketch);
            out.extend_from_slice(&identity.common.sketch);
            wire::message(out, bytes_tag(7), |out| {
                let summary = sketch.summary;
                wire::whole(out, varint_tag(1), identity.time);
                wire::whole(out, varint_tag(2), summary.count);
                wire::double(out, double_tag(3), summary.min);
                wire::double(out, double_tag(4), summary.max);
                wire::double(out, double_tag(5), summary.average);
                wire::double(out, double_tag(6), summary.sum);
                wire::message(out, bytes_tag(7), |out| sketch.keys.iter().for_each(|&key| wire::zigzag(out, key)));
                wire::message(out, bytes_tag(8), |out| {
                    sketch.counts.iter().for_each(|&count| wire::varint(out, u64::from(count)));
                });
            });
        });
    }

    fn end(&mut self, points: u32) {
        self.ends.push((self.bytes.len(), points));
    }

    /// Lets the entry that `at` lies in stand for more data points.
    fn stand_for(&mut self, at: usize, more: u32) {
        let entry = self.ends.partition_point(|(end, _)| *end <= at);
        if let Some((_, points)) = self.ends.get_mut(entry) {
            *points += more;
        }
    }
}
