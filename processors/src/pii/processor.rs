//! The processor.

use std::sync::Arc;

use sluice_component::{Code, ComponentId, ConsumeError, Context, Reason, Transform};
use sluice_pdata::{Batch, Signal};

use super::rules::Rules;
use super::telemetry::{Counting, Telemetry};
use super::walk::{self, Refused};

/// Hands on what comes without what is personal in it.
pub(super) struct Pii {
    id: ComponentId,
    rules: Arc<Rules>,
    telemetry: Telemetry,
}

impl Pii {
    pub(super) fn new(id: ComponentId, signal: Signal, rules: Arc<Rules>) -> Self {
        Self { telemetry: Telemetry::new(&id, signal, &rules), id, rules }
    }
}

impl Transform for Pii {
    fn transform(&self, batch: Batch, _context: &Context) -> Result<Batch, ConsumeError> {
        let mut counting = Counting::new(&self.telemetry, &self.rules);
        walk::scrub(&batch, &self.rules, &mut counting).map_err(|Refused| {
            let message = "a value is too large to be scanned for personal data";
            ConsumeError::permanent(&self.id, Reason::TooLarge, Code::InvalidArgument, message)
        })
    }
}
