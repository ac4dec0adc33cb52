//! Values that words before them say something of: `password=…`, `"user_name": "…"`, `passport no. …`, `<iban>…</iban>`.

use std::ops::Range;

use super::{date, url_credentials};
use crate::cue::{self, Cue};
use crate::sweep::Sweep;
use crate::text::{at, before, begins, ends, run, run_back};
use crate::value::is_plausible;
use crate::words::atoms::*;
use crate::words::{Atoms, meaning, words};
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

/// How much of a value comes before `;Encrypt=True`.
fn before_next_key(value: &[u8]) -> usize {
    let next_key = |place: &usize| {
        let name = run(value, place + 1, 40, |byte| byte.is_ascii_alphabetic() || matches!(byte, b' ' | b'_' | b'-'));
        value[*place] == b';' && name > 0 && at(value, place + 1 + name) == b'='
    };
    (0..value.len()).find(next_key).unwrap_or(value.len())
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

/// What stands behind a sign.
struct Value {
    start: usize,
    /// What ends it: a quote, or a closing bracket.
    quote: Option<u8>,
    /// How many backslashes stand before its quotes.
    escapes: usize,
}

impl Value {
    fn at(text: &[u8], from: usize) -> Option<Self> {
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
fn extent(sweep: &Sweep<'_>, text: &[u8], cue: Cue, value: &Value) -> Option<Range<usize>> {
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
        Detector::Authorization
            if SCHEMES
                .iter()
                .any(|scheme| begins(&text[value.start..], scheme) && at(text, value.start + scheme.len()) == b' ') =>
        {
            Some(value.line(text))
        }
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

/// The parts of a header that give access: without the scheme, of cookies those that are long or name a session.
pub(crate) fn credentials(sweep: &mut Sweep<'_>, range: Range<usize>, reason: Reason) -> Option<usize> {
    let text = sweep.text;
    let value = &text[range.clone()];
    if let Some(found) = after_scheme(text, range.clone()) {
        let is_secret = is_plausible(Detector::Authorization, AUTH, &text[found.clone()]);
        return is_secret.then(|| {
            sweep.found(Detector::Authorization, reason, found.start, found.end);
            found.end
        });
    }
    // The address of something with a key in it is looked at as any text is.
    if memchr::memmem::find(value, b"://").is_some() || value.starts_with(b"DefaultEndpoints") {
        return None;
    }
    let is_cookies = value.iter().position(|byte| *byte == b'=').is_some_and(|sign| {
        sign > 0
            && value[..sign].iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
            && value[sign + 1..].iter().any(|byte| *byte != b'=')
    });
    if !is_cookies {
        // Without a scheme it is one word, or one behind a scheme that we do not know.
        let range = match value.iter().position(|byte| *byte == b' ') {
            None => range,
            Some(space)
                if value[..space].iter().all(u8::is_ascii_alphabetic) && !value[space + 1..].contains(&b' ') =>
            {
                range.start + space + 1..range.end
            }
            Some(space) => range.start..range.start + space,
        };
        let value = &text[range.clone()];
        let is_random =
            value.iter().any(u8::is_ascii_digit) && value.len() >= 8 || range.end == text.len() && range.start == 0;
        if !is_random || !is_plausible(Detector::Authorization, AUTH, value) {
            return None;
        }
        sweep.found(Detector::Authorization, reason, range.start, range.end);
        return Some(range.end);
    }
    cookies(sweep, range, reason)
}

fn cookies(sweep: &mut Sweep<'_>, range: Range<usize>, reason: Reason) -> Option<usize> {
    let text = sweep.text;
    let mut start = range.start;
    let mut last = None;
    for pair in text[range].split(|byte| *byte == b';') {
        if let Some(sign) = pair.iter().position(|byte| *byte == b'=') {
            let value = trimmed(text, start + sign + 1..start + pair.len());
            let all = crate::words::meanings(&pair[..sign]).all;
            let names_access =
                all.any(SESSION | TOKEN | AUTH | SECRET | PASSWORD | COOKIE) || all.any(USER | ID) && value.len() >= 8;
            let content = &text[value.clone()];
            let is_long = content.len() >= 20
                && content.iter().any(u8::is_ascii_digit)
                && content.iter().any(u8::is_ascii_alphabetic)
                && !content.contains(&b' ');
            if (names_access || is_long) && is_plausible(Detector::Authorization, AUTH, content) {
                sweep.found(Detector::Authorization, reason, value.start, value.end);
                last = Some(value.end);
            }
        }
        start += pair.len() + 1;
    }
    last
}

/// Schemes of HTTP authentication (IANA's registry), and others in use.
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
    b"Splunk",
    b"SharedKey",
    b"GoogleLogin",
    b"Hawk",
    b"HMAC",
    b"Api-Key",
    b"SSWS",
    b"GenieKey",
    b"DPoP",
    b"PRIVATE-TOKEN",
];

/// Behind `Bearer `.
fn after_scheme(text: &[u8], range: Range<usize>) -> Option<Range<usize>> {
    let value = &text[range.clone()];
    let scheme =
        SCHEMES.iter().find(|scheme| begins(value, scheme) && matches!(at(value, scheme.len()), b' ' | b'+' | b':'))?;
    let start = range.start + scheme.len() + run(value, scheme.len(), 4, |byte| matches!(byte, b' ' | b'+' | b':'));
    let lists = [&b"Digest"[..], b"AWS4-HMAC-SHA256", b"OAuth", b"Hawk"].contains(scheme) && value.contains(&b',');
    let end = if lists {
        range.end
    } else {
        start
            + run(text, start, range.end - start.min(range.end), |byte| {
                byte < 0x80 && !matches!(byte, b' ' | b',' | b';' | b')')
            })
    };
    (start < end).then_some(start..end)
}

/// `Bearer …`, `Basic …` where no key says that it is a header. Returns where the credentials end.
pub(crate) fn look_scheme(sweep: &mut Sweep<'_>, start: usize) -> Option<usize> {
    let text = sweep.text;
    let rest = &text[start..];
    let scheme = [&b"Bearer"[..], b"Basic", b"bearer", b"basic"].into_iter().find(|scheme| rest.starts_with(scheme))?;
    let gap = run(rest, scheme.len(), 3, |byte| matches!(byte, b' ' | b'+'));
    if gap == 0 {
        return None;
    }
    let from = start + scheme.len() + gap;
    let end = from
        + run(text, from, LONGEST, |byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'~' | b'+' | b'/' | b'=' | b'-')
        });
    let end = from + text[from..end].trim_ascii_end().len()
        - text[from..end].iter().rev().take_while(|byte| matches!(byte, b'.')).count();
    let token = &text[from..end];
    let is_random = token.iter().any(u8::is_ascii_digit)
        || token.iter().any(u8::is_ascii_uppercase)
            && token.iter().any(u8::is_ascii_lowercase)
            && token[1..].iter().any(u8::is_ascii_uppercase);
    if token.len() < 8 || !is_random {
        return None;
    }
    sweep.found(Detector::Authorization, Reason::Prefix, from, end);
    Some(end)
}

/// `getpass()`, `process.env.TOKEN`, `!vault`, `YOUR_API_KEY`.
fn is_code(text: &[u8], word: &Range<usize>) -> bool {
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
    is_call || is_type || NAMES.iter().any(|name| value.starts_with(name))
}

/// A word of small letters that goes on as a sentence, `password: must be longer`, and anything that is code.
fn is_prose(text: &[u8], word: &Range<usize>, sign: u8) -> bool {
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
fn begins_with(text: &[u8], atoms: Atoms) -> bool {
    words(text).next().is_some_and(|word| meaning(word).any(atoms))
}

/// Whether a word is one that keys are made of.
fn is_known(word: &[u8]) -> bool {
    words(word).next().is_some_and(|word| {
        meaning(word).without(GEO | TITLE | CARD | LON | PERSON | CITY | LICENCE | CLIENT | ID) != Atoms::NONE
    })
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
fn codes(text: &[u8], start: usize) -> Range<usize> {
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
fn coordinates(text: &[u8], start: usize) -> Option<Range<usize>> {
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
