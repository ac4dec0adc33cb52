//! What happens to one attribute, or to one value in a log body.

use std::borrow::Cow;

use sluice_component::BuildError;
use sluice_pdata::Signal;
use sluice_pdata::view::{KeyValue, Value};

use super::config::Config;
use super::database::Database;
use super::keys::{Keys, Seen, Verdict};
use super::mask::Mask;
use super::scratch::{Scratch, Searching};
use super::url::Urls;
use crate::patterns::{self, Pattern, Regex};

/// All that the configuration says, compiled.
pub(super) struct Rules {
    pub(super) keys: Keys,
    redact_all_types: bool,
    allowed: Option<Regex>,
    /// Matches where any of `each_blocked` does: nearly all values are clean, and cost one search.
    blocked: Option<Regex>,
    /// In the order of the configuration: each sees what those before it left.
    each_blocked: Vec<Regex>,
    pub(super) mask: Mask,
    pub(super) urls: Option<Urls>,
    pub(super) database: Option<Database>,
}

/// What happens to an attribute.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Decision {
    Keep,
    /// It is kept because of its key.
    Ignored,
    /// It is kept because of its value.
    Allowed,
    Removed,
    /// It has another value.
    Masked(String),
}

impl Rules {
    pub(super) fn new(config: &Config, signal: Signal) -> Result<Self, BuildError> {
        let any = |key: &'static str, list: &[Pattern]| {
            patterns::any(list).map_err(|error| BuildError::at(key, format!("{error}")))
        };
        let each = config.blocked_values.iter().map(|pattern| patterns::union(std::slice::from_ref(pattern)));
        Ok(Self {
            keys: Keys::new(config).map_err(|error| BuildError::new(error.to_string()))?,
            redact_all_types: config.redact_all_types,
            allowed: any("allowed_values", &config.allowed_values)?,
            blocked: any("blocked_values", &config.blocked_values)?,
            each_blocked: each
                .collect::<Result<_, _>>()
                .map_err(|error| BuildError::at("blocked_values", error.to_string()))?,
            mask: config.mask.clone(),
            urls: Urls::new(&config.url_sanitizer),
            database: Database::new(&config.db_sanitizer, signal),
        })
    }

    pub(super) fn scratch(&self) -> Scratch {
        Scratch {
            seen: Seen::default(),
            allowed: Searching::new(self.allowed.as_ref()),
            blocked: Searching::new(self.blocked.as_ref()),
        }
    }

    /// What happens to an attribute of a place where this database is spoken to.
    #[inline]
    pub(super) fn attribute(&self, attribute: &KeyValue<'_>, system: &str, scratch: &mut Scratch) -> Decision {
        let key = attribute.key_bytes();
        let verdict = self.keys.verdict(key, &mut scratch.seen);
        match verdict {
            Verdict::Ignored => return Decision::Ignored,
            Verdict::Removed => return Decision::Removed,
            Verdict::Blocked | Verdict::Value => {}
        }
        let text = match attribute.value() {
            Some(Value::String(text)) => Cow::Borrowed(text),
            Some(value) if self.redact_all_types => value.to_text(),
            // The Collector sees the empty text.
            _ => Cow::Borrowed(""),
        };
        if self.allows(&text, scratch) {
            return Decision::Allowed;
        }
        if verdict == Verdict::Blocked {
            return Decision::Masked(self.mask.lines(&text));
        }
        match self.attribute_text(key, &text, system, scratch) {
            Some(text) => Decision::Masked(text),
            None => Decision::Keep,
        }
    }

    /// Whether `allowed_values` protect a text.
    pub(super) fn allows(&self, text: &str, scratch: &mut Scratch) -> bool {
        scratch.allowed.finds(self.allowed.as_ref(), text)
    }

    /// What becomes of the text of an attribute, if it is changed.
    fn attribute_text(&self, key: &[u8], text: &str, system: &str, scratch: &mut Scratch) -> Option<String> {
        let mut changed = self.masked(text, scratch);
        if let Some(urls) = self.urls.as_ref().filter(|urls| urls.applies_to(key)) {
            changed = Some(urls.sanitize(changed.as_deref().unwrap_or(text)));
        }
        if let Some(database) = &self.database
            && let Some(sanitized) = database.attribute(key, changed.as_deref().unwrap_or(text), system)
        {
            changed = Some(sanitized);
        }
        changed.filter(|changed| changed != text)
    }

    /// What becomes of a text in a log body, if it is changed.
    pub(super) fn body_text(&self, text: &str, scratch: &mut Scratch) -> Option<String> {
        let mut changed = self.masked(text, scratch);
        if let Some(urls) = &self.urls {
            changed = Some(urls.sanitize(changed.as_deref().unwrap_or(text)));
        }
        if let Some(database) = &self.database {
            changed = Some(database.body(changed.as_deref().unwrap_or(text)));
        }
        changed.filter(|changed| changed != text)
    }

    /// Each blocked pattern in turn, on what those before it left; nothing if none matches.
    #[inline]
    fn masked(&self, text: &str, scratch: &mut Scratch) -> Option<String> {
        if !scratch.blocked.finds(self.blocked.as_ref(), text) {
            return None;
        }
        let mut changed: Option<String> = None;
        for pattern in &self.each_blocked {
            if let Some(masked) = self.mask_matches(pattern, changed.as_deref().unwrap_or(text)) {
                changed = Some(masked);
            }
        }
        changed
    }

    fn mask_matches(&self, pattern: &Regex, text: &str) -> Option<String> {
        let mut out = String::new();
        let mut copied = None;
        for found in pattern.find_iter(text) {
            out.push_str(&text[copied.unwrap_or(0)..found.start()]);
            self.mask.put(&mut out, &text[found.range()]);
            copied = Some(found.end());
        }
        out.push_str(&text[copied?..]);
        Some(out)
    }
}
