//! Values that a key is written before, in the text: `password=…`, `"user_name": "…"`, `Authorization: Bearer …`.

use std::ops::Range;

use crate::context::name_of;
use crate::key::whole;
use crate::sweep::Sweep;
use crate::text::{at, before, begins, run};
use crate::value::is_plausible;
use crate::words::atoms::*;
use crate::words::{Atoms, meaning, meanings, words};
use crate::{Detector, Reason};

pub(crate) use crate::value::is_placeholder;

/// The longest value that is read.
const LONGEST: usize = 16 * 1024;

/// At a `:` or `=`.
pub(crate) fn look(sweep: &mut Sweep<'_>, sign: usize) {
    let text = sweep.text;
    let next = at(text, sign + 1);
    if matches!(next, b'=' | 0) || next == b':' || before(text, sign) == b':' && text[sign] == b':' {
        return;
    }
    if let Some(name) = name_of(text, sign) {
        value_of(sweep, name, sign, sign + 1);
    }
}

/// At `%3A` or `%3D`.
pub(crate) fn look_encoded(sweep: &mut Sweep<'_>, sign: usize) {
    if let Some(name) = name_of(sweep.text, sign) {
        value_of(sweep, name, sign, sign + 3);
    }
}

/// At what stands behind `--`: `--password hunter2`.
pub(crate) fn look_flag(sweep: &mut Sweep<'_>, start: usize) {
    let text = sweep.text;
    let length = run(text, start, 40, |byte| byte.is_ascii_alphabetic() || byte == b'-' || byte == b'_');
    let space = start + length;
    if length > 1 && at(text, space) == b' ' && !matches!(at(text, space + 1), b'-' | 0) {
        value_of(sweep, &text[start..space], space, space + 1);
    }
}

fn value_of(sweep: &mut Sweep<'_>, name: &[u8], sign: usize, from: usize) {
    let (atoms, last) = meanings(name);
    if atoms == Atoms::NONE {
        return;
    }
    let Some(detector) = whole(atoms, last) else { return };
    if !sweep.is_on(detector) {
        return;
    }
    let Some(value) = Value::at(sweep.text, from) else { return };
    if let Some(range) = found_in(sweep.text, detector, atoms, sign, &value) {
        sweep.found(detector, Reason::Key, range.start, range.end);
    }
}

/// What stands behind a sign.
pub(crate) struct Value {
    start: usize,
    /// The byte that the value ends at, and that nothing in it may be without an escape.
    quote: Option<u8>,
    /// The quote is escaped itself: `\"`.
    escaped: bool,
}

impl Value {
    fn at(text: &[u8], from: usize) -> Option<Self> {
        let mut start = from + run(text, from, 3, |byte| matches!(byte, b' ' | b'>' | b'[' | b'='));
        let escaped = at(text, start) == b'\\' && matches!(at(text, start + 1), b'"' | b'\'');
        start += usize::from(escaped);
        let quote = Some(at(text, start)).filter(|byte| matches!(byte, b'"' | b'\'' | b'`'));
        start += usize::from(quote.is_some());
        (start < text.len()).then_some(Self { start, quote, escaped })
    }

    /// All of a value in quotes.
    fn quoted(&self, text: &[u8]) -> Option<Range<usize>> {
        let quote = self.quote?;
        let mut end = self.start;
        let limit = text.len().min(self.start + LONGEST);
        while end < limit {
            match text[end] {
                b'\\' if self.escaped && at(text, end + 1) == quote => return Some(self.start..end),
                b'\\' => end += 1,
                byte if byte == quote => return Some(self.start..end),
                _ => {}
            }
            end += 1;
        }
        // It is cut off.
        Some(self.start..limit)
    }

    /// A word that ends where another value may begin.
    fn word(&self, text: &[u8], also_ends: &[u8]) -> Range<usize> {
        let length = run(text, self.start, LONGEST, |byte| {
            !matches!(byte, 0..=b' ' | b'&' | b'"' | b'\'' | b'<' | b'>' | b'`' | b'\\' | b'}' | b']')
                && !also_ends.contains(&byte)
        });
        let mut end = self.start + length;
        while end > self.start && matches!(text[end - 1], b',' | b';' | b')' | b'.') {
            end -= 1;
        }
        self.start..end
    }

    /// The rest of the line.
    fn line(&self, text: &[u8]) -> Range<usize> {
        let length = run(text, self.start, LONGEST, |byte| {
            !matches!(byte, b'\n' | b'\r' | b'"' | b'\'' | b'\\' | b'<' | b'}' | b']')
        });
        self.start..self.start + text[self.start..self.start + length].trim_ascii_end().len()
    }
}

