//! Addresses of peers, of which there can be too many to be kept apart.

use std::borrow::Cow;
use std::net::IpAddr;

/// Addresses that everybody has.
const COMMON: [&str; 5] = ["127.0.0.1", "::1", "169.254.169.254", "fd00:ec2::254", "169.254.170.2"];

const BLOCKED: &str = "blocked-ip-address";

/// What may be in front of an address. Of two the longer goes first.
const SCHEMES: [&str; 10] = [
    "dnspoll:///",
    "dnspoll://",
    "ftp:///",
    "ftp://",
    "file:///",
    "file://",
    "http:///",
    "http://",
    "https:///",
    "https://",
];

/// Names joined by commas; those that are an address of IP are hidden but for their port, and each is said once.
pub(in super::super) fn addresses(text: &str) -> Cow<'_, str> {
    if !text.bytes().any(|byte| byte.is_ascii_digit() || byte == b',' || byte == b':') {
        return Cow::Borrowed(text);
    }
    let mut said: Vec<Cow<'_, str>> = Vec::new();
    for name in text.split(',') {
        let name = address(name);
        if !said.contains(&name) {
            said.push(name);
        }
    }
    Cow::Owned(said.join(","))
}

fn address(name: &str) -> Cow<'_, str> {
    let prefix = SCHEMES.iter().chain(&["ip-"]).find(|prefix| name.starts_with(**prefix)).copied().unwrap_or_default();
    let rest = &name[prefix.len()..];
    let (host, port) = split_port(rest);
    let Some(end) = ip_length(host) else { return Cow::Borrowed(name) };
    if COMMON.contains(&&host[..end]) {
        return Cow::Borrowed(name);
    }
    let colon = if port.is_empty() { "" } else { ":" };
    Cow::Owned([prefix, BLOCKED, colon, port, &host[end..]].concat())
}

/// Host and port of `host:port` and `[host]:port`.
fn split_port(text: &str) -> (&str, &str) {
    let Some((host, port)) = text.rsplit_once(':') else { return (text, "") };
    match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(host) => (host, port),
        None if host.contains([':', '[', ']']) => (text, ""),
        None => (host, port),
    }
}

/// How long the address is that the text begins with. Its four numbers may be joined by dots, hyphens or underscores, as in
/// names of machines; then more may follow.
fn ip_length(text: &str) -> Option<usize> {
    let separator = text.bytes().find(|byte| !byte.is_ascii_digit())?;
    if !matches!(separator, b'.' | b'-' | b'_') {
        return text.parse::<IpAddr>().is_ok().then_some(text.len());
    }
    let mut at = 0;
    for part in 0..4 {
        let digits = text[at..].bytes().take_while(|byte| byte.is_ascii_digit()).count();
        let number = &text[at..at + digits];
        if number.len() > 1 && number.starts_with('0') || number.parse::<u8>().is_err() {
            return None;
        }
        at += digits;
        if part < 3 {
            if text.as_bytes().get(at) != Some(&separator) {
                return None;
            }
            at += 1;
        }
    }
    // Something like 1.2.3.4. is no address.
    (at + 1 != text.len() || text.as_bytes()[at] != separator).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_hidden_and_names_stay() {
        for (text, expected) in [
            ("db.internal", "db.internal"),
            ("db-1:5432", "db-1:5432"),
            ("10.0.0.1", "blocked-ip-address"),
            ("10.0.0.1:5432", "blocked-ip-address:5432"),
            ("10.0.0.1,10.0.0.2,db", "blocked-ip-address,db"),
            ("http://10.0.0.1:80", "http://blocked-ip-address:80"),
            ("ip-10-0-0-1.ec2.internal", "ip-blocked-ip-address.ec2.internal"),
            ("2001:db8::1", "blocked-ip-address"),
            ("[2001:db8::1]:443", "blocked-ip-address:443"),
            ("127.0.0.1:80", "127.0.0.1:80"),
            ("::1", "::1"),
            ("1.2.3", "1.2.3"),
            ("300.1.1.1", "300.1.1.1"),
            ("1.2.3.4.", "1.2.3.4."),
            ("v1", "v1"),
            ("", ""),
        ] {
            assert_eq!(addresses(text), expected, "{text}");
        }
    }
}
