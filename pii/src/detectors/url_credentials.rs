//! User and password before the host of a URL.

use crate::sweep::Sweep;
use crate::text::{ends, run, run_back};
use crate::{Detector, Reason};

/// Looks at what stands behind `://`.
pub(crate) fn look(sweep: &mut Sweep<'_>, start: usize) {
    let text = sweep.text;
    if HOOKS.iter().any(|hook| text[start..].starts_with(hook)) {
        let scheme = run_back(text, start - 3, 8, |byte| byte.is_ascii_alphabetic());
        let end = start
            + run(text, start, LONGEST, |byte| {
                byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'/' | b'_' | b'-')
            });
        return sweep.found(Detector::ApiKey, Reason::Prefix, start - 3 - scheme, end);
    }
    let length = run(text, start, LONGEST, |byte| {
        !matches!(byte, 0..=b' ' | b'/' | b'?' | b'#' | b'"' | b'\'' | b'<' | b'>' | b'\\' | b',' | b'`' | b'{' | b'}')
    });
    let Some(at) = memchr::memrchr(b'@', &text[start..start + length]) else { return };
    let user_info = &text[start..start + at];
    let password = memchr::memchr(b':', user_info).map_or(&user_info[..0], |colon| &user_info[colon + 1..]);
    let is_token = user_info.len() >= 16 && password.is_empty() && !user_info.contains(&b'@');
    if is_token || !password.is_empty() && !crate::value::is_placeholder(password) {
        sweep.found(Detector::UrlCredentials, Reason::Format, start, start + at);
    }
}

/// At the `:` of `curl -u anna:secret`, `--user anna:secret`.
pub(crate) fn look_option(sweep: &mut Sweep<'_>, colon: usize) -> bool {
    let text = sweep.text;
    let name = run_back(text, colon, 64, |byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'@' | b'\\')
    });
    let start = colon - name;
    let option = start - run_back(text, start, 2, |byte| matches!(byte, b'\'' | b'"'));
    if option < 4 || !matches!(text[option - 1], b' ' | b'=') || !matches!(text[option - 2], b'u' | b'r') {
        return false;
    }
    let is_option =
        [&b" -u "[..], b" --user ", b" --user=", b" --proxy-user "].iter().any(|word| ends(&text[..option], word));
    let length = run(text, colon + 1, LONGEST, |byte| !matches!(byte, 0..=b' ' | b'"' | b'\''));
    if !is_option || name == 0 || length == 0 || crate::value::is_placeholder(&text[colon + 1..colon + 1 + length]) {
        return false;
    }
    sweep.found(Detector::UrlCredentials, Reason::Context, start, colon + 1 + length);
    true
}

/// Addresses that are secrets: whoever knows them can write there.
const HOOKS: &[&[u8]] = &[
    b"hooks.slack.com/services/T",
    b"discord.com/api/webhooks/",
    b"discordapp.com/api/webhooks/",
    b"hooks.zapier.com/hooks/catch/",
];

/// The longest user and password.
const LONGEST: usize = 512;