/// The part of what stands behind a key that is personal.
fn found_in(text: &[u8], detector: Detector, key: Atoms, sign: usize, value: &Value) -> Option<Range<usize>> {
    let range = match (detector, value.quoted(text)) {
        (Detector::Authorization, quoted) => {
            let line = quoted
                .unwrap_or_else(|| if key.any(AUTH | COOKIE) { value.line(text) } else { value.word(text, b",;)|") });
            credentials(text, line)?
        }
        (_, Some(quoted)) => quoted,
        (Detector::PersonName, None) => names(text, value.start)?,
        (Detector::PostalAddress, None) if !key.any(ZIP) => address(text, value.start),
        (Detector::Password, None) => {
            let word = value.word(text, b"");
            if text[sign] == b':' && is_prose(text, &word) {
                return None;
            }
            word
        }
        (Detector::UserAccount | Detector::ApiKey, None) => {
            let word = value.word(text, b",;)|?");
            if text[sign] == b':' && is_prose(text, &word) {
                return None;
            }
            word
        }
        // Written with spaces: their own detectors know where they end.
        (
            Detector::Phone | Detector::CreditCard | Detector::Iban | Detector::UsSsn | Detector::Email | Detector::Mac,
            None,
        ) if !key.any(CVV) => return None,
        (Detector::GeoLocation, None) => value.word(text, b",;)|"),
        (_, None) => value.word(text, b",;)|"),
    };
    (!range.is_empty() && is_plausible(detector, key, &text[range.clone()])).then_some(range)
}

/// Without the scheme: `Bearer abc` is `abc`.
pub(crate) fn credentials(text: &[u8], line: Range<usize>) -> Option<Range<usize>> {
    const SCHEMES: &[&[u8]] = &[
        b"Bearer",
        b"Basic",
        b"Digest",
        b"Token",
        b"Negotiate",
        b"NTLM",
        b"ApiKey",
        b"AWS4-HMAC-SHA256",
        b"Key",
        b"JWT",
        b"OAuth",
    ];
    let value = &text[line.clone()];
    let scheme =
        SCHEMES.iter().find(|scheme| begins(value, scheme) && matches!(at(value, scheme.len()), b' ' | b'+' | b'%'));
    let Some(scheme) = scheme else { return Some(line) };
    let gap = if at(value, scheme.len()) == b'%' {
        3
    } else {
        run(value, scheme.len(), 4, |byte| matches!(byte, b' ' | b'+'))
    };
    let start = line.start + scheme.len() + gap;
    // One word, but for those that list parameters.
    let end = if [&b"Digest"[..], b"AWS4-HMAC-SHA256", b"OAuth"].contains(scheme) {
        line.end
    } else {
        start + run(text, start, line.end - start.min(line.end), |byte| !matches!(byte, b' ' | b',' | b';' | b')'))
    };
    (start < end).then_some(start..end)
}

/// A word of small letters that goes on as a sentence: `password: must be longer`.
fn is_prose(text: &[u8], word: &Range<usize>) -> bool {
    let value = &text[word.clone()];
    value.iter().all(u8::is_ascii_lowercase)
        && at(text, word.end) == b' '
        && at(text, word.end + 1).is_ascii_lowercase()
        || matches!(value, b"The" | b"Must" | b"Not" | b"Invalid" | b"Is" | b"Cannot" | b"Failed" | b"No")
}

/// One to four words that begin with a capital.
pub(crate) fn names(text: &[u8], start: usize) -> Option<Range<usize>> {
    let mut end = start;
    let mut place = start;
    for count in 0..5 {
        let length = run(text, place, 40, |byte| {
            byte.is_ascii_alphabetic() || byte >= 0x80 || matches!(byte, b'\'' | b'-' | b'.')
        });
        let word = &text[place..place + length];
        let is_particle = count > 0
            && matches!(
                word,
                b"van"
                    | b"von"
                    | b"de"
                    | b"der"
                    | b"den"
                    | b"del"
                    | b"la"
                    | b"da"
                    | b"di"
                    | b"al"
                    | b"bin"
                    | b"dos"
                    | b"le"
                    | b"ten"
                    | b"ter"
                    | b"zu"
            );
        let is_capital = word.first().is_some_and(|byte| byte.is_ascii_uppercase() || *byte >= 0x80);
        if !is_particle && !is_capital || is_capital && meaning_of(word) {
            break;
        }
        place += length;
        if is_capital {
            end = place;
        }
        let gap = match at(text, place) {
            b' ' | b'+' => 1,
            b'%' if text[place..].starts_with(b"%20") => 3,
            _ => break,
        };
        place += gap;
    }
    while end > start && matches!(text[end - 1], b'.' | b'\'' | b'-') {
        end -= 1;
    }
    (end > start + 1).then_some(start..end)
}

/// Whether a word is one that keys are made of.
fn meaning_of(word: &[u8]) -> bool {
    words(word)
        .next()
        .is_some_and(|word| meaning(word).without(GEO | TITLE | CARD | LON | PERSON | CITY | LICENCE) != Atoms::NONE)
}

/// Up to where another key or clause begins.
fn address(text: &[u8], start: usize) -> Range<usize> {
    let length = run(text, start, 120, |byte| {
        !matches!(
            byte,
            b'\n' | b'\r' | b'"' | b'\\' | b'<' | b'>' | b';' | b'|' | b'&' | b'{' | b'}' | b'[' | b']' | b'(' | b')'
        )
    });
    let mut end = start + length;
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
