//! Values in which nothing was found, remembered: most of telemetry is the same few values again and again.

use super::hash::hash;

/// Remembers values by all of their bytes, so that nothing personal can pass for one that is not. Has a fixed size: a value
/// that comes twice takes the place of another, one that comes once does not.
pub(super) struct Clean(Vec<Slot>);

/// Begins where a cache line begins, so that a look at a short value touches no other.
#[derive(Clone)]
#[repr(C, align(64))]
struct Slot {
    /// The hash of the last value that came and was not this one.
    other: u32,
    /// What kind of value it is.
    kind: u8,
    length: u8,
    bytes: [u8; LONGEST],
}

/// Where a value would be remembered.
#[derive(Clone, Copy)]
pub(super) struct Vacancy {
    slot: usize,
    hash: u32,
}

const SLOTS: usize = 1024;

/// A longer value is not remembered. A slot is three cache lines.
const LONGEST: usize = 184;

impl Clean {
    pub(super) fn new() -> Self {
        Self(vec![Slot { kind: u8::MAX, length: 0, other: 0, bytes: [0; LONGEST] }; SLOTS])
    }

    /// Whether a value is one that was remembered; if not, where it would be.
    #[inline]
    pub(super) fn find(&self, kind: u8, value: &[u8]) -> Result<(), Vacancy> {
        // What is too long is nowhere, and costs nothing.
        let hash = if value.len() > LONGEST { 0 } else { hash(kind.into(), value) };
        let place = Vacancy { slot: hash as usize % SLOTS, hash: (hash >> 32) as u32 };
        let slot = &self.0[place.slot];
        let is_it = slot.kind == kind && slot.bytes.get(..usize::from(slot.length)) == Some(value);
        if is_it { Ok(()) } else { Err(place) }
    }

    /// Remembers a value that was not found, if it came before.
    #[inline]
    pub(super) fn remember(&mut self, place: Vacancy, kind: u8, value: &[u8]) {
        if value.len() > LONGEST {
            return;
        }
        let slot = &mut self.0[place.slot];
        if slot.other != place.hash {
            slot.other = place.hash;
        } else if let Some(bytes) = slot.bytes.get_mut(..value.len()) {
            bytes.copy_from_slice(value);
            (slot.kind, slot.length) = (kind, value.len() as u8);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn came(clean: &mut Clean, kind: u8, value: &[u8]) -> bool {
        clean.find(kind, value).map_err(|place| clean.remember(place, kind, value)).is_ok()
    }

    #[test]
    fn a_value_is_known_when_it_comes_the_third_time() {
        let mut clean = Clean::new();
        for length in [0, 1, 7, 8, 9, 15, 16, 17, 100, LONGEST] {
            let value = vec![b'x'; length];

            assert_eq!([1, 2, 3].map(|_| came(&mut clean, 0, &value)), [false, false, true], "{length}");
            assert!(!came(&mut clean, 1, &value), "{length}");
        }
        let long = [b'x'; LONGEST + 1];
        assert_eq!([1, 2, 3, 4].map(|_| came(&mut clean, 0, &long)), [false; 4]);
    }

    #[test]
    fn values_that_come_once_push_nothing_out() {
        let mut clean = Clean::new();
        let known: Vec<_> = (0..50).map(|number| format!("known {number}")).collect();
        for _ in 0..3 {
            known.iter().for_each(|value| _ = came(&mut clean, 0, value.as_bytes()));
        }
        let before = known.iter().filter(|value| came(&mut clean, 0, value.as_bytes())).count();

        for number in 0..100 * SLOTS {
            assert!(!came(&mut clean, 0, format!("once {number}").as_bytes()));
        }

        let after = known.iter().filter(|value| came(&mut clean, 0, value.as_bytes())).count();
        assert!(before > 40, "{before}");
        assert_eq!(after, before);
    }

    #[test]
    fn one_bit_makes_another_value() {
        let mut clean = Clean::new();
        let value: Vec<u8> = (0..40).collect();
        (0..3).for_each(|_| _ = came(&mut clean, 0, &value));

        for bit in 0..8 * value.len() {
            let mut other = value.clone();
            other[bit / 8] ^= 1 << (bit % 8);
            assert!(clean.find(0, &other).is_err(), "{bit}");
        }
        assert!(clean.find(0, &value).is_ok());
    }
}
