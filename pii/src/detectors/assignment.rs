//! Values that words before them say something of: `password=…`, `"user_name": "…"`, `passport no. …`, `<iban>…</iban>`.

mod credentials;
mod prose;
mod value;

use std::ops::Range;

pub(crate) use credentials::{credentials, is_scheme, look_scheme};
use value::{Value, extent};

use super::url_credentials;
use crate::cue::{self, Cue};
use crate::sweep::Sweep;
use crate::text::{at, before, begins, ends, run, run_back};
use crate::value::is_plausible;
use crate::words::atoms::*;
use crate::{Detector, Reason};

/// The longest value that is read.
const LONGEST: usize = 16 * 1024;

/// At a `:` or `=`, which may end a key.
pub(crate) fn look(sweep: &mut Sweep<'_>, sign: usize) {
    let text = sweep.text;
    let next = at(text, sign + 1);
    let last = before(text, sign);
    // `'user:', name`: the quote ends what the key is a part of.
    if text[sign] == b':' && matches!(next, b'"' | b'\'') && is_word(last) {
        let name = run_back(text, sign, 48, |byte| is_word(byte) || matches!(byte, b'-' | b'.' | b' '));
        if before(text, sign - name) == next && text[sign - name] != b' ' {
            return;
        }
    }
    // `= :name` is a variable.
    let is_variable = text[sign] == b':' && last == b' ' && next != b' ';
    if is_variable
        || matches!(next, b'=' | b':' | 0)
        || matches!(last, b':' | b'!' | b'<')
        || text[sign] == b':' && last.is_ascii_digit() && next.is_ascii_digit() && is_number(text, sign)
    {
        return;
    }
    // Colours of a terminal.
    if next == 0x1b {
        return sweep.mark_encoded();
    }
    if text[sign] == b'='
        && (last == b'e' && look_form_data(sweep, sign) || matches!(last, b'd' | b'n') && look_directory(sweep, sign))
    {
        return;
    }
    // `id = ?`
    if next == b'?' || next == b' ' && at(text, sign + 2) == b'?' {
        return;
    }
    // `curl -u anna:secret`
    if text[sign] == b':' && next != b' ' && is_word(last) && url_credentials::look_option(sweep, sign) {
        return;
    }
    // `host:8080`
    if text[sign] == b':' && next.is_ascii_digit() && is_word(last) && is_port(text, sign) {
        return;
    }
    value(sweep, sign + 1);
}

/// Whether a word of digits alone ends at a place.
fn is_number(text: &[u8], end: usize) -> bool {
    let digits = run_back(text, end, 20, |byte| byte.is_ascii_digit());
    !before(text, end - digits).is_ascii_alphabetic()
}

/// At the `=` of `form-data; name="ssn"`: at the value, behind an empty line.
fn look_form_data(sweep: &mut Sweep<'_>, sign: usize) -> bool {
    let text = sweep.text;
    if !ends(&text[..sign], b"form-data; name") {
        return false;
    }
    let quote = run(text, sign + 1, 3, |byte| matches!(byte, b'"' | b'\\'));
    let name = run(text, sign + 1 + quote, 64, |byte| !matches!(byte, b'"' | b'\\' | b'\r' | b'\n'));
    let Some(cue) = cue::of_name(&text[sign + 1 + quote..sign + 1 + quote + name]) else { return true };
    let line = sign + 1 + quote + name;
    let start = line + run(text, line, 16, |byte| matches!(byte, b'"' | b'\\' | b'\r' | b'\n'));
    let length = run(text, start, 512, |byte| !matches!(byte, b'\r' | b'\n'));
    if start > line + 2 && sweep.is_on(cue.detector) {
        found(sweep, cue, start..start + length);
    }
    true
}

/// At the `=` of `uid=anna,ou=people,dc=example`: names of a directory (RFC 4514).
fn look_directory(sweep: &mut Sweep<'_>, sign: usize) -> bool {
    let text = sweep.text;
    let detector = match () {
        () if ends(&text[..sign], b"uid") => Detector::UserAccount,
        () if ends(&text[..sign], b"cn") => Detector::PersonName,
        () => return false,
    };
    let length = run(text, sign + 1, 64, |byte| !matches!(byte, b',' | b'"' | b'\n' | b'='));
    let rest = &text[sign + 1 + length..];
    let is_directory = [&b",ou="[..], b",dc=", b",cn=", b", ou=", b", dc="].iter().any(|part| begins(rest, part));
    let range = sign + 1..sign + 1 + length;
    // A common name of one word is a group's or a role's.
    let is_named = detector == Detector::UserAccount || text[range.clone()].contains(&b' ');
    if !is_directory || !is_named || !is_plausible(detector, NAME, &text[range.clone()]) {
        return false;
    }
    sweep.found(detector, Reason::Key, range.start, range.end);
    true
}

