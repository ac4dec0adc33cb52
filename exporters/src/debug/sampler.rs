//! Keeps a flood of batches from becoming a flood of text.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

const TICK: Duration = Duration::from_secs(1);

/// Lets the first batches of each second through, and then one in so many.
pub(super) struct Sampler {
    initial: u64,
    thereafter: u64,
    /// When the second began, and how many batches came in it.
    tick: Mutex<Option<(Instant, u64)>>,
}

impl Sampler {
    /// `thereafter` of zero lets none through after the first.
    pub(super) fn new(initial: u64, thereafter: u64) -> Self {
        Self { initial, thereafter, tick: Mutex::new(None) }
    }

    pub(super) fn admit(&self) -> bool {
        if self.thereafter == 1 {
            return true;
        }
        let now = Instant::now();
        let mut tick = self.tick.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, count) = match &mut *tick {
            Some((start, count)) if now.duration_since(*start) < TICK => (start, count),
            tick => {
                let (start, count) = tick.insert((now, 0));
                (start, count)
            }
        };
        *count += 1;
        *count <= self.initial || (*count - self.initial).checked_rem(self.thereafter) == Some(0)
    }
}
