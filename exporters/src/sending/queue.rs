//! With a queue: batches wait here for one of a number of senders.

use std::collections::VecDeque;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use futures_util::future::Either;
use futures_util::stream::{FuturesUnordered, StreamExt};
use sluice_component::{
    Accepted, BoxFuture, Code, ConsumeError, Consumer, Context, Metadata, Reason, Retry, count_lost, quietly,
};
use sluice_pdata::Batch;
use smallvec::SmallVec;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::backoff::Backoff;
use super::batcher::Batcher;
use super::export::{Export, Verdict};
use super::request::Request;
use super::ticket::{NoRoom, Outcome, Room, Ticket};
use super::{QueueConfig, Sizer};

/// From how many held bytes on a caller is answered only when something has left: 16 MiB. Callers that bring more than can be
/// sent are slowed down so, and the queue is filled by a backend that fails, not by the callers' zeal.
const DEEP: usize = 16 * 1024 * 1024;

/// From how many bytes on a batch is worth a task: 128 KiB.
const LARGE: usize = 128 * 1024;

/// How long a caller is kept so at most that brings 512 KiB or less to a queue that is just [`DEEP`]: 20 ms. Larger ones are kept
/// longer in proportion, and all of them with the square of what is held: steps of a fixed time would fill the memory
/// with megabytes as fast as they come.
const HELD_UP: Duration = Duration::from_millis(20);

/// See [`HELD_UP`].
const HELD_UP_FOR: usize = 512 * 1024;

/// How long a caller is kept so at most, whatever it brings.
const HELD_UP_MOST: Duration = Duration::from_secs(1);

/// How large a batch may become of those that are put together because they have to leave in order: 1 MiB.
const JOINED: usize = 1024 * 1024;

/// Holds batches in memory, and sends them in the order in which they came.
pub(super) struct Queue {
    shared: Arc<Shared>,
    sizer: Sizer,
    block_on_overflow: bool,
    wait_for_result: bool,
}

/// What the senders share with the callers.
///
/// One task makes all attempts at small batches, however many are under way; a large one has a task of its own. So requests
/// that arrive together leave together: in a task each, every one of them would wake the connection to the backend, and
/// another thread. The task ends when nothing is held, and whoever brings a batch then starts it anew; both are decided under
/// one lock, so that no wake-up can be lost.
pub(super) struct Shared {
    pub(super) export: Export,
    room: Arc<Room>,
    senders: usize,
    /// Whether a job that is to be tried again lets no other begin.
    in_order: bool,
    told: bool,
    batcher: Option<Batcher>,
    state: Mutex<State>,
    /// Told of jobs that become ready while a sender is free.
    came: Notify,
    /// Told of every attempt that ends while much is held.
    left: Notify,
    pub(super) stopping: CancellationToken,
    abandoned: CancellationToken,
    lost_in_stop: AtomicUsize,
}

#[derive(Default)]
struct State {
    /// What waits for a sender. Every element holds room of the queue, which bounds their number.
    ready: VecDeque<Job>,
    /// How much that is, in bytes.
    ready_bytes: usize,
    /// Attempts under way.
    busy: usize,
    /// What they send, in bytes.
    busy_bytes: usize,
    /// Whether there is a task that sends.
    at_work: bool,
}

/// What one attempt sends.
pub(super) struct Job {
    request: Request,
    context: Context,
    /// Whose data it is.
    tickets: SmallVec<[Arc<Ticket>; 1]>,
    backoff: Backoff,
}

impl State {
    /// What waits for a sender or is under way, in bytes.
    fn held_bytes(&self) -> usize {
        self.ready_bytes + self.busy_bytes
    }
}

impl Job {
    pub(super) fn new(batch: Batch, context: Context, tickets: SmallVec<[Arc<Ticket>; 1]>) -> Self {
        Self { request: Request::new(batch), context, tickets, backoff: Backoff::default() }
    }
}

