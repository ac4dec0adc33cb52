//! Batches become requests.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher};
use std::sync::{Mutex, PoisonError};

use foldhash::fast::RandomState;
use sluice_pdata::Batch;
use sluice_pdata::view::{
    Data, HistogramPoint, Metric, NumberPoint, Repeated, Resource, ResourceMetrics, Scope, SummaryPoint, Temporality,
};
use sluice_transport::compression::{CompressError, Compressor, Encoding};

use super::config::{Config, Histograms, Message, ResourceLabels, label_namer};
use super::histogram::{HistogramSample, is_stale};
use super::loss::{Cause, Losses};
use super::requests::{Packed, Packer};
use super::series::Maker;
use super::streams::{Class, Family, Point, Streams, Value};
use super::{v1, v2};
use crate::prometheus_model::{
    Kind, LabelNamer, Labels, MetricNamer, MetricType, NoLabelName, STALE, Surroundings, is_service, millis, number,
    unit_name,
};

/// Makes requests of batches.
#[derive(Debug)]
pub struct Translator {
    message: Message,
    metric_namer: MetricNamer,
    label_namer: LabelNamer,
    target_namer: LabelNamer,
    keeps_utf8: bool,
    external_labels: Vec<(String, String)>,
    target_info: bool,
    scope_info: bool,
    resource_labels: Option<ResourceLabels>,
    send_metadata: bool,
    histograms: Histograms,
    most: usize,
    compressor: Compressor,
    targets: Targets,
}

/// What became of a batch.
#[derive(Debug)]
pub struct Translated {
    /// The requests; each series is in one of them only.
    pub requests: Vec<Packed>,
    /// How many data points are in none of them, and why.
    pub losses: Losses,
    /// How many series are in them.
    pub series: usize,
}

/// How many bytes of series a batch may become for each of its own, and how many on top.
///
/// A histogram of many buckets becomes about twenty times as large. What is much larger has names and values of labels that
/// no receiver takes, and would fill the memory.
const ROOM: (usize, usize) = (64, 16 * 1024 * 1024);

impl Translator {
    /// As it is configured.
    ///
    /// # Errors
    ///
    /// Requests cannot be packed.
    pub fn new(config: &Config) -> Result<Self, CompressError> {
        let label_namer = label_namer(config.translation);
        // The Collector names the labels of `target_info` by other rules, but not in 2.0.
        let target_namer = match config.message {
            Message::V1 => LabelNamer { keeps_runs: true, marks_underscore: false, ..label_namer },
            Message::V2 => label_namer,
        };
        Ok(Self {
            message: config.message,
            metric_namer: MetricNamer::new(&config.namespace, config.translation),
            label_namer,
            target_namer,
            keeps_utf8: config.translation.keeps_utf8(),
            external_labels: config.external_labels.clone(),
            target_info: config.target_info,
            scope_info: config.scope_info,
            resource_labels: config.resource_labels,
            send_metadata: config.send_metadata,
            histograms: config.histograms,
            most: config.max_batch_size_bytes,
            compressor: Compressor::new(Encoding::Snappy, None)?,
            targets: Targets::default(),
        })
    }

    /// Makes requests of a batch.
    ///
    /// # Errors
    ///
    /// A request cannot be packed.
    pub fn translate(&self, batch: &Batch) -> Result<Translated, CompressError> {
        let mut losses = Losses::default();
        let room = batch.bytes().saturating_mul(ROOM.0).saturating_add(ROOM.1);
        let mut reader =
            Reader { translator: self, streams: Streams::new(room), labels: Labels::default(), losses: &mut losses };
        for resource_metrics in batch.resource_metrics() {
            reader.read(&resource_metrics);
        }
        let mut streams = reader.streams;
        losses.add(Cause::Duplicate, streams.sort());
        let mut packer = Packer::new(self.compressor);
        let series = self.write(&streams, &mut packer);
        Ok(Translated { requests: packer.finish()?, losses, series })
    }

    fn write(&self, streams: &Streams<'_>, packer: &mut Packer) -> usize {
        match self.message {
            Message::V1 => {
                let mut writer = v1::Writer::new(packer, self.most);
                let made = make(streams, &mut writer);
                writer.flush();
                if self.send_metadata {
                    let mut families: Vec<_> = streams.families.iter().filter(|family| !family.own).collect();
                    families.sort_by(|one, other| one.name.cmp(&other.name));
                    families.dedup_by(|one, other| one.name == other.name);
                    writer.metadata(families.into_iter());
                }
                made
            }
            Message::V2 => {
                let mut writer = v2::Writer::new(packer, self.most);
                let made = make(streams, &mut writer);
                writer.flush();
                made
            }
        }
    }
}

fn make(streams: &Streams<'_>, sink: &mut impl super::series::Sink) -> usize {
    let mut maker = Maker::new(sink);
    streams.streams.iter().for_each(|stream| maker.make(streams, stream));
    maker.made
}

