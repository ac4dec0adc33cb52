//! The detectors, each in a file of its own, and which of them look at a place.

pub(crate) mod assignment;
pub(crate) mod bank_account;
pub(crate) mod code;
pub(crate) mod credit_card;
pub(crate) mod crypto_wallet;
pub(crate) mod date;
pub(crate) mod email;
pub(crate) mod geo_location;
pub(crate) mod iban;
pub(crate) mod ipv4;
pub(crate) mod ipv6;
pub(crate) mod mac;
pub(crate) mod national_id;
pub(crate) mod number;
pub(crate) mod phone;
pub(crate) mod secret;
pub(crate) mod sql_insert;
pub(crate) mod url_credentials;
pub(crate) mod us_ssn;
pub(crate) mod vehicle;

use crate::sweep::Sweep;
use crate::text::{at, before};

/// At a byte of punctuation.
#[inline]
pub(crate) fn mark(sweep: &mut Sweep<'_>, place: usize) {
    let text = sweep.text;
    match text[place] {
        b'@' => email::look(sweep, place, place + 1),
        b':' => colon(sweep, place),
        b'=' => assignment::look(sweep, place),
        b'"' | b'\'' | b'(' | b'#' => {
            assignment::look_quote(sweep, place);
            if text[place] == b'(' && (text[place..].starts_with(b"(at)") || text[place..].starts_with(b"(AT)")) {
                email::look(sweep, place, place + 4);
            }
        }
        b'>' => assignment::look_element(sweep, place),
        b'%' if at(text, place + 1).is_ascii_hexdigit() && at(text, place + 2).is_ascii_hexdigit() => {
            sweep.mark_encoded()
        }
        b';' if text[place.saturating_sub(6)..place].contains(&b'&') => sweep.mark_encoded(),
        _ => {}
    }
}

/// At a word that begins with a capital.
#[inline]
pub(crate) fn capital(sweep: &mut Sweep<'_>, start: usize) {
    let text = sweep.text;
    if text[start] == b'B' && assignment::look_scheme(sweep, start).is_some() {
        return;
    }
    // Sixteen letters may have no digit among them.
    if text[start] == b'A' && secret::is_amazon(&text[start..]) {
        secret::at_start(sweep, start);
    }
    // Words of capitals alone are no names, but verbs of SQL and methods of HTTP.
    // A sentence may begin here.
    let begins = start > 1 && text[start - 2] == b'.';
    if before(text, start) == b' '
        && !begins
        && !(at(text, start + 1).is_ascii_uppercase() && at(text, start + 2).is_ascii_uppercase())
    {
        assignment::look_word(sweep, start);
    }
}

/// At a `:`.
pub(crate) fn colon(sweep: &mut Sweep<'_>, place: usize) {
    let next = at(sweep.text, place + 1);
    if next == b':' && before(sweep.text, place) == b':' {
        return;
    }
    if next == b'/' && at(sweep.text, place + 2) == b'/' {
        return url_credentials::look(sweep, place + 3);
    }
    if let Some(time) = date::time(sweep.text, place) {
        return sweep.skip(time);
    }
    if next.is_ascii_hexdigit() || next == b':' {
        ipv6::look(sweep, place);
    }
    assignment::look(sweep, place);
}

/// At two or more `-` or `_`.
pub(crate) fn dashes(sweep: &mut Sweep<'_>, place: usize) {
    if !sweep.text[place..].starts_with(b"--") {
        return;
    }
    if secret::pem(sweep, place).is_none() {
        assignment::look_flag(sweep, place + 2);
    }
}

/// At a word with a digit in it. Returns where the next may begin.
pub(crate) fn token(sweep: &mut Sweep<'_>, mut start: usize, end: usize) -> usize {
    let text = sweep.text;
    let mut last = before(text, start);
    if last == b'%' && text[start] == b'B' && at(text, end) == b'^' {
        // A card's first track.
        start += 1;
        last = b'B';
    } else if last == b'%'
        && end - start >= 2
        && !matches!(before(text, start - 1), b'\'' | b'"')
        && text[start..start + 2].iter().all(u8::is_ascii_hexdigit)
    {
        // `%20`, `%2B`: what it encodes stands before the word.
        last = u8::from_str_radix(std::str::from_utf8(&text[start..start + 2]).unwrap_or_default(), 16).unwrap_or(b' ');
        start += 2;
    } else if last == b'\\' && matches!(text[start], b'n' | b't' | b'r') {
        start += 1;
        last = b' ';
    } else if last == b'\\' && text[start] == b'u' {
        sweep.mark_encoded();
    }
    if start == end {
        return end;
    }
    let (length, next) = (end - start, at(text, end));
    let found = if length >= 8 || next == b'~' { secret::look(sweep, start, end) } else { None };
    let is_grouped = matches!(length, 2 | 4) && (matches!(next, b'-' | b'.') || matches!(last, b'-' | b'.'));
    let found = found.or_else(|| if is_grouped { mac::look(sweep, start, end) } else { None });
    if let Some(end) = found {
        return end;
    }
    if let Some(end) = date::timestamp(text, start) {
        return end;
    }
    let count = sweep.count();
    let read = if text[start..end].iter().all(u8::is_ascii_digit) {
        number::look(sweep, start, end, last)
    } else if length >= 4 {
        code::look(sweep, start, end)
    } else {
        None
    };
    let found = if sweep.count() == count { assignment::look_word(sweep, start) } else { None };
    found.or(read).unwrap_or(end)
}
