//! Payment card numbers: issuer and length first, then groups, then the check of Luhn.

use super::number::Number;
use crate::checksum::luhn;
use crate::sweep::Sweep;
use crate::text::{at, run};
use crate::words::atoms::*;
use crate::{Detector, Reason};

/// Looks at a number. Returns where the card's number ends.
pub(crate) fn look(sweep: &mut Sweep<'_>, number: &mut Number<'_>) -> Option<usize> {
    let groups = (1..=number.uniform().min(19)).rev().find(|groups| {
        let digits = number.digits(*groups);
        (12..=19).contains(&digits.len())
            && is_grouped(number.shape(*groups), *groups, digits.len())
            && (*groups == 1 || number.separator(1) != b'/' || number.shape(*groups) == 0x4444)
            && is_card(digits)
            && number.ends_well(*groups)
    })?;
    // The number of a row may pass the check.
    if groups == 1 && sweep.key.atoms.any(ID) && !sweep.key.atoms.any(CARD | NUMBER | ACCOUNT | USER | PERSON) {
        return None;
    }
    // Thirteen digits are as well the number of an article.
    if number.digits(groups).len() == 13 && groups == 1 && number.context(sweep).near.any(ORDER) {
        return None;
    }
    let end = number.end(groups);
    sweep.found(Detector::CreditCard, Reason::Checksum, number.start, end);
    // What follows on a magnetic track is the card's, and no number of its own.
    let is_track = matches!((number.last, at(number.text, end)), (b';', b'=') | (b'B', b'^'));
    Some(if is_track { end + run(number.text, end, 80, |byte| !matches!(byte, b'?' | b'"')) } else { end })
}

/// Whether digits are a card's number.
pub(crate) fn is_card(digits: &[u8]) -> bool {
    is_issued(digits) && luhn(digits) && digits.iter().any(|digit| *digit != digits[0])
}

/// As cards are embossed and typed.
fn is_grouped(shape: u64, groups: usize, digits: usize) -> bool {
    groups == 1
        || groups == digits
        || matches!(shape, 0x4444 | 0x4443 | 0x4442 | 0x4441 | 0x465 | 0x464 | 0x44443 | 0x44442 | 0x88 | 0x66 | 0x67)
}

/// Issuers by first digits and length (ISO/IEC 7812; the networks' published ranges).
fn is_issued(digits: &[u8]) -> bool {
    if digits.len() < 12 {
        return false;
    }
    let head = digits[..6].iter().fold(0, |head, digit| head * 10 + u32::from(*digit));
    match digits.len() {
        13 => head / 100_000 == 4 || is_maestro(head),
        14 => matches!(head / 1000, 300..=305 | 309) || matches!(head / 10_000, 36 | 38 | 39),
        15 => matches!(head / 10_000, 34 | 37) || matches!(head / 100, 2014 | 2149 | 2131 | 1800),
        16 => {
            head / 100_000 == 4
                || matches!(head / 10_000, 51..=55 | 60 | 62 | 64 | 65 | 81 | 82)
                || matches!(head / 100, 2200..=2204 | 2221..=2720 | 3528..=3589 | 5018 | 5019 | 5020 | 5038 | 5041 | 5043 | 5067 | 5090 | 6304 | 6362..=6363 | 6759 | 6761..=6763 | 9792 | 5066 | 5081)
                || matches!(head / 10_000, 36 | 38 | 39)
                || matches!(head / 1000, 300..=305 | 606 | 637 | 508 | 353 | 356)
        }
        12 | 17 => is_maestro(head),
        18 | 19 => {
            head / 100_000 == 4 && digits.len() == 19
                || head / 10_000 == 62
                || is_maestro(head)
                || matches!(head / 10_000, 36 | 65 | 64)
        }
        _ => false,
    }
}

fn is_maestro(head: u32) -> bool {
    matches!(head / 100, 5018 | 5020 | 5038 | 5893 | 6304 | 6759 | 6761..=6763)
}
