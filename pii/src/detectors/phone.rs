//! Telephone numbers: international with `+` or `00`, national with separators or with words that say so.

use super::number::{Number, ends_well};
use crate::sweep::Sweep;
use crate::text::{at, before, begins, run};
use crate::words::atoms::*;
use crate::{Detector, Reason};

/// Looks at a number of five or more digits. Returns where the telephone number ends.
pub(crate) fn look(sweep: &mut Sweep<'_>, number: &mut Number<'_>) -> Option<usize> {
    if !sweep.is_on(Detector::Phone) {
        return None;
    }
    look_short(sweep, number).or_else(|| national(sweep, number))
}

/// Looks at a number that may go on behind brackets: `+49 (30) 1234567`, `(030) 1234567`.
pub(crate) fn look_short(sweep: &mut Sweep<'_>, number: &mut Number<'_>) -> Option<usize> {
    match number.last {
        b'+' => international(sweep, number),
        b'(' => in_brackets(sweep, number),
        _ if at(number.text, number.end(number.count)) == b' '
            && at(number.text, number.end(number.count) + 1) == b'(' =>
        {
            let digits = number.digits(number.count).len();
            if digits > 3 { None } else { with_context(sweep, number) }
        }
        _ => None,
    }
}

/// `+`, a country, and 7 to 15 digits in all (ITU-T E.164).
fn international(sweep: &mut Sweep<'_>, number: &mut Number<'_>) -> Option<usize> {
    let text = number.text;
    let plus = number.start - if before(text, number.start) == b'+' { 1 } else { 3 };
    if before(text, plus).is_ascii_alphanumeric() && !is_escaped(text, plus) || at(text, number.start) == b'0' {
        return None;
    }
    let (end, digits) = extent(text, number.start);
    let is_long = (8..=15).contains(&digits) || digits == 7 && end - number.start > 7;
    let with_extension = with_extension(text, end);
    if !is_long || with_extension == end && !ends_well(text, end) {
        return None;
    }
    let end = with_extension;
    let start = if before(text, plus) == b'(' && at(text, end) == b')' { plus - 1 } else { plus };
    sweep.found(Detector::Phone, Reason::Format, start, end);
    Some(end)
}

/// `\n+49`: the letter is no letter.
fn is_escaped(text: &[u8], place: usize) -> bool {
    matches!(before(text, place), b'n' | b't' | b'r') && place > 1 && text[place - 2] == b'\\'
}

/// `(555) 123-4567`, `(030) 1234567`.
fn in_brackets(sweep: &mut Sweep<'_>, number: &mut Number<'_>) -> Option<usize> {
    let text = number.text;
    let area = run(text, number.start, 7, |byte| byte.is_ascii_digit());
    if !(2..=6).contains(&area) || at(text, number.start + area) != b')' || text[number.start - 1] != b'(' {
        return with_context(sweep, number);
    }
    let (end, digits) = extent(text, number.start);
    let rest = digits.checked_sub(area).filter(|rest| *rest > 0)?;
    let separated = text[number.start + area + 1..end].iter().filter(|byte| !byte.is_ascii_digit()).count();
    let american = area == 3 && rest == 7 && text[number.start] >= b'2' && separated > 0;
    let other = (9..=12).contains(&digits) && rest >= 5 && (text[number.start] == b'0' || separated > 0);
    let with_extension = with_extension(text, end);
    if !american && !other
        || with_extension == end && !ends_well(text, end)
        || before(text, number.start - 1).is_ascii_alphanumeric()
    {
        return None;
    }
    let end = with_extension;
    sweep.found(Detector::Phone, Reason::Format, number.start - 1, end);
    Some(end)
}

fn national(sweep: &mut Sweep<'_>, number: &mut Number<'_>) -> Option<usize> {
    let text = number.text;
    // `/users/555.123.4567/7`
    let groups = if at(text, number.end(number.uniform())) == b'/' { number.uniform() } else { number.count };
    let digits = number.digits(groups).len();
    let uniform = number.uniform() >= groups;
    let first = number.digits(1)[0];
    let separator = number.separator(1);
    let is_free = !number.goes_on
        && (number.ends_well(groups) || with_extension(text, number.end(groups)) > number.end(groups))
        && !sweep.is_infrastructure()
        && is_format(number, groups, digits, uniform, first, separator);
    if is_free {
        let context = number.context(sweep);
        if context.near.any(ORDER | VERSION | HASH) && !context.has(PHONE) {
            return None;
        }
        let end = with_extension(text, number.end(groups));
        sweep.found(Detector::Phone, Reason::Format, number.start, end);
        return Some(end);
    }
    with_context(sweep, number)
}

