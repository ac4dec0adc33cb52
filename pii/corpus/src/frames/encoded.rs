//! Texts within texts.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::dice::Dice;
use crate::frames::sentence;
use crate::text::Text;
use crate::value::Value;

/// As a string of JSON writes a text.
pub(crate) fn json(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '"' => "\\\"".to_owned(),
            '\\' => "\\\\".to_owned(),
            '\n' => "\\n".to_owned(),
            '\r' => "\\r".to_owned(),
            '\t' => "\\t".to_owned(),
            other => other.to_string(),
        })
        .collect()
}

/// As a string of JSON writes a text when it wants nothing but ASCII.
pub(crate) fn json_ascii(text: &str) -> String {
    json(text).encode_utf16().fold(String::new(), |text, unit| match char::from_u32(u32::from(unit)) {
        Some(c) if c.is_ascii() => text + &c.to_string(),
        _ => text + &format!("\\u{unit:04x}"),
    })
}

/// A sentence in Base64: all of it has to go.
pub(crate) fn base64(dice: &mut Dice, value: &Value) -> Option<Text> {
    let inner = sentence::neutral(dice, value).filter(|_| value.is_one_line() && value.text.len() < 100)?;
    let mut text = Text { text: STANDARD.encode(&inner.text), labels: inner.labels };
    for label in &mut text.labels {
        label.core = 0..text.text.len();
        label.frame = "base64";
    }
    text.open().harden();
    Some(text)
}
