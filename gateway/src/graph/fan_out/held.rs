//! Batches that slow branches still work on after the caller was answered.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use futures_util::StreamExt;
use sluice_component::{Code, ConsumeError, Reason};
use sluice_pdata::Batch;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::Tries;
use super::answer::{Answer, report_lost};

/// Bounded in bytes of telemetry.
pub(super) struct Held {
    room: Arc<Semaphore>,
    tasks: TaskTracker,
    give_up: CancellationToken,
    given_up_items: Arc<AtomicUsize>,
}

impl Held {
    pub(super) fn new(bytes: u32) -> Self {
        Self {
            room: Arc::new(Semaphore::new(bytes as usize)),
            tasks: TaskTracker::new(),
            give_up: CancellationToken::new(),
            given_up_items: Arc::default(),
        }
    }

    /// Ends the tries in a task of their own if there is room, and in the caller's time if there is none.
    pub(super) async fn see_through(&self, tries: Tries, batch: &Batch) -> Answer {
        let bytes = u32::try_from(batch.bytes()).unwrap_or(u32::MAX);
        let Ok(room) = Arc::clone(&self.room).try_acquire_many_owned(bytes) else {
            return finish(tries, batch).await;
        };
        let (batch, give_up, given_up_items) = (batch.clone(), self.give_up.clone(), Arc::clone(&self.given_up_items));
        self.tasks.spawn(async move {
            let given_up = finish_or_give_up(tries, &batch, give_up).await;
            given_up_items.fetch_add(given_up, Ordering::Relaxed);
            drop(room);
        });
        Answer::default()
    }

    /// Waits for the tasks until the deadline, then ends them. Returns the items that they had not handed on.
    pub(super) async fn flush(&self, deadline: Instant) -> usize {
        self.tasks.close();
        if tokio::time::timeout_at(deadline.into(), self.tasks.wait()).await.is_err() {
            self.give_up.cancel();
            self.tasks.wait().await;
        }
        self.given_up_items.swap(0, Ordering::Relaxed)
    }
}

async fn finish(mut tries: Tries, batch: &Batch) -> Answer {
    let mut answer = Answer::default();
    while let Some((branch, outcome)) = tries.next().await {
        match outcome {
            Ok(accepted) => answer.take(&branch, accepted),
            Err(error) => answer.lose(&branch, error, batch),
        }
    }
    answer
}

/// Returns the number of items that branches had not taken when it had to give up.
async fn finish_or_give_up(mut tries: Tries, batch: &Batch, give_up: CancellationToken) -> usize {
    loop {
        tokio::select! {
            next = tries.next() => match next {
                None => return 0,
                Some((branch, Ok(_))) => branch.works(),
                Some((branch, Err(error))) => report_lost(&branch, &error, batch.signal(), batch.items()),
            },
            () = give_up.cancelled() => break,
        }
    }
    for unfinished in tries.iter() {
        let branch = &unfinished.branch;
        let error = ConsumeError::permanent(&branch.id, Reason::Shutdown, Code::Unavailable, "the gateway is stopping");
        report_lost(branch, &error, batch.signal(), batch.items());
    }
    tries.len() * batch.items()
}
