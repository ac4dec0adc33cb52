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
pub(super) const SCHEMES: &[&[u8]] = &[
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
