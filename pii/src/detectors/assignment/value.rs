//! How far the value behind a sign goes.

use std::ops::Range;

use super::LONGEST;
use super::credentials::scheme;
use super::prose::{address, begins_with, codes, coordinates, is_code, is_prose, names};
use crate::Detector;
use crate::cue::Cue;
use crate::detectors::date;
use crate::sweep::Sweep;
use crate::text::{at, before, run};
use crate::words::atoms::*;

/// What stands behind a sign.
pub(super) struct Value {
    start: usize,
    /// What ends it: a quote, or a closing bracket.
    quote: Option<u8>,
    /// How many backslashes stand before its quotes.
    escapes: usize,
}

impl Value {
    pub(super) fn at(text: &[u8], from: usize) -> Option<Self> {
        let mut start = from + run(text, from, 4, |byte| matches!(byte, b' ' | b'>' | b'=' | b'#'));
        if text[start..].starts_with(b"{") || before(text, start) == b'#' && at(text, start) == b'{' {
            return None;
        }
        if text[start..].starts_with(b"- ") {
            start += 2;
        }
        if text[start..].starts_with(b"string(") {
            start += run(text, start, 16, |byte| byte != b'"');
        }
        if at(text, start) == b'[' {
            start += 1;
            // `[PASSWORD]` is a mask.
            let mask = run(text, start, 40, |byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
            if mask > 2 && at(text, start + mask) == b']' {
                return None;
            }
        }
        let escapes = run(text, start, 8, |byte| byte == b'\\');
        let quote = match at(text, start + escapes) {
            quote @ (b'"' | b'\'' | b'`') => Some(quote),
            b'(' if escapes == 0 && matches!(at(text, start + 1), b'\'' | b'"') => {
                start += 1;
                Some(text[start])
            }
            b'(' if escapes == 0 => Some(b')'),
            _ if escapes > 0 => return None,
            _ => None,
        };
        start += if quote.is_some() { escapes + 1 } else { 0 };
        (start < text.len()).then_some(Self { start, quote, escapes })
    }

    /// All of a value in quotes.
    fn quoted(&self, text: &[u8]) -> Option<Range<usize>> {
        let quote = self.quote?;
        let limit = text.len().min(self.start + LONGEST);
        let mut escapes = 0;
        let mut end = self.start;
        while end < limit {
            match text[end] {
                b'\\' => escapes += 1,
                // `''` in SQL is one.
                b'\'' if quote == b'\'' && end > self.start && at(text, end + 1) == b'\'' => end += 1,
                // `'O'Brien'`
                b'\''
                    if quote == b'\''
                        && end > self.start
                        && text[end - 1].is_ascii_alphabetic()
                        && at(text, end + 1).is_ascii_alphabetic() => {}
                byte if byte == quote && escapes <= self.escapes => return Some(self.start..end - escapes),
                _ => escapes = 0,
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
        // A word of another script follows without a space.
        if text[self.start..end].first().is_some_and(u8::is_ascii) {
            end = self.start + run(text, self.start, length, |byte| byte < 0xe1);
        }
        while end > self.start && matches!(text[end - 1], b',' | b';' | b')' | b'.' | b':') {
            end -= 1;
        }
        self.start..end
    }

    /// The rest of the line.
    fn line(&self, text: &[u8]) -> Range<usize> {
        let length = run(text, self.start, LONGEST, |byte| {
            !matches!(byte, b'\n' | b'\r' | b'"' | b'\'' | b'\\' | b'<' | b'}' | b']')
        });
        self.start..self.start + length
    }

    /// A parameter of a URL or a form.
    fn parameter(&self, sweep: &Sweep<'_>) -> Range<usize> {
        let text = sweep.text;
        let limit = text.len().min(self.start + sweep.reach());
        let ends = |place: usize| match text[place] {
            b'&' | b'#' | b' ' | b'\'' => sweep.is_written(place),
            b'"' | b'<' | b'>' | b'\n' | b'\r' => true,
            b'\\' | b')' | b'}' | b']' | b'`' => !sweep.is_decoded(),
            _ => false,
        };
        self.start..(self.start..limit).find(|place| ends(*place)).unwrap_or(limit)
    }
}

/// The part of what stands behind a key that is personal.
pub(super) fn extent(sweep: &Sweep<'_>, text: &[u8], cue: Cue, value: &Value) -> Option<Range<usize>> {
    if cue.is_parameter {
        let range = value.parameter(sweep);
        // What is encoded is read after it is decoded.
        let is_encoded = !sweep.is_decoded() && memchr::memchr(b'%', &text[range.clone()]).is_some();
        return (!is_encoded).then_some(range);
    }
    if let Some(quoted) = value.quoted(text) {
        return Some(quoted);
    }
    let is_phrase = cue.sign != b'=';
    match cue.detector {
        Detector::Authorization if cue.atoms.any(AUTH | COOKIE) && cue.sign == b':' => Some(value.line(text)),
        Detector::PersonName => names(text, value.start),
        // `rue`, `calle` are parts of addresses as well.
        Detector::PostalAddress if cue.sign == b' ' && !cue.atoms.any(ADDRESS | ZIP | POSTAL) => None,
        Detector::PostalAddress if !cue.atoms.any(ZIP | CODE) => Some(address(text, value.start))
            .filter(|range| !begins_with(&text[range.clone()], IP | EMAIL | MAC | URL))
            .filter(|range| cue.sign != b' ' || text[range.clone()].iter().any(u8::is_ascii_digit)),
        Detector::Password => {
            let mut word = value.word(text, b"");
            word.end = word.start + before_next_key(&text[word.clone()]);
            (!is_code(text, &word) && (!is_phrase || !is_prose(text, &word, cue.sign))).then_some(word)
        }
        Detector::Authorization if scheme(&text[value.start..], b" ").is_some() => Some(value.line(text)),
        Detector::UserAccount | Detector::ApiKey | Detector::Authorization => {
            let mut word = value.word(text, b",;)|?");
            if cue.detector == Detector::UserAccount {
                // A login may have the name of its domain before it.
                if at(text, word.end) == b'\\'
                    && at(text, word.end + 1 + usize::from(at(text, word.end + 1) == b'\\')).is_ascii_alphabetic()
                {
                    word.end += run(text, word.end, 64, |byte| {
                        byte.is_ascii_alphanumeric() || matches!(byte, b'\\' | b'.' | b'_' | b'-')
                    });
                }
                // The name of a storage account in its connection string.
                if text[word.end..].starts_with(b";AccountKey") || sweep.is_sql() {
                    return None;
                }
            } else {
                // Keys and tokens are of ASCII.
                word.end = word.start + run(text, word.start, word.len(), |byte| byte < 0x80);
            }
            (!is_code(text, &word) && (!is_phrase || !is_prose(text, &word, cue.sign))).then_some(word)
        }
        Detector::DateOfBirth => date::extent(text, value.start).map(|end| value.start..end),
        Detector::GeoLocation => coordinates(text, value.start),
        // Their own detectors know where they end.
        Detector::Phone | Detector::Iban | Detector::Email => None,
        Detector::CreditCard if !cue.atoms.any(CVV) => None,
        _ => Some(codes(text, value.start)),
    }
}

/// How much of a value comes before `;Encrypt=True`.
fn before_next_key(value: &[u8]) -> usize {
    let next_key = |place: &usize| {
        let name = run(value, place + 1, 40, |byte| byte.is_ascii_alphabetic() || matches!(byte, b' ' | b'_' | b'-'));
        value[*place] == b';' && name > 0 && at(value, place + 1 + name) == b'='
    };
    (0..value.len()).find(next_key).unwrap_or(value.len())
}
