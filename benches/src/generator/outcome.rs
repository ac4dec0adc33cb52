//! What a run came to.

use std::collections::BTreeMap;
use std::time::Duration;

use hdrhistogram::Histogram;

/// Failure texts kept of a run.
const FAILURES_KEPT: usize = 8;

/// What a run of the generator came to.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// For how long requests were started.
    pub seconds: f64,
    /// CPU time of the generator's thread.
    pub cpu: Duration,
    /// Requests acknowledged, by their place in the pool.
    pub acknowledged: Vec<u64>,
    /// Requests refused, by gRPC status or HTTP code.
    pub refused: BTreeMap<u16, u64>,
    /// Requests whose answer never came.
    pub unanswered: u64,
    /// From when a request was due to its answer, in nanoseconds; acknowledged requests only.
    pub latency: Histogram<u64>,
    /// The first texts of what went wrong with connections.
    pub failures: Vec<String>,
}

/// The answer to one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The gateway took responsibility.
    Acknowledged,
    /// It did not, with this gRPC status or HTTP code.
    Refused(u16),
}

impl Outcome {
    /// Of nothing sent yet, for a pool of `requests`.
    pub fn new(requests: usize) -> Outcome {
        Outcome {
            seconds: 0.0,
            cpu: Duration::ZERO,
            acknowledged: vec![0; requests],
            refused: BTreeMap::new(),
            unanswered: 0,
            latency: Histogram::new_with_bounds(1_000, 120_000_000_000, 3).expect("the bounds are in order"),
            failures: Vec::new(),
        }
    }

    /// Requests acknowledged.
    pub fn requests(&self) -> u64 {
        self.acknowledged.iter().sum()
    }

    /// Requests refused.
    pub fn refusals(&self) -> u64 {
        self.refused.values().sum()
    }

    /// Latency at a quantile between 0 and 1, in milliseconds.
    pub fn latency_ms(&self, quantile: f64) -> f64 {
        self.latency.value_at_quantile(quantile) as f64 / 1e6
    }

    pub(super) fn answered(&mut self, request: usize, answer: Answer, latency: Duration) {
        match answer {
            Answer::Acknowledged => {
                self.acknowledged[request] += 1;
                self.latency.saturating_record(latency.as_nanos() as u64);
            }
            Answer::Refused(code) => *self.refused.entry(code).or_default() += 1,
        }
    }

    pub(super) fn failed(&mut self, unanswered: usize, error: String) {
        self.unanswered += unanswered as u64;
        if self.failures.len() < FAILURES_KEPT {
            self.failures.push(error);
        }
    }

    /// Adds what another connection or run came to; the seconds stay.
    pub fn add(&mut self, other: &Outcome) {
        for (mine, theirs) in self.acknowledged.iter_mut().zip(&other.acknowledged) {
            *mine += theirs;
        }
        for (code, count) in &other.refused {
            *self.refused.entry(*code).or_default() += count;
        }
        self.cpu += other.cpu;
        self.unanswered += other.unanswered;
        self.latency.add(&other.latency).expect("all histograms have the same bounds");
        let room = FAILURES_KEPT - self.failures.len().min(FAILURES_KEPT);
        self.failures.extend(other.failures.iter().take(room).cloned());
    }
}
