//! The exporter.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::SystemTime;

use http::header::CONTENT_ENCODING;
use http::{HeaderMap, HeaderName, HeaderValue};
use metrics::Label;
use sluice_component::factory::Settings;
use sluice_component::{BoxFuture, BuildError, Code, ComponentId, ConsumeError, Context, Reason, count_lost};
use sluice_pdata::{Batch, Signal};
use sluice_transport::client::http::Client;
use sluice_transport::compression::on_compression_thread;

use super::answer::{self, Verdict};
use super::config::{Config, Encoding, Tenant};
use super::repack::Packing;
use super::rules::Rules;
use super::translate::{Translated, translate};
use crate::answers;
use crate::sending::{self, Deliver, Parcel, Receipt};

/// From how many bytes of protobuf on a batch is translated on a thread of its own.
const LARGE: usize = 16 * 1024;

/// Says whose the lines are.
const TENANT_HEADER: HeaderName = HeaderName::from_static("x-scope-orgid");

/// Posts logs to Loki.
pub(super) struct Exporter {
    id: ComponentId,
    client: Client,
    rules: Arc<Rules>,
    packing: Packing,
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
            rules: Arc::clone(&config.rules),
            packing: Packing { encoding: config.encoding, compressor: config.compressor },
            tenant: config.tenant.clone(),
            without_metadata: AtomicBool::new(false),
            destination: sending::destination(url),
        })
    }

    async fn parcels(&self, batch: Batch, context: &Context) -> Result<Vec<Parcel>, ConsumeError> {
        let (packing, id) = (self.packing, self.id.clone());
        let mut rules = Arc::clone(&self.rules);
        if self.without_metadata.load(Ordering::Relaxed) && rules.structured_metadata {
            rules = Arc::new(Rules { structured_metadata: false, ..(*rules).clone() });
        }
        let tenant = match &self.tenant {
            Tenant::Static(tenant) => Some(tenant.clone()),
            Tenant::Context(name) => context.metadata().get_all(name).next().map(str::to_owned),
            Tenant::Attributes(_) | Tenant::Unsaid => None,
        };
        let large = batch.bytes() >= LARGE;
        let prepare = move || {
            let translation = translate(&batch, &rules, packing.encoding, tenant, SystemTime::now());
            for (reason, items) in translation.lost.by_reason() {
                count_lost(&id, Signal::Logs, reason, items);
            }
            translation.bodies.into_iter().map(|body| parcel(body, &packing)).collect::<Option<Vec<_>>>()
        };
        let parcels = if large { on_compression_thread(prepare).await.flatten() } else { prepare() };
        parcels.ok_or_else(|| {
            ConsumeError::permanent(&self.id, Reason::Internal, Code::Internal, "the batch cannot be translated")
        })
    }

    async fn send(&self, parcel: &Parcel, context: &Context) -> Result<Receipt, ConsumeError> {
        let sent = self.client.post_with(&parcel.headers, std::slice::from_ref(&parcel.body), context).await;
        let response = sent.map_err(|failure| answers::no_answer(&self.id, failure))?;
        match answer::judge(&self.id, &response, parcel, &self.packing) {
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

/// Packs a body. `None` if that fails, which does not depend on the data.
fn parcel(body: Translated, packing: &Packing) -> Option<Parcel> {
    let mut headers = HeaderMap::new();
    if let Some(compressor) = packing.compressor {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(compressor.encoding().http_name()));
    }
    if let Some(tenant) = &body.tenant {
        headers.insert(TENANT_HEADER, HeaderValue::from_str(tenant).ok()?);
    }
    Some(Parcel { body: packing.pack(body.bytes).ok()?, headers, items: body.lines, address: 0 })
}
