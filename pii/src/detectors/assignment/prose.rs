//! Values that are words: what is code or a sentence, how far names, addresses and coordinates go.

use std::ops::Range;

use crate::text::{at, run};
use crate::words::atoms::*;
use crate::words::{Atoms, meaning, words};

/// `getpass()`, `process.env.TOKEN`, `!vault`, `YOUR_API_KEY`.
pub(super) fn is_code(text: &[u8], word: &Range<usize>) -> bool {
    const NAMES: &[&[u8]] = &[
        b"process.env",
        b"os.environ",
        b"System.get",
        b"env.",
        b"config.",
        b"vault:",
        b"!vault",
        b"!secret",
        b"ref+",
        b"arn:",
        b"self.",
        b"this.",
    ];
    let value = &text[word.clone()];
    let is_call = value.iter().position(|byte| *byte == b'(').is_some_and(|open| {
        open > 1
            && value[..open].iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'))
            && (value.ends_with(b")") || at(text, word.end) == b')')
    });
    // `*const u8`, `std::string::String`
    let is_type = matches!(value, [b'*', b'c' | b'm', ..] | [b'&', b'a'..=b'z' | b'A'..=b'Z', ..])
        || memchr::memmem::find(value, b"::").is_some();
    is_call
        || is_type
        || matches!(value.first(), Some(b'p' | b'o' | b'S' | b'e' | b'c' | b'v' | b'!' | b'r' | b'a' | b's' | b't'))
            && NAMES.iter().any(|name| value.starts_with(name))
}

/// A word of small letters that goes on as a sentence, `password: must be longer`, and anything that is code.
pub(super) fn is_prose(text: &[u8], word: &Range<usize>, sign: u8) -> bool {
    let value = &text[word.clone()];
    if sign == b' ' {
        // Without a sign only what is no word.
        return !value
            .iter()
            .any(|byte| byte.is_ascii_digit() || matches!(byte, b'_' | b'@' | b'\\' | b'!' | b'$' | b'%' | b'#'))
            && !value.get(1..value.len() - 1).is_some_and(|inner| inner.contains(&b'.'));
    }
    value.iter().all(u8::is_ascii_lowercase)
        && at(text, word.end) == b' '
        && at(text, word.end + 1).is_ascii_lowercase()
        || matches!(value, b"The" | b"Must" | b"Not" | b"Invalid" | b"Is" | b"Cannot" | b"Failed" | b"No")
}

/// One to four words that begin with a capital, or `Smith, John`.
pub(crate) fn names(text: &[u8], start: usize) -> Option<Range<usize>> {
    const PARTICLES: &[&[u8]] = &[
        b"van", b"von", b"de", b"der", b"den", b"del", b"la", b"da", b"di", b"al", b"bin", b"dos", b"le", b"ten",
        b"ter", b"zu", b"do", b"du", b"y", b"e",
    ];
    let (mut end, mut place) = (start, start);
    let mut comma = false;
    for count in 0..6 {
        let length = run(text, place, 40, |byte| {
            byte.is_ascii_alphabetic() || byte >= 0x80 || matches!(byte, b'\'' | b'-' | b'.')
        });
        let word = &text[place..place + length];
        let is_particle = count > 0 && PARTICLES.contains(&word);
        let is_capital = word.first().is_some_and(|byte| byte.is_ascii_uppercase() || *byte >= 0x80);
        if !is_particle && !is_capital || is_capital && is_known(word) {
            break;
        }
        place += length;
        // Another key: `Grace Active:true`.
        if count > 0 && matches!(at(text, place), b':' | b'=') {
            break;
        }
        if is_capital {
            end = place;
        }
        let gap = match at(text, place) {
            b' ' | b'+' => 1,
            b',' if !comma && count == 0 && at(text, place + 1) == b' ' && at(text, place + 2).is_ascii_uppercase() => {
                comma = true;
                2
            }
            _ => break,
        };
        place += gap;
    }
    while end > start && matches!(text[end - 1], b'.' | b'\'' | b'-') {
        end -= 1;
    }
    (end > start + 1).then_some(start..end)
}

/// Whether the first word of a text means one of these.
pub(super) fn begins_with(text: &[u8], atoms: Atoms) -> bool {
    words(text).next().is_some_and(|word| meaning(word).any(atoms))
}

/// Whether a word is one that keys are made of.
fn is_known(word: &[u8]) -> bool {
    words(word).next().is_some_and(|word| {
        meaning(word).without(GEO | TITLE | CARD | LON | PERSON | CITY | LICENCE | CLIENT | ID) != Atoms::NONE
    })
}

/// Up to where another key or clause begins.
pub(super) fn address(text: &[u8], start: usize) -> Range<usize> {
    let length = run(text, start, 120, |byte| {
        !matches!(
            byte,
            b'\n' | b'\r' | b'"' | b'\\' | b'<' | b'>' | b';' | b'|' | b'&' | b'{' | b'}' | b'[' | b']' | b'(' | b')'
        )
    });
    let mut end = start + length;
    // Another argument of a command.
    if let Some(next) =
        [&b" --"[..], b" ./", b" -n "].iter().filter_map(|word| memchr::memmem::find(&text[start..end], word)).min()
    {
        end = start + next;
    }
    // Another key: back to before its name.
    if let Some(sign) = text[start..end].iter().position(|byte| matches!(byte, b'=' | b':')) {
        end = start + sign;
        while end > start && !matches!(text[end - 1], b' ' | b',') {
            end -= 1;
        }
    }
    while end > start && matches!(text[end - 1], b' ' | b',' | b'.') {
        end -= 1;
    }
    start..end
}

/// Words of digits and capitals: `67 01 479538`, `MH14 20110062383`, `B-JN 2286`.
pub(super) fn codes(text: &[u8], start: usize) -> Range<usize> {
    let mut end = start;
    let mut place = start;
    for _ in 0..6 {
        let length = run(text, place, 64, |byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'/' | b':' | b'_')
        });
        let word = &text[place..place + length];
        let is_code = word.iter().any(u8::is_ascii_digit)
            || !word.is_empty() && word.len() <= 3 && word.iter().all(u8::is_ascii_uppercase);
        if end > start && (!is_code || word.iter().any(u8::is_ascii_lowercase)) {
            break;
        }
        place += length;
        end = place;
        if !matches!(at(text, place), b' ' | b'+') {
            break;
        }
        place += 1;
    }
    while end > start && matches!(text[end - 1], b'-' | b'.' | b'/' | b':' | b'_') {
        end -= 1;
    }
    start..end
}

/// One number, or two with a comma between.
pub(super) fn coordinates(text: &[u8], start: usize) -> Option<Range<usize>> {
    let degree =
        |start: usize| run(text, start, 24, |byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+'));
    let first = degree(start);
    let gap = run(text, start + first, 3, |byte| matches!(byte, b',' | b' '));
    let second = if at(text, start + first) == b',' { degree(start + first + gap) } else { 0 };
    let mut end = start + first + if second > 2 { gap + second } else { 0 };
    while end > start && text[end - 1] == b'.' {
        end -= 1;
    }
    (first > 0 && end > start).then_some(start..end)
}
