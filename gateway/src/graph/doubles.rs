//! Components for tests that do what a test tells them.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bytes::Bytes;
use sluice_component::{Accepted, BoxFuture, Code, ComponentId, ConsumeError, Consumer, Context, Reason, Retry};
use sluice_pdata::{Batch, Signal};

/// What a [`Scripted`] consumer does with a batch.
#[derive(Clone)]
pub(crate) enum Step {
    Take,
    /// Takes it after a while.
    TakeAfter(Duration),
    Refuse(ConsumeError),
    Panic,
}

/// Does one step after the other, and the last one for ever.
pub(crate) struct Scripted {
    steps: Mutex<VecDeque<Step>>,
    /// Items of the batches that came, taken or not.
    pub(crate) seen: Mutex<Vec<usize>>,
    /// Items of the batches that were taken.
    pub(crate) taken: Mutex<Vec<usize>>,
}

impl Scripted {
    pub(crate) fn new(steps: impl IntoIterator<Item = Step>) -> Arc<Self> {
        let steps = Mutex::new(steps.into_iter().collect());
        Arc::new(Self { steps, seen: Mutex::default(), taken: Mutex::default() })
    }

    pub(crate) fn calls(&self) -> usize {
        self.seen.lock().unwrap().len()
    }

    pub(crate) fn taken(&self) -> Vec<usize> {
        self.taken.lock().unwrap().clone()
    }
}

impl Consumer for Scripted {
    fn consume(&self, batch: Batch, _: Context) -> BoxFuture<'_, Result<Accepted, ConsumeError>> {
        self.seen.lock().unwrap().push(batch.items());
        let step = {
            let mut steps = self.steps.lock().unwrap();
            if steps.len() > 1 { steps.pop_front() } else { steps.front().cloned() }
        };
        Box::pin(async move {
            match step.expect("a script has a step") {
                Step::Take => {}
                Step::TakeAfter(delay) => tokio::time::sleep(delay).await,
                Step::Refuse(error) => return Err(error),
                Step::Panic => panic!("as the script says"),
            }
            self.taken.lock().unwrap().push(batch.items());
            Ok(Accepted::ALL)
        })
    }

    fn flush(&self, _: Instant) -> BoxFuture<'_, usize> {
        Box::pin(std::future::ready(0))
    }
}

pub(crate) fn batch(items: usize) -> Batch {
    Batch::trusted(Signal::Traces, Bytes::from_static(&[0; 100]), items)
}

pub(crate) fn id(text: &str) -> ComponentId {
    text.parse().unwrap()
}

pub(crate) fn passing(component: &str, retry: Retry) -> ConsumeError {
    ConsumeError::retryable(&id(component), Reason::QueueFull, retry, "sending queue is full")
}

pub(crate) fn lasting(component: &str) -> ConsumeError {
    ConsumeError::permanent(&id(component), Reason::Rejected, Code::InvalidArgument, "no such tenant")
}
