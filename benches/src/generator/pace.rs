//! When requests start.

use std::time::{Duration, Instant};

/// When requests start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pace {
    /// As soon as an answer has made room.
    Closed,
    /// So many a second over all connections, answered or not. Latency counts from when a request was due, so that a stall
    /// is seen by every request that it delayed (no coordinated omission).
    Rate(f64),
}

/// Requests of a connection are due together when they would follow each other faster than this.
const SHORTEST: Duration = Duration::from_micros(200);

/// When the requests of one connection are due.
#[derive(Debug)]
pub(super) struct Schedule {
    /// No request is due from then on.
    pub(super) end: Instant,
    next: Instant,
    /// Zero for a closed loop.
    interval: Duration,
    /// Requests due at each interval.
    burst: u32,
    /// How many of them have started.
    started: u32,
}

impl Schedule {
    pub(super) fn new(pace: Pace, begin: Instant, end: Instant, connection: usize, connections: usize) -> Schedule {
        let Pace::Rate(rate) = pace else {
            return Schedule { end, next: begin, interval: Duration::ZERO, burst: 1, started: 0 };
        };
        let each = rate / connections as f64;
        let burst = (each * SHORTEST.as_secs_f64()).ceil().max(1.0);
        let interval = Duration::from_secs_f64(burst / each);
        let offset = interval.mul_f64(connection as f64 / connections as f64);
        Schedule { end, next: begin + offset, interval, burst: burst as u32, started: 0 }
    }

    /// Whether requests wait for each other's answers only.
    pub(super) fn is_closed(&self) -> bool {
        self.interval.is_zero()
    }

    /// Whether no more requests will be due. At a rate, those that are late for the end are still to be sent.
    pub(super) fn is_over(&self, now: Instant) -> bool {
        self.end <= if self.is_closed() { now } else { self.next }
    }

    /// When the next request is due.
    pub(super) fn due(&self) -> Instant {
        self.next
    }

    /// Takes the next request if it is due: the time from which its latency counts.
    pub(super) fn start(&mut self, now: Instant) -> Option<Instant> {
        if self.is_over(now) || self.next > now {
            return None;
        }
        if self.is_closed() {
            return Some(now);
        }
        let due = self.next;
        self.started += 1;
        if self.started == self.burst {
            self.started = 0;
            self.next += self.interval;
        }
        Some(due)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_out_as_many_requests_as_the_rate_asks_for() {
        let begin = Instant::now();
        let end = begin + Duration::from_secs(1);
        let mut schedules: Vec<_> =
            (0..4).map(|index| Schedule::new(Pace::Rate(6_000.0), begin, end, index, 4)).collect();

        let mut started = 0;
        for schedule in &mut schedules {
            while schedule.start(end).is_some() {
                started += 1;
            }
        }

        assert!((5_990..=6_010).contains(&started), "{started} requests in a second");
    }

    #[test]
    fn counts_from_when_a_request_was_due() {
        let begin = Instant::now();
        let mut schedule = Schedule::new(Pace::Rate(100.0), begin, begin + Duration::from_secs(1), 0, 1);

        let late = begin + Duration::from_millis(25);

        let due: Vec<_> = std::iter::from_fn(|| schedule.start(late)).map(|due| due - begin).collect();
        assert_eq!(due, [0, 10, 20].map(Duration::from_millis));
    }
}