impl Queue {
    pub(super) fn new(export: Export, config: &QueueConfig) -> Self {
        export.telemetry.queue_capacity(&export.id, export.signal, config.queue_size);
        let in_order = export.in_order();
        let shared = Shared {
            room: Room::new(config.queue_size, export.telemetry.queue_size.clone()),
            export,
            senders: if in_order { 1 } else { config.num_consumers },
            in_order,
            told: config.wait_for_result,
            batcher: config.batch.as_ref().map(Batcher::new),
            state: Mutex::default(),
            came: Notify::new(),
            left: Notify::new(),
            stopping: CancellationToken::new(),
            abandoned: CancellationToken::new(),
            lost_in_stop: AtomicUsize::new(0),
        };
        Self {
            shared: Arc::new(shared),
            sizer: config.sizer,
            block_on_overflow: config.block_on_overflow,
            wait_for_result: config.wait_for_result,
        }
    }

    fn refuse(&self, batch: &Batch, reason: NoRoom) -> ConsumeError {
        let export = &self.shared.export;
        export.telemetry.enqueue_failed.increment(batch.items() as u64);
        if let Some(suppressed) = export.telemetry.rejecting.admit() {
            let (exporter, signal) = (&export.id, export.signal.as_str());
            tracing::error!(%exporter, signal, rejected_items = batch.items(), ?reason, suppressed,
                "Exporting failed. Rejecting data.");
        }
        match reason {
            NoRoom::Full => {
                let free_in = self.shared.room.free_in(self.sizer.measure(batch), export.first_wait());
                ConsumeError::retryable(&export.id, Reason::QueueFull, Retry::After(free_in), "sending queue is full")
            }
            NoRoom::TooLarge => ConsumeError::permanent(
                &export.id,
                Reason::TooLarge,
                Code::ResourceExhausted,
                "the request is larger than the whole sending queue",
            ),
        }
    }

    async fn take_when_free(&self, batch: Batch, context: Context) -> Outcome {
        let taken = tokio::select! {
            taken = self.shared.room.take(self.sizer.measure(&batch)) => taken,
            () = self.shared.stopping.cancelled() => return Err(self.shared.export.stopping()),
        };
        match taken {
            Ok(ticket) => self.enqueue(ticket, batch, context).await,
            Err(reason) => Err(self.refuse(&batch, reason)),
        }
    }

    async fn answer_slowly(&self, bytes: usize, held: usize) -> Outcome {
        let most = held_up_at_most(bytes, held);
        // Whether something has left or the caller has waited long enough: the batch is in the queue.
        let _ = tokio::time::timeout(most, self.shared.left.notified()).await;
        Ok(Accepted::ALL)
    }

    /// Puts the batch in the queue before it returns; only the outcome, if it is wanted, is waited for.
    fn enqueue(&self, mut ticket: Ticket, batch: Batch, context: Context) -> BoxFuture<'_, Outcome> {
        let outcome = self.wait_for_result.then(|| ticket.wait());
        let bytes = batch.bytes();
        self.shared.admit(batch, context, Arc::new(ticket));
        let Some(outcome) = outcome else {
            let held = self.shared.state().held_bytes();
            return match held > DEEP {
                true => Box::pin(self.answer_slowly(bytes, held)),
                false => answer(Ok(Accepted::ALL)),
            };
        };
        Box::pin(async {
            outcome.await.unwrap_or_else(|_| {
                let message = "the outcome of the request is not known";
                Err(ConsumeError::permanent(&self.shared.export.id, Reason::Internal, Code::Internal, message))
            })
        })
    }
}

impl Consumer for Queue {
    fn consume(&self, batch: Batch, context: Context) -> BoxFuture<'_, Outcome> {
        if batch.items() == 0 {
            return answer(Ok(Accepted::ALL));
        }
        if self.shared.stopping.is_cancelled() {
            return answer(Err(self.shared.export.stopping()));
        }
        match self.shared.room.try_take(self.sizer.measure(&batch)) {
            Ok(ticket) => self.enqueue(ticket, batch, context),
            Err(NoRoom::Full) if self.block_on_overflow => Box::pin(self.take_when_free(batch, context)),
            Err(reason) => answer(Err(self.refuse(&batch, reason))),
        }
    }

    fn flush(&self, deadline: Instant) -> BoxFuture<'_, usize> {
        Box::pin(self.shared.drain(deadline.into()))
    }
}

