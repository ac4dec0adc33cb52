//! One order, as chance has it.

use std::time::{Duration, SystemTime};

use super::Service;
use super::person::Person;

/// What happened to one order, and when.
pub(super) struct Order {
    pub(super) trace_id: [u8; 16],
    pub(super) began: SystemTime,
    pub(super) customer: u32,
    pub(super) person: Person,
    pub(super) items: i64,
    pub(super) cents: i64,
    pub(super) outcome: Outcome,
    /// How long each service worked on it, what it asked others to do included.
    durations: [Duration; 3],
    /// Ids of the spans, by their place in the order.
    seed: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Paid,
    /// The bank says no: nobody's fault.
    Declined,
    /// The bank does not answer.
    Failed,
}

impl Order {
    /// One in twenty is declined, one in fifty fails.
    pub(super) fn draw() -> Self {
        let outcome = match fastrand::u32(..100) {
            0..2 => Outcome::Failed,
            2..7 => Outcome::Declined,
            _ => Outcome::Paid,
        };
        let millis = |from: u64, to: u64| Duration::from_micros(fastrand::u64(from * 1000..to * 1000));
        let payment = if outcome == Outcome::Failed { millis(2000, 2100) } else { millis(20, 120) };
        let checkout = payment + millis(8, 60);
        let frontend = checkout + millis(3, 30);
        Self {
            trace_id: fastrand::u128(1..).to_be_bytes(),
            began: SystemTime::now() - frontend,
            customer: fastrand::u32(1..5000),
            person: Person::draw(),
            items: fastrand::i64(1..6),
            cents: fastrand::i64(499..25_000),
            outcome,
            durations: [frontend, checkout, payment],
            seed: fastrand::u64(1..u64::MAX - 16),
        }
    }

    pub(super) fn fails(&self) -> bool {
        self.outcome == Outcome::Failed
    }

    pub(super) fn duration_in(&self, service: Service) -> Duration {
        self.durations[service as usize]
    }

    /// When a service began with it: each sits in the middle of its caller's time.
    pub(super) fn began_in(&self, service: Service) -> SystemTime {
        let [frontend, checkout, payment] = self.durations;
        let to_checkout = (frontend - checkout) / 2;
        match service {
            Service::Frontend => self.began,
            Service::Checkout => self.began + to_checkout,
            Service::Payment => self.began + to_checkout + (checkout - payment) / 2,
        }
    }

    /// The id of the span at a place from 0 to 15.
    pub(super) fn span_id(&self, place: u8) -> [u8; 8] {
        (self.seed + u64::from(place)).to_be_bytes()
    }
}

pub(super) fn nanos(time: SystemTime) -> u64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}
