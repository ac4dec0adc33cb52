//! The exporter.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::SystemTime;

use metrics::Label;
use sluice_component::factory::Settings;
use sluice_component::{BoxFuture, BuildError, ComponentId, ConsumeError, Context, count_lost};
use sluice_pdata::{Batch, Signal};
use sluice_transport::client::http::Client;

use super::answer::{self, Verdict};
use super::config::{Config, Encoding, Tenant};
use super::translator::Translator;
use crate::answers;
use crate::sending::{self, Deliver, Parcel, Receipt};
use crate::translating::translated;

/// Posts logs to Loki.
pub(super) struct Exporter {
    id: ComponentId,
    client: Client,
    translator: Translator,
    tenant: Tenant,
    /// Whether Loki has refused structured metadata.
    without_metadata: AtomicBool,
    destination: Vec<Label>,
}

impl Exporter {
    pub(super) fn new(config: &Config, settings: &Settings) -> Result<Self, BuildError> {
        let url = config.url.as_ref().ok_or_else(|| BuildError::at("endpoint", "must be specified"))?;
        let content_type = match config.encoding {
            Encoding::Protobuf => "application/x-protobuf",
            Encoding::Json => "application/json",
        };
        let user_agent = settings.program.user_agent();
        let client = Client::new(&config.client, url, content_type, &user_agent, &settings.extensions)?;
        Ok(Self {
            id: settings.id.clone(),
            client,
            translator: config.translator(),
            tenant: config.tenant.clone(),
            without_metadata: AtomicBool::new(false),
            destination: sending::destination(url),
        })
    }

    async fn parcels(&self, batch: Batch, context: &Context) -> Result<Vec<Parcel>, ConsumeError> {
        let (mut translator, id) = (self.translator.clone(), self.id.clone());
        if self.without_metadata.load(Ordering::Relaxed) {
            translator.leave_out_metadata();
        }
        let tenant = match &self.tenant {
            Tenant::Static(tenant) => Some(tenant.clone()),
            Tenant::Context(name) => context.metadata().get_all(name).next().map(str::to_owned),
            Tenant::Attributes(_) | Tenant::Unsaid => None,
        };
        let translate = move |batch: &Batch| {
            let translated = translator.parcels(batch, tenant, SystemTime::now());
            let (parcels, lost) = translated.ok_or("a request cannot be packed")?;
            lost.by_reason().into_iter().for_each(|(reason, items)| count_lost(&id, Signal::Logs, reason, items));
            Ok(parcels)
        };
        translated(&self.id, batch, translate).await
    }

    async fn send(&self, parcel: &Parcel, context: &Context) -> Result<Receipt, ConsumeError> {
        let sent = self.client.post_with(&parcel.headers, std::slice::from_ref(&parcel.body), context).await;
        let response = sent.map_err(|failure| answers::no_answer(&self.id, failure))?;
        match answer::judge(&self.id, &response, parcel, self.translator.packing()) {
            Verdict::Settled(settled) => settled,
            Verdict::WithoutMetadata(instead) => {
                if !self.without_metadata.swap(true, Ordering::Relaxed) {
                    tracing::warn!(exporter = %self.id,
                        "Loki does not allow structured metadata. Sending without it from now on; set structured_metadata to false.");
                }
                Ok(Receipt::Instead(instead))
            }
        }
    }
}

impl Deliver for Exporter {
    fn prepare(&self, batch: Batch, context: &Context) -> BoxFuture<'_, Result<Vec<Parcel>, ConsumeError>> {
        let context = context.clone();
        Box::pin(async move { self.parcels(batch, &context).await })
    }

    fn deliver<'a>(&'a self, parcel: &'a Parcel, context: &'a Context) -> BoxFuture<'a, Result<Receipt, ConsumeError>> {
        Box::pin(self.send(parcel, context))
    }

    fn destination(&self) -> Vec<Label> {
        self.destination.clone()
    }
}
