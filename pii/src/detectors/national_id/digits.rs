//! Numbers of digits only.

use crate::checksum::{luhn, verhoeff, weighted};
use crate::detectors::number::Number;

/// Whether the groups and separators are those of one country, and its check is right.
pub(super) fn is_written_so(number: &Number<'_>) -> bool {
    let groups = number.count;
    let all = number.digits(groups);
    match number.shape(groups) {
        // Brazil: 123.456.789-09, 12.345.678/0001-95
        0x3332 if number.separated_by(b"..-") => cpf(all),
        0x23342 if number.separated_by(b"../-") => cnpj(all),
        // Argentina: 20-12345678-6
        0x281 if number.separated_by(b"--") => cuit(all),
        // Chile: 12.345.678-5
        0x2331 | 0x1331 if number.separated_by(b"..-") => rut(all),
        0x81 if number.separated_by(b"-") => rut(all),
        // Belgium: 85.07.30-033.28
        0x22232 if number.separated_by(b"..-.") => belgian(all),
        // Sweden: 811218-9876, 19811218-9876
        0x64 if number.separated_by(b"-") => swedish(all) || danish(all),
        0x84 if number.separated_by(b"-") => swedish(&all[2..]),
        // Korea: 900101-1234568
        0x67 if number.separated_by(b"-") => korean(all),
        // India: 2341 2341 2346
        0x444 if number.uniform() == groups && matches!(number.separator(1), b' ' | b'-') => aadhaar(all),
        // Switzerland: 756.1234.5678.97
        0x3442 if number.separated_by(b"...") => all.starts_with(&[7, 5, 6]) && ean(all),
        // United Kingdom: 943 476 5919, which a telephone number hardly is written like
        0x334 if number.separated_by(b"  ") => nhs(all) && all[0] > 3,
        // Russia: 112-233-445 95
        0x3332 if number.separated_by(b"-- ") => snils(all),
        // France: 1 84 12 76 451 089 46
        0x1222332 if number.uniform() == groups => french(all),
        // China, France: a date inside, and a check of one in eleven, of one in 97
        _ if groups == 1 && all.len() == 18 => chinese(all),
        _ if groups == 1 && all.len() == 15 => french(all),
        _ => false,
    }
}

/// Whether a number's check is right for some country.
pub(super) fn checks(all: &[u8]) -> bool {
    if all.iter().all(|digit| *digit == all[0]) {
        return false;
    }
    match all.len() {
        // Identity cards of Spain without their letter and of Singapore have eight free digits: the words decide.
        8 => true,
        9 => {
            luhn(all)
                || dutch(all)
                || portuguese(all)
                || australian(all, &[1, 4, 3, 7, 5, 8, 6, 9, 10], 11)
                || rut(all)
                || is_old_birth_number(all)
                || greek(all)
        }
        10 => {
            nhs(all)
                || swedish(all)
                || danish(all)
                || bulgarian(all)
                || russian_10(all)
                || medicare(all)
                || saudi(all)
                || czech(all)
        }
        11 => {
            steuer_id(all)
                || pesel(all)
                || cpf(all)
                || cuit(all)
                || belgian(all)
                || turkish(all)
                || norwegian(all)
                || croatian(all)
                || abn(all)
                || medicare(&all[..10])
                || estonian(all)
                || snils(all)
        }
        12 => aadhaar(all) || my_number(all) || inn_12(all) || swedish(&all[2..]),
        13 => {
            south_african(all)
                || romanian(all)
                || korean(all)
                || all.starts_with(&[7, 5, 6]) && ean(all)
                || french_without_key(all)
                || jmbg(all)
                || thai(all)
        }
        14 => cnpj(all),
        15 => french(all),
        18 => chinese(all),
        _ => false,
    }
}

/// A month and a day.
fn is_day(month: &[u8], day: &[u8]) -> bool {
    let (month, day) = (month[0] * 10 + month[1], day[0] * 10 + day[1]);
    (1..=12).contains(&month) && (1..=31).contains(&day)
}

fn number(digits: &[u8]) -> u64 {
    digits.iter().fold(0, |number, digit| number * 10 + u64::from(*digit))
}

fn cpf(all: &[u8]) -> bool {
    let check = |length: usize| {
        let sum: u32 = all[..length]
            .iter()
            .enumerate()
            .map(|(place, digit)| u32::from(*digit) * (length + 1 - place) as u32)
            .sum();
        u32::from(all[length]) == sum * 10 % 11 % 10
    };
    all.len() == 11 && all.iter().any(|digit| *digit != all[0]) && check(9) && check(10)
}

