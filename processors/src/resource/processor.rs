//! The processor.

use std::sync::Arc;

use sluice_component::{ConsumeError, Context, Transform};
use sluice_pdata::Batch;

use crate::actions::{Actions, Workbench};

/// Does its actions to resources.
pub(super) struct Resource {
    pub(super) actions: Arc<Actions>,
}

impl Transform for Resource {
    fn transform(&self, batch: Batch, context: &Context) -> Result<Batch, ConsumeError> {
        let prepared = self.actions.prepare(context);
        Ok(batch.edit(|request| {
            let mut bench = Workbench::new(&prepared);
            request.fields(|entry| {
                if entry.number() == 1 {
                    entry.enter(|entry| {
                        entry.message(1, |resource| bench.edit(resource));
                    });
                }
            });
        }))
    }
}
