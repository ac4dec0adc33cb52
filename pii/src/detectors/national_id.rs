//! Identity, insurance and tax numbers of people. Those with letters, with a date and a check, or with separators of their
//! own are found anywhere; those that are only digits need words that say so beside their check.

mod digits;
mod letters;

use super::number::Number;
use crate::context::Context;
use crate::sweep::Sweep;
use crate::text::{at, before};
use crate::words::atoms::*;
use crate::{Detector, Reason};

/// Looks at a number. Returns where the identity number ends.
pub(crate) fn look(sweep: &mut Sweep<'_>, number: &mut Number<'_>) -> Option<usize> {
    if !sweep.is_on(Detector::NationalId) {
        return None;
    }
    let text = number.text;
    let (groups, start) = (number.count, number.start);
    if let Some(end) = letters::ends_in_letter(number) {
        sweep.found(Detector::NationalId, Reason::Checksum, start, end);
        return Some(end);
    }
    // AB 12 34 56 C
    if groups == 3
        && number.shape(3) == 0x222
        && number.separated_by(b"  ")
        && start >= 3
        && let Some(end) = letters::spaced_nino(text, start, number.end(3))
    {
        sweep.found(Detector::NationalId, Reason::Format, start - 3, end);
        return Some(end);
    }
    if number.goes_on || !number.ends_well(groups) {
        return None;
    }
    let all = number.digits(groups);
    let reason = if digits::is_written_so(number) {
        Reason::Checksum
    } else if (8..=18).contains(&all.len()) && number.separator(1) != b'/' {
        let context = number.context(sweep);
        if !says_so(context) || !digits::checks(number.digits(groups)) {
            return None;
        }
        Reason::Context
    } else {
        return None;
    };
    let end = number.end(groups);
    sweep.found(Detector::NationalId, reason, start, end);
    Some(end)
}

/// Whether words speak of identity, of people's taxes.
fn says_so(context: Context) -> bool {
    context.has(NATIONAL) || context.has(TAX | PERSONAL) && context.has(NUMBER | ID | CARD)
}

/// Looks at a word of letters and digits. Returns where it ends if it is one.
pub(crate) fn look_word(sweep: &mut Sweep<'_>, start: usize, end: usize) -> Option<usize> {
    let word = &sweep.text[start..end];
    let next = at(sweep.text, end);
    if next == b'_'
        || next == b'-' && at(sweep.text, end + 1).is_ascii_alphanumeric()
        || before(sweep.text, start) == b'/' && next == b'.'
    {
        return None;
    }
    let reason = if letters::is_strong(word) || word.len() == 11 && letters::hetu(word) {
        Reason::Checksum
    } else if letters::is_weak(word) {
        let context = Context::of(sweep.text, start, sweep.key);
        if !says_so(context) {
            return None;
        }
        Reason::Context
    } else {
        return None;
    };
    sweep.found(Detector::NationalId, reason, start, end);
    Some(end)
}