/// Reads a batch.
struct Reader<'a, 't> {
    translator: &'t Translator,
    streams: Streams<'a>,
    labels: Labels,
    losses: &'t mut Losses,
}

impl<'a> Reader<'a, '_> {
    fn read(&mut self, resource_metrics: &ResourceMetrics<'a>) {
        let translator = self.translator;
        let resource = resource_metrics.resource().unwrap_or_default();
        let mut of_resource = Surroundings::default();
        of_resource.add_identity(&resource);
        of_resource.add_external(&translator.external_labels);
        let named = match translator.resource_labels {
            Some(ResourceLabels { but_service }) => {
                of_resource.add_attributes(translator.label_namer, &resource, but_service)
            }
            None => Ok(()),
        };
        let mut latest = 0;
        for scope_metrics in resource_metrics.scopes() {
            let scope = scope_metrics.scope().filter(|_| translator.scope_info);
            let around = around(&of_resource, scope, translator.label_namer);
            for metric in scope_metrics.metrics() {
                latest = latest.max(self.read_metric(&metric, named.map(|()| &around)));
            }
        }
        if translator.target_info && latest > 0 {
            self.add_target_info(&resource, latest);
        }
    }

    /// Adds a metric's data points; says the latest time of any of them.
    fn read_metric(&mut self, metric: &Metric<'a>, around: Result<&Surroundings, NoLabelName>) -> u64 {
        let Some(data) = metric.data() else { return 0 };
        let (points, latest) = survey(&data);
        let cause = match (&data, around) {
            _ if points == 0 => return 0,
            (Data::Sum { temporality, .. }, _)
            | (Data::Histogram { temporality, .. }, _)
            | (Data::ExponentialHistogram { temporality, .. }, _)
                if *temporality != Temporality::Cumulative =>
            {
                Cause::Delta
            }
            (_, Err(_)) => Cause::LabelName,
            (_, Ok(around)) => match self.add_family(metric, Kind::of(&data)) {
                Err(cause) => cause,
                Ok(()) => {
                    self.read_points(data, around);
                    return latest;
                }
            },
        };
        self.losses.add(cause, points);
        latest
    }

    fn add_family(&mut self, metric: &Metric<'a>, kind: Kind) -> Result<(), Cause> {
        let unit = metric.unit();
        let name = self.translator.metric_namer.name(metric.name(), unit, kind).map_err(|_| Cause::MetricName)?;
        let described = self.translator.message == Message::V2 || self.translator.send_metadata;
        let (help, unit) = match described {
            true => (metric.description(), unit_name(unit, self.translator.keeps_utf8)),
            false => ("", String::new()),
        };
        self.streams.families.push(Family { name, kind: MetricType::of(metric, kind), help, unit, own: false });
        Ok(())
    }

    fn read_points(&mut self, data: Data<'a>, around: &Surroundings) {
        match data {
            Data::Gauge { points } => self.each(points, |reader, point| reader.add_number(point, around, false)),
            Data::Sum { points, is_monotonic, .. } => {
                self.each(points, |reader, point| reader.add_number(point, around, is_monotonic));
            }
            Data::Histogram { points, .. } => self.each(points, |reader, point| reader.add_histogram(point, around)),
            Data::ExponentialHistogram { points, .. } => self.each(points, |reader, point| {
                let millis = time(point.time_unix_nano())?;
                reader.labels.fill(reader.translator.label_namer, point.attributes(), around)?;
                let native = HistogramSample::exponential(millis, &point).map_err(|_| Cause::Histogram)?;
                reader.add_native(Class::Exponential, native, point.as_bytes())
            }),
            Data::Summary { points } => self.each(points, |reader, point| reader.add_summary(point, around)),
        }
    }

    fn each<T: From<sluice_pdata::view::Message<'a>>>(
        &mut self,
        points: Repeated<'a, T>,
        mut add: impl FnMut(&mut Self, T) -> Result<(), Cause>,
    ) {
        for point in points {
            if let Err(cause) = add(self, point) {
                self.losses.add(cause, 1);
            }
        }
    }

    fn add_number(&mut self, point: NumberPoint<'a>, around: &Surroundings, counts: bool) -> Result<(), Cause> {
        let millis = time(point.time_unix_nano())?;
        let value = match (is_stale(point.flags()), point.value()) {
            (true, _) => STALE,
            (false, None) => return Err(Cause::Value),
            (false, value) => number(value),
        };
        self.labels.fill(self.translator.label_namer, point.attributes(), around)?;
        // Exemplars of values that do not count are for nothing.
        let message = if counts && point.exemplars().next().is_some() { point.as_bytes() } else { &[] };
        let point = Point { millis, value: Value::Number(value), message };
        self.streams.add(Class::Number, &self.labels, point, 1, 1)
    }

    fn add_histogram(&mut self, point: HistogramPoint<'a>, around: &Surroundings) -> Result<(), Cause> {
        let millis = time(point.time_unix_nano())?;
        self.labels.fill(self.translator.label_namer, point.attributes(), around)?;
        let mut items = 1;
        if self.translator.histograms.native {
            let native = HistogramSample::custom(millis, &point).map_err(|_| Cause::Histogram);
            let added = native.and_then(|native| self.add_native(Class::Custom, native, point.as_bytes()));
            if !self.translator.histograms.classic {
                return added;
            }
            items -= usize::from(added.is_ok());
        }
        let series = point.explicit_bounds().count() + 3;
        let point = Point { millis, value: Value::InMessage, message: point.as_bytes() };
        self.streams.add(Class::Histogram, &self.labels, point, series, items)
    }

    fn add_native(&mut self, class: Class, native: HistogramSample, message: &'a [u8]) -> Result<(), Cause> {
        let point = Point { millis: native.millis, value: Value::Native(self.streams.natives.len()), message };
        self.streams.add(class, &self.labels, point, 1, 1)?;
        self.streams.natives.push(native);
        Ok(())
    }

    fn add_summary(&mut self, point: SummaryPoint<'a>, around: &Surroundings) -> Result<(), Cause> {
        let millis = time(point.time_unix_nano())?;
        self.labels.fill(self.translator.label_namer, point.attributes(), around)?;
        let series = point.quantile_values().count() + 2;
        let point = Point { millis, value: Value::InMessage, message: point.as_bytes() };
        self.streams.add(Class::Summary, &self.labels, point, series, 1)
    }

    /// Adds what else is known of a resource, if there is something, and an identity that it is known of.
    fn add_target_info(&mut self, resource: &Resource<'a>, latest: u64) {
        if resource.attributes().all(|attribute| is_service(attribute.key_bytes())) {
            return;
        }
        let translator = self.translator;
        let mut around = Surroundings::default();
        around.add_identity(resource);
        around.add_external(&translator.external_labels);
        let filled = self.labels.fill_but(translator.target_namer, resource.attributes(), &around, is_service);
        let identified = self.labels.get("job").or(self.labels.get("instance")).is_some();
        let millis = millis(latest);
        if filled.is_err() || !identified || !translator.targets.is_next(&self.labels, millis) {
            return;
        }
        let name = translator.metric_namer.own("target_info");
        let help = "Target metadata";
        self.streams.families.push(Family { name, kind: MetricType::Gauge, help, unit: String::new(), own: true });
        let point = Point { millis, value: Value::Number(1.0), message: &[] };
        // Nothing of the sender's is lost where there is no room for it.
        let _ = self.streams.add(Class::Number, &self.labels, point, 1, 0);
    }
}

