//! The processor.

use std::sync::{Arc, Mutex, PoisonError};

use sluice_component::{ComponentId, ConsumeError, Context, Transform};
use sluice_pdata::{Batch, Signal};

use super::config::Plan;
use super::limits::Limits;
use super::merge::{self, MergeGauges};
use super::program::Memo;
use super::programs::Programs;
use super::telemetry::{Counts, Telemetry};
use super::walk::Walk;

/// The most memos that are kept for the callers to come.
const MEMOS: usize = 16;

/// Maps the labels of one signal.
pub(super) struct LabelMapping {
    programs: Programs,
    limits: Limits,
    merge_gauges: MergeGauges,
    telemetry: Telemetry,
    /// What was found out about keys: one for each caller that is at work.
    memos: Mutex<Vec<Vec<Memo>>>,
}

impl LabelMapping {
    pub(super) fn new(plan: &Plan, id: &ComponentId, signal: Signal) -> Self {
        let rules: Arc<[_]> = plan.rules.as_slice().into();
        Self {
            programs: Programs::new(&rules, plan.severity.clone(), signal),
            limits: Limits::new(&plan.limits),
            merge_gauges: plan.merge_gauges,
            telemetry: Telemetry::new(id),
            memos: Mutex::default(),
        }
    }

    /// Maps one batch, and says what happened.
    pub(super) fn map(&self, batch: &Batch) -> (Batch, Counts) {
        let mut counts = Counts::default();
        let mut changed_metrics = Vec::new();
        let mut memos = self.memos().pop().unwrap_or_else(|| self.programs.memos());
        let mapped = batch.edit(|request| {
            Walk::new(&self.programs, &mut memos, &self.limits, &mut counts, &mut changed_metrics).request(request);
        });
        let mut kept = self.memos();
        if kept.len() < MEMOS {
            kept.push(memos);
        }
        drop(kept);
        let merged = match changed_metrics.contains(&true) {
            true => merge::merge(&mapped, &changed_metrics, self.merge_gauges, &mut counts),
            false => mapped,
        };
        (merged, counts)
    }

    /// How many keys each memo remembers.
    #[cfg(test)]
    pub(super) fn remembered(&self) -> Vec<usize> {
        self.memos().iter().flatten().map(Memo::len).collect()
    }

    fn memos(&self) -> std::sync::MutexGuard<'_, Vec<Vec<Memo>>> {
        self.memos.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Transform for LabelMapping {
    fn transform(&self, batch: Batch, _context: &Context) -> Result<Batch, ConsumeError> {
        let (mapped, counts) = self.map(&batch);
        self.telemetry.report(&counts);
        Ok(mapped)
    }
}
