//! IPv6 addresses in all their forms, and hardware addresses with colons: groups of hexadecimal digits around a `:`.

use std::net::Ipv6Addr;

use super::mac;
use crate::sweep::Sweep;
use crate::text::{at, before, run, run_back};
use crate::{Detector, Reason};

/// The longest address with four numbers at the end.
const LONGEST: usize = 45;

/// Looks around a `:`, unless it is not the first of its address.
pub(crate) fn look(sweep: &mut Sweep<'_>, place: usize) {
    let text = sweep.text;
    let head = run_back(text, place, 5, |byte| byte.is_ascii_hexdigit());
    let start = place - head;
    // Another colon came before: looked at already.
    if head > 4 || before(text, start) == b':' {
        return;
    }
    let last = before(text, start);
    let is_word = last.is_ascii_alphanumeric() && !is_escape(text, start) || matches!(last, b'_' | b'-' | b'.');
    // `client:fe80::1`: it begins behind this colon.
    let (start, head) =
        if is_word { (place + 1, run(text, place + 1, 5, |byte| byte.is_ascii_hexdigit())) } else { (start, head) };
    if is_word && (at(text, start + head) != b':' || head == 0) {
        return;
    }
    let mut length = run(text, start, LONGEST + 1, |byte| byte.is_ascii_hexdigit() || byte == b':');
    if at(text, start + length) == b'.' {
        length += run(text, start + length, 16, |byte| byte.is_ascii_digit() || byte == b'.');
    }
    if length > LONGEST {
        return;
    }
    let groups = &text[start..start + length];
    if head == 2 && mac::is_groups(groups, b':') {
        let end = start + mac::with_two_more(text, start, b':');
        return if is_free(text, end) {
            mac::found(sweep, start, end, Reason::Format);
            sweep.skip(start..end);
        };
    }
    if let Some(end) = address(text, start, length) {
        sweep.found(Detector::Ipv6, Reason::Format, start, end);
        sweep.skip(start..end);
    }
}

/// `%5B2001:...`
fn is_escape(text: &[u8], start: usize) -> bool {
    start >= 3 && text[start - 3] == b'%'
}

fn address(text: &[u8], start: usize, mut length: usize) -> Option<usize> {
    // A colon or a dot that ends a sentence belongs to it.
    while length > 2
        && (text[start + length - 1] == b'.' || text[start + length - 1] == b':' && text[start + length - 2] != b':')
    {
        length -= 1;
    }
    let groups = &text[start..start + length];
    // `10:15:42` has two, addresses at least.
    if groups.len() < 4 || !is_free(text, start + length) {
        return None;
    }
    let colons = groups.iter().filter(|byte| **byte == b':').count();
    let short = groups.windows(2).any(|pair| pair == b"::");
    if colons < 2 || !short && colons != 7 && !groups.contains(&b'.') {
        return None;
    }
    let parsed: Ipv6Addr = std::str::from_utf8(groups).ok()?.parse().ok()?;
    if parsed.is_unspecified() || parsed.is_loopback() || parsed.is_multicast() || is_code(groups, parsed) {
        return None;
    }
    Some(start + length)
}

/// `a::b`, `dead::beef` in code: without a digit, or with few.
fn is_code(groups: &[u8], parsed: Ipv6Addr) -> bool {
    let digits = groups.iter().filter(|byte| byte.is_ascii_digit()).count();
    let first = parsed.segments()[0];
    let global = (0x2000..0x4000).contains(&first)
        || (0xfc00..=0xfeff).contains(&first)
        || first == 0x64
        || first == 0 && groups.contains(&b'.');
    digits == 0 || !global && groups.len() < 12
}

fn is_free(text: &[u8], end: usize) -> bool {
    let next = at(text, end);
    !(next.is_ascii_alphanumeric() || next == b'_' || next == b':' && at(text, end + 1) == b':')
}
