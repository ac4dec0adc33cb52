//! Names for scrapers that do not know all characters.
//!
//! Source: Prometheus, "Content Negotiation" and the escaping schemes of "UTF-8 in metric names".

use std::borrow::Cow;
use std::fmt::Write;

/// What becomes of characters that names could not have before Prometheus 3.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Escaping {
    /// They stay: the name is quoted.
    AllowUtf8,
    /// Each becomes `_`.
    #[default]
    Underscores,
    /// Dots become `_dot_`, other characters and `_` become `__`.
    Dots,
    /// `U__` comes first, each becomes its number between two `_`, and `_` becomes `__`.
    Values,
}

impl Escaping {
    /// By the name in `Accept` and `Content-Type`.
    pub(super) fn named(name: &str) -> Option<Self> {
        [Self::AllowUtf8, Self::Underscores, Self::Dots, Self::Values].into_iter().find(|known| known.as_str() == name)
    }

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::AllowUtf8 => "allow-utf-8",
            Self::Underscores => "underscores",
            Self::Dots => "dots",
            Self::Values => "values",
        }
    }

    /// A metric's name as the scraper wants it. What Prometheus always knew stays.
    pub(super) fn metric(self, name: &str) -> Cow<'_, str> {
        self.apply(name, is_of_metrics)
    }

    /// A label's name as the scraper wants it.
    pub(super) fn label(self, name: &str) -> Cow<'_, str> {
        self.apply(name, is_of_labels)
    }

    fn apply(self, name: &str, is_legacy: fn(char) -> bool) -> Cow<'_, str> {
        let stays = |index, character: char| is_legacy(character) && !(index == 0 && character.is_ascii_digit());
        if self == Self::AllowUtf8 || name.char_indices().all(|(index, character)| stays(index, character)) {
            return Cow::Borrowed(name);
        }
        let mut escaped = String::with_capacity(name.len() + 8);
        if self == Self::Values {
            escaped.push_str("U__");
        }
        for (index, character) in name.char_indices() {
            match self {
                Self::Dots if character == '.' => escaped.push_str("_dot_"),
                Self::Dots | Self::Values if character == '_' => escaped.push_str("__"),
                _ if stays(index, character) => escaped.push(character),
                Self::Dots => escaped.push_str("__"),
                Self::Values => {
                    // Writing to a text cannot fail.
                    let _ = write!(escaped, "_{:x}_", u32::from(character));
                }
                Self::Underscores | Self::AllowUtf8 => escaped.push('_'),
            }
        }
        Cow::Owned(escaped)
    }
}

/// Whether a metric could always have this name.
pub(super) fn is_metric(name: &str) -> bool {
    name.chars().all(is_of_metrics) && !name.starts_with(|first: char| first.is_ascii_digit())
}

/// Whether a label could always have this name.
pub(super) fn is_label(name: &str) -> bool {
    name.chars().all(is_of_labels) && !name.starts_with(|first: char| first.is_ascii_digit())
}

fn is_of_metrics(character: char) -> bool {
    is_of_labels(character) || character == ':'
}

fn is_of_labels(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_escaped_as_prometheus_has_it() {
        let schemes = [Escaping::AllowUtf8, Escaping::Underscores, Escaping::Dots, Escaping::Values];
        for (name, expected) in [
            ("plain_name:sum", ["plain_name:sum"; 4]),
            (
                "http.status_code",
                ["http.status_code", "http_status_code", "http_dot_status__code", "U__http_2e_status__code"],
            ),
            ("1a-ü", ["1a-ü", "_a__", "__a____", "U___31_a_2d__fc_"]),
        ] {
            assert_eq!(schemes.map(|scheme| scheme.metric(name).into_owned()), expected);
        }
        assert_eq!(Escaping::Underscores.label("a:b"), "a_b");
    }
}
