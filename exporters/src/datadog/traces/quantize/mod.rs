//! What identifies somebody is taken out of statements and addresses, so that what is the same but for it is the same.
//!
//! Source: the Agent, `pkg/obfuscate`. `libdd-trace-obfuscation` does it too, and brings thirty more crates with it.

mod address;
mod redis;
mod sql;

use std::borrow::Cow;

pub(super) use address::addresses;
pub(super) use redis::redis;
pub(super) use sql::sql;

/// A URL without user and password.
pub(super) fn url(url: &str) -> Cow<'_, str> {
    let Some(start) = url.find("://").map(|at| at + "://".len()) else { return Cow::Borrowed(url) };
    let end = url[start..].find(['/', '?', '#']).map_or(url.len(), |at| start + at);
    match url[start..end].rfind('@') {
        Some(at) => Cow::Owned([&url[..start], &url[start + at + 1..]].concat()),
        None => Cow::Borrowed(url),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_lose_user_and_password() {
        for (full, expected) in [
            ("https://me:secret@host:1/a?b=c@d#e", "https://host:1/a?b=c@d#e"),
            ("https://a@b@host", "https://host"),
            ("https://host/me@home", "https://host/me@home"),
            ("/path@x", "/path@x"),
            ("", ""),
        ] {
            assert_eq!(url(full), expected);
        }
    }
}
