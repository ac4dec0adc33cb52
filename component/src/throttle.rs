//! Log lines that an outside event can repeat.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Lets one occasion through in an interval and counts the others.
///
/// ```
/// # use std::time::Duration;
/// # use sluice_component::Throttle;
/// let throttle = Throttle::new(Duration::from_secs(10));
/// if let Some(suppressed) = throttle.admit() {
///     tracing::warn!(suppressed, "backend refused the batch");
/// }
/// ```
#[derive(Debug)]
pub struct Throttle {
    interval: Duration,
    state: Mutex<(Option<Instant>, u64)>,
}

impl Throttle {
    /// Lets the first through, and then one in each `interval`.
    pub const fn new(interval: Duration) -> Self {
        Self { interval, state: Mutex::new((None, 0)) }
    }

    /// Says whether this occasion goes through, and how many did not since the last that did.
    pub fn admit(&self) -> Option<u64> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let (last, suppressed) = &mut *state;
        if last.is_some_and(|last| last.elapsed() < self.interval) {
            *suppressed += 1;
            return None;
        }
        *last = Some(Instant::now());
        Some(std::mem::take(suppressed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_in_an_interval_goes_through() {
        let throttle = Throttle::new(Duration::from_secs(3600));

        assert_eq!([throttle.admit(), throttle.admit(), throttle.admit()], [Some(0), None, None]);
        throttle.state.lock().unwrap().0 = None;
        assert_eq!([throttle.admit(), throttle.admit()], [Some(2), None]);
    }
}
