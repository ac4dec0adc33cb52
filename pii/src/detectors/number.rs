//! Numbers: digits in groups, as cards, telephones, identity numbers and addresses are written.

use super::{bank_account, credit_card, geo_location, ipv4, national_id, phone, us_ssn};
use crate::context::Context;
use crate::sweep::Sweep;
use crate::text::{at, before};
use crate::words::atoms::*;
use crate::words::{Atoms, meaning};

/// Digits in groups with one separator between each two.
pub(crate) struct Number<'a> {
    pub(crate) text: &'a [u8],
    pub(crate) start: usize,
    /// The byte before it; what it encodes if it is percent-encoded.
    pub(crate) last: u8,
    digits: [u8; DIGITS],
    groups: [Group; GROUPS],
    pub(crate) count: usize,
    /// There are more digits or groups than fit.
    pub(crate) goes_on: bool,
    context: Option<Context>,
}

#[derive(Clone, Copy, Default)]
struct Group {
    /// Where it ends, from the start of the number on.
    end: u8,
    /// How many digits there are up to its end.
    digits: u8,
    /// What stands before it: zero before the first.
    separator: u8,
}

/// The most digits and groups that are read.
const DIGITS: usize = 32;
const GROUPS: usize = 20;

impl<'a> Number<'a> {
    fn parse(text: &'a [u8], start: usize, last: u8) -> Self {
        let mut number = Self {
            text,
            start,
            last,
            digits: [0; DIGITS],
            groups: [Group::default(); GROUPS],
            count: 0,
            goes_on: false,
            context: None,
        };
        let (mut place, mut digits, mut separator) = (start, 0, 0);
        loop {
            while at(text, place).is_ascii_digit() {
                if digits == DIGITS {
                    number.goes_on = true;
                    return number;
                }
                number.digits[digits] = text[place] - b'0';
                digits += 1;
                place += 1;
            }
            number.groups[number.count] = Group { end: (place - start) as u8, digits: digits as u8, separator };
            number.count += 1;
            let width = match at(text, place) {
                b' ' if text[place..].starts_with(b" - ") => 3,
                b' ' | b'-' | b'.' | b'/' => 1,
                b'+' if last == b'=' => 1,
                b'[' if text[place..].starts_with(b"[.]") => 3,
                b'%' if text[place..].starts_with(b"%20") => 3,
                0xc2 if at(text, place + 1) == 0xa0 => 2,
                _ => 0,
            };
            if width == 0 || !at(text, place + width).is_ascii_digit() {
                return number;
            }
            if number.count == GROUPS {
                number.goes_on = true;
                return number;
            }
            separator = match text[place] {
                b'[' => b'.',
                b' ' if width == 3 => b'-',
                byte if width == 1 && byte != b'+' => byte,
                _ => b' ',
            };
            place += width;
        }
    }

    /// The digits of the first groups.
    pub(crate) fn digits(&self, groups: usize) -> &[u8] {
        &self.digits[..usize::from(self.groups[groups - 1].digits)]
    }

    /// The lengths of the first groups, a hexadecimal digit each: `0x324` for `123-45-6789`.
    pub(crate) fn shape(&self, groups: usize) -> u64 {
        let mut shape = 0;
        let mut before = 0;
        for group in &self.groups[..groups] {
            shape = shape << 4 | u64::from(group.digits - before).min(15);
            before = group.digits;
        }
        shape
    }

    /// What stands before a group.
    pub(crate) fn separator(&self, group: usize) -> u8 {
        if group < self.count { self.groups[group].separator } else { 0 }
    }

    /// How many of the first groups have the same separator between them.
    pub(crate) fn uniform(&self) -> usize {
        let first = self.separator(1);
        (1..self.count).take_while(|group| self.separator(*group) == first).count() + 1
    }

    /// Whether the separators between the first groups are these.
    pub(crate) fn separated_by(&self, separators: &[u8]) -> bool {
        self.count > separators.len()
            && separators.iter().enumerate().all(|(place, is)| self.separator(place + 1) == *is)
    }

    /// Where the groups end that are no numbers of their own, because dots or dashes join them to the first.
    fn end_of_part(&self) -> Option<usize> {
        let joined = (1..self.count).take_while(|group| matches!(self.separator(*group), b'.' | b'-')).count();
        (joined > 0).then(|| self.end(joined + 1))
    }

    /// Where the first groups end.
    pub(crate) fn end(&self, groups: usize) -> usize {
        self.start + usize::from(self.groups[groups - 1].end)
    }

    /// Nothing is glued to the end of the first groups that would make it part of a longer word or number.
    pub(crate) fn ends_well(&self, groups: usize) -> bool {
        ends_well(self.text, self.end(groups))
    }

