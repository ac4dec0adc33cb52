//! How many values a label may have.

use std::collections::{HashMap, HashSet};
use std::hash::BuildHasher;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use foldhash::quality::RandomState;
use sluice_pdata::view::Value;

/// The most labels that one limit remembers values of; all values of further labels are folded.
const LABELS: usize = 1000;

/// The limits of one processor, and the values seen so far.
#[derive(Debug)]
pub(super) struct Limits(Mutex<Vec<Limit>>);

/// One limit, and the values seen so far by key. Of a value its hash is kept: eight bytes.
#[derive(Debug)]
pub(super) struct Limit {
    max_values: usize,
    /// After which time all values are forgotten; never if zero.
    forget_after: Duration,
    since: Instant,
    hashes: RandomState,
    seen: HashMap<Box<str>, HashSet<u64>>,
}

impl Limits {
    /// Limits that have seen nothing: how many values, and when to forget them.
    pub(super) fn new(limits: &[(usize, Duration)]) -> Self {
        Self(Mutex::new(
            limits.iter().map(|&(max_values, forget_after)| Limit::new(max_values, forget_after)).collect(),
        ))
    }

    /// Whether a label may have this value.
    pub(super) fn admit(&self, limit: usize, key: &str, value: &Value<'_>) -> bool {
        let mut limits = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        limits.get_mut(limit).is_none_or(|limit| limit.admit(key, value, Instant::now()))
    }
}

impl Limit {
    fn new(max_values: usize, forget_after: Duration) -> Self {
        let (hashes, seen) = (RandomState::default(), HashMap::new());
        Self { max_values, forget_after, since: Instant::now(), hashes, seen }
    }

    fn admit(&mut self, key: &str, value: &Value<'_>, now: Instant) -> bool {
        if !self.forget_after.is_zero() && now.saturating_duration_since(self.since) >= self.forget_after {
            self.seen.clear();
            self.since = now;
        }
        let hash = match value {
            Value::String(text) => self.hashes.hash_one(text),
            Value::Bool(value) => self.hashes.hash_one((1_u8, value)),
            Value::Int(number) => self.hashes.hash_one((2_u8, number)),
            Value::Double(number) => self.hashes.hash_one((3_u8, number.to_bits())),
            Value::Bytes(bytes) => self.hashes.hash_one((4_u8, bytes)),
            other => self.hashes.hash_one((5_u8, super::entry::encoded(other))),
        };
        if !self.seen.contains_key(key) {
            if self.seen.len() >= LABELS || self.max_values == 0 {
                return false;
            }
            self.seen.insert(key.into(), HashSet::new());
        }
        let Some(values) = self.seen.get_mut(key) else { return false };
        if values.contains(&hash) {
            return true;
        }
        values.len() < self.max_values && values.insert(hash)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_beyond_the_limit_are_not_admitted_until_all_are_forgotten() {
        let hour = Duration::from_secs(3600);
        let mut limit = Limit::new(2, hour);
        let start = limit.since;
        let mut admit = |key: &str, value: &str, now| limit.admit(key, &Value::String(value), now);

        assert!(admit("a", "1", start) && admit("a", "2", start));
        assert!(!admit("a", "3", start));
        assert!(admit("a", "1", start) && admit("b", "3", start));
        assert!(!admit("a", "3", start + hour - Duration::from_nanos(1)));
        assert!(admit("a", "3", start + hour));
    }

    #[test]
    fn a_number_and_its_text_are_two_values() {
        let mut limit = Limit::new(1, Duration::ZERO);
        let now = Instant::now();

        assert!(limit.admit("a", &Value::Int(1), now));
        assert!(!limit.admit("a", &Value::String("1"), now));
        assert!(!limit.admit("a", &Value::Double(1.0), now));
        assert!(!limit.admit("a", &Value::Bool(true), now));
    }

    #[test]
    fn of_many_labels_those_beyond_the_bound_are_folded() {
        let mut limit = Limit::new(1, Duration::ZERO);
        let now = Instant::now();

        let admitted = (0..2 * LABELS).filter(|label| limit.admit(&label.to_string(), &Value::Bool(true), now)).count();

        assert_eq!(admitted, LABELS);
    }
}
