//! How much memory all requests under way may hold together.

use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A number of bytes that requests share; a clone shares it too.
///
/// Bodies take from it as they arrive, whatever they announce, and give back once they are answered. What then waits in a
/// queue is the queue's to bound.
#[derive(Clone, Debug)]
pub struct Budget(Arc<Pot>);

#[derive(Debug)]
struct Pot {
    limit: usize,
    taken: AtomicUsize,
}

/// A share of a [`Budget`], given back when dropped.
#[derive(Debug)]
pub struct Ticket {
    budget: Budget,
    bytes: usize,
}

/// The budget has no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exhausted;

impl Budget {
    /// The limit of [`Budget::of_the_process`]: 256 MiB.
    pub const DEFAULT: usize = 256 * 1024 * 1024;

    /// A budget of its own.
    pub fn new(limit: usize) -> Self {
        Self(Arc::new(Pot { limit, taken: AtomicUsize::new(0) }))
    }

    /// The budget that all receivers of the process share.
    pub fn of_the_process() -> Self {
        static BUDGET: OnceLock<Budget> = OnceLock::new();
        BUDGET.get_or_init(|| Self::new(Self::DEFAULT)).clone()
    }

    /// A ticket for nothing yet.
    pub fn ticket(&self) -> Ticket {
        Ticket { budget: self.clone(), bytes: 0 }
    }

    /// How many bytes are taken.
    pub fn taken(&self) -> usize {
        self.0.taken.load(Ordering::Relaxed)
    }
}

impl Ticket {
    /// Takes what is missing for `bytes` in all, in steps of 64 KiB; never gives back.
    ///
    /// # Errors
    ///
    /// Less than that is left; nothing more was taken.
    pub fn raise_to(&mut self, bytes: usize) -> Result<(), Exhausted> {
        const STEP: usize = 64 * 1024;
        if bytes <= self.bytes {
            return Ok(());
        }
        let wanted = bytes.checked_next_multiple_of(STEP).ok_or(Exhausted)?;
        let more = wanted - self.bytes;
        let before = self.budget.0.taken.fetch_add(more, Ordering::Relaxed);
        if before.saturating_add(more) > self.budget.0.limit {
            self.budget.0.taken.fetch_sub(more, Ordering::Relaxed);
            return Err(Exhausted);
        }
        self.bytes = wanted;
        Ok(())
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if self.bytes > 0 {
            self.budget.0.taken.fetch_sub(self.bytes, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_is_given_back_with_the_ticket() {
        let budget = Budget::new(200_000);
        let mut one = budget.ticket();
        let mut two = budget.ticket();

        assert_eq!(one.raise_to(1), Ok(()));
        assert_eq!(one.raise_to(65_536), Ok(()));
        assert_eq!(budget.taken(), 65_536);
        assert_eq!(two.raise_to(150_000), Err(Exhausted));
        assert_eq!(two.raise_to(usize::MAX), Err(Exhausted));
        assert_eq!(budget.taken(), 65_536);
        drop(one);
        assert_eq!(two.raise_to(150_000), Ok(()));
        drop(two);
        assert_eq!(budget.taken(), 0);
    }
}
