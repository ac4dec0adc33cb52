//! Keys, tokens and private keys that are known by how they begin.

mod prefixes;

use crate::sweep::Sweep;
use crate::text::{at, before, run, run_back};
use crate::{Detector, Reason};
use prefixes::{Body, PREFIXES};

/// The longest run of letters that is read.
const LONGEST: usize = 16 * 1024;

/// Looks at the word with a digit from `start` to `end`, and at what it is joined to. Returns where the secret ends.
pub(crate) fn look(sweep: &mut Sweep<'_>, start: usize, end: usize) -> Option<usize> {
    // The fewest letters that any part of one has.
    if end - start < 8 {
        return None;
    }
    let text = sweep.text;
    let joined = matches!(before(text, start), b'_' | b'-' | b'.' | b'+' | b'/');
    let start = if joined {
        start - run_back(text, start, 96, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
    } else {
        start
    };
    at_start(sweep, start)
}

/// Looks at a word by its first letters.
pub(crate) fn at_start(sweep: &mut Sweep<'_>, start: usize) -> Option<usize> {
    let text = sweep.text;
    if text[start..].starts_with(b"eyJ")
        && let Some(end) = jwt(text, start)
    {
        sweep.found(Detector::Jwt, Reason::Prefix, start, end);
        return Some(end);
    }
    let first = at(text, start);
    let prefix = PREFIXES.iter().find(|(prefix, _)| prefix[0] == first && text[start..].starts_with(prefix))?;
    let end = body(text, start, prefix.0.len(), prefix.1)?;
    sweep.found(Detector::ApiKey, Reason::Prefix, start, end);
    Some(end)
}

/// Where what follows a prefix ends, if it is as it must be.
fn body(text: &[u8], start: usize, prefix: usize, body: Body) -> Option<usize> {
    let from = start + prefix;
    let (is, fewest, most): (fn(u8) -> bool, usize, usize) = match body {
        Body::Letters(fewest, most) => (|byte| byte.is_ascii_alphanumeric(), fewest, most),
        Body::Upper(fewest, most) => (|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit(), fewest, most),
        Body::Hex(fewest, most) => (|byte| byte.is_ascii_hexdigit(), fewest, most),
        Body::Url(fewest, most) => (|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'), fewest, most),
        Body::Dotted(fewest, most) => {
            (|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'), fewest, most)
        }
    };
    let mut length = run(text, from, LONGEST, is);
    while length > 0 && text[from + length - 1] == b'.' {
        length -= 1;
    }
    if !(fewest..=most).contains(&length) || at(text, from + length).is_ascii_alphanumeric() {
        return None;
    }
    let secret = &text[from..from + length];
    // `sk-some-words-with-dashes` is a name.
    (secret.iter().any(u8::is_ascii_digit) || secret.iter().any(u8::is_ascii_uppercase) && secret.len() >= 16)
        .then_some(from + length)
}

/// Header, claims and signature, or a header and claims without one (RFC 7519).
fn jwt(text: &[u8], start: usize) -> Option<usize> {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let header = run(text, start, LONGEST, is_part);
    let claims = start + header + 1;
    if header < 10 || at(text, start + header) != b'.' || !text[claims..].starts_with(b"ey") {
        return None;
    }
    let mut end = claims + run(text, claims, LONGEST, is_part);
    // Encrypted ones have five parts.
    for _ in 0..3 {
        if at(text, end) == b'.' {
            let part = run(text, end + 1, LONGEST, is_part);
            end += if part > 0 { part + 1 } else { 0 };
        }
    }
    (end - claims >= 8).then_some(end)
}

/// At `-----BEGIN`: a private key up to its end, or to the end of the text.
pub(crate) fn pem(sweep: &mut Sweep<'_>, start: usize) -> Option<usize> {
    let text = sweep.text;
    let head = &text[start..text.len().min(start + 64)];
    if !head.starts_with(b"-----BEGIN ") || memchr::memmem::find(head, b"PRIVATE KEY").is_none() {
        return None;
    }
    let end = memchr::memmem::find(&text[start + 11..], b"-----END ").map_or(text.len(), |end| {
        let end = start + 11 + end + 9;
        end + memchr::memmem::find(&text[end..text.len().min(end + 48)], b"-----").map_or(0, |dashes| dashes + 5)
    });
    sweep.found(Detector::PrivateKey, Reason::Prefix, start, end);
    Some(end)
}
