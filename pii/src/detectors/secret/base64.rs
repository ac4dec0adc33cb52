//! Texts in Base64 that hold personal data.

use crate::sweep::Sweep;
use crate::text::run;
use crate::text::run_back;

/// The shortest and the longest that are read, in letters.
const SHORTEST: usize = 20;
const LONGEST: usize = 1024;

/// Looks at what the word from `start` to `end` is a part of. Returns where it ends if something is in it.
pub(super) fn look(sweep: &mut Sweep<'_>, start: usize, end: usize) -> Option<usize> {
    let text = sweep.text;
    if sweep.is_decoded() {
        return None;
    }
    // Hexadecimal digits and words of one case hold nothing.
    let word = &text[start..end];
    if word.len() < 12 || !word[..12].iter().any(u8::is_ascii_uppercase) {
        return None;
    }
    if !sweep.is_new_base64(start, end) {
        return None;
    }
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    let start = start - run_back(text, start, LONGEST, is_letter);
    let end = end + run(text, end, LONGEST, is_letter);
    sweep.is_new_base64(start, end);
    let letters = &text[start..end];
    let padding = run(text, end, 2, |byte| byte == b'=');
    if !(SHORTEST..=LONGEST).contains(&letters.len())
        || !(letters.len() + padding).is_multiple_of(4) && padding > 0
        || letters.len() % 4 == 1
    {
        return None;
    }
    let mut decoded = [0; LONGEST / 4 * 3 + 3];
    let length = decode(letters, &mut decoded)?;
    let found = sweep.within(&decoded[..length])?;
    sweep.found(found.0, found.1, start, end + padding);
    Some(end + padding)
}

/// Nothing unless it is text.
fn decode(letters: &[u8], decoded: &mut [u8]) -> Option<usize> {
    let mut length = 0;
    for four in letters.chunks(4) {
        let mut bits = 0_u32;
        for letter in four {
            bits = bits << 6 | value(*letter)?;
        }
        bits <<= 6 * (4 - four.len());
        for byte in bits.to_be_bytes()[1..four.len()].iter() {
            if *byte < b' ' && !matches!(byte, b'\n' | b'\r' | b'\t') || *byte == 0x7f {
                return None;
            }
            decoded[length] = *byte;
            length += 1;
        }
    }
    std::str::from_utf8(&decoded[..length]).ok().map(|_| length)
}

fn value(letter: u8) -> Option<u32> {
    Some(u32::from(match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    }))
}
