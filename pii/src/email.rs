//! E-mail addresses: walks both ways from each `@`.

use std::ops::Range;

pub(crate) fn find(text: &[u8], mut found: impl FnMut(Range<usize>)) {
    let mut floor = 0;
    for at in memchr::memchr_iter(b'@', text) {
        let local = text[floor..at].iter().rev().take_while(|byte| is_local(**byte)).count();
        let domain = text[at + 1..].iter().take_while(|byte| is_domain(**byte)).count();
        let name = text[at + 1..at + 1 + domain].trim_ascii_end();
        let name = name.strip_suffix(b".").unwrap_or(name);
        if local > 0 && name.contains(&b'.') && !name.starts_with(b".") {
            found(at - local..at + 1 + name.len());
        }
        floor = at + 1 + domain;
    }
}

fn is_local(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte)
}

fn is_domain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'-'
}
