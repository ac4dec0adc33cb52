//! Sends traces.

use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use http::{HeaderMap, HeaderName, HeaderValue, Uri};
use metrics::Label;
use sluice_component::factory::Settings;
use sluice_component::{
    Accepted, BoxFuture, BuildError, ComponentId, ConsumeError, Consumer, Context, Reason, count_lost,
};
use sluice_pdata::{Batch, Signal};
use sluice_transport::compression::{Compressor, Encoding};

use super::super::config::Config;
use super::super::intake::{self, Intake};
use super::super::stats::Statistics;
use super::super::{host, site};
use super::pack::{LeftOut, pack};
use super::rules::Rules;
use crate::sending::{self, Deliver, Parcel, Receipt, delivering};
use crate::translating::translated;

/// Which languages the spans of a body come from.
const LANGUAGES: HeaderName = HeaderName::from_static("x-datadog-reported-languages");

/// The counter of spans that are not sent because the user does not want their traces; its label is `exporter`.
const UNWANTED_SPANS: &str = "sluice_datadog_unwanted_spans";

/// Makes the exporter of traces and of their statistics.
///
/// # Errors
///
/// A setting cannot be used.
pub(in super::super) fn build(config: &Config, settings: &Settings) -> Result<Arc<dyn Consumer>, BuildError> {
    let statistics = Statistics::start(config, settings)?;
    let deliver = Arc::new(Exporter::new(config, settings, Arc::clone(&statistics))?);
    let traces = delivering(settings, Signal::Traces, &config.sending, deliver);
    Ok(Arc::new(Counted { traces, statistics }))
}

/// Traces and their statistics, which are sent to the end when nothing more comes.
struct Counted {
    traces: Arc<dyn Consumer>,
    statistics: Arc<Statistics>,
}

impl Consumer for Counted {
    fn consume(&self, batch: Batch, context: Context) -> BoxFuture<'_, Result<Accepted, ConsumeError>> {
        self.traces.consume(batch, context)
    }

    fn flush(&self, deadline: Instant) -> BoxFuture<'_, usize> {
        Box::pin(async move {
            let lost = self.traces.flush(deadline).await;
            self.statistics.finish(deadline).await;
            lost
        })
    }
}

/// Sends traces to the Agent's intake.
struct Exporter {
    id: ComponentId,
    intake: Intake,
    url: Uri,
    rules: Arc<Rules>,
    statistics: Arc<Statistics>,
}

impl Exporter {
    fn new(config: &Config, settings: &Settings, statistics: Arc<Statistics>) -> Result<Self, BuildError> {
        let url = site::below(&config.traces.endpoint, "/api/v0.2/traces", "traces::endpoint")?;
        // Of what the intake takes, the cheapest.
        let compressor = Compressor::new(Encoding::Zstd, None).ok();
        let intake = Intake::new(config, settings, &url, "application/x-protobuf", compressor)?;
        let rules = Arc::new(Rules::new(&config.traces, host::fallback(config))?);
        metrics::describe_counter!(UNWANTED_SPANS, "Spans left out by ignore_resources or by their sampling priority.");
        Ok(Self { id: settings.id.clone(), intake, url, rules, statistics })
    }

    async fn parcels(&self, batch: Batch) -> Result<Vec<Parcel>, ConsumeError> {
        let compressor = self.intake.compressor();
        let (rules, statistics) = (Arc::clone(&self.rules), Arc::clone(&self.statistics));
        let prepare = move |batch: &Batch| prepare(batch, &rules, &statistics, compressor);
        let (parcels, left_out) = translated(&self.id, batch, prepare).await?;
        self.count(left_out);
        Ok(parcels)
    }

    fn count(&self, left_out: LeftOut) {
        count_lost(&self.id, Signal::Traces, Reason::Inexpressible, left_out.invalid);
        count_lost(&self.id, Signal::Traces, Reason::TooLarge, left_out.too_large);
        if left_out.unwanted > 0 {
            let unwanted = left_out.unwanted as u64;
            metrics::counter!(UNWANTED_SPANS, "exporter" => self.id.to_string()).increment(unwanted);
        }
    }
}

fn prepare(
    batch: &Batch,
    rules: &Rules,
    statistics: &Statistics,
    compressor: Option<Compressor>,
) -> Result<(Vec<Parcel>, LeftOut), &'static str> {
    let now = now();
    let packed = pack(batch, rules, now, &mut |origin, span, peers| {
        statistics.concentrator().add(origin, span, peers, now);
    });
    let mut headers = HeaderMap::new();
    if let Ok(languages) = HeaderValue::from_str(&packed.languages.join("|")) {
        headers.insert(LANGUAGES, languages);
    }
    let parcels = packed.bodies.into_iter().map(|body| {
        let packed = intake::pack(compressor, body.bytes);
        packed.map(|packed| Parcel { body: packed, headers: headers.clone(), items: body.spans, ..Parcel::default() })
    });
    Ok((parcels.collect::<Result<_, _>>()?, packed.left_out))
}

/// In nanoseconds since 1970.
pub(in super::super) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
}

impl Deliver for Exporter {
    fn prepare(&self, batch: Batch, _context: &Context) -> BoxFuture<'_, Result<Vec<Parcel>, ConsumeError>> {
        Box::pin(self.parcels(batch))
    }

    fn deliver<'a>(&'a self, parcel: &'a Parcel, context: &'a Context) -> BoxFuture<'a, Result<Receipt, ConsumeError>> {
        Box::pin(self.intake.deliver(parcel, context))
    }

    fn destination(&self) -> Vec<Label> {
        sending::destination(&self.url)
    }
}
