//! Sends logs.

use http::Uri;
use metrics::Label;
use sluice_component::factory::Settings;
use sluice_component::{BoxFuture, BuildError, ComponentId, ConsumeError, Context, Reason, count_lost};
use sluice_pdata::{Batch, Signal};
use sluice_transport::compression::Compressor;

use super::super::config::Config;
use super::super::intake::{self, Intake};
use super::super::{halves, host, site};
use super::bodies::Bodies;
use crate::sending::{self, Deliver, Parcel, Receipt};
use crate::translating::translated;

/// Sends logs to the intake v2.
pub struct Exporter {
    id: ComponentId,
    intake: Intake,
    url: Uri,
    host: String,
}

impl Exporter {
    /// Prepares to send as the configuration says.
    ///
    /// # Errors
    ///
    /// The endpoint is no URL, a file for TLS cannot be read, a proxy cannot be used.
    pub fn new(config: &Config, settings: &Settings) -> Result<Self, BuildError> {
        let url = site::below(&config.logs.endpoint, "/api/v2/logs", "logs::endpoint")?;
        let intake = Intake::new(config, settings, &url, "application/json", config.logs.compressor)?;
        let intake = intake.cutting(halves::of_json);
        Ok(Self { id: settings.id.clone(), intake, url, host: host::fallback(config) })
    }

    async fn parcels(&self, batch: Batch) -> Result<Vec<Parcel>, ConsumeError> {
        let compressor = self.intake.compressor();
        let host = self.host.clone();
        let (parcels, too_large) = translated(&self.id, batch, move |batch| prepare(batch, &host, compressor)).await?;
        count_lost(&self.id, Signal::Logs, Reason::TooLarge, too_large);
        Ok(parcels)
    }
}

/// The parcels of a batch, and how many records are too large for any.
fn prepare(batch: &Batch, host: &str, compressor: Option<Compressor>) -> Result<(Vec<Parcel>, usize), &'static str> {
    let Bodies { bodies, too_large } = Bodies::of(batch, host);
    let parcels = bodies.into_iter().map(|body| {
        let packed = intake::pack(compressor, body.json);
        packed.map(|packed| Parcel { body: packed, items: body.entries, ..Parcel::default() })
    });
    Ok((parcels.collect::<Result<_, _>>()?, too_large))
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
