//! Hardware addresses: six groups of two hexadecimal digits with `:` or `-`, or three of four with `.`.

use crate::sweep::Sweep;
use crate::text::{at, before};
use crate::words::atoms::*;
use crate::{Detector, Reason};

/// The length with separators.
pub(crate) const LENGTH: usize = 17;

/// Whether a text begins with six groups of two.
pub(crate) fn is_groups(text: &[u8], separator: u8) -> bool {
    text.first_chunk::<LENGTH>().is_some_and(|text| {
        text.iter()
            .enumerate()
            .all(|(place, byte)| if place % 3 == 2 { *byte == separator } else { byte.is_ascii_hexdigit() })
    })
}

/// Notes an address, unless it is nobody's.
pub(crate) fn found(sweep: &mut Sweep<'_>, start: usize, end: usize, reason: Reason) {
    let mut digits = sweep.text[start..end].iter().filter(|byte| byte.is_ascii_hexdigit());
    let first = *digits.next().expect("has twelve");
    // None, and everybody's.
    if !digits.all(|digit| *digit == first) || !matches!(first, b'0' | b'f' | b'F') {
        sweep.found(Detector::Mac, reason, start, end);
    }
}

/// Looks at the first group of one with dashes or dots, or at twelve digits. Returns where the address ends.
pub(crate) fn look(sweep: &mut Sweep<'_>, start: usize, end: usize) -> Option<usize> {
    let text = sweep.text;
    let start = first_group(text, start, end - start);
    if matches!(before(text, start), b'-' | b'.' | b'_') || before(text, start).is_ascii_alphanumeric() {
        return None;
    }
    let (length, reason) = match end - start {
        2.. if is_groups(&text[start..], b'-') => (with_two_more(text, start, b'-'), Reason::Format),
        4.. if is_dotted(&text[start..]) => (14, Reason::Format),
        12 if sweep.key.atoms.any(MAC) && text[start..end].iter().all(u8::is_ascii_hexdigit) => (12, Reason::Key),
        _ => return None,
    };
    if at(text, start + length).is_ascii_alphanumeric() || matches!(at(text, start + length), b'-' | b'_') {
        return None;
    }
    found(sweep, start, start + length, reason);
    Some(start + length)
}

/// Where the groups of letters before the first with a digit begin.
fn first_group(text: &[u8], mut start: usize, length: usize) -> usize {
    let separator = if length == 2 { b'-' } else { b'.' };
    while matches!(length, 2 | 4)
        && start > length
        && text[start - 1] == separator
        && text[start - 1 - length..start - 1].iter().all(u8::is_ascii_hexdigit)
    {
        start -= length + 1;
    }
    start
}

/// Where an address of six groups ends, or one of eight (EUI-64).
pub(crate) fn with_two_more(text: &[u8], start: usize, separator: u8) -> usize {
    let more = text.get(start + LENGTH..start + LENGTH + 6).is_some_and(|more| {
        more.iter()
            .enumerate()
            .all(|(place, byte)| if place % 3 == 0 { *byte == separator } else { byte.is_ascii_hexdigit() })
    });
    if more { LENGTH + 6 } else { LENGTH }
}

fn is_dotted(text: &[u8]) -> bool {
    text.first_chunk::<14>().is_some_and(|text| {
        let dotted = text
            .iter()
            .enumerate()
            .all(|(place, byte)| if place % 5 == 4 { *byte == b'.' } else { byte.is_ascii_hexdigit() });
        // `1234.5678.9012` is a number.
        dotted && text.iter().any(u8::is_ascii_alphabetic)
    })
}
