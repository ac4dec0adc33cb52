//! The series that are shown.

use std::collections::HashMap;
use std::hash::BuildHasher;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use foldhash::fast::RandomState;
use tokio::time::Instant;

use super::family::{Families, Family, Kind};
use super::point::Point;
use super::refusal::Refusal;
use super::sum::{self, Counting};
use crate::prometheus_model::Labels;

/// Stands behind every name and every value of a [`Key`]; no text has this byte.
const END: u8 = 0xff;

/// So many parts have a lock of their own: a scrape copies one after another.
const PARTS: usize = 16;

/// One point a series, and what describes series: families, and targets, the resources that they come from.
pub(super) struct Store {
    parts: [Mutex<HashMap<Key, Series, RandomState>>; PARTS],
    hasher: RandomState,
    families: Mutex<Families>,
    targets: Mutex<HashMap<Key, Arc<Target>>>,
    series: AtomicUsize,
    max_series: usize,
    expiration: Duration,
}

/// A family's number, and the labels.
type Key = Arc<[u8]>;

struct Series {
    point: Point,
    updated: Instant,
    family: Arc<Family>,
    /// Held so that it is shown for as long as one of its series is.
    _target: Option<Arc<Target>>,
}

/// A resource, as `target_info` shows it.
#[derive(Debug)]
pub(super) struct Target {
    labels: Mutex<Arc<[u8]>>,
}

/// The series at a moment, family by family.
pub(super) struct Snapshot {
    pub(super) families: Vec<(Arc<Family>, Vec<Shown>)>,
    /// The labels of every target.
    pub(super) targets: Vec<Arc<[u8]>>,
}

/// A series at a moment.
pub(super) struct Shown {
    key: Key,
    pub(super) point: Point,
}

/// The key of a series, written into memory that is used again.
#[derive(Debug, Default)]
pub(super) struct KeyBuffer(Vec<u8>);

impl KeyBuffer {
    /// Fills it for a family and labels.
    pub(super) fn fill(&mut self, family: &Family, labels: &Labels) {
        self.0.clear();
        self.0.extend_from_slice(&family.id.to_le_bytes());
        append(&mut self.0, labels.iter());
    }
}

impl Shown {
    /// The labels, sorted by name.
    pub(super) fn labels(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        pairs(&self.key[size_of::<u64>()..])
    }
}

/// Labels as one piece of memory.
pub(super) fn packed<'a>(labels: impl Iterator<Item = (&'a str, &'a str)>) -> Arc<[u8]> {
    let mut packed = Vec::new();
    append(&mut packed, labels);
    packed.into()
}

fn append<'a>(packed: &mut Vec<u8>, labels: impl Iterator<Item = (&'a str, &'a str)>) {
    for (name, value) in labels {
        for text in [name, value] {
            packed.extend_from_slice(text.as_bytes());
            packed.push(END);
        }
    }
}

/// The labels in one piece of memory.
pub(super) fn pairs(packed: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let mut texts = packed.split(|byte| *byte == END);
    std::iter::from_fn(move || Some((texts.next()?, texts.next()?)))
}

impl Store {
    /// A store of at most so many series, each for so long after its last data point.
    pub(super) fn new(max_series: usize, expiration: Duration) -> Self {
        Self {
            parts: std::array::from_fn(|_| Mutex::default()),
            hasher: RandomState::default(),
            families: Mutex::default(),
            targets: Mutex::default(),
            series: AtomicUsize::new(0),
            max_series,
            expiration,
        }
    }

    /// The family of this name and type, which is made if there is none.
    ///
    /// # Errors
    ///
    /// The one that is shown has another type, or there is room for no more series, and so for no more families.
    pub(super) fn family(&self, name: String, help: &str, kind: Kind) -> Result<Arc<Family>, Refusal> {
        let mut families = locked(&self.families);
        match families.get(&name) {
            Some(family) if family.kind == kind => Ok(Arc::clone(family)),
            Some(_) => Err(Refusal::OtherType),
            None if self.is_full() => Err(Refusal::TooManySeries),
            None => Ok(families.make(name, help, kind)),
        }
    }

