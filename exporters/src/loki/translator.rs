//! From a batch to parcels.

use std::sync::Arc;
use std::time::SystemTime;

use http::header::CONTENT_ENCODING;
use http::{HeaderMap, HeaderName, HeaderValue};
use sluice_component::config::Section;
use sluice_pdata::Batch;

use super::config::Config;
use super::repack::Packing;
use super::rules::Rules;
use super::translate::{Lost, Translated, translate};
use crate::sending::Parcel;

/// Says whose the lines are.
const TENANT_HEADER: HeaderName = HeaderName::from_static("x-scope-orgid");

/// Makes the bodies of a batch.
#[derive(Clone, Debug)]
pub struct Translator {
    pub(super) rules: Arc<Rules>,
    pub(super) packing: Packing,
}

impl Translator {
    /// Reads the exporter's section, for whoever has no Loki to send to.
    pub fn read(section: &mut Section<'_>) -> Self {
        Config::read(section).translator()
    }

    /// The bodies of a batch as of `now`, and how many of its records are in none of them. `tenant` is whose the records are that
    /// do not say it. `None` if a body cannot be packed, which does not depend on the data.
    pub fn parcels(&self, batch: &Batch, tenant: Option<String>, now: SystemTime) -> Option<(Vec<Parcel>, Lost)> {
        let translation = translate(batch, &self.rules, self.packing.encoding, tenant, now);
        let parcels: Option<_> = translation.bodies.into_iter().map(|body| self.parcel(body)).collect();
        Some((parcels?, translation.lost))
    }

    /// Has no structured metadata from now on.
    pub(super) fn leave_out_metadata(&mut self) {
        if self.rules.structured_metadata {
            self.rules = Arc::new(Rules { structured_metadata: false, ..(*self.rules).clone() });
        }
    }

    pub(super) fn packing(&self) -> &Packing {
        &self.packing
    }

    fn parcel(&self, body: Translated) -> Option<Parcel> {
        let mut headers = HeaderMap::new();
        if let Some(compressor) = self.packing.compressor {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static(compressor.encoding().http_name()));
        }
        if let Some(tenant) = &body.tenant {
            headers.insert(TENANT_HEADER, HeaderValue::from_str(tenant).ok()?);
        }
        Some(Parcel { body: self.packing.pack(body.bytes).ok()?, headers, items: body.lines, address: 0 })
    }
}
