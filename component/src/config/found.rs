//! What was found instead of what was expected.

use super::{Node, Value};

/// The most characters of a value that a message shows.
const SHOWN: usize = 60;

/// A value for a message: scalars as they are written, cut when they are long, and without the password of a URL.
pub(super) fn found(node: &Node) -> String {
    match (&node.value, &node.text) {
        (Value::List(_) | Value::Map(_) | Value::Null, _) => node.value.kind().into(),
        (Value::Text(text), _) | (_, Some(text)) => format!("{:?}", cut(&without_password(text))),
        (Value::Bool(value), None) => value.to_string(),
        (Value::Int(value), None) => value.to_string(),
        (Value::Float(value), None) => value.to_string(),
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.into(),
    }
}

/// `http://user:password@host` as `http://[REDACTED]@host`.
fn without_password(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("//") else {
        return text.into();
    };
    let authority = rest.find('/').unwrap_or(rest.len());
    match rest[..authority].rfind('@') {
        Some(at) => format!("{scheme}//[REDACTED]{}", &rest[at..]),
        None => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found_text(text: &str) -> String {
        found(&Node::new(Value::Text(text.into())))
    }

    #[test]
    fn a_long_text_is_cut() {
        assert_eq!(found_text(&"x".repeat(61)), format!("{:?}", format!("{}...", "x".repeat(60))));
        assert_eq!(found_text("yes"), "\"yes\"");
    }

    #[test]
    fn the_password_of_a_url_is_not_shown() {
        assert_eq!(found_text("http://u:hunter2@h:1/a@b"), "\"http://[REDACTED]@h:1/a@b\"");
        assert_eq!(found_text("http://h/a@b"), "\"http://h/a@b\"");
    }
}