    /// The target of this identity, described by these labels from now on.
    ///
    /// There is none while there is room for no more series.
    pub(super) fn target(&self, identity: &[u8], labels: Arc<[u8]>) -> Option<Arc<Target>> {
        let mut targets = locked(&self.targets);
        if let Some(target) = targets.get(identity) {
            *locked(&target.labels) = labels;
            return Some(Arc::clone(target));
        }
        if self.is_full() {
            return None;
        }
        let target = Arc::new(Target { labels: Mutex::new(labels) });
        targets.insert(identity.into(), Arc::clone(&target));
        Some(target)
    }

    /// Takes a data point.
    ///
    /// # Errors
    ///
    /// It is the first of one series too many, or a delta that cannot be added.
    pub(super) fn put(
        &self,
        key: &KeyBuffer,
        (family, target): (&Arc<Family>, Option<&Arc<Target>>),
        (point, counting): (Point, Counting),
        now: Instant,
    ) -> Result<(), Refusal> {
        let mut part = self.part(key);
        if let Some(series) = part.get_mut(key.0.as_slice()) {
            if self.is_over(series, now) {
                series.point = point;
            } else {
                sum::update(&mut series.point, point, counting)?;
            }
            series.updated = now;
            return Ok(());
        }
        let take = |series| (series < self.max_series).then_some(series + 1);
        if self.series.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_err() {
            return Err(Refusal::TooManySeries);
        }
        let (family, target) = (Arc::clone(family), target.cloned());
        part.insert(key.0.as_slice().into(), Series { point, updated: now, family, _target: target });
        Ok(())
    }

    /// Forgets a series: its sender says that it has ended.
    pub(super) fn remove(&self, key: &KeyBuffer) {
        if self.part(key).remove(key.0.as_slice()).is_some() {
            self.series.fetch_sub(1, Ordering::Relaxed);
        }
    }

    /// How many series are kept.
    pub(super) fn len(&self) -> usize {
        self.series.load(Ordering::Relaxed)
    }

    /// Forgets what has expired.
    pub(super) fn tidy(&self, now: Instant) {
        for part in &self.parts {
            let mut part = locked(part);
            let before = part.len();
            part.retain(|_, series| !self.is_over(series, now));
            self.series.fetch_sub(before - part.len(), Ordering::Relaxed);
            // A flood of series that came once is given back.
            if part.capacity() > 1024 && part.len() < part.capacity() / 8 {
                part.shrink_to_fit();
            }
        }
        locked(&self.families).tidy();
        locked(&self.targets).retain(|_, target| Arc::strong_count(target) > 1);
    }

    /// Copies what is shown, a part at a time. Families and series are in the order of their names and labels.
    pub(super) fn snapshot(&self, now: Instant) -> Snapshot {
        let mut families: HashMap<u64, (Arc<Family>, Vec<Shown>), RandomState> = HashMap::default();
        for part in &self.parts {
            let part = locked(part);
            for (key, series) in part.iter().filter(|(_, series)| !self.is_over(series, now)) {
                let family = &series.family;
                let (_, all) = families.entry(family.id).or_insert_with(|| (Arc::clone(family), Vec::new()));
                all.push(Shown { key: Arc::clone(key), point: series.point.clone() });
            }
        }
        let mut families: Vec<_> = families.into_values().collect();
        families.sort_unstable_by(|(a, _), (b, _)| a.name.cmp(&b.name));
        for (_, all) in &mut families {
            all.sort_unstable_by(|a, b| a.key.cmp(&b.key));
        }
        let targets = locked(&self.targets);
        let used = targets.values().filter(|target| Arc::strong_count(target) > 1);
        let mut targets: Vec<_> = used.map(|target| Arc::clone(&locked(&target.labels))).collect();
        targets.sort_unstable();
        Snapshot { families, targets }
    }

    fn is_full(&self) -> bool {
        self.len() >= self.max_series
    }

    fn is_over(&self, series: &Series, now: Instant) -> bool {
        now.saturating_duration_since(series.updated) >= self.expiration
    }

    fn part(&self, key: &KeyBuffer) -> MutexGuard<'_, HashMap<Key, Series, RandomState>> {
        // The maps have hashes of their own: the place in them says nothing about the part.
        locked(&self.parts[self.hasher.hash_one(&key.0) as usize % PARTS])
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
