//! Numbers with letters in them.

use crate::checksum::weighted;
use crate::detectors::number::Number;
use crate::text::at;

/// Whether a word is written as one country's numbers are and nothing else is, its check included if it has one.
pub(super) fn is_strong(word: &[u8]) -> bool {
    match word.len() {
        9 => dni(word) || nino(word) || nric(word),
        10 => pan(word),
        13 => rfc(word),
        16 => codice_fiscale(word),
        18 => curp(word) || chinese(word),
        _ => false,
    }
}

/// Whether a word may be a number of some country where words say that it is one.
pub(super) fn is_weak(word: &[u8]) -> bool {
    let upper = word.iter().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
    let lower = word.iter().all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase());
    let digits = word.iter().filter(|byte| byte.is_ascii_digit()).count();
    (upper || lower) && (8..=18).contains(&word.len()) && digits >= 5 || word.len() == 13 && upper && digits >= 6
}

const DNI: &[u8; 23] = b"TRWAGMYFPDXBNJZSQVHLCKE";

/// Spain: eight digits, or `X`, `Y`, `Z` and seven, and a letter that checks.
fn dni(word: &[u8]) -> bool {
    let Some((letter, head)) = word.split_last() else { return false };
    let first = match head[0] {
        b'X' => 0,
        b'Y' => 1,
        b'Z' => 2,
        digit if digit.is_ascii_digit() => u32::from(digit - b'0'),
        _ => return false,
    };
    head[1..].iter().all(u8::is_ascii_digit)
        && DNI[(head[1..].iter().fold(first, |number, digit| number * 10 + u32::from(digit - b'0')) % 23) as usize]
            == *letter
}

/// United Kingdom: National Insurance.
fn nino(word: &[u8]) -> bool {
    let [a, b, digits @ .., last] = word else { return false };
    is_nino_prefix(*a, *b) && digits.len() == 6 && digits.iter().all(u8::is_ascii_digit) && (b'A'..=b'D').contains(last)
}

fn is_nino_prefix(a: u8, b: u8) -> bool {
    a.is_ascii_uppercase()
        && b.is_ascii_uppercase()
        && !b"DFIQUV".contains(&a)
        && !b"DFIQUVO".contains(&b)
        && ![*b"BG", *b"GB", *b"NK", *b"KN", *b"TN", *b"NT", *b"ZZ"].contains(&[a, b])
}

/// `AB 12 34 56 C`, given where the digits begin and end.
pub(super) fn spaced_nino(text: &[u8], start: usize, end: usize) -> Option<usize> {
    let [a, b, b' '] = text[start - 3..start] else { return None };
    let free = start == 3 || !text[start - 4].is_ascii_alphanumeric();
    let last = at(text, end) == b' '
        && (b'A'..=b'D').contains(&at(text, end + 1))
        && !at(text, end + 2).is_ascii_alphanumeric();
    (free && is_nino_prefix(a, b) && last).then_some(end + 2)
}

/// Singapore.
fn nric(word: &[u8]) -> bool {
    let [first, digits @ .., last] = word else { return false };
    if !digits.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let values: [u8; 7] = std::array::from_fn(|place| digits[place] - b'0');
    let sum = weighted(&values, &[2, 7, 6, 5, 4, 3, 2]) + if matches!(first, b'T' | b'G') { 4 } else { 0 };
    let checks: &[u8; 11] = match first {
        b'S' | b'T' => b"JZIHGFEDCBA",
        b'F' | b'G' => b"XWUTRQPNMLK",
        _ => return false,
    };
    checks[(sum % 11) as usize] == *last
}

/// India: Permanent Account Number. The fourth letter says whose it is: a person's, a company's.
fn pan(word: &[u8]) -> bool {
    word[..5].iter().all(u8::is_ascii_uppercase)
        && b"PCHFATBLJG".contains(&word[3])
        && word[5..9].iter().all(u8::is_ascii_digit)
        && word[9].is_ascii_uppercase()
}

