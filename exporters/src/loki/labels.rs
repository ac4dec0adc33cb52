//! Labels of a stream: their names, which of them there is room for, and how they are written.
//!
//! Source: Loki's `pkg/validation/limits.go`; `otlptranslator`'s `LabelNamer`, by which Loki and the Collector name them.

use std::borrow::Cow;

use super::line::write_json_text;

/// The longest name that Loki takes, in bytes.
const MAX_NAME: usize = 1024;

/// The label that Loki adds where it is missing, and counts.
pub(super) const SERVICE_NAME: &str = "service_name";

/// What the label is called whose service nobody named.
pub(super) const UNKNOWN_SERVICE: &str = "unknown_service";

/// How much there may be of labels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// How many a stream may have.
    pub(super) labels: usize,
    /// How long a value may be, in bytes.
    pub(super) value_bytes: usize,
}

/// The labels of a stream while they are collected.
#[derive(Debug, Default)]
pub(super) struct Labels<'a>(Vec<Label<'a>>);

#[derive(Debug)]
struct Label<'a> {
    name: Cow<'a, str>,
    value: Cow<'a, str>,
    origin: Origin<'a>,
}

/// Which attribute a label says whole, so that nothing else needs to say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin<'a> {
    /// None.
    Made,
    /// A resource's, by its key.
    Resource(&'a str),
    /// A log record's, by its key.
    Record(&'a str),
}

impl<'a> Labels<'a> {
    /// Sets a label whose name is one already. The last of one name holds; an empty value is no label; what there is no
    /// room for is left out; a value that is too long is cut.
    pub(super) fn set(
        &mut self,
        bounds: Bounds,
        name: impl Into<Cow<'a, str>>,
        value: impl Into<Cow<'a, str>>,
        origin: Origin<'a>,
    ) {
        let (name, value) = (name.into(), value.into());
        if value.is_empty() {
            return;
        }
        let label = match value.len() > bounds.value_bytes {
            true => Label { name, value: Cow::Owned(cut(&value, bounds.value_bytes).to_owned()), origin: Origin::Made },
            false => Label { name, value, origin },
        };
        if let Some(there) = self.0.iter_mut().find(|there| there.name == label.name) {
            *there = label;
        } else if self.has_room(bounds, &label.name) {
            self.0.push(label);
        }
    }

    /// One place is kept for the label that Loki adds.
    fn has_room(&self, bounds: Bounds, name: &str) -> bool {
        let named = name == SERVICE_NAME || self.0.iter().any(|label| label.name == SERVICE_NAME);
        self.0.len() + usize::from(!named) < bounds.labels
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The attributes that are said whole.
    pub(super) fn origins(&self) -> impl Iterator<Item = Origin<'a>> {
        self.0.iter().map(|label| label.origin)
    }

    /// The labels as a selector, in the order of their names: `{job="cart", level="INFO"}`.
    pub(super) fn selector(&mut self) -> String {
        self.sort();
        let mut selector = String::from("{");
        for (index, label) in self.0.iter().enumerate() {
            if index > 0 {
                selector.push_str(", ");
            }
            selector.push_str(&label.name);
            selector.push('=');
            quote(&mut selector, &label.value);
        }
        selector.push('}');
        selector
    }

    /// The labels as an object of JSON, in the order of their names: `{"job":"cart","level":"INFO"}`.
    pub(super) fn json(&mut self) -> String {
        self.sort();
        let mut json = vec![b'{'];
        for (index, label) in self.0.iter().enumerate() {
            if index > 0 {
                json.push(b',');
            }
            write_json_text(&mut json, label.name.as_bytes());
            json.push(b':');
            write_json_text(&mut json, label.value.as_bytes());
        }
        json.push(b'}');
        // What was put together from texts is a text.
        String::from_utf8(json).unwrap_or_default()
    }

    fn sort(&mut self) {
        self.0.sort_unstable_by(|one, other| one.name.cmp(&other.name));
    }

    /// Name and value of each.
    #[cfg(test)]
    pub(super) fn pairs(&self) -> Vec<(&str, &str)> {
        self.0.iter().map(|label| (&*label.name, &*label.value)).collect()
    }
}

/// As much of a text as fits into so many bytes.
fn cut(text: &str, most: usize) -> &str {
    let end = (0..=most).rev().find(|&end| text.is_char_boundary(end));
    &text[..end.unwrap_or(0)]
}

/// Quotes as Go does, whose parser reads it.
pub(super) fn quote(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\0'..='\u{1f}' | '\u{7f}' => out.push_str(&format!("\\x{:02x}", u32::from(character))),
            _ => out.push(character),
        }
    }
    out.push('"');
}