/// Formats that hardly anything else has.
fn is_format(number: &Number<'_>, groups: usize, digits: usize, uniform: bool, first: u8, separator: u8) -> bool {
    let all = number.digits(groups);
    let american = |from: usize| all[from] >= 2 && all[from + 3] >= 2;
    match number.shape(groups) {
        0x334 if uniform && matches!(separator, b'-' | b'.') && american(0) => true,
        0x1334 if uniform && matches!(separator, b'-' | b'.' | b' ') && first == 1 && american(1) => true,
        0x334 if number.separated_by(b" -") && american(0) => true,
        // 00 44 20 7946 0958, 0049-30-1234567
        _ if all.starts_with(&[0, 0]) && all[2] != 0 => groups > 1 && (11..=15).contains(&digits),
        // 01 23 45 67 89
        0x22222 if uniform && first == 0 && all[1] != 0 && separator != b'/' => true,
        // 030 1234567, 0151-23456789, 0412 345 678, 06-12345678, 0171/1234567
        shape if first == 0 && all[1] != 0 && (2..=4).contains(&groups) && (9..=11).contains(&digits) => {
            let last = shape & 15;
            let area = shape >> (4 * (groups - 1));
            (2..=5).contains(&area) && last >= 2 && (separator != b'/' || groups == 2) && separator != b'.'
        }
        _ => false,
    }
}

/// With a word before it that says so, almost any number of 7 to 15 digits is one.
fn with_context(sweep: &mut Sweep<'_>, number: &mut Number<'_>) -> Option<usize> {
    let context = number.context(sweep);
    if !context.has(PHONE)
        || context.has(EMAIL | IP | TIME | CARD) && !context.near.any(PHONE)
        || context.near.any(ORDER.without(NUMBER)) && !context.near.any(PHONE)
    {
        return None;
    }
    let text = number.text;
    // `Mobile Safari/6531.21.1`
    if number.last == b'/' && number.separator(1) == b'.' {
        return None;
    }
    let (end, digits) = extent(text, number.start);
    if !(7..=15).contains(&digits) || !ends_well(text, end) || is_date(&text[number.start..end]) {
        return None;
    }
    let start = if before(text, number.start) == b'(' { number.start - 1 } else { number.start };
    let end = with_extension(text, end);
    sweep.found(Detector::Phone, Reason::Context, start, end);
    Some(end)
}

/// `2024-05-12`.
fn is_date(text: &[u8]) -> bool {
    text.len() == 10 && text[4] == b'-' && text[7] == b'-'
}

/// Where digits, separators and brackets that belong together end, and how many digits there are.
fn extent(text: &[u8], start: usize) -> (usize, usize) {
    let (mut end, mut digits, mut place, mut gap) = (start, 0, start, 0);
    while place < text.len() && digits <= 16 && gap <= 3 {
        match text[place] {
            b'0'..=b'9' if gap > 0 && is_complete(text, start, digits, place) => break,
            b'0'..=b'9' => {
                digits += 1;
                gap = 0;
                end = place + 1;
            }
            b' ' | b'-' | b'.' | b'/' | b'(' | b')' => gap += 1,
            b'%' if begins(&text[place..], b"%20")
                || begins(&text[place..], b"%28")
                || begins(&text[place..], b"%29") =>
            {
                gap += 1;
                place += 2;
            }
            0xc2 if at(text, place + 1) == 0xa0 => {
                gap += 1;
                place += 1;
            }
            _ => break,
        }
        // `+4930 1234567, 5`, `... 4567. 12 of`: a sentence ends, nothing more belongs to it.
        if gap >= 2 && matches!(text[place], b' ') && text[place - 1] == b'.' {
            break;
        }
        place += 1;
    }
    (end, digits)
}

/// Whether so many digits are all of a number, so that the group that begins at `place` is another: `+14155551234 200 OK`.
fn is_complete(text: &[u8], start: usize, digits: usize, place: usize) -> bool {
    let american = digits == 11 && text[start] == b'1';
    american
        || digits >= 10 && text[place - 1] == b'('
        || text[place - 1] == b' '
            && (digits >= 11 || digits == 10 && run(text, place, 3, |byte| byte.is_ascii_digit()) != 2)
}

/// `x123`, `ext. 123` behind a number.
fn with_extension(text: &[u8], end: usize) -> usize {
    let rest = &text[end..];
    let spaces = run(rest, 0, 2, |byte| byte == b' ');
    for word in [&b"ext. "[..], b"ext.", b"ext ", b"ext", b"x"] {
        if begins(&rest[spaces..], word) {
            let digits = run(rest, spaces + word.len(), 7, |byte| byte.is_ascii_digit());
            if (1..=6).contains(&digits) && ends_well(text, end + spaces + word.len() + digits) {
                return end + spaces + word.len() + digits;
            }
        }
    }
    end
}
