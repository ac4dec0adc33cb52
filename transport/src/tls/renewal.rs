//! When files are read again.

use std::sync::{Mutex, PoisonError, TryLockError};
use std::time::{Duration, Instant};

/// Says now and then that it is time to read a file again.
#[derive(Debug)]
pub(super) struct Renewal {
    interval: Duration,
    due: Mutex<Instant>,
}

impl Renewal {
    /// For files that have just been read, and may become as old as `interval`.
    pub(super) fn every(interval: Duration) -> Self {
        Self { interval, due: Mutex::new(Instant::now() + interval) }
    }

    /// Whether it is time. It is so for one who asks; the others go on with what is there.
    pub(super) fn is_due(&self) -> bool {
        let mut due = match self.due.try_lock() {
            Ok(due) => due,
            Err(TryLockError::Poisoned(poisoned)) => PoisonError::into_inner(poisoned),
            Err(TryLockError::WouldBlock) => return false,
        };
        let now = Instant::now();
        if now < *due {
            return false;
        }
        *due = now + self.interval;
        true
    }
}
