//! From data points to series.

use std::sync::Arc;

use sluice_pdata::Batch;
use sluice_pdata::view::{Attributes, Data, Metric, Resource, Scope, Temporality};
use tokio::time::Instant;

use super::config::Config;
use super::family::{Family, Kind};
use super::point::{Exemplar, Histogram, Native, Point, Summary, Value};
use super::refusal::{Refusal, Tally};
use super::store::{KeyBuffer, Store, Target, packed};
use super::sum::Counting;
use crate::prometheus_model::{
    self as model, LabelNamer, Labels, MetricNamer, NativeHistogram, Surroundings, identity,
};

/// Bit 0 of a data point's flags: the series has ended.
const NO_RECORDED_VALUE: u32 = 1;

/// Takes data points into a store.
pub(super) struct Accumulator {
    pub(super) store: Store,
    metric_namer: MetricNamer,
    label_namer: LabelNamer,
    config: Config,
}

/// Where the series of a metric belong.
struct Place<'a> {
    family: Arc<Family>,
    around: &'a Surroundings,
    target: Option<&'a Arc<Target>>,
    now: Instant,
}

/// Memory that is used for one data point after another.
#[derive(Default)]
struct Scratch {
    labels: Labels,
    key: KeyBuffer,
    tally: Tally,
}

/// A data point of any type, as far as all have it.
struct Arrived<'a> {
    attributes: Attributes<'a>,
    flags: u32,
    start: u64,
    time: u64,
}

macro_rules! arrived {
    ($point:expr) => {
        Arrived {
            attributes: $point.attributes(),
            flags: $point.flags(),
            start: $point.start_time_unix_nano(),
            time: $point.time_unix_nano(),
        }
    };
}

impl Accumulator {
    pub(super) fn new(config: &Config) -> Self {
        Self {
            store: Store::new(config.max_series, config.metric_expiration),
            metric_namer: MetricNamer::new(&config.namespace, config.translation),
            label_namer: LabelNamer {
                keeps_utf8: config.translation.keeps_utf8(),
                keeps_runs: true,
                marks_underscore: false,
            },
            config: config.clone(),
        }
    }

    /// The name under which targets are shown.
    pub(super) fn target_info(&self) -> String {
        self.metric_namer.own("target_info")
    }

    /// Takes the data points of a batch; what is not taken is counted.
    pub(super) fn take(&self, batch: &Batch, now: Instant) -> Tally {
        let mut scratch = Scratch::default();
        for metrics in batch.resource_metrics() {
            let resource = metrics.resource().unwrap_or_default();
            let target = self.target(&resource);
            let mut of_resource = Surroundings::default();
            of_resource.add_identity(&resource);
            if let Some(labels) = self.config.resource_labels
                && of_resource.add_attributes(self.label_namer, &resource, labels.but_service).is_err()
            {
                let data = metrics.scopes().flat_map(|scope| scope.metrics()).filter_map(|metric| metric.data());
                scratch.tally.add(Refusal::NoName, data.map(|data| count(&data)).sum());
                continue;
            }
            for scope_metrics in metrics.scopes() {
                let around = self.of_scope(&of_resource, scope_metrics.scope(), scope_metrics.schema_url());
                for metric in scope_metrics.metrics() {
                    self.take_metric(&metric, (&around, target.as_ref()), now, &mut scratch);
                }
            }
        }
        scratch.tally
    }

    /// Who a resource is, if it says so.
    fn target(&self, resource: &Resource<'_>) -> Option<Arc<Target>> {
        let (Some(job), Some(instance)) = identity(resource) else { return None };
        let mut around = Surroundings::default();
        around.add_identity(resource);
        let mut labels = Labels::default();
        // What can have no name is left out.
        let _ = around.add_attributes(self.label_namer, resource, true);
        let _ = labels.fill(self.label_namer, Resource::default().attributes(), &around);
        self.store.target(&packed([(&*job, &*instance)].into_iter()), packed(labels.iter()))
    }

    fn of_scope(&self, of_resource: &Surroundings, scope: Option<Scope<'_>>, schema_url: &str) -> Surroundings {
        let mut around = of_resource.clone();
        if self.config.scope_labels {
            around.add_scope(self.label_namer, &scope.unwrap_or_default(), Some(schema_url));
        }
        around.add_external(&self.config.const_labels);
        around
    }

