//! Chance that repeats: everything in the corpus comes from one seed.

use fastrand::Rng;

pub(crate) const DIGITS: &str = "0123456789";
pub(crate) const LOWER_HEX: &str = "0123456789abcdef";
pub(crate) const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
pub(crate) const LOWER: &str = "abcdefghijklmnopqrstuvwxyz";
pub(crate) const UPPER_ALNUM: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
pub(crate) const LOWER_ALNUM: &str = "abcdefghijklmnopqrstuvwxyz0123456789";
pub(crate) const BASE32: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
pub(crate) const BASE62: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
pub(crate) const BASE64: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
pub(crate) const BASE64_URL: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// A seeded source of chance.
#[derive(Clone, Debug)]
pub(crate) struct Dice(Rng);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Rng::with_seed(seed))
    }

    /// A number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: u64, high: u64) -> u64 {
        self.0.u64(low..=high)
    }

    /// An index below `count`, which is not zero.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        self.0.usize(..count)
    }

    /// True in so many cases of a hundred.
    pub(crate) fn percent(&mut self, percent: u32) -> bool {
        self.0.u32(..100) < percent
    }

    /// One of a list that is not empty.
    pub(crate) fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }

    /// One of a list by weight; the weights are not all zero.
    pub(crate) fn weighted<T: Copy>(&mut self, list: &[(u32, T)]) -> T {
        let total: u32 = list.iter().map(|(weight, _)| weight).sum();
        let mut left = self.0.u32(..total);
        for &(weight, item) in list {
            match left.checked_sub(weight) {
                Some(rest) => left = rest,
                None => return item,
            }
        }
        list[0].1
    }

    /// So many characters of an ASCII alphabet.
    pub(crate) fn string(&mut self, alphabet: &str, length: usize) -> String {
        (0..length).map(|_| char::from(self.pick(alphabet.as_bytes()))).collect()
    }

    pub(crate) fn digits(&mut self, length: usize) -> String {
        self.string(DIGITS, length)
    }

    /// Digits of which the first is not zero.
    pub(crate) fn number(&mut self, length: usize) -> String {
        let first = self.string("123456789", 1);
        first + &self.digits(length - 1)
    }

    pub(crate) fn hex(&mut self, length: usize) -> String {
        self.string(LOWER_HEX, length)
    }

    pub(crate) fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.0.u8(..)).collect()
    }

    /// Letters and digits replace the marks of a mask: `#` a digit, `A` an upper case letter, `a` a lower case letter,
    /// `*` an upper case letter or digit, `x` a hexadecimal digit. Everything else stays.
    pub(crate) fn mask(&mut self, mask: &str) -> String {
        mask.chars()
            .map(|mark| match mark {
                '#' => self.one_of(DIGITS),
                'A' => self.one_of(UPPER),
                'a' => self.one_of(LOWER),
                '*' => self.one_of(UPPER_ALNUM),
                'x' => self.one_of(LOWER_HEX),
                other => other,
            })
            .collect()
    }

    /// A day as year, month and day that every month has.
    pub(crate) fn day(&mut self, first_year: u64, last_year: u64) -> (u64, u64, u64) {
        (self.between(first_year, last_year), self.between(1, 12), self.between(1, 28))
    }

    fn one_of(&mut self, alphabet: &str) -> char {
        char::from(self.pick(alphabet.as_bytes()))
    }
}
