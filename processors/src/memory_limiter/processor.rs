//! The processor.

use std::sync::Arc;
use std::time::Duration;

use metrics::Counter;
use sluice_component::factory::Settings;
use sluice_component::{ComponentId, ConsumeError, Context, Reason, Retry, Transform};
use sluice_pdata::{Batch, Signal};

use super::checker::{REFUSED, Watch};

/// Passes everything on, or refuses everything.
pub(super) struct MemoryLimiter {
    id: ComponentId,
    watch: Arc<Watch>,
    accepted: Counter,
    refused: Counter,
}

impl MemoryLimiter {
    pub(super) fn new(settings: &Settings, signal: Signal, watch: Arc<Watch>) -> Self {
        let counter = |outcome: &str| {
            let name = format!("otelcol_processor_memory_limiter_{outcome}_{}", signal.items());
            metrics::counter!(name, "processor" => settings.id.to_string())
        };
        Self { accepted: counter("accepted"), refused: counter("refused"), id: settings.id.clone(), watch }
    }
}

impl Transform for MemoryLimiter {
    fn transform(&self, batch: Batch, _context: &Context) -> Result<Batch, ConsumeError> {
        let items = batch.items() as u64;
        if !self.watch.checker().must_refuse() {
            self.accepted.increment(items);
            return Ok(batch);
        }
        self.refused.increment(items);
        // A client's hint has whole seconds at best.
        let retry = Retry::After(self.watch.interval().max(Duration::from_secs(1)));
        Err(ConsumeError::retryable(&self.id, Reason::MemoryLimit, retry, REFUSED))
    }
}