/// Whether up to five digits behind a host stand there.
fn is_port(text: &[u8], colon: usize) -> bool {
    let digits = run(text, colon + 1, 6, |byte| byte.is_ascii_digit());
    let name = run_back(text, colon, 48, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
    (2..=5).contains(&digits) && text[colon - name..colon].contains(&b'.') && !is_word(at(text, colon + 1 + digits))
}

/// At a quote, a bracket or `#`: at what it stands before, if words stand before it.
pub(crate) fn look_quote(sweep: &mut Sweep<'_>, place: usize) {
    if before(sweep.text, place) == b' '
        && place > 1
        && (is_word(sweep.text[place - 2]) || sweep.text[place - 2] == b'.')
    {
        value(sweep, place);
    }
}

/// At a word that is neither all letters nor all small.
pub(crate) fn look_word(sweep: &mut Sweep<'_>, start: usize) -> Option<usize> {
    let text = sweep.text;
    let (last, before_last) = (before(text, start), if start > 1 { text[start - 2] } else { 0 });
    let is_value = match last {
        b' ' => is_word(before_last) || matches!(before_last, b'-' | b'>' | b'|' | b'.'),
        b'#' => before_last == b' ',
        // A minus belongs to the number.
        b'-' if matches!(before_last, b' ' | b'#') => return value(sweep, start - 1),
        _ => false,
    };
    if is_value { value(sweep, start) } else { None }
}

/// At the `>` that ends the opening of an element.
pub(crate) fn look_element(sweep: &mut Sweep<'_>, close: usize) {
    let text = sweep.text;
    if matches!(at(text, close + 1), b'<' | b'=' | b' ' | b'\n' | 0) {
        return;
    }
    if let Some(cue) = cue::of_element(text, close) {
        let length = run(text, close + 1, LONGEST, |byte| byte != b'<');
        let range = close + 1..close + 1 + length;
        if range.end < text.len() {
            found(sweep, cue, range);
        }
    }
}

/// At what stands behind `--`: `--password hunter2`.
pub(crate) fn look_flag(sweep: &mut Sweep<'_>, start: usize) {
    let text = sweep.text;
    let length = run(text, start, 40, |byte| byte.is_ascii_alphabetic() || byte == b'-' || byte == b'_');
    let space = start + length;
    if length > 1
        && text[start].is_ascii_alphabetic()
        && at(text, space) == b' '
        && !matches!(at(text, space + 1), b'-' | 0)
        && let Some(mut cue) = cue::before_value(text, space + 1)
    {
        cue.sign = b'=';
        value_of(sweep, cue, space + 1);
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80 || byte == b'_'
}

fn value(sweep: &mut Sweep<'_>, place: usize) -> Option<usize> {
    if !sweep.is_new_value(place) {
        return None;
    }
    let cue = cue::before_value(sweep.text, place)?;
    value_of(sweep, cue, place)
}

fn value_of(sweep: &mut Sweep<'_>, cue: Cue, place: usize) -> Option<usize> {
    // Columns go before columns and words of the language there.
    if !sweep.is_on(cue.detector) || cue.sign == b' ' && sweep.is_sql() {
        return None;
    }
    let text = &sweep.text[..sweep.text.len().min(place + sweep.reach())];
    let value = Value::at(text, place)?;
    let range = extent(sweep, text, cue, &value);
    sweep.spend(range.as_ref().map_or(64, Range::len));
    found(sweep, cue, range?)
}

/// Notes a value, or those parts of it that matter.
pub(crate) fn found(sweep: &mut Sweep<'_>, cue: Cue, range: Range<usize>) -> Option<usize> {
    let text = sweep.text;
    let range = trimmed(text, range);
    // `--quiet`, `%(push:remotename)`
    if range.is_empty()
        || text[range.clone()].starts_with(b"--")
            && text[range.clone()].iter().skip(2).take(1).any(u8::is_ascii_lowercase)
        || text[range.clone()].starts_with(b"%(")
    {
        return None;
    }
    if cue.detector == Detector::Authorization {
        return credentials(sweep, range, Reason::Key);
    }
    // `teach users "git add"`
    let is_phrase = cue.sign == b' ' && cue.detector == Detector::UserAccount && text[range.clone()].contains(&b' ');
    if is_phrase || !is_plausible(cue.detector, cue.atoms, &text[range.clone()]) {
        return None;
    }
    sweep.found(cue.detector, Reason::Key, range.start, range.end);
    sweep.cover(range.clone());
    Some(range.end)
}

fn trimmed(text: &[u8], range: Range<usize>) -> Range<usize> {
    let value = &text[range.clone()];
    let start = range.start + value.len() - value.trim_ascii_start().len();
    start..start.max(range.start + value.trim_ascii_end().len())
}
