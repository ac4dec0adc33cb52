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

/// What to do about a value that was only written in the wrong way.
pub(super) fn hint(expected: &str, value: &Value) -> &'static str {
    let a_number = expected.starts_with("a whole number") || expected.starts_with("a number");
    match value {
        Value::Bool(_) | Value::Int(_) | Value::Float(_) if expected == "a text" => ", write it in quotes",
        Value::Text(text) if a_number && text.parse::<f64>().is_ok() => ", write it without quotes",
        Value::Text(text) if expected == "true or false" => match text.to_ascii_lowercase().as_str() {
            "true" | "false" => ", write it without quotes",
            "yes" | "on" => ", write true",
            "no" | "off" => ", write false",
            _ => "",
        },
        _ => "",
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
    fn what_was_only_written_in_the_wrong_way_has_a_hint() {
        let text = |text: &str| Value::Text(text.into());

        assert_eq!(hint("a text", &Value::Int(5)), ", write it in quotes");
        assert_eq!(hint("a whole number, not negative", &text("5")), ", write it without quotes");
        assert_eq!(hint("true or false", &text("yes")), ", write true");
        assert_eq!(hint("true or false", &text("5")), "");
        assert_eq!(hint("a whole number", &text("many")), "");
    }

    #[test]
    fn the_password_of_a_url_is_not_shown() {
        assert_eq!(found_text("http://u:hunter2@h:1/a@b"), "\"http://[REDACTED]@h:1/a@b\"");
        assert_eq!(found_text("http://h/a@b"), "\"http://h/a@b\"");
    }
}
