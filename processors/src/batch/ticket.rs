//! Who waits for the outcome of a request whose items went into batches.

use std::sync::{Arc, Mutex, PoisonError};

use sluice_component::{Accepted, ComponentId, ConsumeError, Reason, Retry};
use tokio::sync::oneshot;

/// One waiting request. Every batch that holds items of it holds a clone; when the last is gone, the answer is given.
#[derive(Clone)]
pub(super) struct Ticket(Arc<Waiting>);

/// The answer to a request.
pub(super) type Answer = Result<Accepted, ConsumeError>;

struct Waiting {
    component: ComponentId,
    items: usize,
    outcome: Mutex<Outcome>,
    answer: Option<oneshot::Sender<Answer>>,
}

#[derive(Default)]
struct Outcome {
    /// Items of which the outcome is known.
    settled: usize,
    /// Items of batches that failed.
    failed: usize,
    /// What was taken of the batches that did not fail.
    accepted: Accepted,
    /// The failure to tell: one that may pass before one that will not.
    error: Option<ConsumeError>,
}

impl Ticket {
    /// A ticket for a request of so many items, and where its answer will come.
    pub(super) fn new(component: &ComponentId, items: usize) -> (Self, oneshot::Receiver<Answer>) {
        let (answer, answered) = oneshot::channel();
        let waiting = Waiting { component: component.clone(), items, outcome: Mutex::default(), answer: Some(answer) };
        (Self(Arc::new(waiting)), answered)
    }

    /// Notes the outcome of a batch that held `items` of the request, and of other requests too unless `alone`.
    pub(super) fn settle(&self, items: usize, alone: bool, answer: &Answer) {
        let mut outcome = self.0.outcome.lock().unwrap_or_else(PoisonError::into_inner);
        outcome.settled += items;
        match answer {
            Ok(accepted) => {
                // Nobody knows whose items a backend refused of a batch of several requests: then it is a remark only.
                if alone {
                    outcome.accepted.rejected += accepted.rejected;
                }
                if accepted.message.is_some() {
                    outcome.accepted.message.clone_from(&accepted.message);
                }
            }
            Err(error) => {
                outcome.failed += items;
                if outcome.error.as_ref().is_none_or(|known| known.retry == Retry::Never) {
                    outcome.error = Some(error.clone());
                }
            }
        }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let Some(answer) = self.answer.take() else { return };
        let outcome = std::mem::take(self.outcome.get_mut().unwrap_or_else(PoisonError::into_inner));
        // Nobody may be waiting any more.
        let _ = answer.send(outcome.into_answer(&self.component, self.items));
    }
}

impl Outcome {
    fn into_answer(mut self, component: &ComponentId, items: usize) -> Answer {
        if self.settled < items {
            let message = "stopped before the batch was delivered";
            return Err(ConsumeError::retryable(component, Reason::Shutdown, Retry::Now, message));
        }
        match self.error {
            None => Ok(self.accepted),
            // The rest was delivered, and sending all of it again would not save what failed.
            Some(error) if error.retry == Retry::Never && self.failed < items => {
                self.accepted.rejected += self.failed as u64;
                self.accepted.message = Some(error.message.into());
                Ok(self.accepted)
            }
            Some(error) => Err(error),
        }
    }
}
