//! What is counted apart, and what is counted.

use std::hash::BuildHasher;

use foldhash::fast::RandomState;
use libdd_ddsketch::{DDSketch, pb};

use super::super::traces::{Facts, Origin};

/// Where spans come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct OriginKey {
    pub(super) env: String,
    pub(super) host: String,
    pub(super) version: String,
    pub(super) container: String,
    pub(super) container_tags: String,
    pub(super) git_commit: String,
    pub(super) language: String,
}

impl OriginKey {
    pub(super) fn of(origin: &Origin<'_>) -> Self {
        Self {
            env: origin.env.to_owned(),
            host: origin.host.to_owned(),
            version: origin.version.to_owned(),
            container: origin.container.to_owned(),
            container_tags: origin.container_tags.to_owned(),
            git_commit: origin.git_commit.to_owned(),
            language: origin.language.to_owned(),
        }
    }

    /// The tags of the container do not tell origins apart: its id does.
    pub(super) fn is(&self, origin: &Origin<'_>) -> bool {
        (&*self.env, &*self.host, &*self.version, &*self.container, &*self.git_commit, &*self.language)
            == (origin.env, origin.host, origin.version, origin.container, origin.git_commit, origin.language)
    }
}

/// What spans are, so far as they are counted apart by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Kind<'k> {
    pub(super) service: &'k str,
    pub(super) name: &'k str,
    pub(super) resource: &'k str,
    pub(super) kind_of_work: &'k str,
    pub(super) kind: &'k str,
    pub(super) http_status: u32,
    pub(super) grpc_status: &'k str,
    pub(super) is_synthetic: bool,
    pub(super) is_root: bool,
    /// Sorted.
    pub(super) peers: &'k [String],
}

impl<'k> Kind<'k> {
    pub(super) fn of(origin: &Origin<'_>, span: &'k Facts<'_>, peers: &'k [String]) -> Self {
        Self {
            service: &span.service,
            name: &span.name,
            resource: &span.resource,
            kind_of_work: &span.kind_of_work,
            kind: &span.kind,
            http_status: span.counted_http_status,
            grpc_status: &span.grpc_status,
            is_synthetic: origin.is_synthetic,
            is_root: span.parent == 0,
            peers,
        }
    }

    pub(super) fn hash(&self, state: &RandomState) -> u64 {
        state.hash_one(self)
    }
}

/// The same, kept.
#[derive(Clone, Debug)]
pub(super) struct KindKey {
    service: Box<str>,
    name: Box<str>,
    resource: Box<str>,
    kind_of_work: Box<str>,
    kind: Box<str>,
    http_status: u32,
    grpc_status: Box<str>,
    is_synthetic: bool,
    is_root: bool,
    peers: Box<[String]>,
}

impl From<Kind<'_>> for KindKey {
    fn from(kind: Kind<'_>) -> Self {
        Self {
            service: kind.service.into(),
            name: kind.name.into(),
            resource: kind.resource.into(),
            kind_of_work: kind.kind_of_work.into(),
            kind: kind.kind.into(),
            http_status: kind.http_status,
            grpc_status: kind.grpc_status.into(),
            is_synthetic: kind.is_synthetic,
            is_root: kind.is_root,
            peers: kind.peers.into(),
        }
    }
}

impl KindKey {
    pub(super) fn borrow(&self) -> Kind<'_> {
        Kind {
            service: &self.service,
            name: &self.name,
            resource: &self.resource,
            kind_of_work: &self.kind_of_work,
            kind: &self.kind,
            http_status: self.http_status,
            grpc_status: &self.grpc_status,
            is_synthetic: self.is_synthetic,
            is_root: self.is_root,
            peers: &self.peers,
        }
    }
}

/// What is counted of spans of one kind and origin in one bucket.
///
/// Fractions come from spans that stand for several; they are rounded when all is counted.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) kind: KindKey,
    pub(super) hits: f64,
    pub(super) top_level_hits: f64,
    pub(super) errors: f64,
    /// In nanoseconds.
    pub(super) duration: f64,
    /// Durations of those that went well, and of those that failed.
    pub(super) ok: DDSketch,
    pub(super) failed: DDSketch,
}

impl Group {
    /// `empty` is what its sketches are at first.
    pub(super) fn new(kind: Kind<'_>, empty: &DDSketch) -> Self {
        let (ok, failed) = (empty.clone(), empty.clone());
        Self { kind: kind.into(), hits: 0.0, top_level_hits: 0.0, errors: 0.0, duration: 0.0, ok, failed }
    }

    pub(super) fn add(&mut self, span: &Facts<'_>, weight: f64) {
        self.hits += weight;
        if span.is_top_level {
            self.top_level_hits += weight;
        }
        self.duration += span.duration as f64 * weight;
        let sketch = if span.is_error {
            self.errors += weight;
            &mut self.failed
        } else {
            &mut self.ok
        };
        // It refuses what is negative or no number, which a duration is not.
        let _ = sketch.add(coarse(span.duration));
    }
}

/// A sketch as the Agent's statistics have it: right to one percent. The crate's own default has other bins.
pub(super) fn empty_sketch() -> DDSketch {
    const ACCURACY: f64 = 0.01;
    let gamma = (1.0 + ACCURACY) / (1.0 - ACCURACY);
    let mapping = pb::IndexMapping { gamma, ..pb::IndexMapping::default() };
    let sketch = pb::DdSketch { mapping: Some(mapping), ..pb::DdSketch::default() };
    // It refuses no gamma above one.
    DDSketch::from_pb(sketch).unwrap_or_default()
}

/// A duration with ten binary digits, so that sketches have fewer bins.
fn coarse(duration: i64) -> f64 {
    const KEPT: u64 = 0xffff_f800_0000_0000;
    f64::from_bits((duration as f64).to_bits() & KEPT)
}

/// The hash of an origin.
pub(super) fn hash_origin(origin: &Origin<'_>, state: &RandomState) -> u64 {
    state.hash_one((origin.env, origin.host, origin.version, origin.container, origin.git_commit, origin.language))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_keep_ten_digits() {
        // The values are the Agent's.
        assert_eq!(coarse(123_456_789), 123_338_752.0);
        assert_eq!(coarse(5_000_000_000), 4_999_610_368.0);
        assert_eq!(coarse(0), 0.0);
    }
    #[test]
    fn sketches_have_the_agents_bins() {
        // The values are the Agent's.
        for (duration, bin) in [(1, 0), (1_000, 345), (123_456_789, 931), (5_000_000_000, 1_116)] {
            let mut sketch = empty_sketch();
            sketch.add(coarse(duration)).unwrap();
            let bins = sketch.into_pb().positive_values.unwrap();
            assert_eq!((bins.contiguous_bin_index_offset, bins.contiguous_bin_counts), (bin, vec![1.0]), "{duration}");
        }
    }
}