fn around(of_resource: &Surroundings, scope: Option<Scope<'_>>, namer: LabelNamer) -> Surroundings {
    let mut around = of_resource.clone();
    if let Some(scope) = scope {
        around.add_scope(namer, &scope, None);
    }
    around
}

/// A time in milliseconds, if there is one.
fn time(nanos: u64) -> Result<i64, Cause> {
    if nanos == 0 { Err(Cause::Time) } else { Ok(millis(nanos)) }
}

impl From<NoLabelName> for Cause {
    fn from(_: NoLabelName) -> Self {
        Self::LabelName
    }
}

/// How many data points there are, and the latest time of them.
fn survey(data: &Data<'_>) -> (usize, u64) {
    fn of<'a, T: From<sluice_pdata::view::Message<'a>>>(
        points: &Repeated<'a, T>,
        time: impl Fn(T) -> u64,
    ) -> (usize, u64) {
        points.clone().fold((0, 0), |(count, latest), point| (count + 1, latest.max(time(point))))
    }
    match data {
        Data::Gauge { points } | Data::Sum { points, .. } => of(points, |point| point.time_unix_nano()),
        Data::Histogram { points, .. } => of(points, |point| point.time_unix_nano()),
        Data::ExponentialHistogram { points, .. } => of(points, |point| point.time_unix_nano()),
        Data::Summary { points } => of(points, |point| point.time_unix_nano()),
    }
}

/// When each `target_info` was sent last: a resource's metrics arrive in requests of their own, whose latest times need not
/// follow each other.
#[derive(Debug, Default)]
struct Targets(Mutex<HashMap<u64, i64, RandomState>>);

impl Targets {
    /// More are forgotten all together.
    const MOST: usize = 65_536;

    /// Whether this one is not older than what was sent before.
    fn is_next(&self, labels: &Labels, millis: i64) -> bool {
        let mut sent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut hasher = sent.hasher().build_hasher();
        for (name, value) in labels.iter() {
            hasher.write(name.as_bytes());
            hasher.write_u8(0xff);
            hasher.write(value.as_bytes());
            hasher.write_u8(0xff);
        }
        let key = hasher.finish();
        if sent.get(&key).is_some_and(|last| *last > millis) {
            return false;
        }
        if sent.len() >= Self::MOST {
            sent.clear();
        }
        sent.insert(key, millis);
        true
    }
}
