//! Lines of `htpasswd`: `name:hash`.

use super::hash::PasswordHash;

/// What a text holds.
pub(super) struct Parsed {
    /// In order; a later line of the same name wins.
    pub(super) users: Vec<(Vec<u8>, PasswordHash)>,
    /// The numbers of lines that cannot be used, from 1.
    pub(super) unusable: Vec<usize>,
}

/// Reads a text as the Collector does: a line that cannot be used lets nobody in and harms no other.
pub(super) fn parse(text: &[u8]) -> Parsed {
    let mut parsed = Parsed { users: Vec::new(), unusable: Vec::new() };
    for (index, line) in text.split(|&byte| byte == b'\n').enumerate() {
        let line = line.trim_ascii();
        if line.is_empty() {
            continue;
        }
        let colon = line.iter().position(|&byte| byte == b':');
        let user = colon.and_then(|colon| Some((line[..colon].to_vec(), PasswordHash::parse(&line[colon + 1..])?)));
        match user {
            Some(user) => parsed.users.push(user),
            None => parsed.unusable.push(index + 1),
        }
    }
    parsed
}
