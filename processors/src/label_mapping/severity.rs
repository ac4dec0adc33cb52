//! Severity of log records: the number from the text, and the text from the number.

use std::borrow::Cow;
use std::collections::HashMap;

use sluice_pdata::view::{LogRecord, Value};

use super::convert;

/// When something is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fill {
    Never,
    /// Where it is missing.
    Missing,
    Always,
}

/// How they are written.
pub(super) const FILLS: &[(&str, Fill)] =
    &[("never", Fill::Never), ("missing", Fill::Missing), ("always", Fill::Always)];

/// The short names of the severity numbers from 1 on. Source: the log data model, "Displaying Severity".
pub(super) const NAMES: [&str; 24] = [
    "TRACE", "TRACE2", "TRACE3", "TRACE4", "DEBUG", "DEBUG2", "DEBUG3", "DEBUG4", "INFO", "INFO2", "INFO3", "INFO4",
    "WARN", "WARN2", "WARN3", "WARN4", "ERROR", "ERROR2", "ERROR3", "ERROR4", "FATAL", "FATAL2", "FATAL3", "FATAL4",
];

/// Words of log libraries, in lower case, and their severity numbers.
///
/// Source: the log data model, appendix B, for syslog, Windows, Log4j, Zap, java.util.logging and .NET; the others'
/// documentation. Where they differ (`critical` is ERROR2 in syslog) most decide.
const WORDS: &[(&str, u8)] = &[
    // java.util.logging, and `silly` of npm.
    ("finest", 1),
    ("silly", 1),
    ("trc", 1),
    ("t", 1),
    ("finer", 5),
    ("dbg", 5),
    ("d", 5),
    // Windows, npm.
    ("verbose", 5),
    ("fine", 6),
    ("config", 7),
    ("information", 9),
    ("informational", 9),
    ("inf", 9),
    ("i", 9),
    ("notice", 10),
    // Loguru.
    ("success", 10),
    ("warning", 13),
    ("wrn", 13),
    ("w", 13),
    ("err", 17),
    ("e", 17),
    ("severe", 17),
    // Syslog's short word, and Zap's.
    ("crit", 18),
    ("dpanic", 18),
    ("alert", 19),
    ("panic", 19),
    ("pnc", 19),
    ("emerg", 21),
    ("emergency", 21),
    ("critical", 21),
    ("ftl", 21),
    ("f", 21),
];

/// How severities are set.
#[derive(Clone, Debug)]
pub(super) struct Severity {
    pub(super) number_from_text: Fill,
    pub(super) text_from_number: Fill,
    /// Attributes that are looked at, in order, for the text where there is none.
    pub(super) text_from_attributes: Vec<String>,
    /// Texts in lower case, and their numbers.
    texts: HashMap<String, u8>,
    /// The texts of the numbers from 1 on.
    names: Vec<String>,
}

/// What is to be set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct SeverityChange<'s> {
    pub(super) number: Option<u8>,
    pub(super) text: Option<Cow<'s, str>>,
}

impl Severity {
    /// The usual words, and these besides.
    pub(super) fn new(
        (number_from_text, text_from_number): (Fill, Fill),
        text_from_attributes: Vec<String>,
        texts: &[(String, u8)],
        names: &[(u8, String)],
    ) -> Self {
        let usual = NAMES.iter().zip(1..).map(|(name, number)| (name.to_lowercase(), number));
        let usual = usual.chain(WORDS.iter().map(|(word, number)| ((*word).to_owned(), *number)));
        let own = texts.iter().map(|(text, number)| (text.trim().to_lowercase(), *number));
        let mut all_names = NAMES.map(str::to_owned).to_vec();
        for (number, name) in names {
            if let Some(known) = all_names.get_mut(usize::from(*number).wrapping_sub(1)) {
                known.clone_from(name);
            }
        }
        Self {
            number_from_text,
            text_from_number,
            text_from_attributes,
            texts: usual.chain(own).collect(),
            names: all_names,
        }
    }

    /// The number that a text means.
    fn number(&self, text: &str) -> Option<u8> {
        let text = text.trim();
        // No word is that long.
        if text.len() > 64 {
            return None;
        }
        self.texts.get(&text.to_lowercase()).copied()
    }

    /// What is to be set in a record.
    pub(super) fn change(&self, record: &LogRecord<'_>) -> SeverityChange<'_> {
        let (number, text) = (record.severity_number(), record.severity_text());
        let mut change = SeverityChange::default();
        if text.is_empty() {
            change.text = self.text_of_attributes(record).map(|text| Cow::Owned(text.into_owned()));
        }
        let known = change.text.as_deref().unwrap_or(text);
        if self.number_from_text.applies(number == 0) {
            change.number = self.number(known).filter(|found| i32::from(*found) != number);
        }
        let number = change.number.map_or(number, i32::from);
        if self.text_from_number.applies(known.is_empty())
            && let Some(name) = usize::try_from(number).ok().and_then(|it| self.names.get(it.wrapping_sub(1)))
        {
            change.text = (name != text).then_some(Cow::Borrowed(name));
        }
        change
    }

    fn text_of_attributes<'a>(&self, record: &LogRecord<'a>) -> Option<Cow<'a, str>> {
        let of = |key: &String| {
            let attribute = record.attributes().find(|attribute| attribute.key_bytes() == key.as_bytes())?;
            convert::text(&attribute.value().unwrap_or(Value::Empty)).filter(|text| !text.is_empty())
        };
        self.text_from_attributes.iter().find_map(of)
    }
}

impl Fill {
    fn applies(self, missing: bool) -> bool {
        self == Self::Always || self == Self::Missing && missing
    }
}