    fn take_metric(
        &self,
        metric: &Metric<'_>,
        (around, target): (&Surroundings, Option<&Arc<Target>>),
        now: Instant,
        scratch: &mut Scratch,
    ) {
        let Some(data) = metric.data() else { return };
        let (kind, points) = (model::Kind::of(&data), count(&data));
        if points == 0 {
            return;
        }
        let family = counting(&data).and_then(|counting| {
            let name = self.metric_namer.name(metric.name(), metric.unit(), kind).map_err(|_| Refusal::NoName)?;
            Ok((self.store.family(name, metric.description(), shown_as(kind))?, counting))
        });
        match family {
            Ok((family, counting)) => {
                let place = Place { family, around, target, now };
                self.take_points(data, &place, counting, scratch);
            }
            Err(refusal) => scratch.tally.add(refusal, points),
        }
    }

    fn take_points(&self, data: Data<'_>, place: &Place<'_>, counting: Counting, scratch: &mut Scratch) {
        let keeps_exemplars = place.family.kind == Kind::Counter;
        match data {
            Data::Gauge { points } | Data::Sum { points, .. } => {
                for point in points {
                    self.take_point(arrived!(point), place, counting, scratch, || {
                        let exemplars = point.exemplars().filter(|_| keeps_exemplars);
                        let exemplar = exemplars.last().and_then(|exemplar| Exemplar::of(&exemplar));
                        Ok(Value::Number(point.value().ok_or(Refusal::NoValue)?, exemplar.map(Arc::new)))
                    });
                }
            }
            Data::Histogram { points, .. } => {
                for point in points {
                    let value = || Ok(Value::Histogram(Arc::new(Histogram::of(&point))));
                    self.take_point(arrived!(point), place, counting, scratch, value);
                }
            }
            Data::ExponentialHistogram { points, .. } => {
                for point in points {
                    self.take_point(arrived!(point), place, counting, scratch, || {
                        let histogram = NativeHistogram::of(&point).map_err(|_| Refusal::Inexpressible)?;
                        Ok(Value::Native(Arc::new(Native::new(histogram, point.exemplars()))))
                    });
                }
            }
            Data::Summary { points } => {
                for point in points {
                    let value = || Ok(Value::Summary(Arc::new(Summary::of(&point))));
                    self.take_point(arrived!(point), place, counting, scratch, value);
                }
            }
        }
    }

    fn take_point(
        &self,
        arrived: Arrived<'_>,
        place: &Place<'_>,
        counting: Counting,
        scratch: &mut Scratch,
        value: impl FnOnce() -> Result<Value, Refusal>,
    ) {
        let Scratch { labels, key, tally } = scratch;
        if labels.fill(self.label_namer, arrived.attributes, place.around).is_err() {
            return tally.add(Refusal::NoName, 1);
        }
        key.fill(&place.family, labels);
        if arrived.flags & NO_RECORDED_VALUE != 0 {
            return self.store.remove(key);
        }
        let put = value().and_then(|value| {
            let point = Point { start: arrived.start, time: arrived.time, value };
            self.store.put(key, (&place.family, place.target), (point, counting), place.now)
        });
        if let Err(refusal) = put {
            tally.add(refusal, 1);
        }
    }
}

fn count(data: &Data<'_>) -> usize {
    match data {
        Data::Gauge { points } | Data::Sum { points, .. } => points.clone().count(),
        Data::Histogram { points, .. } => points.clone().count(),
        Data::ExponentialHistogram { points, .. } => points.clone().count(),
        Data::Summary { points } => points.clone().count(),
    }
}

fn counting(data: &Data<'_>) -> Result<Counting, Refusal> {
    let (temporality, adds_up) = match data {
        Data::Gauge { .. } | Data::Summary { .. } => return Ok(Counting::FromStart),
        Data::Sum { temporality, is_monotonic, .. } => (temporality, *is_monotonic),
        Data::Histogram { temporality, .. } | Data::ExponentialHistogram { temporality, .. } => (temporality, true),
    };
    match temporality {
        Temporality::Cumulative => Ok(Counting::FromStart),
        Temporality::Delta if adds_up => Ok(Counting::FromLast),
        _ => Err(Refusal::Temporality),
    }
}

fn shown_as(kind: model::Kind) -> Kind {
    match kind {
        model::Kind::Gauge | model::Kind::UpDownCounter => Kind::Gauge,
        model::Kind::Counter => Kind::Counter,
        model::Kind::Histogram | model::Kind::ExponentialHistogram => Kind::Histogram,
        model::Kind::Summary => Kind::Summary,
    }
}