/// How long a caller that brings so much is kept while so much is held, unless something leaves before.
fn held_up_at_most(bytes: usize, held: usize) -> Duration {
    let depth = held as f64 / DEEP as f64;
    let times = (bytes as f64 / HELD_UP_FOR as f64 * depth * depth).max(1.0);
    Duration::try_from_secs_f64(HELD_UP.as_secs_f64() * times).unwrap_or(HELD_UP_MOST).min(HELD_UP_MOST)
}

fn answer(outcome: Outcome) -> BoxFuture<'static, Outcome> {
    Box::pin(std::future::ready(outcome))
}

/// An attempt at so many bytes, for as long as it lasts.
struct UnderWay<'s> {
    shared: &'s Shared,
    bytes: usize,
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        let mut state = self.shared.state();
        // Callers only wait while much is held.
        if state.held_bytes() > DEEP {
            self.shared.left.notify_one();
        }
        state.busy_bytes -= self.bytes;
    }
}

impl Shared {
    fn admit(self: &Arc<Self>, batch: Batch, context: Context, ticket: Arc<Ticket>) {
        match &self.batcher {
            None => self.hand_over(Job::new(batch, context, smallvec::smallvec![ticket])),
            Some(batcher) => batcher.collect(self, batch, context, ticket),
        }
    }

    /// Takes a job that has never been sent.
    pub(super) fn hand_over(self: &Arc<Self>, job: Job) {
        self.export.telemetry.in_flight.increment(1.0);
        self.enter(job);
    }

    /// Hands over what has been collected, unless it has left meanwhile.
    pub(super) fn batch_is_due(self: &Arc<Self>, key: &Metadata, number: u64) {
        if let Some(batcher) = &self.batcher {
            batcher.due(self, key, number);
        }
    }

    /// Gives a job to the task that sends.
    fn enter(self: &Arc<Self>, job: Job) {
        let mut state = self.state();
        state.ready_bytes += job.request.bytes();
        state.ready.push_back(job);
        let at_work = std::mem::replace(&mut state.at_work, true);
        let is_one_free = state.busy < self.senders;
        drop(state);
        if !at_work {
            tokio::spawn(quietly(Arc::clone(self).send_all()));
        } else if is_one_free {
            self.came.notify_one();
        }
    }

    /// Sends whatever is ready, until nothing is and nothing is under way.
    async fn send_all(self: Arc<Self>) {
        let mut sends = FuturesUnordered::new();
        loop {
            while let Some(job) = self.next(sends.len()) {
                sends.push(self.begin(job));
            }
            if sends.is_empty() {
                return;
            }
            tokio::select! {
                biased;
                Some(()) = sends.next() => {}
                () = self.came.notified() => {}
            }
        }
    }

    /// The next job, if there is one and not too many are under way. If there is none and none is, the work has ended.
    fn next(&self, busy: usize) -> Option<Job> {
        let mut state = self.state();
        state.busy = busy;
        let mut next = if busy < self.senders { state.ready.pop_front() } else { None };
        match &mut next {
            Some(job) => {
                let bytes = job.request.bytes();
                state.ready_bytes -= bytes;
                state.busy_bytes += bytes;
                state.busy += 1;
                if self.in_order {
                    self.join(job, &mut state);
                }
            }
            None => state.at_work = busy > 0,
        }
        next
    }

    /// Puts to a job those that wait behind it: where one is sent at a time, small ones would leave at the pace of the
    /// backend's answers. None of them has been tried yet, since a job that is tried again does not go back to the queue.
    fn join(&self, job: &mut Job, state: &mut State) {
        while let Some(next) = state.ready.pop_front() {
            let bytes = next.request.bytes();
            let fits = job.request.bytes() + bytes <= JOINED && next.context.metadata() == job.context.metadata();
            if !fits {
                return state.ready.push_front(next);
            }
            let Job { request, context, tickets, backoff } = next;
            if let Err(batch) = job.request.batch.merge(request.batch) {
                let request = Request { batch, ..request };
                return state.ready.push_front(Job { request, context, tickets, backoff });
            }
            state.ready_bytes -= bytes;
            job.tickets.extend(tickets);
            self.export.telemetry.in_flight.decrement(1.0);
        }
    }

