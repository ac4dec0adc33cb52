//! What the caller of a fan-out will be told.

use std::sync::Arc;

use sluice_component::{Accepted, ConsumeError, Retry, count_lost};
use sluice_pdata::{Batch, Signal};

use super::Branch;

/// The longest message that a client is sent, in bytes, however many branches have something to say.
const LONGEST_MESSAGE: usize = 1024;

/// Who took the batch and who did not, so far.
#[derive(Default)]
pub(super) struct Answer {
    taken: Option<Accepted>,
    failures: Vec<(Arc<Branch>, ConsumeError)>,
    remarks: Vec<String>,
}

impl Answer {
    pub(super) fn is_taken(&self) -> bool {
        self.taken.is_some()
    }

    /// A branch took the batch. What several backends have rejected is not added up: the client sent each item once.
    pub(super) fn take(&mut self, branch: &Branch, accepted: Accepted) {
        branch.works();
        let taken = self.taken.get_or_insert(Accepted::ALL);
        taken.rejected = taken.rejected.max(accepted.rejected);
        self.remarks.extend(accepted.message.map(|message| message.to_string()));
    }

    /// A branch failed while nobody has taken the batch yet.
    pub(super) fn fail(&mut self, branch: Arc<Branch>, error: ConsumeError) {
        self.failures.push((branch, error));
    }

    pub(super) fn drain_failures(&mut self) -> Vec<(Arc<Branch>, ConsumeError)> {
        std::mem::take(&mut self.failures)
    }

    /// A branch will not take the batch any more, while another has.
    pub(super) fn lose(&mut self, branch: &Branch, error: ConsumeError, batch: &Batch) {
        report_lost(branch, &error, batch.signal(), batch.items());
        self.remarks.push(format!("{} items did not reach {}: {}", batch.items(), error.component, error.message));
    }

    pub(super) fn merge(&mut self, other: Self) {
        let taken = self.taken.get_or_insert(Accepted::ALL);
        taken.rejected = taken.rejected.max(other.taken.map_or(0, |accepted| accepted.rejected));
        self.remarks.extend(other.remarks);
    }

    pub(super) fn give(mut self) -> Result<Accepted, ConsumeError> {
        if let Some(taken) = self.taken {
            return Ok(Accepted { message: join(&self.remarks), ..taken });
        }
        let may_pass = self.failures.iter().position(|(_, error)| error.retry != Retry::Never);
        let (_, error) = self.failures.swap_remove(may_pass.unwrap_or(0));
        Err(error)
    }
}

/// Counts and logs what a branch did not take although another did.
pub(super) fn report_lost(branch: &Branch, error: &ConsumeError, signal: Signal, items: usize) {
    count_lost(&error.component, signal, error.reason, items);
    tracing::error!(
        component = %error.component,
        branch = %branch.id,
        signal = %signal,
        reason = %error.reason,
        error = %error.message,
        lost_items = items,
        "A branch did not take what others took. Dropping its copy."
    );
}

fn join(remarks: &[String]) -> Option<Arc<str>> {
    let mut message = remarks.join("; ");
    let end = (0..=LONGEST_MESSAGE.min(message.len())).rev().find(|&end| message.is_char_boundary(end));
    message.truncate(end.unwrap_or(0));
    (!message.is_empty()).then(|| message.into())
}