    /// What is said of it.
    pub(crate) fn context(&mut self, sweep: &Sweep<'_>) -> Context {
        *self.context.get_or_insert_with(|| Context::of(sweep.text, self.start, sweep.key))
    }
}

/// Whether a number can end here: no letter, no decimal, no further part behind `-` or `_`.
pub(crate) fn ends_well(text: &[u8], end: usize) -> bool {
    let (next, after) = (at(text, end), at(text, end + 1));
    match next {
        b'-' | b'_' => !after.is_ascii_alphanumeric(),
        b'.' => !after.is_ascii_digit(),
        b':' => !after.is_ascii_digit(),
        _ => !next.is_ascii_alphanumeric(),
    }
}

/// Looks at a number of which the first digits begin at `start`. Returns where it ends if something was found.
pub(crate) fn look(sweep: &mut Sweep<'_>, start: usize, end: usize, last: u8) -> Option<usize> {
    let text = sweep.text;
    if goes_before(text, start, last) {
        return None;
    }
    // Nothing is said of it, and nothing goes on: then only its length speaks.
    if !matches!(last, b'+' | b'(') && !goes_on(text, end) {
        let said = start > 2 || sweep.key.atoms != Atoms::NONE;
        if end - start < 5 || !said && !(12..=19).contains(&(end - start)) {
            return None;
        }
        // All of a text: then it can be two things by its check.
        if !said && end == text.len() {
            let mut number = Number::parse(text, start, last);
            return credit_card::look(sweep, &mut number).or_else(|| national_id::look(sweep, &mut number));
        }
    }
    if let Some(end) = geo_location::look(sweep, start) {
        return Some(end);
    }
    let mut number = Number::parse(text, start, last);
    // A list of digits is not read again from each of them.
    if number.goes_on && number.count == GROUPS && number.digits(GROUPS).len() == GROUPS {
        return Some(number.end(GROUPS - 1));
    }
    // Digits without an end are nobody's number.
    if number.count == 0 {
        return None;
    }
    if number.count >= 4
        && number.separator(1) == b'.'
        && let Some(end) = ipv4::look(sweep, &mut number)
    {
        return Some(end);
    }
    // The fewest digits that anything else has.
    if number.digits(number.count).len() < 5 {
        return phone::look_short(sweep, &mut number).or_else(|| number.end_of_part());
    }
    let found = credit_card::look(sweep, &mut number)
        .or_else(|| us_ssn::look(sweep, &mut number))
        .or_else(|| national_id::look(sweep, &mut number))
        .or_else(|| phone::look(sweep, &mut number))
        .or_else(|| bank_account::look(sweep, &mut number));
    // A list that goes on is not read again from each of its numbers.
    found.or_else(|| if number.count == GROUPS { Some(number.end(GROUPS - 8)) } else { number.end_of_part() })
}

/// Whether more digits follow behind a separator.
fn goes_on(text: &[u8], end: usize) -> bool {
    let next = at(text, end + 1);
    match at(text, end) {
        b' ' => next.is_ascii_digit() || matches!(next, b'-' | b'('),
        b'-' | b'.' | b'/' | b'+' => next.is_ascii_digit(),
        b'%' | b'[' | 0xc2 => true,
        _ => false,
    }
}

/// Whether what stands before it makes it the rest of a longer number or word.
fn goes_before(text: &[u8], start: usize, last: u8) -> bool {
    if before(text, start) != last {
        return false;
    }
    let before_last = before(text, start - usize::from(start > 0));
    match last {
        b'.' => before_last.is_ascii_alphanumeric(),
        b':' => before_last.is_ascii_digit() && is_number(text, start - 1),
        b'-' | b'_' => {
            before_last.is_ascii_digit() || before_last.is_ascii_alphabetic() && !says_something(text, start - 1)
        }
        _ => false,
    }
}

/// Whether a word of digits ends at a place.
fn is_number(text: &[u8], end: usize) -> bool {
    let digits = crate::text::run_back(text, end, 20, |byte| byte.is_ascii_digit());
    !before(text, end - digits).is_ascii_alphabetic()
}

/// A word ends here that says what follows, and nothing is joined to it in turn: `tel-`, but not `a3f-`, not `my-tel-`.
fn says_something(text: &[u8], end: usize) -> bool {
    let letters = crate::text::run_back(text, end, 16, |byte| byte.is_ascii_alphabetic());
    let last = before(text, end - letters);
    let said = meaning(&text[end - letters..end]);
    said != Atoms::NONE
        && !said.any(VERSION | ORDER | HASH)
        && !last.is_ascii_alphanumeric()
        && !matches!(last, b'-' | b'_' | b'.')
}