    /// Sends a job, in a task of its own if it is large: some exporters turn a batch into something else. A defect that it
    /// meets must not end the work.
    fn begin(self: &Arc<Self>, job: Job) -> impl Future<Output = ()> + Send + use<> {
        let bytes = job.request.bytes();
        let large = bytes > LARGE;
        let shared = Arc::clone(self);
        let sending = async move {
            let _under_way = UnderWay { shared: &shared, bytes };
            shared.send(job).await;
        };
        match large {
            true => Either::Left(tokio::spawn(sending).map(drop)),
            false => Either::Right(AssertUnwindSafe(sending).catch_unwind().map(drop)),
        }
    }

    async fn send(self: &Arc<Self>, mut job: Job) {
        loop {
            let verdict = tokio::select! {
                biased;
                () = self.abandoned.cancelled() => None,
                verdict = self.export.attempt(&mut job.request, &job.context, &mut job.backoff) => Some(verdict),
            };
            let verdict = verdict.unwrap_or_else(|| Verdict::Settled(Err(self.export.abandon(&job.request))));
            match verdict {
                Verdict::Settled(outcome) => return self.settle(job, outcome),
                Verdict::Later(_, error) if self.stopping.is_cancelled() => {
                    self.export.give_up(&job.request);
                    return self.settle(job, Err(ConsumeError { reason: Reason::Shutdown, ..error }));
                }
                Verdict::Later(wait, error) => {
                    self.export.will_retry(wait, &error);
                    if !self.in_order {
                        return self.send_later(job, wait);
                    }
                    self.pause(wait).await;
                }
            }
        }
    }

    /// Lets a job wait for its next attempt, without a sender. A stop ends the wait: there is one more attempt then.
    fn send_later(self: &Arc<Self>, job: Job, wait: Duration) {
        let shared = Arc::clone(self);
        tokio::spawn(async move {
            shared.pause(wait).await;
            shared.enter(job);
        });
    }

    async fn pause(&self, wait: Duration) {
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = self.stopping.cancelled() => {}
        }
    }

    fn settle(&self, job: Job, outcome: Outcome) {
        match &outcome {
            Err(error) => {
                // Whoever waits for the outcome is told, and has the batch still.
                if !self.told {
                    self.export.lose(&job.request, error);
                    if self.stopping.is_cancelled() {
                        self.lost_in_stop.fetch_add(job.request.unsent(), Ordering::Relaxed);
                    }
                }
            }
            Ok(_) if !self.told && job.request.parcels.is_some() => {
                self.export.lose_refused(&job.request);
            }
            Ok(accepted) if !self.told => {
                count_lost(&self.export.id, self.export.signal, Reason::Rejected, accepted.rejected as usize);
            }
            Ok(_) => {}
        }
        match &job.tickets[..] {
            [ticket] => ticket.settle(&outcome),
            tickets => {
                // Nobody knows whose items a backend has rejected.
                let outcome = outcome.map(|accepted| Accepted { rejected: 0, ..accepted });
                tickets.iter().for_each(|ticket| ticket.settle(&outcome));
            }
        }
        self.export.telemetry.in_flight.decrement(1.0);
        // With the last of its tickets a request is over, and the queue perhaps empty.
        drop(job);
    }

    /// Sends everything that is held, with one attempt each; what is left at the deadline is lost.
    async fn drain(self: &Arc<Self>, deadline: tokio::time::Instant) -> usize {
        self.stopping.cancel();
        if let Some(batcher) = &self.batcher {
            batcher.flush(self);
        }
        if tokio::time::timeout_at(deadline, self.room.until_empty()).await.is_err() {
            self.abandoned.cancel();
            // Each sender and each waiting retry notices at its next turn.
            self.room.until_empty().await;
        }
        self.lost_in_stop.swap(0, Ordering::Relaxed)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_brings_more_to_a_deeper_queue_is_kept_longer() {
        let kept = |kib: usize, depth: usize| held_up_at_most(kib * 1024, depth * DEEP).as_millis();

        assert_eq!((kept(10, 1), kept(512, 1), kept(1024, 1)), (20, 20, 40));
        assert_eq!((kept(512, 2), kept(4608, 2)), (80, 720));
        assert_eq!((kept(10, 10), kept(512, 10)), (39, 1000));
    }
}
