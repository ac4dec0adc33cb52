//! Headers that give access: schemes of authentication and their tokens, cookies.

use std::ops::Range;

use super::{LONGEST, trimmed};
use crate::sweep::Sweep;
use crate::text::{at, begins, run};
use crate::value::is_plausible;
use crate::words::atoms::*;
use crate::{Detector, Reason};

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
    let name = run(value, 0, value.len(), |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'));
    let is_cookies = name > 0 && at(value, name) == b'=' && value[name + 1..].iter().any(|byte| *byte != b'=');
    if !is_cookies {
        // Without a scheme it is one word, or one behind a scheme that we do not know.
        let range = match memchr::memchr(b' ', value) {
            None => range.clone(),
            Some(space)
                if value[..space].iter().all(u8::is_ascii_alphabetic) && !value[space + 1..].contains(&b' ') =>
            {
                range.start + space + 1..range.end
            }
            Some(space) => range.start..range.start + space,
        };
        let word = &text[range.clone()];
        let is_random =
            word.iter().any(u8::is_ascii_digit) && word.len() >= 8 || range.end == text.len() && range.start == 0;
        if !is_random || is_address(value) || !is_plausible(Detector::Authorization, AUTH, word) {
            return None;
        }
        sweep.found(Detector::Authorization, reason, range.start, range.end);
        return Some(range.end);
    }
    if is_address(value) { None } else { cookies(sweep, range, reason) }
}

/// Whether a value is the address of something with a key in it, which is looked at as any text is.
fn is_address(value: &[u8]) -> bool {
    memchr::memmem::find(value, b"://").is_some() || value.starts_with(b"DefaultEndpoints")
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

/// The scheme that a value begins with, if one of these bytes follows it.
pub(crate) fn scheme(value: &[u8], next: &[u8]) -> Option<&'static [u8]> {
    const FIRST: u32 = {
        let mut first = 0;
        let mut place = 0;
        while place < SCHEMES.len() {
            first |= 1 << (SCHEMES[place][0] & 31);
            place += 1;
        }
        first
    };
    let may_be = value.first().is_some_and(|byte| byte.is_ascii_alphabetic() && FIRST >> (byte & 31) & 1 == 1);
    let is = |scheme: &&&[u8]| begins(value, scheme) && next.contains(&at(value, scheme.len()));
    if may_be { SCHEMES.iter().find(is).copied() } else { None }
}

/// Whether a word is the name of a scheme: `Authorization SSWS …`.
pub(crate) fn is_scheme(word: &[u8]) -> bool {
    scheme(word, b"\0").is_some_and(|scheme| scheme.len() == word.len())
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
    let scheme = scheme(value, b" +:")?;
    let start = range.start + scheme.len() + run(value, scheme.len(), 4, |byte| matches!(byte, b' ' | b'+' | b':'));
    let lists = [&b"Digest"[..], b"AWS4-HMAC-SHA256", b"OAuth", b"Hawk"].contains(&scheme) && value.contains(&b',');
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
