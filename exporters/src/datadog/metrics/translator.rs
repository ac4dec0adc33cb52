//! OTLP metrics in Datadog's words.
//!
//! Source: the Datadog Agent, `pkg/opentelemetry-mapping-go/otlp/metrics`.

use std::hash::BuildHasher;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use foldhash::fast::RandomState;
use sluice_pdata::Batch;
use sluice_pdata::view::{Attributes, Data, KeyValue, Metric, Resource, Scope, Temporality};

use super::super::config::{CumulativeMonotonicMode, InitialValue, MetricsConfig};
use super::super::host::Source;
use super::super::tags;
use super::delta::{Deltas, Times};
use super::payload::{Identity, Kind, Payload, Tags};

/// Translates batches, in the order in which they come.
pub(super) struct Translator {
    pub(super) config: MetricsConfig,
    pub(super) deltas: Deltas,
    hasher: RandomState,
    /// When this began, in nanoseconds since 1970.
    started: u64,
    /// The host of what names none.
    host: String,
    /// The tags of the metrics that say that we run.
    running: Vec<String>,
}

/// What a batch has become.
#[derive(Debug, Default)]
pub(super) struct Translated {
    pub(super) payload: Payload,
    /// Data points that Datadog has no words for.
    pub(super) inexpressible: usize,
    /// Data points of streams that there was no room to remember.
    pub(super) too_many: usize,
}

/// Goes through one batch.
pub(super) struct Walk<'t> {
    pub(super) config: &'t MetricsConfig,
    pub(super) deltas: &'t mut Deltas,
    pub(super) now: Instant,
    hasher: &'t RandomState,
    started: u64,
    translated: Translated,
    /// The tags of the data point that is looked at.
    own: Tags,
    own_hash: u64,
    /// Data points that what is written next stands for: one, until it is written.
    points: u32,
    /// Counts and bounds of the histogram that is looked at.
    pub(super) scratch: super::histogram::Scratch,
}

/// What the metrics of one scope have in common.
pub(super) struct Common<'a> {
    host: &'a str,
    tags: Tags,
    /// Of host and tags: what Datadog sees.
    seen_hash: u64,
    /// Of resource and scope: where a stream is from.
    from_hash: u64,
    /// The attributes that are tags of every point, so that they are none of its own.
    resource: Option<Attributes<'a>>,
}

/// A metric, and what it has in common with others.
#[derive(Clone, Copy)]
pub(super) struct Named<'a> {
    pub(super) name: &'a str,
    pub(super) common: &'a Common<'a>,
}

/// Tells the streams of one data point from each other.
#[derive(Clone, Copy, Hash)]
pub(super) enum Part {
    Value,
    Histogram,
    Count,
    Sum,
}

/// Bit 0 of a data point's flags: no value was recorded.
pub(super) const NO_RECORDED_VALUE: u32 = 1;

const NANOS: u64 = 1_000_000_000;

impl Translator {
    /// Begins now. `host` is that of what names none; `program` and `version` are ours.
    pub(super) fn new(config: MetricsConfig, host: String, program: &str, version: &str) -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self {
            deltas: Deltas::new(config.delta_ttl, config.delta_cache_bytes, Instant::now()),
            config,
            hasher: RandomState::default(),
            started: u64::try_from(since.as_nanos()).unwrap_or(u64::MAX),
            host,
            running: vec![format!("version:{version}"), format!("command:{program}")],
        }
    }

    /// Translates a batch. What is remembered of cumulative streams is remembered from here on, even if it is never sent.
    pub(super) fn translate(&mut self, batch: &Batch, now: Instant) -> Translated {
        self.deltas.tidy(now);
        let mut walk = Walk {
            config: &self.config,
            deltas: &mut self.deltas,
            now,
            hasher: &self.hasher,
            started: self.started,
            translated: Translated::default(),
            own: Tags::default(),
            own_hash: 0,
            points: 0,
            scratch: Default::default(),
        };
        let mut running: Vec<Source<'_>> = Vec::new();
        for resource_metrics in batch.resource_metrics() {
            let resource = resource_metrics.resource().unwrap_or_default();
            let source = Source::of(resource.attributes());
            let host = source.host(&self.host);
            let mut any = false;
            for scope_metrics in resource_metrics.scopes() {
                let common = walk.common(resource, scope_metrics.scope().unwrap_or_default(), host);
                for metric in scope_metrics.metrics() {
                    walk.metric(metric, &common);
                    any = true;
                }
            }
            if any && !running.contains(&source) {
                running.push(source);
            }
        }
        for source in &running {
            walk.running(source, &self.host, &self.running);
        }
        walk.translated
    }
}

