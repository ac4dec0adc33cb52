//! Values of which something is known because they came before: most of telemetry is the same few values again and again.

mod hash;
mod long;
mod short;

pub(crate) use hash::hash;
use long::Long;
use short::Short;

/// Remembers values by all of their bytes, so that nothing can pass for one that it is not. Has a fixed size: a value
/// that comes twice takes the place of another, one that comes once does not. Nothing is allocated after it was made.
pub(crate) struct Repeated {
    short: Short,
    long: Long,
}

/// Where a value that was not found would be remembered.
#[derive(Clone, Copy)]
pub(crate) struct Vacancy {
    slot: usize,
    hash: u32,
}

impl Repeated {
    pub(crate) fn new() -> Self {
        Self { short: Short::new(), long: Long::new() }
    }

    /// Whether a value of a kind is one that was remembered; if not, where it would be. The value has `length` bytes and
    /// stands at the beginning of `text`: what follows does not count, but a look at a short value is cheaper where a few
    /// bytes do.
    #[inline(always)]
    pub(crate) fn find(&self, kind: u8, text: &[u8], length: usize) -> Result<(), Vacancy> {
        if length <= short::LONGEST {
            self.short.find(kind, text, length)
        } else {
            self.long.find(kind, &text[..length])
        }
    }

    /// Remembers a value that was not found, if it came before.
    pub(crate) fn remember(&mut self, place: Vacancy, kind: u8, value: &[u8]) {
        if value.len() <= short::LONGEST {
            self.short.remember(place, kind, value);
        } else {
            self.long.remember(place, kind, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn came(known: &mut Repeated, kind: u8, value: &[u8]) -> bool {
        let found = known.find(kind, value, value.len());
        // What follows makes no difference.
        for rest in [&b"x"[..], &[0; 100]] {
            let text = [value, rest].concat();
            assert_eq!(known.find(kind, &text, value.len()).is_ok(), found.is_ok());
        }
        found.map_err(|place| known.remember(place, kind, value)).is_ok()
    }

    #[test]
    fn a_value_is_known_when_it_comes_the_third_time() {
        let mut known = Repeated::new();
        let lengths =
            [0, 1, 7, 8, 9, 15, 16, 17, short::LONGEST - 1, short::LONGEST, short::LONGEST + 1, long::LONGEST];
        for length in lengths {
            let value = vec![b'x'; length];

            assert_eq!([1, 2, 3].map(|_| came(&mut known, 0, &value)), [false, false, true], "{length}");
            assert!(!came(&mut known, 1, &value), "{length}");
        }
        let too_long = [b'x'; long::LONGEST + 1];
        assert_eq!([1, 2, 3, 4].map(|_| came(&mut known, 0, &too_long)), [false; 4]);
    }

    #[test]
    fn values_that_come_once_push_nothing_out() {
        for padding in [0, 2 * short::LONGEST] {
            let mut known = Repeated::new();
            let value = |text: &str, number: usize| format!("{text} {number:0$}", padding.max(1)).into_bytes();
            let often: Vec<_> = (0..50).map(|number| value("often", number)).collect();
            for _ in 0..3 {
                often.iter().for_each(|value| _ = came(&mut known, 0, value));
            }
            let before = often.iter().filter(|value| came(&mut known, 0, value)).count();

            for number in 0..50_000 {
                assert!(!came(&mut known, 0, &value("once", number)));
            }

            let after = often.iter().filter(|value| came(&mut known, 0, value)).count();
            assert!(before > 40, "{before}");
            assert_eq!(after, before);
        }
    }

    #[test]
    fn one_bit_makes_another_value_and_so_does_one_byte_more_or_less() {
        for length in [1, 8, 40, short::LONGEST, short::LONGEST + 1, 150] {
            let mut known = Repeated::new();
            let value: Vec<u8> = (0..length as u8).collect();
            (0..3).for_each(|_| _ = came(&mut known, 0, &value));

            for bit in 0..8 * length {
                let mut other = value.clone();
                other[bit / 8] ^= 1 << (bit % 8);
                assert!(known.find(0, &other, length).is_err(), "{bit}");
            }
            let longer = [&value[..], b"\0"].concat();
            assert!(known.find(0, &longer, length + 1).is_err());
            assert!(known.find(0, &value, length - 1).is_err());
            assert!(known.find(1, &value, length).is_err());
            assert!(known.find(0, &value, length).is_ok());
        }
    }

    #[test]
    fn two_values_of_one_place_are_both_known() {
        let mut known = Repeated::new();
        let place = |known: &Repeated, value: &[u8]| known.find(0, value, value.len()).err().map(|place| place.slot);
        let same = (0_u32..).map(u32::to_le_bytes).filter(|value| place(&known, value) == Some(7));
        let same: Vec<_> = same.take(2).collect();

        for _ in 0..2 {
            same.iter().for_each(|value| _ = came(&mut known, 0, value));
        }

        assert_eq!(same.iter().filter(|value| came(&mut known, 0, *value)).count(), 2);
    }
}
