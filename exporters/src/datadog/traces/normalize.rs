//! What Datadog lets names and tags be.
//!
//! Source: the Agent, `pkg/trace/traceutil/normalize`.

use std::borrow::Cow;

/// How many bytes services and names have at most.
const LONGEST_NAME: usize = 100;

/// How many characters a tag has at most.
const LONGEST_TAG: usize = 200;

/// What stands for a name that has no letter.
pub(super) const NO_NAME: &str = "unnamed_operation";

/// What stands for a service that has no character that counts.
pub(super) const NO_SERVICE: &str = "unnamed-service";

/// The value of a tag: lower case; letters, digits and `: . / -` stay, a run of anything else becomes one underscore, and
/// none at the end.
pub(super) fn tag_value(text: &str) -> Cow<'_, str> {
    if is_tag(text.as_bytes()) { Cow::Borrowed(text) } else { Cow::Owned(as_tag(text)) }
}

/// A service.
pub(super) fn service(text: &str) -> Cow<'_, str> {
    match peer(text) {
        name if name.is_empty() => Cow::Borrowed(NO_SERVICE),
        name => name,
    }
}

/// Another service; empty if it has no character that counts.
pub(super) fn peer(text: &str) -> Cow<'_, str> {
    tag_value(cut(text, LONGEST_NAME))
}

/// An operation's name: letters, digits, `.` and `_`, from the first letter on.
pub(super) fn name(text: &str) -> Cow<'_, str> {
    let text = cut(text, LONGEST_NAME);
    let Some(start) = text.bytes().position(|byte| byte.is_ascii_alphabetic()) else {
        return Cow::Borrowed(NO_NAME);
    };
    let text = &text[start..];
    if is_name(text.as_bytes()) {
        return Cow::Borrowed(text.strip_suffix('_').unwrap_or(text));
    }
    let mut name = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => name.push(char::from(byte)),
            b'.' => {
                if name.ends_with('_') {
                    name.pop();
                }
                name.push('.');
            }
            _ if name.ends_with(['.', '_']) => {}
            _ => name.push('_'),
        }
    }
    if name.ends_with('_') {
        name.pop();
    }
    Cow::Owned(name)
}

/// The beginning of a text, of at most so many bytes.
pub(super) fn cut(text: &str, most: usize) -> &str {
    if text.len() <= most {
        return text;
    }
    let end = (0..=most).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    &text[..end]
}

fn as_tag(text: &str) -> String {
    let mut tag = String::with_capacity(text.len());
    let mut characters = 0;
    let mut in_gap = false;
    for (at, character) in text.char_indices() {
        let lower = lower_case(character);
        let stays = matches!(lower, ':' | '.' | '/' | '-') || lower.is_alphanumeric();
        characters += 1;
        if stays {
            tag.push(lower);
        } else if !in_gap {
            tag.push('_');
        }
        in_gap = !stays;
        if at + character.len_utf8() >= 2 * LONGEST_TAG || characters >= LONGEST_TAG {
            break;
        }
    }
    if in_gap {
        tag.pop();
    }
    tag
}

/// In lower case, if that takes as many bytes.
fn lower_case(character: char) -> char {
    let mut lower = character.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(lower), None) if lower.len_utf8() == character.len_utf8() => lower,
        _ => character,
    }
}

/// Whether it is a tag's value already. A text beyond ASCII is looked at closer.
fn is_tag(text: &[u8]) -> bool {
    if text.len() > LONGEST_TAG {
        return false;
    }
    let mut after_underscore = false;
    for &byte in text {
        match byte {
            b'_' if after_underscore => return false,
            b'_' => after_underscore = true,
            b'0'..=b'9' | b'.' | b'/' | b'-' => after_underscore = false,
            _ if is_tag_letter(byte) => after_underscore = false,
            _ => return false,
        }
    }
    !after_underscore
}

fn is_tag_letter(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b':')
}

/// Whether it is a name already, but for an underscore at its end.
fn is_name(text: &[u8]) -> bool {
    let mut before = b'a';
    for &byte in text {
        let fits = match byte {
            b'.' | b'_' => before != b'_' && (byte == b'.' || before != b'.'),
            _ => byte.is_ascii_alphanumeric(),
        };
        if !fits {
            return false;
        }
        before = byte;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    // The cases are the Agent's own behaviour, run.
    #[test]
    fn tags_are_what_the_agent_makes_of_them() {
        for (text, value) in [
            ("", ""),
            ("prod", "prod"),
            ("Prod EU", "prod_eu"),
            ("a__b", "a_b"),
            ("a_", "a"),
            ("__a", "_a"),
            ("2024", "2024"),
            ("---", "---"),
            ("a b!c", "a_b_c"),
            ("ÄÖ", "äö"),
            ("日本", "日本"),
            ("🍣", ""),
            ("a🍣🍣b", "a_b"),
        ] {
            assert_eq!(tag_value(text), value, "{text}");
        }
        assert_eq!(tag_value(&"x".repeat(300)), "x".repeat(200));
    }

    #[test]
    fn names_are_letters_digits_dots_and_underscores() {
        for (text, expected) in [
            ("", NO_NAME),
            ("123", NO_NAME),
            ("🍣", NO_NAME),
            ("http.server.request", "http.server.request"),
            ("GET /cart", "GET_cart"),
            ("1.a", "a"),
            ("a__b", "a_b"),
            ("a_.b", "a.b"),
            ("a._b", "a.b"),
            ("a..b", "a..b"),
            ("a_", "a"),
            ("a-", "a"),
            ("ä1b", "b"),
        ] {
            assert_eq!(name(text), expected, "{text}");
        }
        assert_eq!(name(&"n".repeat(101)), "n".repeat(100));
    }

    #[test]
    fn a_service_without_a_character_has_a_name_that_says_so() {
        assert_eq!(service("Check Out"), "check_out");
        assert_eq!(service(""), NO_SERVICE);
        assert_eq!(service("🍣"), NO_SERVICE);
        assert_eq!(service(&format!("{}ä", "s".repeat(99))), "s".repeat(99));
        assert_eq!(peer("🍣"), "");
    }
}
