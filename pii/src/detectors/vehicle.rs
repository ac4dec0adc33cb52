//! Vehicle identification numbers: 17 letters and digits, of which the ninth checks the others (49 CFR 565.15).

use crate::context::Context;
use crate::sweep::Sweep;
use crate::words::atoms::*;
use crate::{Detector, Reason};

/// Looks at a word. Returns where it ends if it is a vehicle's number.
pub(crate) fn look(sweep: &mut Sweep<'_>, start: usize, end: usize) -> Option<usize> {
    let word: &[u8; 17] = sweep.text[start..end].try_into().ok()?;
    if !word.iter().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase() && !b"IOQ".contains(byte)) {
        return None;
    }
    let reason = if checks(word) { Reason::Checksum } else { Reason::Context };
    if reason == Reason::Context && !Context::of(sweep.text, start, sweep.key).has(PLATE | VEHICLE) {
        return None;
    }
    sweep.found(Detector::Vehicle, reason, start, end);
    Some(end)
}

fn checks(word: &[u8; 17]) -> bool {
    const WEIGHTS: [u32; 17] = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
    let value = |byte: u8| match byte {
        b'0'..=b'9' => byte - b'0',
        b'A'..=b'H' => byte - b'A' + 1,
        b'J'..=b'R' => byte - b'J' + 1,
        _ => byte - b'S' + 2,
    };
    let rest = word.iter().zip(WEIGHTS).map(|(byte, weight)| u32::from(value(*byte)) * weight).sum::<u32>() % 11;
    word[8] == if rest == 10 { b'X' } else { b'0' + rest as u8 }
}
