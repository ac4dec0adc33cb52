//! Keys, tokens and private keys that are known by how they begin.

mod base64;
mod prefixes;

use crate::sweep::Sweep;
use crate::text::{at, before, run, run_back};
use crate::{Detector, Reason};
use prefixes::Body;

/// The longest run of letters that is read.
const LONGEST: usize = 16 * 1024;

/// Looks at the word with a digit from `start` to `end`, and at what it is joined to. Returns where the secret ends.
pub(crate) fn look(sweep: &mut Sweep<'_>, start: usize, end: usize) -> Option<usize> {
    // The fewest letters that any part of one has.
    let text = sweep.text;
    if at(text, end) == b'~' {
        return azure(sweep, start, end);
    }
    if end - start < 8 {
        return None;
    }
    let begin = if matches!(before(text, start), b'_' | b'-' | b'.') {
        start - run_back(text, start, 128, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
    } else {
        start
    };
    // Those in Base64 may have its marks before.
    if matches!(before(text, begin), b'+' | b'/') && begin > 8 && sweep.has_marked_token() {
        let far = begin
            - run_back(text, begin, 64, |byte| {
                byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+' | b'/' | b'=')
            });
        if matches!(&text[far..far + 4], b"glc_" | b"sntr")
            && let Some(end) = at_start(sweep, far)
        {
            return Some(end);
        }
    }
    let last_part = memchr::memrchr(b'.', &text[begin..start]).map(|dot| begin + dot + 1);
    let found = if sweep.is_new_secret(begin) { at_start(sweep, begin) } else { None };
    found
        .or_else(|| last_part.and_then(|part| at_start(sweep, part)))
        .or_else(|| inside(sweep, begin, start, end))
        .or_else(|| base64::look(sweep, start, end))
}

/// Whether a text begins as keys of Amazon Web Services do.
pub(crate) fn is_amazon(text: &[u8]) -> bool {
    text.starts_with(b"AKIA") || text.starts_with(b"ASIA")
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
    let (prefix, kind) = prefixes::of(&text[start..])?;
    let end = body(text, start, prefix.len(), kind)?;
    sweep.found(Detector::ApiKey, Reason::Prefix, start, end);
    Some(end)
}

/// Those that are known by what they have inside or at their end. `begin` is where the dotted word begins that the word from
/// `start` to `end` is in.
fn inside(sweep: &mut Sweep<'_>, begin: usize, start: usize, end: usize) -> Option<usize> {
    let text = sweep.text;
    let word = &text[start..end];
    let is_url = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let rest = |from: usize| from + run(text, from, 256, is_url);
    let found = match word.len() {
        // Telegram: 1234567890:AA...
        8..=10
            if at(text, end) == b':'
                && word.iter().all(u8::is_ascii_digit)
                && rest(end + 1) == end + 36
                && at(text, end + 1) == b'A' =>
        {
            start..end + 36
        }
        // Terraform Cloud.
        _ if at(text, end) == b'.' && text[end..].starts_with(b".atlasv1.") && rest(end + 9) >= end + 60 => {
            start..rest(end + 9)
        }
        // Mailchimp.
        32 if text[end..].starts_with(b"-us") && word.iter().all(u8::is_ascii_hexdigit) => {
            start..end + 3 + run(text, end + 3, 3, |byte| byte.is_ascii_digit())
        }
        // New Relic.
        40 if word.ends_with(b"NRAL") => start..end,
        // Azure DevOps.
        84 if &word[76..80] == b"AZDO" => start..end,
        // Discord's bots: three parts, the first an identifier in Base64.
        _ if matches!(text[begin], b'M' | b'N' | b'O') => discord(text, begin)?,
        _ => return None,
    };
    sweep.found(Detector::ApiKey, Reason::Format, found.start, found.end);
    Some(found.end)
}

/// Client secrets of Azure: `abc8Q~…`.
fn azure(sweep: &mut Sweep<'_>, start: usize, end: usize) -> Option<usize> {
    let text = sweep.text;
    let rest = run(text, end + 1, 64, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'~'));
    if end - start != 5 || !text[..end].ends_with(b"Q") || !(31..=36).contains(&rest) {
        return None;
    }
    sweep.found(Detector::ApiKey, Reason::Format, start, end + 1 + rest);
    Some(end + 1 + rest)
}

fn discord(text: &[u8], begin: usize) -> Option<std::ops::Range<usize>> {
    let part = |from: usize| run(text, from, 64, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    let first = part(begin);
    let second = begin + first + 1;
    let third = second + part(second) + 1;
    let fits = (24..=28).contains(&first)
        && at(text, second - 1) == b'.'
        && part(second) == 6
        && at(text, third - 1) == b'.'
        && (27..=40).contains(&part(third));
    fits.then(|| begin..third + part(third))
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
        Body::Base64(fewest, most) => {
            (|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+' | b'/' | b'='), fewest, most)
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

/// Header, claims and signature, an empty one too (RFC 7519); or the five parts of one that is encrypted (RFC 7516).
fn jwt(text: &[u8], start: usize) -> Option<usize> {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let header = run(text, start, LONGEST, is_part);
    let claims = start + header + 1;
    if header < 10 || at(text, start + header) != b'.' {
        return None;
    }
    let is_signed = text[claims..].starts_with(b"ey");
    let mut end = claims + run(text, claims, LONGEST, is_part);
    let mut parts = 2;
    while parts < 5 && at(text, end) == b'.' {
        let part = run(text, end + 1, LONGEST, is_part);
        // Without a signature it ends in a dot; so does a sentence, but only once.
        if part == 0 && parts > 2 {
            break;
        }
        end += part + 1;
        parts += 1;
    }
    (end - claims >= 8 && (is_signed || parts == 5)).then_some(end)
}

/// At `-----BEGIN`: a private key up to its end, or as far as it goes if that is cut off.
pub(crate) fn pem(sweep: &mut Sweep<'_>, start: usize) -> Option<usize> {
    let text = sweep.text;
    let head = &text[start..text.len().min(start + 64)];
    if !head.starts_with(b"-----BEGIN ") || memchr::memmem::find(head, b"PRIVATE KEY").is_none() {
        return None;
    }
    let rest = &text[start + 11..text.len().min(start + 11 + LONGEST)];
    let end = match memchr::memmem::find(rest, b"-----END ") {
        Some(place) => {
            let end = start + 11 + place + 9;
            end + memchr::memmem::find(&text[end..text.len().min(end + 48)], b"-----").map_or(0, |dashes| dashes + 5)
        }
        None => {
            end_of_lines(text, start + 11 + memchr::memmem::find(&head[11..], b"-----").map_or(0, |dashes| dashes + 5))
        }
    };
    sweep.found(Detector::PrivateKey, Reason::Prefix, start, end);
    sweep.skip(start..end);
    Some(end)
}

/// Where lines of Base64 end.
fn end_of_lines(text: &[u8], start: usize) -> usize {
    let mut end = start;
    loop {
        let mut place = end + run(text, end, 8, |byte| byte.is_ascii_whitespace() || byte == b'\\');
        place += usize::from(place > end && text[place - 1] == b'\\' && matches!(at(text, place), b'n' | b'r'));
        let line = run(text, place, 128, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='));
        let letters = &text[place..place + line];
        // The last may be short: it is no word.
        let is_line = line >= 16
            || letters.ends_with(b"=")
            || letters.iter().any(u8::is_ascii_digit) && letters.iter().any(u8::is_ascii_uppercase);
        if !is_line {
            return end;
        }
        end = place + line;
    }
}
