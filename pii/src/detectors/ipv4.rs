//! IPv4 addresses: four numbers up to 255, unless what stands around says that they are a version.

use super::number::Number;
use crate::sweep::Sweep;
use crate::text::{at, before, run_back};
use crate::words::atoms::*;
use crate::{Detector, Reason};

/// Looks at a number of four or more groups. Returns where the address ends.
pub(crate) fn look(sweep: &mut Sweep<'_>, number: &mut Number<'_>) -> Option<usize> {
    if !number.separated_by(b"...") || number.separator(4) == b'.' {
        return None;
    }
    let octets = octets(number)?;
    let (text, start, end) = (number.text, number.start, number.end(4));
    if is_special(octets) || !ends_well(text, end) {
        return None;
    }
    if is_private(octets) && sweep.is_infrastructure() || is_version(sweep, number, octets) {
        return Some(end);
    }
    sweep.found(Detector::Ipv4, Reason::Format, start, end);
    Some(end)
}

fn octets(number: &Number<'_>) -> Option<[u8; 4]> {
    let mut octets = [0; 4];
    let mut from = 0;
    for (group, octet) in octets.iter_mut().enumerate() {
        let digits = &number.digits(group + 1)[from..];
        if digits.len() > 3 || digits.len() > 1 && digits[0] == 0 {
            return None;
        }
        *octet = u8::try_from(digits.iter().fold(0_u32, |value, digit| value * 10 + u32::from(*digit))).ok()?;
        from += digits.len();
    }
    Some(octets)
}

/// Nobody's: this host, this network, multicast, broadcast, masks.
fn is_special(octets: [u8; 4]) -> bool {
    matches!(octets[0], 0 | 127 | 224..=255)
}

fn is_private([a, b, ..]: [u8; 4]) -> bool {
    a == 10
        || a == 172 && (16..32).contains(&b)
        || a == 192 && b == 168
        || a == 169 && b == 254
        || a == 100 && (64..128).contains(&b)
}

/// `1.2.3.4-beta`, `1.2.3.4_1` are none; `1.2.3.4:8080`, `1.2.3.4/24`, `1.2.3.4-1.2.3.9` are.
fn ends_well(text: &[u8], end: usize) -> bool {
    let (next, after) = (at(text, end), at(text, end + 1));
    match next {
        b'-' => !after.is_ascii_alphabetic(),
        b'_' => false,
        b'.' => !after.is_ascii_alphanumeric() || text[end..].starts_with(b".in-addr"),
        _ => !next.is_ascii_alphanumeric(),
    }
}

fn is_version(sweep: &Sweep<'_>, number: &mut Number<'_>, octets: [u8; 4]) -> bool {
    let text = number.text;
    let (last, before_last) = (number.last, if number.start > 1 { text[number.start - 2] } else { 0 });
    match last {
        b'/' if before_last.is_ascii_alphanumeric() => return is_product(text, number.start - 1),
        // `package@1.2.3.4`, but `root@10.0.0.5`.
        b'@' if before_last.is_ascii_alphanumeric() => return octets[0] < 10,
        b'^' | b'~' => return true,
        b':' if is_image(text, number.start - 1) => return true,
        b' ' if text[..number.start - 1].ends_with(b".NET") => return true,
        b'=' if matches!(before_last, b'=' | b'>' | b'<' | b'~') => return true,
        _ => {}
    }
    if sweep.key.atoms.any(VERSION) && !sweep.key.atoms.any(IP | CLIENT) {
        return true;
    }
    let context = number.context(sweep);
    context.near.any(VERSION) && !context.near.any(IP | CLIENT)
}

/// `registry.example/team/app:1.2.3.4`, but not `http://example/client:1.2.3.4`.
fn is_image(text: &[u8], colon: usize) -> bool {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'/');
    let length = run_back(text, colon, 64, is_name);
    text[colon - length..colon].contains(&b'/') && before(text, colon - length) != b':'
}

/// `Chrome/120.0.0.0`, but not `/lookup/1.2.3.4`, not `tcp/1.2.3.4`.
fn is_product(text: &[u8], slash: usize) -> bool {
    let length = run_back(text, slash, 64, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'));
    let name = &text[slash - length..slash];
    let last = before(text, slash - length);
    last != b'/'
        && last != b':'
        && ![&b"tcp"[..], b"udp", b"ip", b"ip4", b"inet", b"host"].iter().any(|not| name.eq_ignore_ascii_case(not))
}
