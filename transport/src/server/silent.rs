//! Connections that have not yet shown who they are.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;

/// Keeps so many; one more makes the oldest go, so that whoever opens connections and says nothing only competes with his
/// like.
pub(super) struct Silent {
    limit: usize,
    waiting: Mutex<Waiting>,
}

#[derive(Default)]
struct Waiting {
    next: u64,
    entries: BTreeMap<u64, CancellationToken>,
}

/// A place among them, free again when dropped.
pub(super) struct Entry<'a> {
    silent: &'a Silent,
    number: u64,
}

impl Silent {
    pub(super) fn new(limit: usize) -> Self {
        Self { limit, waiting: Mutex::default() }
    }

    /// Takes a place; the token is cancelled when it has to be given up.
    pub(super) fn enter(&self) -> (Entry<'_>, CancellationToken) {
        let mut waiting = self.lock();
        if waiting.entries.len() >= self.limit
            && let Some((_, oldest)) = waiting.entries.pop_first()
        {
            oldest.cancel();
        }
        let number = waiting.next;
        waiting.next += 1;
        let evicted = CancellationToken::new();
        waiting.entries.insert(number, evicted.clone());
        (Entry { silent: self, number }, evicted)
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Entry<'_> {
    fn drop(&mut self) {
        self.silent.lock().entries.remove(&self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_too_many_makes_the_oldest_go() {
        let silent = Silent::new(2);
        let (_one, first) = silent.enter();
        let (two, second) = silent.enter();
        drop(two);
        let (_three, third) = silent.enter();
        assert!(!first.is_cancelled());

        let (_four, fourth) = silent.enter();

        let gone = [&first, &second, &third, &fourth].map(CancellationToken::is_cancelled);
        assert_eq!(gone, [true, false, false, false]);
    }
}
