//! Check digits and check sums.

/// A check that the digits of a number must pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checksum {
    /// Of payment cards, IMEI, Canadian and South African numbers (ISO/IEC 7812-1, annex B).
    Luhn,
    /// Of Aadhaar.
    Verhoeff,
    /// Of IBAN, letters counted as numbers (ISO/IEC 7064, MOD 97-10).
    Mod97,
}

impl Checksum {
    /// All of them with their names in configuration.
    pub const NAMES: &[(&'static str, Self)] =
        &[("luhn", Self::Luhn), ("verhoeff", Self::Verhoeff), ("mod97", Self::Mod97)];

    /// The check of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, checksum)| *checksum)
    }

    /// Whether the letters and digits of a text pass. Other bytes are passed over; a text without digits fails.
    pub fn passes(self, text: &[u8]) -> bool {
        let digits = || text.iter().filter(|byte| byte.is_ascii_digit()).map(|byte| byte - b'0');
        match self {
            _ if digits().next().is_none() => false,
            Self::Luhn => luhn_of(digits().rev()),
            Self::Verhoeff => verhoeff_of(digits().rev()),
            Self::Mod97 => mod_97(text.iter().copied().filter(u8::is_ascii_alphanumeric)) == 1,
        }
    }
}

/// Whether digits pass the check of Luhn.
pub(crate) fn luhn(digits: &[u8]) -> bool {
    luhn_of(digits.iter().rev().copied())
}

fn luhn_of(from_right: impl Iterator<Item = u8>) -> bool {
    let doubled = |digit: u8| if digit > 4 { digit * 2 - 9 } else { digit * 2 };
    let sum: u32 = from_right
        .enumerate()
        .map(|(place, digit)| u32::from(if place % 2 == 1 { doubled(digit) } else { digit }))
        .sum();
    sum.is_multiple_of(10)
}

/// Whether digits pass the check of Verhoeff.
pub(crate) fn verhoeff(digits: &[u8]) -> bool {
    verhoeff_of(digits.iter().rev().copied())
}

fn verhoeff_of(from_right: impl Iterator<Item = u8>) -> bool {
    from_right.enumerate().fold(0, |check, (place, digit)| {
        let permuted = PERMUTED[place % 8][usize::from(digit)];
        MULTIPLIED[usize::from(check)][usize::from(permuted)]
    }) == 0
}

const MULTIPLIED: [[u8; 10]; 10] = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    [1, 2, 3, 4, 0, 6, 7, 8, 9, 5],
    [2, 3, 4, 0, 1, 7, 8, 9, 5, 6],
    [3, 4, 0, 1, 2, 8, 9, 5, 6, 7],
    [4, 0, 1, 2, 3, 9, 5, 6, 7, 8],
    [5, 9, 8, 7, 6, 0, 4, 3, 2, 1],
    [6, 5, 9, 8, 7, 1, 0, 4, 3, 2],
    [7, 6, 5, 9, 8, 2, 1, 0, 4, 3],
    [8, 7, 6, 5, 9, 3, 2, 1, 0, 4],
    [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
];

const PERMUTED: [[u8; 10]; 8] = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    [1, 5, 7, 6, 2, 8, 3, 0, 9, 4],
    [5, 8, 0, 3, 7, 9, 6, 1, 4, 2],
    [8, 9, 1, 6, 0, 4, 3, 5, 2, 7],
    [9, 4, 5, 3, 1, 2, 6, 8, 7, 0],
    [4, 2, 8, 6, 5, 7, 3, 9, 0, 1],
    [2, 7, 9, 3, 8, 0, 6, 4, 1, 5],
    [7, 0, 4, 6, 9, 1, 3, 2, 5, 8],
];

/// The rest modulo 97 of letters and digits in the order of an IBAN: the first four go to the end, `A` is 10.
pub(crate) fn mod_97(text: impl Iterator<Item = u8> + Clone) -> u32 {
    text.clone().skip(4).chain(text.take(4)).fold(0, |rest, byte| match byte {
        b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
        _ => (rest * 100 + u32::from(byte.to_ascii_uppercase()).saturating_sub(55)) % 97,
    })
}

/// The sum of digits, each times its weight.
pub(crate) fn weighted(digits: &[u8], weights: &[u8]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| u32::from(*digit) * u32::from(*weight)).sum()
}
