//! The processor.

use std::sync::Arc;

use sluice_component::{ConsumeError, Context, Transform};
use sluice_pdata::Batch;

use crate::actions::{Actions, Workbench};
use crate::matching::Matching;

/// Does its actions to the records that it is for.
pub(super) struct Attributes {
    pub(super) actions: Arc<Actions>,
    pub(super) matching: Matching,
}

impl Transform for Attributes {
    fn transform(&self, batch: Batch, context: &Context) -> Result<Batch, ConsumeError> {
        let prepared = self.actions.prepare(context);
        Ok(batch.edit(|request| {
            let mut bench = Workbench::new(&prepared);
            self.matching.each_record(batch.signal(), request, &mut |record| bench.edit(record));
        }))
    }
}