/// Mexico: the tax register of people, with a day of birth inside.
fn rfc(word: &[u8]) -> bool {
    let two = |place: usize| (word[place] - b'0') * 10 + word[place + 1] - b'0';
    word[..4].iter().all(u8::is_ascii_uppercase)
        && word[4..10].iter().all(u8::is_ascii_digit)
        && (1..=12).contains(&two(6))
        && (1..=31).contains(&two(8))
        && word[10..].iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

/// Italy.
fn codice_fiscale(word: &[u8]) -> bool {
    const ODD: [u8; 26] =
        [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
    let is_letter = |place: usize| matches!(place, 0..=5 | 8 | 11 | 15);
    let shape = word.iter().enumerate().all(|(place, byte)| {
        if is_letter(place) {
            byte.is_ascii_alphabetic()
        } else {
            byte.is_ascii_digit() || b"LMNPQRSTUV".contains(&byte.to_ascii_uppercase())
        }
    });
    if !shape {
        return false;
    }
    let value = |byte: u8| if byte.is_ascii_digit() { byte - b'0' } else { byte.to_ascii_uppercase() - b'A' };
    let sum: u32 = (0..15)
        .map(|place| {
            let value = value(word[place]);
            u32::from(if place % 2 == 0 { ODD[usize::from(value)] } else { value })
        })
        .sum();
    (sum % 26) as u8 == word[15].to_ascii_uppercase() - b'A'
}

/// Mexico.
fn curp(word: &[u8]) -> bool {
    let shape = word[..4].iter().all(u8::is_ascii_uppercase)
        && word[4..10].iter().all(u8::is_ascii_digit)
        && b"HMX".contains(&word[10])
        && word[11..16].iter().all(u8::is_ascii_uppercase)
        && word[17].is_ascii_digit();
    // The alphabet has a letter more than ASCII: what comes behind N counts one more.
    let value = |byte: u8| match byte {
        b'0'..=b'9' => u32::from(byte - b'0'),
        b'A'..=b'N' => u32::from(byte - b'A') + 10,
        _ => u32::from(byte.saturating_sub(b'A')) + 11,
    };
    shape && {
        let sum: u32 = word[..17].iter().enumerate().map(|(place, byte)| value(*byte) * (18 - place as u32)).sum();
        (10 - sum % 10) % 10 == u32::from(word[17] - b'0')
    }
}

/// China, with `X` for ten at the end.
fn chinese(word: &[u8]) -> bool {
    const WEIGHTS: [u8; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    if !word[..17].iter().all(u8::is_ascii_digit) || !matches!(word[17], b'X' | b'x') {
        return false;
    }
    let values: [u8; 17] = std::array::from_fn(|place| word[place] - b'0');
    weighted(&values, &WEIGHTS) % 11 == 2 && matches!(&word[6..8], b"19" | b"20")
}

/// A number whose last part has a letter: Finland's `131052-308T`, Chile's `12.345.678-K`. Returns where it ends.
pub(super) fn ends_in_letter(number: &Number<'_>) -> Option<usize> {
    let text = number.text;
    let end = number.end(number.count);
    let digits = number.digits(number.count);
    let is_free = |end: usize| {
        !(at(text, end).is_ascii_alphanumeric() || at(text, end) == b'-' && at(text, end + 1).is_ascii_alphanumeric())
    };
    // 12.345.678-K
    if at(text, end) == b'-'
        && matches!(at(text, end + 1), b'K' | b'k')
        && matches!(number.shape(number.count), 0x233 | 0x133 | 0x8 | 0x7)
    {
        return (rut_check(digits) == 10 && is_free(end + 2)).then_some(end + 2);
    }
    // 131052-308T, 131052A308T
    let head = number.digits(1);
    if head.len() == 6
        && number.end(1) == number.start + 6
        && matches!(at(text, number.start + 6), b'-' | b'+')
        && text.get(number.start..number.start + 11).is_some_and(hetu)
        && is_free(number.start + 11)
    {
        return Some(number.start + 11);
    }
    // 12345678-Z, 12.345.678-Z
    if at(text, end) == b'-' && digits.len() == 8 && at(text, end + 1).is_ascii_uppercase() && is_free(end + 2) {
        let all = digits.iter().fold(0_u32, |all, digit| all * 10 + u32::from(*digit));
        return (DNI[(all % 23) as usize] == at(text, end + 1)).then_some(end + 2);
    }
    None
}

/// Finland: `131052-308T`; the sign in the middle tells the century.
pub(super) fn hetu(word: &[u8]) -> bool {
    let (Some(head), Some(serial), Some(last)) = (number_of(&word[..6]), number_of(&word[7..10]), word.get(10)) else {
        return false;
    };
    let (day, month) = (head / 10_000, head / 100 % 100);
    matches!(word[6], b'-' | b'+' | b'A'..=b'F' | b'U'..=b'Y')
        && (1..=31).contains(&day)
        && (1..=12).contains(&month)
        && b"0123456789ABCDEFHJKLMNPRSTUVWXY"[((head * 1000 + serial) % 31) as usize] == *last
}

fn number_of(digits: &[u8]) -> Option<u32> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// The check digit of Chile's numbers; 10 is written `K`.
pub(super) fn rut_check(digits: &[u8]) -> u32 {
    let sum: u32 =
        digits.iter().rev().enumerate().map(|(place, digit)| u32::from(*digit) * (place as u32 % 6 + 2)).sum();
    (11 - sum % 11) % 11
}
