//! E-mail addresses: walks both ways from an `@` or its percent-encoding.

use crate::sweep::Sweep;
use crate::text::{at, before, run, run_back};
use crate::{Detector, Reason};

/// Looks around an `@` that lies from `start` to `end`.
pub(crate) fn look(sweep: &mut Sweep<'_>, start: usize, end: usize) {
    let text = sweep.text;
    if !at(text, end).is_ascii_alphanumeric() && at(text, end) < 0x80 {
        return;
    }
    let Some(domain) = domain(text, end) else { return };
    let Some(local) = local(text, start) else { return };
    if is_remote_login(&text[local..start], &text[domain..]) {
        return;
    }
    sweep.found(Detector::Email, Reason::Format, local, domain);
}

/// The longest local part (RFC 5321, 4.5.3.1.1).
const LOCAL: usize = 64;
/// The longest domain (RFC 5321, 4.5.3.1.2).
const DOMAIN: usize = 255;

/// Where the local part begins.
fn local(text: &[u8], end: usize) -> Option<usize> {
    let lowest = end.saturating_sub(LOCAL);
    let mut start = end;
    if before(text, end) == b'"' {
        return quoted(text, end, lowest);
    }
    while start > lowest && is_local(text[start - 1]) {
        start -= 1;
    }
    // A character of two bytes is not cut.
    if text.get(start).is_some_and(|byte| (0x80..0xc0).contains(byte)) && !(0xc3..0xe0).contains(&before(text, start)) {
        while start < end && text[start] >= 0x80 {
            start += 1;
        }
    }
    start = after_escape(text, start, end);
    while start < end && matches!(text[start], b'.' | b'-' | b'+' | b'\'' | b'%') {
        start += 1;
    }
    if start == end && before(text, end) >= 0x80 {
        // A name in a script without spaces, as far as it goes.
        start = end - run_back(text, end, 24, |byte| byte >= 0x80);
        while start < end && (0x80..0xc0).contains(&text[start]) {
            start += 1;
        }
    }
    (start < end && text[end - 1] != b'.').then_some(start)
}

/// `"john smith"@`, escaped or not.
fn quoted(text: &[u8], end: usize, lowest: usize) -> Option<usize> {
    let inside = end - 1 - run_back(text, end - 1, 3, |byte| byte == b'\\');
    let open = lowest + memchr::memrchr(b'"', text.get(lowest..inside)?)?;
    let open = open - run_back(text, open, end - 1 - inside, |byte| byte == b'\\');
    let is_name = text[open..inside].iter().all(|byte| is_local(*byte) || matches!(byte, b' ' | b'"' | b'\\'));
    (is_name && open + 1 < inside).then_some(open)
}

/// `%3Danna`, `\nanna`, `\u003canna`: what is encoded there is no part of the name.
fn after_escape(text: &[u8], mut start: usize, end: usize) -> usize {
    while let Some(place) = text[start..end].iter().rposition(|byte| *byte == b'%') {
        let code = &text[start + place + 1..end];
        if code.len() < 2
            || !code[..2].iter().all(u8::is_ascii_hexdigit)
            || matches!(&code[..2], b"2B" | b"2b" | b"2E" | b"2e" | b"5F" | b"5f" | b"2D" | b"2d")
        {
            break;
        }
        start += place + 3;
    }
    if start < end && before(text, start) == b'\\' {
        match text[start] {
            b'u' if text[start + 1..end].len() > 4 && text[start + 1..start + 5].iter().all(u8::is_ascii_hexdigit) => {
                start += 5
            }
            // Not in `C:\\exports\\rosa@…`.
            b'n' | b't' | b'r' if !is_path(text, start - 1) => start += 1,
            _ => {}
        }
    }
    start
}

/// Whether the backslash at a place divides the parts of a path.
fn is_path(text: &[u8], place: usize) -> bool {
    let part = run_back(text, place, 32, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'));
    part > 0 && before(text, place - part) == b'\\'
}

fn is_local(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'%' | b'+' | b'-' | b'\'' | b'~' | b'!' | 0x80..=0xdf)
}

/// Where the domain ends.
fn domain(text: &[u8], start: usize) -> Option<usize> {
    let is_wide = at(text, start) >= 0xe0;
    let mut end = start
        + run(text, start, DOMAIN, |byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | 0x80..=0xdf) || is_wide && byte >= 0x80
        });
    while end > start && matches!(text[end - 1], b'.' | b'-') {
        end -= 1;
    }
    // `anna@example.org.csv`
    if let Some(dot) = memchr::memrchr(b'.', &text[start..end])
        && is_file_type(&text[start + dot + 1..end])
        && text[start..start + dot].contains(&b'.')
    {
        end = start + dot;
    }
    let name = &text[start..end];
    let dot = memchr::memrchr(b'.', name)?;
    let top = &name[dot + 1..];
    let is_top = top.len() >= 2
        && (top.iter().all(|byte| byte.is_ascii_alphabetic() || *byte >= 0x80) || top.starts_with(b"xn--"));
    let is_name = name[0] != b'.' && name[0] != b'-' && !name.windows(2).any(|pair| pair == b"..");
    if !is_top || !is_name || is_no_domain(name, top) {
        return None;
    }
    Some(end)
}

fn is_file_type(top: &[u8]) -> bool {
    [&b"csv"[..], b"pdf", b"xml", b"json", b"txt", b"log", b"gz", b"xlsx", b"docx", b"eml", b"parquet", b"bak"]
        .iter()
        .any(|known| top.eq_ignore_ascii_case(known))
}

/// Names of files, units and services that are written behind an `@`.
fn is_no_domain(name: &[u8], top: &[u8]) -> bool {
    const NOT_TOP: &[&[u8]] = &[
        b"png", b"jpg", b"jpeg", b"gif", b"svg", b"webp", b"css", b"js", b"jsx", b"tsx", b"mjs", b"json", b"yaml",
        b"yml", b"html", b"service", b"socket", b"timer", b"mount", b"slice", b"target", b"scope", b"java", b"class",
        b"jar", b"tgz", b"gz", b"txt", b"log", b"dll", b"exe", b"svc",
    ];
    NOT_TOP.iter().any(|not| top.eq_ignore_ascii_case(not)) || crate::text::ends(name, b".svc.cluster.local")
}

/// `git@github.com:owner/name`.
fn is_remote_login(local: &[u8], rest: &[u8]) -> bool {
    matches!(local, b"git" | b"hg" | b"svn") && (at(rest, 0) == b':' || at(rest, 0) == b'/')
}
