//! Sends metrics.

use std::sync::Arc;
use std::time::Instant;

use http::{HeaderName, HeaderValue, Uri};
use metrics::{Gauge, Label, gauge};
use sluice_component::factory::Settings;
use sluice_component::{BoxFuture, BuildError, ComponentId, ConsumeError, Context, Reason, count_lost};
use sluice_pdata::{Batch, Signal};
use sluice_transport::compression::{Compressor, Encoding};
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::super::config::Config;
use super::super::intake::Intake;
use super::super::{halves, host, site};
use super::bodies::{self, Bodies};
use super::translator::Translator;
use crate::sending::{self, Deliver, Parcel, Receipt};
use crate::translating::translated;

/// Says which version of agent-payload a body follows.
const PAYLOAD_VERSION: (HeaderName, HeaderValue) =
    (HeaderName::from_static("dd-agent-payload"), HeaderValue::from_static("4.87.0"));

/// The gauge of streams that are remembered; its label is `exporter`.
const STREAMS: &str = "sluice_datadog_delta_streams";

/// The gauge of bytes that they take.
const BYTES: &str = "sluice_datadog_delta_bytes";

/// Where series go.
const SERIES: usize = 0;

/// Where sketches go.
const SKETCHES: usize = 1;

/// Sends metrics to the intakes of series and of sketches.
pub struct Exporter {
    id: ComponentId,
    /// In the order of [`SERIES`] and [`SKETCHES`].
    intakes: [Intake; 2],
    url: Uri,
    compressor: Compressor,
    /// One for all that send, and in the order in which they come: it remembers what came before.
    translator: Arc<Mutex<Translator>>,
    streams: Gauge,
    bytes: Gauge,
}

impl Exporter {
    /// Prepares to send as the configuration says.
    ///
    /// # Errors
    ///
    /// The endpoint is no URL, a file for TLS cannot be read, a proxy cannot be used.
    pub fn new(config: &Config, settings: &Settings) -> Result<Self, BuildError> {
        let compressor = Compressor::new(Encoding::Zstd, None).map_err(|error| BuildError::new(error.to_string()))?;
        let below = |path| site::below(&config.metrics.endpoint, path, "metrics::endpoint");
        let urls = [below("/api/v2/series")?, below("/api/beta/sketches")?];
        let intake = |url| -> Result<_, BuildError> {
            let intake = Intake::new(config, settings, url, "application/x-protobuf", Some(compressor))?;
            let (name, value) = PAYLOAD_VERSION;
            Ok(intake.with_header(name, value).cutting(halves::of_protobuf))
        };
        let intakes = [intake(&urls[SERIES])?, intake(&urls[SKETCHES])?];
        let [url, _] = urls;
        let program = settings.program;
        let translator = Translator::new(config.metrics.clone(), host::fallback(config), program.name, program.version);
        metrics::describe_gauge!(STREAMS, "Cumulative streams whose last value is remembered.");
        metrics::describe_gauge!(BYTES, "Memory that the last values of cumulative streams take, in bytes.");
        let state = |name: &'static str| gauge!(name, "exporter" => settings.id.to_string());
        Ok(Self {
            id: settings.id.clone(),
            intakes,
            url,
            compressor,
            translator: Arc::new(Mutex::new(translator)),
            streams: state(STREAMS),
            bytes: state(BYTES),
        })
    }

    async fn parcels(&self, batch: Batch) -> Result<Vec<Parcel>, ConsumeError> {
        // Whoever waits for it gets it in the order of their coming.
        let translator = Arc::clone(&self.translator).lock_owned().await;
        let compressor = self.compressor;
        let prepared = translated(&self.id, batch, move |batch| prepare(translator, batch, compressor)).await?;
        Ok(self.account(prepared))
    }

    fn account(&self, prepared: Prepared) -> Vec<Parcel> {
        self.streams.set(prepared.streams as f64);
        self.bytes.set(prepared.bytes as f64);
        for (reason, points) in [
            (Reason::Inexpressible, prepared.inexpressible),
            (Reason::TooMany, prepared.too_many),
            (Reason::TooLarge, prepared.too_large),
        ] {
            count_lost(&self.id, Signal::Metrics, reason, points);
        }
        prepared.parcels
    }
}

/// A batch that is ready to be sent, and what is not.
struct Prepared {
    parcels: Vec<Parcel>,
    inexpressible: usize,
    too_many: usize,
    too_large: usize,
    /// What is remembered now.
    streams: usize,
    bytes: usize,
}

fn prepare(
    mut translator: OwnedMutexGuard<Translator>,
    batch: &Batch,
    compressor: Compressor,
) -> Result<Prepared, &'static str> {
    let translated = translator.translate(batch, Instant::now());
    let (streams, bytes) = (translator.deltas.streams(), translator.deltas.bytes());
    // The next may begin while this is packed.
    drop(translator);
    let mut parcels = Vec::new();
    let mut too_large = 0;
    for (entries, limits, address) in [
        (&translated.payload.series, bodies::SERIES, SERIES),
        (&translated.payload.sketches, bodies::SKETCHES, SKETCHES),
    ] {
        let Bodies { bodies, too_large: more } = bodies::pack(entries, limits, compressor)?;
        parcels.extend(bodies.into_iter().map(|(body, items)| Parcel { body, items, address, ..Parcel::default() }));
        too_large += more;
    }
    let (inexpressible, too_many) = (translated.inexpressible, translated.too_many);
    Ok(Prepared { parcels, inexpressible, too_many, too_large, streams, bytes })
}

impl Deliver for Exporter {
    fn prepare(&self, batch: Batch, _context: &Context) -> BoxFuture<'_, Result<Vec<Parcel>, ConsumeError>> {
        Box::pin(self.parcels(batch))
    }

    fn deliver<'a>(&'a self, parcel: &'a Parcel, context: &'a Context) -> BoxFuture<'a, Result<Receipt, ConsumeError>> {
        Box::pin(self.intakes[parcel.address].deliver(parcel, context))
    }

    fn destination(&self) -> Vec<Label> {
        // Without a path: series and sketches have one each.
        sending::destination(&self.url).into_iter().filter(|label| label.key() != "url_path").collect()
    }
}
