//! User and password before the host of a URL.

use crate::sweep::Sweep;
use crate::text::run;
use crate::{Detector, Reason};

/// Looks at what stands behind `://`.
pub(crate) fn look(sweep: &mut Sweep<'_>, start: usize) {
    let text = sweep.text;
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

/// The longest user and password.
const LONGEST: usize = 512;
