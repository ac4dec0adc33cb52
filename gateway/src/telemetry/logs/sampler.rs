//! How often one message may be repeated.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use tracing::Level;

use super::Sampling;

/// Messages are counted in this many places; two that share one are counted together.
const PLACES: usize = 512;

/// Lets the first lines of a message through in each span of time, then one in so many.
pub(super) struct Sampler {
    sampling: Sampling,
    began: Instant,
    places: Box<[Place]>,
}

#[derive(Default)]
struct Place {
    /// The span of time that is counted.
    tick: AtomicU64,
    count: AtomicU64,
}

impl Sampler {
    pub(super) fn new(sampling: Sampling) -> Self {
        let places = std::iter::repeat_with(Place::default).take(PLACES).collect();
        Self { sampling, began: Instant::now(), places }
    }

    /// Whether a line with this message is written.
    pub(super) fn admits(&self, level: Level, message: &str) -> bool {
        self.admits_in(self.tick(), level, message)
    }

    fn tick(&self) -> u64 {
        let tick = self.sampling.tick.as_nanos().max(1);
        u64::try_from(self.began.elapsed().as_nanos() / tick).unwrap_or(u64::MAX)
    }

    fn admits_in(&self, tick: u64, level: Level, message: &str) -> bool {
        let mut hasher = DefaultHasher::new();
        (level, message).hash(&mut hasher);
        let place = &self.places[(hasher.finish() % PLACES as u64) as usize];
        // Two threads at the turn of a tick may count a line too few: nobody minds.
        if place.tick.swap(tick, Ordering::Relaxed) != tick {
            place.count.store(0, Ordering::Relaxed);
        }
        let before = place.count.fetch_add(1, Ordering::Relaxed);
        let Sampling { initial, thereafter, .. } = self.sampling;
        before < initial || thereafter > 0 && (before + 1 - initial).is_multiple_of(thereafter)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn admitted(sampler: &Sampler, tick: u64, lines: usize) -> usize {
        (0..lines).filter(|_| sampler.admits_in(tick, Level::INFO, "again")).count()
    }

    #[test]
    fn past_the_first_lines_one_in_so_many_is_written() {
        let sampler = Sampler::new(Sampling { tick: Duration::from_secs(10), initial: 10, thereafter: 100 });

        assert_eq!(admitted(&sampler, 0, 10), 10);
        assert_eq!(admitted(&sampler, 0, 300), 3);
        assert_eq!(admitted(&sampler, 1, 10), 10);
        assert!(sampler.admits_in(1, Level::WARN, "again"));
    }

    #[test]
    fn none_may_follow_the_first() {
        let sampler = Sampler::new(Sampling { tick: Duration::ZERO, initial: 1, thereafter: 0 });

        assert_eq!(admitted(&sampler, 7, 1000), 1);
    }
}
