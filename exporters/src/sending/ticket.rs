//! The room that a queue has, and the tickets for it.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use metrics::Gauge;
use sluice_component::{Accepted, ConsumeError};
use tokio::sync::{Notify, Semaphore, oneshot};
use tokio::time::Instant;

/// What a caller may be told about its batch.
pub(super) type Outcome = Result<Accepted, ConsumeError>;

/// The room of a queue, in units of its sizer. Waiting callers get it in the order in which they came.
pub(super) struct Room {
    free: Semaphore,
    capacity: usize,
    size: Gauge,
    /// Tickets that are out.
    tickets: AtomicUsize,
    empty: Notify,
    released: AtomicU64,
    pace: Mutex<Pace>,
}

/// How fast room became free lately.
struct Pace {
    since: Instant,
    released: u64,
    per_second: f64,
}

/// Why there is no room.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NoRoom {
    /// At the moment.
    Full,
    /// It is larger than all the room there is.
    TooLarge,
}

/// Holds room for one request until its outcome is known: until the last of its holders is gone.
///
/// A request may be merged with others, and cut, before it is sent. Each piece holds the tickets of the requests that
/// are in it, even in part.
pub(super) struct Ticket {
    room: Arc<Room>,
    size: u32,
    /// The first error, or what the first success said.
    outcome: Mutex<Option<Outcome>>,
    waiter: Option<oneshot::Sender<Outcome>>,
}

impl Room {
    pub(super) fn new(capacity: usize, size: Gauge) -> Arc<Self> {
        let capacity = capacity.min(Semaphore::MAX_PERMITS);
        let pace = Mutex::new(Pace { since: Instant::now(), released: 0, per_second: 0.0 });
        Arc::new(Self {
            free: Semaphore::new(capacity),
            capacity,
            size,
            tickets: AtomicUsize::new(0),
            empty: Notify::new(),
            released: AtomicU64::new(0),
            pace,
        })
    }

    /// Takes room at once, or says why not.
    pub(super) fn try_take(self: &Arc<Self>, size: usize) -> Result<Ticket, NoRoom> {
        let size = self.fitting(size)?;
        self.free.try_acquire_many(size).map_err(|_| NoRoom::Full)?.forget();
        Ok(self.ticket(size))
    }

    /// Waits for room. Cancel safe: nothing is taken by one who does not wait.
    pub(super) async fn take(self: &Arc<Self>, size: usize) -> Result<Ticket, NoRoom> {
        let size = self.fitting(size)?;
        self.free.acquire_many(size).await.map_err(|_closed| NoRoom::Full)?.forget();
        Ok(self.ticket(size))
    }

    /// Waits until no ticket is out.
    pub(super) async fn until_empty(&self) {
        loop {
            let empty = self.empty.notified();
            tokio::pin!(empty);
            // From here on a notification is kept, so that none falls between the look and the wait.
            empty.as_mut().enable();
            if self.tickets.load(Ordering::SeqCst) == 0 {
                return;
            }
            empty.await;
        }
    }

    /// When there should be room for `size`, judged by how fast room became free lately; `otherwise` when none did.
    pub(super) fn free_in(&self, size: usize, otherwise: Duration) -> Duration {
        const SOONEST: Duration = Duration::from_millis(100);
        const LATEST: Duration = Duration::from_secs(30);
        const WINDOW: Duration = Duration::from_secs(1);
        let mut pace = self.pace.lock().unwrap_or_else(PoisonError::into_inner);
        let elapsed = pace.since.elapsed();
        if elapsed >= WINDOW {
            let released = self.released.load(Ordering::Relaxed);
            pace.per_second = (released - pace.released) as f64 / elapsed.as_secs_f64();
            pace.released = released;
            pace.since = Instant::now();
        }
        let wait = Duration::try_from_secs_f64(size as f64 / pace.per_second).unwrap_or(otherwise);
        wait.clamp(SOONEST, LATEST)
    }

    fn fitting(&self, size: usize) -> Result<u32, NoRoom> {
        u32::try_from(size).ok().filter(|_| size <= self.capacity).ok_or(NoRoom::TooLarge)
    }

    fn ticket(self: &Arc<Self>, size: u32) -> Ticket {
        self.size.increment(f64::from(size));
        self.tickets.fetch_add(1, Ordering::SeqCst);
        Ticket { room: Arc::clone(self), size, outcome: Mutex::new(None), waiter: None }
    }
}

impl Ticket {
    /// Where the outcome will be told.
    pub(super) fn wait(&mut self) -> oneshot::Receiver<Outcome> {
        let (sender, receiver) = oneshot::channel();
        self.waiter = Some(sender);
        receiver
    }

    /// Notes how a piece of the request has ended.
    pub(super) fn settle(&self, outcome: &Outcome) {
        let mut known = self.outcome.lock().unwrap_or_else(PoisonError::into_inner);
        if known.is_none() || (outcome.is_err() && matches!(*known, Some(Ok(_)))) {
            *known = Some(outcome.clone());
        }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.room.released.fetch_add(u64::from(self.size), Ordering::Relaxed);
        self.room.size.decrement(f64::from(self.size));
        self.room.free.add_permits(self.size as usize);
        let outcome = self.outcome.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        if let (Some(waiter), Some(outcome)) = (self.waiter.take(), outcome) {
            // The caller may have gone away.
            let _ = waiter.send(outcome);
        }
        if self.room.tickets.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.room.empty.notify_waiters();
        }
    }
}