/// Makes a name that Loki takes, for a label or for structured metadata, of any text.
///
/// What is no ASCII letter and no digit becomes an underscore, several in a row become one; a name that begins with a
/// digit gets `key_` in front, and so does one that would be nothing but an underscore, which Loki refuses.
pub(super) fn valid_name(text: &str) -> Cow<'_, str> {
    if is_valid(text) {
        return Cow::Borrowed(text);
    }
    let inner = text.strip_prefix("__").and_then(|text| text.strip_suffix("__")).filter(|inner| !inner.is_empty());
    let mut name = String::with_capacity(text.len().min(MAX_NAME) + 8);
    for character in inner.unwrap_or(text).chars() {
        if name.len() == MAX_NAME - "key_".len() {
            break;
        }
        match character {
            'a'..='z' | 'A'..='Z' | '0'..='9' => name.push(character),
            _ if name.ends_with('_') => {}
            _ => name.push('_'),
        }
    }
    if name == "_" || name.is_empty() {
        name = "key_".to_owned();
    } else if inner.is_some() {
        name = format!("__{name}__");
    } else if name.starts_with(|first: char| first.is_ascii_digit()) {
        name.insert_str(0, "key_");
    }
    Cow::Owned(name)
}

/// Whether a name needs no change: the common case, in one pass.
fn is_valid(name: &str) -> bool {
    let bytes = name.as_bytes();
    let [first, rest @ ..] = bytes else { return false };
    let mut before = *first;
    let fine = rest.iter().all(|&byte| {
        let fine = byte.is_ascii_alphanumeric() || byte == b'_' && before != b'_';
        before = byte;
        fine
    });
    fine && (first.is_ascii_alphabetic() || *first == b'_' && !rest.is_empty()) && bytes.len() <= MAX_NAME
}

/// Whether a text that a user wrote can be the name of a label as it is.
pub(super) fn is_label_name(name: &str) -> bool {
    let starts = |first: char| first.is_ascii_alphabetic() || first == '_';
    name.starts_with(starts)
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && name.len() <= MAX_NAME
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: Bounds = Bounds { labels: 15, value_bytes: 2048 };

    /// Most of it seen with Loki and with the Collector's translator.
    #[test]
    fn names_are_made_valid_as_loki_makes_them() {
        for (text, name) in [
            ("service_name", "service_name"),
            ("service.name", "service_name"),
            ("c..d", "c_d"),
            ("a__b", "a_b"),
            ("_b", "_b"),
            ("__a", "_a"),
            ("__a.b__", "__a_b__"),
            ("____", "key_"),
            ("1st", "key_1st"),
            ("ns:name", "ns_name"),
            ("größe", "gr_e"),
            ("ü", "key_"),
            ("_", "key_"),
            ("", "key_"),
            ("x y", "x_y"),
        ] {
            assert_eq!(valid_name(text), name, "{text:?}");
        }
        assert_eq!(valid_name(&"é1".repeat(5000)).len(), MAX_NAME - 4);
        assert_eq!(valid_name(&"1".repeat(5000)).len(), MAX_NAME);
    }

    #[test]
    fn a_selector_is_sorted_and_quoted() {
        let mut labels = Labels::default();
        labels.set(BOUNDS, "b", "say \"hi\"\\\n\t\r\u{1}\u{7f}é{}", Origin::Made);
        labels.set(BOUNDS, "a", "1", Origin::Made);
        labels.set(BOUNDS, "empty", "", Origin::Made);

        assert_eq!(labels.selector(), r#"{a="1", b="say \"hi\"\\\n\t\r\x01\x7fé{}"}"#);
    }

    #[test]
    fn the_last_of_a_name_holds_and_the_rest_does_not_exceed_the_bounds() {
        let bounds = Bounds { labels: 3, value_bytes: 4 };
        let mut labels = Labels::default();
        labels.set(bounds, "a", "1", Origin::Resource("a"));
        labels.set(bounds, "a", "2", Origin::Record("a"));
        labels.set(bounds, "b", "12é45", Origin::Record("b"));
        // The third place is kept for the name of the service.
        labels.set(bounds, "c", "3", Origin::Record("c"));

        assert_eq!(labels.pairs(), [("a", "2"), ("b", "12é")]);
        // What was cut is not said whole.
        assert_eq!(labels.origins().collect::<Vec<_>>(), [Origin::Record("a"), Origin::Made]);

        labels.set(bounds, "service_name", "cart", Origin::Made);
        labels.set(bounds, "d", "4", Origin::Made);
        assert_eq!(labels.pairs(), [("a", "2"), ("b", "12é"), ("service_name", "cart")]);
    }

    #[test]
    fn users_names_are_taken_or_refused_as_they_are() {
        for name in ["a", "_x", "service_name", "A9", "a__b"] {
            assert!(is_label_name(name), "{name}");
        }
        for name in ["", "9a", "service.name", "a-b", "ü", "a:b"] {
            assert!(!is_label_name(name), "{name}");
        }
    }
}