fn cnpj(all: &[u8]) -> bool {
    const WEIGHTS: [u8; 13] = [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2];
    let check = |length: usize| {
        let rest = weighted(&all[..length], &WEIGHTS[13 - length..]) % 11;
        u32::from(all[length]) == if rest < 2 { 0 } else { 11 - rest }
    };
    all.len() == 14 && all.iter().any(|digit| *digit != all[0]) && check(12) && check(13)
}

fn cuit(all: &[u8]) -> bool {
    let rest = 11 - weighted(&all[..10], &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
    matches!(number(&all[..2]), 20 | 23 | 24 | 25 | 26 | 27 | 30 | 33 | 34) && u32::from(all[10]) == rest % 11
}

/// With a digit at the end; those with `K` are among the words with letters.
fn rut(all: &[u8]) -> bool {
    super::letters::rut_check(&all[..all.len() - 1]) == u32::from(all[all.len() - 1])
}

fn belgian(all: &[u8]) -> bool {
    let (head, check) = (number(&all[..9]), number(&all[9..]));
    all.len() == 11
        && is_day(&all[2..4], &all[4..6])
        && (97 - head % 97 == check || 97 - (head + 2_000_000_000) % 97 == check)
}

fn swedish(all: &[u8]) -> bool {
    // Coordination numbers add 60 to the day.
    let day = all[4] * 10 + all[5];
    let day = if day > 60 { day - 60 } else { day };
    all.len() == 10 && is_day(&all[2..4], &[day / 10, day % 10]) && luhn(all)
}

/// Those given out since 2007 need not pass the old check: a date in front decides, with a separator or a word.
fn danish(all: &[u8]) -> bool {
    is_day(&all[2..4], &all[..2]) && weighted(all, &[4, 3, 2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11)
}

fn korean(all: &[u8]) -> bool {
    let rest = (11 - weighted(&all[..12], &[2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11) % 10;
    is_day(&all[2..4], &all[4..6]) && (1..=8).contains(&all[6]) && u32::from(all[12]) == rest
}

fn aadhaar(all: &[u8]) -> bool {
    all[0] > 1 && verhoeff(all)
}

fn ean(all: &[u8]) -> bool {
    weighted(all, &[1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]).is_multiple_of(10)
}

fn nhs(all: &[u8]) -> bool {
    weighted(all, &[10, 9, 8, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11)
}

fn french(all: &[u8]) -> bool {
    let month = number(&all[3..5]);
    matches!(all[0], 1..=4 | 7 | 8)
        && (matches!(month, 1..=12 | 20..=42 | 50..=99))
        && 97 - number(&all[..13]) % 97 == number(&all[13..])
}

fn french_without_key(all: &[u8]) -> bool {
    matches!(all[0], 1 | 2) && matches!(number(&all[3..5]), 1..=12)
}

fn chinese(all: &[u8]) -> bool {
    const WEIGHTS: [u8; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let check = (12 - weighted(&all[..17], &WEIGHTS) % 11) % 11;
    matches!(number(&all[6..10]), 1900..=2099)
        && is_day(&all[10..12], &all[12..14])
        && u32::from(all[17]) == check
        && matches!(all[0], 1..=8)
}

fn dutch(all: &[u8]) -> bool {
    let head = weighted(&all[..8], &[9, 8, 7, 6, 5, 4, 3, 2]);
    head >= u32::from(all[8]) && (head - u32::from(all[8])).is_multiple_of(11)
}

fn portuguese(all: &[u8]) -> bool {
    let rest = weighted(&all[..8], &[9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    u32::from(all[8]) == if rest < 2 { 0 } else { 11 - rest }
}

/// Tax file numbers.
fn australian(all: &[u8], weights: &[u8], modulus: u32) -> bool {
    weighted(all, weights).is_multiple_of(modulus)
}

fn greek(all: &[u8]) -> bool {
    let sum: u32 = all[..8].iter().enumerate().map(|(place, digit)| u32::from(*digit) << (8 - place)).sum();
    u32::from(all[8]) == sum % 11 % 10
}

/// Czech and Slovak numbers up to 1953 have no check.
fn is_old_birth_number(all: &[u8]) -> bool {
    czech_day(all)
}

fn czech(all: &[u8]) -> bool {
    czech_day(all) && number(all).is_multiple_of(11)
}

fn czech_day(all: &[u8]) -> bool {
    let month = all[2] * 10 + all[3];
    let month = if month > 50 { month - 50 } else { month };
    is_day(&[month / 10, month % 10], &all[4..6])
}

fn bulgarian(all: &[u8]) -> bool {
    let month = (all[2] * 10 + all[3]) % 20;
    is_day(&[month / 10, month % 10], &all[4..6])
        && weighted(&all[..9], &[2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11 % 10 == u32::from(all[9])
}

fn russian_10(all: &[u8]) -> bool {
    weighted(&all[..9], &[2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10 == u32::from(all[9])
}

fn inn_12(all: &[u8]) -> bool {
    weighted(&all[..10], &[7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10 == u32::from(all[10])
        && weighted(&all[..11], &[3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10 == u32::from(all[11])
}

fn snils(all: &[u8]) -> bool {
    u64::from(weighted(&all[..9], &[9, 8, 7, 6, 5, 4, 3, 2, 1])) % 101 % 100 == number(&all[9..])
}

/// Australia's health insurance.
fn medicare(all: &[u8]) -> bool {
    matches!(all[0], 2..=6) && weighted(&all[..8], &[1, 3, 7, 9, 1, 3, 7, 9]) % 10 == u32::from(all[8])
}

fn saudi(all: &[u8]) -> bool {
    matches!(all[0], 1 | 2) && luhn(all)
}

fn steuer_id(all: &[u8]) -> bool {
    let mut product = 10;
    for digit in &all[..10] {
        let sum = (u32::from(*digit) + product) % 10;
        product = (if sum == 0 { 10 } else { sum }) * 2 % 11;
    }
    all[0] != 0 && (11 - product) % 10 == u32::from(all[10])
}

fn pesel(all: &[u8]) -> bool {
    let month = (all[2] * 10 + all[3]) % 20;
    is_day(&[month / 10, month % 10], &all[4..6])
        && weighted(all, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]).is_multiple_of(10)
}

fn turkish(all: &[u8]) -> bool {
    let sum = |from: usize| all[from..9].iter().step_by(2).map(|digit| i32::from(*digit)).sum::<i32>();
    all[0] != 0
        && (sum(0) * 7 - sum(1)).rem_euclid(10) == i32::from(all[9])
        && all[..10].iter().map(|digit| u32::from(*digit)).sum::<u32>() % 10 == u32::from(all[10])
}

fn norwegian(all: &[u8]) -> bool {
    weighted(all, &[3, 7, 6, 1, 8, 9, 4, 5, 2, 1, 0]).is_multiple_of(11)
        && weighted(all, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11)
}

/// The check of Croatia's number is that of Germany's (ISO/IEC 7064, MOD 11, 10).
fn croatian(all: &[u8]) -> bool {
    let mut product = 10;
    for digit in &all[..10] {
        let sum = (u32::from(*digit) + product) % 10;
        product = (if sum == 0 { 10 } else { sum }) * 2 % 11;
    }
    (11 - product) % 10 == u32::from(all[10])
}

fn abn(all: &[u8]) -> bool {
    all[0] > 0 && (weighted(all, &[10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]) - 10).is_multiple_of(89)
}

/// Of Estonia and Lithuania.
fn estonian(all: &[u8]) -> bool {
    let first = weighted(&all[..10], &[1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11;
    let second = weighted(&all[..10], &[3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11 % 10;
    (1..=8).contains(&all[0])
        && is_day(&all[3..5], &all[5..7])
        && u32::from(all[10]) == if first < 10 { first } else { second }
}

fn my_number(all: &[u8]) -> bool {
    let rest = weighted(&all[..11], &[6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
    u32::from(all[11]) == if rest < 2 { 0 } else { 11 - rest }
}

fn south_african(all: &[u8]) -> bool {
    is_day(&all[2..4], &all[4..6]) && all[10] < 3 && luhn(all)
}

fn romanian(all: &[u8]) -> bool {
    is_day(&all[3..5], &all[5..7])
        && weighted(&all[..12], &[2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11 % 10 == u32::from(all[12])
}

fn jmbg(all: &[u8]) -> bool {
    let rest = weighted(&all[..12], &[7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
    is_day(&all[2..4], &all[..2]) && u32::from(all[12]) == (11 - rest) % 11 % 10
}

fn thai(all: &[u8]) -> bool {
    let rest = weighted(&all[..12], &[13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    u32::from(all[12]) == (11 - rest) % 10
}
