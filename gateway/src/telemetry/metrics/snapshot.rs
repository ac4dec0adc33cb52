//! The own metrics at one time, as every reader gets them.

use std::collections::BTreeMap;
use std::time::Instant;

use metrics::{Key, Unit};

use super::histogram::Distribution;
use super::process::Process;
use super::registry::Registry;
use super::{Level, catalog};

/// Series of one name.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Family {
    pub(super) kind: Kind,
    /// In UCUM; empty for plain numbers.
    pub(super) unit: &'static str,
    pub(super) help: String,
    /// By their labels, which are in the order of their names.
    pub(super) series: BTreeMap<Labels, Value>,
}

pub(super) type Labels = Vec<(String, String)>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Counter,
    Gauge,
    Histogram,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Number(f64),
    Distribution(Distribution),
}

/// Every family by its name.
pub(super) type Snapshot = BTreeMap<String, Family>;

/// Takes everything that is shown at a level.
pub(super) fn take(registry: &Registry, level: Level, started: Instant) -> Snapshot {
    let mut collector = Collector { registry, level, families: Snapshot::new() };
    registry.visit_counters(|key, value| collector.add(key, Kind::Counter, Value::Number(value as f64)));
    registry.visit_gauges(|key, value| collector.add(key, Kind::Gauge, Value::Number(value)));
    registry.visit_histograms(|key, buckets| {
        collector.add(key, Kind::Histogram, Value::Distribution(buckets.distribution()));
    });
    collector.add_process(&Process::look(started));
    collector.families
}

struct Collector<'r> {
    registry: &'r Registry,
    level: Level,
    families: Snapshot,
}

impl Collector<'_> {
    fn add(&mut self, key: &Key, kind: Kind, value: Value) {
        if catalog::level(key.name()) > self.level {
            return;
        }
        let mut labels: Labels = key.labels().map(|label| (label.key().to_owned(), label.value().to_owned())).collect();
        labels.sort_unstable();
        self.insert(key.name(), kind, labels, value);
    }

    fn insert(&mut self, name: &str, kind: Kind, labels: Labels, value: Value) {
        let family = self.families.entry(name.to_owned()).or_insert_with(|| {
            let (unit, help) = describe(self.registry, name);
            Family { kind, unit, help, series: BTreeMap::new() }
        });
        // Two kinds under one name would make the whole text unreadable.
        if family.kind == kind {
            family.series.insert(labels, value);
        }
    }

    fn add_process(&mut self, process: &Process) {
        let metrics = [
            ("otelcol_process_cpu_seconds", Kind::Counter, process.cpu_seconds),
            ("otelcol_process_memory_rss", Kind::Gauge, process.memory_rss),
            ("otelcol_process_runtime_heap_alloc_bytes", Kind::Gauge, process.anonymous),
            ("otelcol_process_uptime", Kind::Counter, process.uptime),
        ];
        for (name, kind, value) in metrics {
            if let Some(value) = value {
                self.insert(name, kind, Labels::new(), Value::Number(value));
            }
        }
    }
}

fn describe(registry: &Registry, name: &str) -> (&'static str, String) {
    if let Some(entry) = catalog::find(name) {
        return (entry.unit, entry.help.to_owned());
    }
    let Some(description) = registry.description(name) else {
        return ("", String::new());
    };
    let unit = match description.unit {
        Some(Unit::Seconds) => "s",
        Some(Unit::Milliseconds) => "ms",
        Some(Unit::Bytes) => "By",
        _ => "",
    };
    (unit, description.text.into_owned())
}