impl Walk<'_> {
    fn common<'a>(&self, resource: Resource<'a>, scope: Scope<'_>, host: &'a str) -> Common<'a> {
        let attributes = resource.attributes();
        let as_tags = self.config.resource_attributes_as_tags;
        let mut texts = tags::of_resource(attributes.clone());
        if as_tags {
            texts.extend(attributes.clone().map(|attribute| tags::of_attribute(&attribute)));
        }
        if self.config.instrumentation_scope_metadata_as_tags {
            texts.extend(tags::of_scope(scope));
        }
        texts.sort_unstable();
        texts.dedup();
        let mut tags = Tags::default();
        texts.iter().for_each(|text| tags.push(&[text]));
        let scope_hash = (scope.name(), scope.version(), self.hash_of_all(scope.attributes()));
        Common {
            host,
            tags,
            seen_hash: self.hasher.hash_one((host, texts)),
            from_hash: self.hasher.hash_one((self.hash_of_all(attributes.clone()), scope_hash)),
            resource: as_tags.then_some(attributes),
        }
    }

    /// The same for every order of the attributes.
    fn hash_of_all(&self, attributes: Attributes<'_>) -> u64 {
        attributes.fold(0, |sum, attribute| sum.wrapping_add(self.hash_of(&attribute)))
    }

    fn hash_of(&self, attribute: &KeyValue<'_>) -> u64 {
        self.hasher.hash_one(attribute.as_bytes())
    }

    fn metric(&mut self, metric: Metric<'_>, common: &Common<'_>) {
        let named = Named { name: metric.name(), common };
        let Some(data) = metric.data() else { return };
        if named.name.is_empty() {
            self.translated.inexpressible += count(&data);
            return;
        }
        let raw = self.config.cumulative_monotonic_mode == CumulativeMonotonicMode::RawValue;
        match data {
            Data::Gauge { points } => self.numbers(named, points, Kind::Gauge),
            Data::Sum { points, temporality: Temporality::Delta, .. } => self.numbers(named, points, Kind::Count),
            Data::Sum { points, temporality: Temporality::Cumulative, is_monotonic } => match is_monotonic && !raw {
                true => self.monotonic(named, points),
                false => self.numbers(named, points, Kind::Gauge),
            },
            Data::Histogram { points, temporality: Temporality::Delta } => self.histograms(named, points, true),
            Data::Histogram { points, temporality: Temporality::Cumulative } => self.histograms(named, points, false),
            Data::ExponentialHistogram { points, temporality: Temporality::Delta } => self.exponential(named, points),
            Data::Summary { points } => self.summaries(named, points),
            Data::Sum { .. } | Data::Histogram { .. } | Data::ExponentialHistogram { .. } => {
                self.translated.inexpressible += count(&data);
            }
        }
    }

    /// A gauge for the host, or the task, that metrics came from.
    fn running(&mut self, source: &Source<'_>, host: &str, tags: &[String]) {
        let mut own = Tags::default();
        tags.iter().for_each(|tag| own.push(&[tag]));
        if let Source::FargateTask(arn) = source {
            own.push(&["task_arn:", arn]);
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let identity = Identity {
            name: "otel.datadog_exporter.metrics.running",
            suffix: "",
            host: source.host(host),
            common: &Tags::default(),
            own: &own,
            hash: 0,
            time: i64::try_from(now.as_secs()).unwrap_or(0),
        };
        self.translated.payload.series(identity, Kind::Gauge, 1.0, 0);
    }

    /// Begins to look at a data point.
    pub(super) fn begin(&mut self, named: Named<'_>, attributes: Attributes<'_>) {
        self.own.clear();
        self.own_hash = 0;
        self.points = 1;
        for attribute in attributes {
            if let Some(resource) = &named.common.resource
                && resource.clone().any(|other| other.key_bytes() == attribute.key_bytes())
            {
                continue;
            }
            let value = attribute.value().map(|value| value.to_text()).unwrap_or_default();
            self.own.push(&[attribute.key(), ":", if value.is_empty() { "n/a" } else { &value }]);
            self.own_hash = self.own_hash.wrapping_add(self.hash_of(&attribute));
        }
    }

    /// Which stream a part of the data point belongs to.
    pub(super) fn stream(&self, named: Named<'_>, part: Part) -> u64 {
        self.hasher.hash_one((named.common.from_hash, named.name, self.own_hash, part))
    }

    /// Writes a value of the data point.
    pub(super) fn series(&mut self, named: Named<'_>, suffix: &str, times: Times, kind: Kind, value: f64) {
        let identity = Identity {
            name: named.name,
            suffix,
            host: named.common.host,
            common: &named.common.tags,
            own: &self.own,
            hash: self.hasher.hash_one((named.common.seen_hash, named.name, suffix, self.own_hash)),
            time: (times.time / NANOS) as i64,
        };
        self.translated.payload.series(identity, kind, value, std::mem::take(&mut self.points));
    }

    /// As [`series`](Self::series), with more tags than those of the data point.
    pub(super) fn tagged(
        &mut self,
        named: Named<'_>,
        suffix: &str,
        times: Times,
        (kind, value): (Kind, f64),
        tags: &[(&str, &str)],
    ) {
        let (own, own_hash) = (self.own.clone(), self.own_hash);
        for (key, value) in tags {
            self.own.push(&[key, value]);
        }
        self.own_hash = own_hash.wrapping_add(self.hasher.hash_one(tags));
        self.series(named, suffix, times, kind, value);
        (self.own, self.own_hash) = (own, own_hash);
    }

    /// Writes the sketch of the data point.
    pub(super) fn sketch(&mut self, named: Named<'_>, times: Times, sketch: &super::sketch::Sketch) {
        let identity = Identity {
            name: named.name,
            suffix: "",
            host: named.common.host,
            common: &named.common.tags,
            own: &self.own,
            hash: 0,
            time: (times.time / NANOS) as i64,
        };
        self.translated.payload.sketch(identity, sketch, std::mem::take(&mut self.points));
    }

    /// Leaves the data point out, since there are no words for it.
    pub(super) fn inexpressible(&mut self) {
        self.translated.inexpressible += 1;
    }

    /// Leaves the data point out, since nothing more can be remembered.
    pub(super) fn too_many(&mut self) {
        self.translated.too_many += 1;
    }

    /// Whether the first value of a stream is sent.
    pub(super) fn sends_first(&self, times: Times) -> bool {
        match self.config.initial_value {
            InitialValue::Auto => self.started < times.start && times.start != times.time,
            InitialValue::Keep => true,
            InitialValue::Drop => false,
        }
    }
}

fn count(data: &Data<'_>) -> usize {
    match data.clone() {
        Data::Gauge { points } | Data::Sum { points, .. } => points.count(),
        Data::Histogram { points, .. } => points.count(),
        Data::ExponentialHistogram { points, .. } => points.count(),
        Data::Summary { points } => points.count(),
    }
}
