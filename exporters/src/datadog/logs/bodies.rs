//! A batch as bodies of requests, each within Datadog's limits.
//!
//! Source: Datadog's API reference, "Logs", "Send logs".

use sluice_pdata::Batch;

use super::entry::{self, Common};

/// The most entries of a body.
const MAX_ENTRIES: usize = 1000;

/// The most bytes of a body before it is packed.
const MAX_BYTES: usize = 5_000_000;

/// A list of entries in JSON.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Body {
    /// The list.
    pub(super) json: Vec<u8>,
    /// How many entries it has.
    pub(super) entries: usize,
}

/// What became of a batch.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Bodies {
    /// What is sent.
    pub(super) bodies: Vec<Body>,
    /// Records that are larger than Datadog takes, even with their text cut.
    pub(super) too_large: usize,
}

impl Bodies {
    /// Translates a batch; `host` is what a record has that names none.
    pub(super) fn of(batch: &Batch, host: &str) -> Self {
        let mut all = Self::default();
        // An entry repeats what its resource says.
        let mut body = Body::with_capacity(batch.bytes().saturating_mul(2).min(MAX_BYTES));
        for resource_logs in batch.resource_logs() {
            let resource = resource_logs.resource().unwrap_or_default();
            for scope_logs in resource_logs.scopes() {
                let common = Common::new(resource, scope_logs.scope().unwrap_or_default());
                for record in scope_logs.log_records() {
                    let before = body.json.len();
                    body.json.push(if body.entries == 0 { b'[' } else { b',' });
                    if !entry::write(&mut body.json, record, &common, host) {
                        body.json.truncate(before);
                        all.too_large += 1;
                        continue;
                    }
                    // One more byte ends the list.
                    if body.entries == MAX_ENTRIES || body.json.len() >= MAX_BYTES {
                        let last = body.json.split_off(before + 1);
                        body.json.truncate(before);
                        all.end(std::mem::replace(&mut body, Body::beginning_with(&last)));
                    }
                    body.entries += 1;
                }
            }
        }
        all.end(body);
        all
    }

    fn end(&mut self, mut body: Body) {
        if body.entries > 0 {
            body.json.push(b']');
            self.bodies.push(body);
        }
    }
}

impl Body {
    fn with_capacity(bytes: usize) -> Self {
        Self { json: Vec::with_capacity(bytes), entries: 0 }
    }

    fn beginning_with(entry: &[u8]) -> Self {
        let mut json = Vec::with_capacity(MAX_BYTES.min(entry.len() * MAX_ENTRIES));
        json.push(b'[');
        json.extend_from_slice(entry);
        Self { json, entries: 0 }
    }
}
