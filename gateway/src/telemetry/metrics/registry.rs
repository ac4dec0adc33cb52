//! Where the own metrics are kept.
//!
//! A registry of our own rather than `metrics-exporter-prometheus`: that one cannot show a counter that is no whole
//! number (`otelcol_process_cpu_seconds`), choose by level, or be read for OTLP; and histograms of `metrics-util` grow
//! until somebody asks. Everything here has a fixed size.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit};

use super::catalog;
use super::histogram::Buckets;

/// How many series of one kind are kept. Past it, new ones count nowhere: a defect must not cost all the memory.
const MAX_SERIES: usize = 5_000;

/// The metrics of this process, as the `metrics` facade records them.
#[derive(Default)]
pub struct Registry {
    counters: Series<AtomicU64>,
    gauges: Series<AtomicU64>,
    histograms: Series<Buckets>,
    descriptions: RwLock<HashMap<KeyName, Description>>,
}

/// What the one who made a metric said about it.
#[derive(Clone, Debug)]
pub(super) struct Description {
    pub(super) unit: Option<Unit>,
    pub(super) text: SharedString,
}

struct Series<T>(RwLock<HashMap<Key, Arc<T>>>);

impl<T> Default for Series<T> {
    fn default() -> Self {
        Self(RwLock::default())
    }
}

impl<T> Series<T> {
    fn get_or_insert(&self, key: &Key, make: impl FnOnce() -> T) -> Option<Arc<T>> {
        if let Some(series) = read(&self.0).get(key) {
            return Some(Arc::clone(series));
        }
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MAX_SERIES && !all.contains_key(key) {
            return None;
        }
        Some(Arc::clone(all.entry(key.clone()).or_insert_with(|| Arc::new(make()))))
    }

    fn visit(&self, mut visit: impl FnMut(&Key, &T)) {
        for (key, series) in read(&self.0).iter() {
            visit(key, series);
        }
    }
}

impl Registry {
    /// Every counter with its value.
    pub(super) fn visit_counters(&self, mut visit: impl FnMut(&Key, u64)) {
        self.counters.visit(|key, counter| visit(key, counter.load(Ordering::Relaxed)));
    }

    /// Every gauge with its value.
    pub(super) fn visit_gauges(&self, mut visit: impl FnMut(&Key, f64)) {
        self.gauges.visit(|key, gauge| visit(key, f64::from_bits(gauge.load(Ordering::Relaxed))));
    }

    /// Every histogram.
    pub(super) fn visit_histograms(&self, visit: impl FnMut(&Key, &Buckets)) {
        self.histograms.visit(visit);
    }

    pub(super) fn description(&self, name: &str) -> Option<Description> {
        read(&self.descriptions).get(name).cloned()
    }

    /// The sum of a counter's series by the value of one of their labels, in the order of the values.
    pub fn sums(&self, name: &str, label: &str) -> std::collections::BTreeMap<String, u64> {
        let mut sums = std::collections::BTreeMap::new();
        self.visit_counters(|key, value| {
            if key.name() == name && value > 0 {
                let by = key.labels().find(|entry| entry.key() == label).map_or("", |entry| entry.value());
                *sums.entry(by.to_owned()).or_default() += value;
            }
        });
        sums
    }

    fn describe(&self, key: KeyName, unit: Option<Unit>, text: SharedString) {
        let mut descriptions = self.descriptions.write().unwrap_or_else(PoisonError::into_inner);
        if descriptions.len() < MAX_SERIES {
            descriptions.insert(key, Description { unit, text });
        }
    }
}

impl Recorder for Registry {
    fn describe_counter(&self, key: KeyName, unit: Option<Unit>, description: SharedString) {
        self.describe(key, unit, description);
    }

    fn describe_gauge(&self, key: KeyName, unit: Option<Unit>, description: SharedString) {
        self.describe(key, unit, description);
    }

    fn describe_histogram(&self, key: KeyName, unit: Option<Unit>, description: SharedString) {
        self.describe(key, unit, description);
    }

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        self.counters.get_or_insert(key, AtomicU64::default).map_or_else(Counter::noop, Counter::from_arc)
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        self.gauges.get_or_insert(key, AtomicU64::default).map_or_else(Gauge::noop, Gauge::from_arc)
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        let make = || Buckets::new(catalog::bounds(key.name()));
        self.histograms.get_or_insert(key, make).map_or_else(Histogram::noop, Histogram::from_arc)
    }
}

fn read<K: Hash + Eq, V>(map: &RwLock<HashMap<K, V>>) -> std::sync::RwLockReadGuard<'_, HashMap<K, V>> {
    map.read().unwrap_or_else(PoisonError::into_inner)
}
