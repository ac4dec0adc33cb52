//! Spans by ten seconds, by origin, by kind.

use std::collections::BTreeMap;

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use libdd_ddsketch::DDSketch;

use super::super::traces::{Facts, Origin};
use super::group::{Group, Kind, OriginKey, empty_sketch, hash_origin};

/// How long a bucket is, in nanoseconds.
pub(super) const INTERVAL: i64 = 10_000_000_000;

/// How many intervals after its beginning a bucket is waited for.
const PATIENCE: i64 = 2;

/// How many intervals ahead of the clock a span may end; one that ends later is counted as if it did then.
const AHEAD: i64 = 6;

/// The resource of spans that are not counted apart for want of room.
pub(super) const OTHER: &str = "(other resources)";

/// Counts spans.
#[derive(Debug)]
pub(crate) struct Concentrator {
    /// By their beginning, in nanoseconds since 1970.
    buckets: BTreeMap<i64, Bucket>,
    /// Where spans are counted that ended before it.
    oldest: i64,
    /// How many groups there are.
    groups: usize,
    most: usize,
    state: RandomState,
    empty: DDSketch,
    pub(super) crowded: Crowded,
}

/// Spans for which there was no room, since the last flush.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Crowded {
    /// Counted under [`OTHER`].
    pub(super) together: u64,
    /// Not counted.
    pub(super) lost: u64,
}

#[derive(Debug, Default)]
struct Bucket {
    origins: HashTable<OfOrigin>,
}

#[derive(Debug)]
struct OfOrigin {
    hash: u64,
    origin: OriginKey,
    groups: HashTable<(u64, Group)>,
}

/// What is sent of one origin: groups, by the beginning of their buckets.
#[derive(Debug)]
pub(super) struct Flushed {
    pub(super) origin: OriginKey,
    pub(super) buckets: Vec<(i64, Vec<Group>)>,
}

impl Concentrator {
    /// Has at most `most` groups, and an eighth more for what has to be counted together. `now` is in nanoseconds since
    /// 1970.
    pub(crate) fn new(most: usize, now: i64) -> Self {
        Self {
            buckets: BTreeMap::new(),
            oldest: begin(now),
            groups: 0,
            most,
            state: RandomState::default(),
            empty: empty_sketch(),
            crowded: Crowded::default(),
        }
    }

    /// How many groups are open.
    pub(crate) fn groups(&self) -> usize {
        self.groups
    }

    /// Counts a span.
    pub(crate) fn add(&mut self, origin: &Origin<'_>, span: &Facts<'_>, peers: &[String], now: i64) {
        let latest = begin(now).saturating_add(AHEAD * INTERVAL);
        let start = begin(span.end()).min(latest).max(self.oldest);
        let kind = Kind::of(origin, span, peers);
        let weight = origin.weight;
        let bucket = self.buckets.entry(start).or_default();
        let of_origin = bucket.origin(origin, &self.state);
        if let Some(group) = of_origin.find(kind, &self.state) {
            group.add(span, weight);
            return;
        }
        if self.groups < self.most {
            self.groups += 1;
            of_origin.insert(kind, &self.state, &self.empty).add(span, weight);
            return;
        }
        let other = Kind { resource: OTHER, http_status: 0, grpc_status: "", peers: &[], ..kind };
        if let Some(group) = of_origin.find(other, &self.state) {
            group.add(span, weight);
        } else if self.groups < self.most + self.most / 8 {
            self.groups += 1;
            of_origin.insert(other, &self.state, &self.empty).add(span, weight);
        } else {
            self.crowded.lost += 1;
            return;
        }
        self.crowded.together += 1;
    }

    /// Takes out the buckets that nothing is waited for any more, or all.
    pub(super) fn flush(&mut self, now: i64, all: bool) -> Vec<Flushed> {
        let ready = now.saturating_sub(PATIENCE * INTERVAL);
        let kept = if all { BTreeMap::new() } else { self.buckets.split_off(&ready.saturating_add(1)) };
        let taken = std::mem::replace(&mut self.buckets, kept);
        self.oldest = self.oldest.max(begin(now).saturating_sub((PATIENCE - 1) * INTERVAL));
        let mut flushed: Vec<Flushed> = Vec::new();
        let mut places: HashTable<(u64, usize)> = HashTable::new();
        for (start, bucket) in taken {
            for OfOrigin { hash, origin, groups } in bucket.origins {
                self.groups -= groups.len();
                let known = places.find(hash, |(_, place)| flushed[*place].origin == origin).map(|(_, place)| *place);
                let place = known.unwrap_or_else(|| {
                    places.insert_unique(hash, (hash, flushed.len()), |(hash, _)| *hash);
                    flushed.push(Flushed { origin, buckets: Vec::new() });
                    flushed.len() - 1
                });
                let groups = groups.into_iter().map(|(_, group)| group).collect();
                flushed[place].buckets.push((start, groups));
            }
        }
        flushed
    }
}

impl Bucket {
    fn origin(&mut self, origin: &Origin<'_>, state: &RandomState) -> &mut OfOrigin {
        let hash = hash_origin(origin, state);
        let is = |of: &OfOrigin| of.origin.is(origin);
        let new = || OfOrigin { hash, origin: OriginKey::of(origin), groups: HashTable::new() };
        self.origins.entry(hash, is, |of| of.hash).or_insert_with(new).into_mut()
    }
}

impl OfOrigin {
    fn find(&mut self, kind: Kind<'_>, state: &RandomState) -> Option<&mut Group> {
        self.groups.find_mut(kind.hash(state), |(_, group)| group.kind.borrow() == kind).map(|(_, group)| group)
    }

    fn insert(&mut self, kind: Kind<'_>, state: &RandomState, empty: &DDSketch) -> &mut Group {
        let hash = kind.hash(state);
        &mut self.groups.insert_unique(hash, (hash, Group::new(kind, empty)), |(hash, _)| *hash).into_mut().1
    }
}

/// When the bucket began that a time is in.
fn begin(time: i64) -> i64 {
    time - time.rem_euclid(INTERVAL)
}
