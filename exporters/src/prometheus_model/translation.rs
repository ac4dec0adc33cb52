//! How far names are changed.

use sluice_component::config::Section;

/// How names and units of OTLP become names of Prometheus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Translation {
    /// Other characters than letters, digits, `_` and (in metric names) `:` become `_`; units and types are appended.
    UnderscoreEscapingWithSuffixes,
    /// As before, but nothing is appended.
    UnderscoreEscapingWithoutSuffixes,
    /// Characters stay as they are; units and types are appended.
    NoUtf8EscapingWithSuffixes,
    /// Names stay as they are.
    NoTranslation,
}

impl Translation {
    const NAMES: [(&str, Option<Self>); 5] = [
        ("", None),
        ("UnderscoreEscapingWithSuffixes", Some(Self::UnderscoreEscapingWithSuffixes)),
        ("UnderscoreEscapingWithoutSuffixes", Some(Self::UnderscoreEscapingWithoutSuffixes)),
        ("NoUTF8EscapingWithSuffixes", Some(Self::NoUtf8EscapingWithSuffixes)),
        ("NoTranslation", Some(Self::NoTranslation)),
    ];

    /// Reads `translation_strategy`, and `add_metric_suffixes` (default true), which holds where there is none.
    pub fn read(section: &mut Section<'_>) -> Self {
        let suffixes = section.bool("add_metric_suffixes", true);
        let otherwise = match suffixes {
            true => Self::UnderscoreEscapingWithSuffixes,
            false => Self::UnderscoreEscapingWithoutSuffixes,
        };
        section.one_of("translation_strategy", &Self::NAMES, "").unwrap_or(otherwise)
    }

    /// Whether units and types are appended.
    pub fn adds_suffixes(self) -> bool {
        matches!(self, Self::UnderscoreEscapingWithSuffixes | Self::NoUtf8EscapingWithSuffixes)
    }

    /// Whether characters stay that were no part of names before Prometheus 3.
    pub fn keeps_utf8(self) -> bool {
        matches!(self, Self::NoUtf8EscapingWithSuffixes | Self::NoTranslation)
    }
}
