//! What happens to one attribute, or to one value in a log body.

use std::borrow::Cow;

use sluice_component::BuildError;
use sluice_pdata::Signal;
use sluice_pdata::view::{KeyValue, Plain, Value};

use super::blocked::Blocked;
use super::config::Config;
use super::database::Database;
use super::keys::{Keys, Seen, Verdict};
use super::mask::Mask;
use super::scratch::{Scratch, Searching};
use super::url::Urls;
use crate::patterns::{self, Invalid, Regex};
use crate::repeated::Repeated;

/// All that the configuration says, compiled.
pub(super) struct Rules {
    pub(super) keys: Keys,
    redact_all_types: bool,
    allowed: Option<Regex>,
    blocked: Blocked,
    /// Whether nothing but `blocked` looks at values.
    only_blocks: bool,
    pub(super) mask: Mask,
    pub(super) urls: Option<Urls>,
    pub(super) database: Option<Database>,
}

/// What happens to an attribute that stays.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Decision {
    Keep,
    /// It is kept because of its key.
    Ignored,
    /// It is kept because of its value.
    Allowed,
    /// It has another value.
    Masked(String),
}

impl Rules {
    pub(super) fn new(config: &Config, signal: Signal) -> Result<Self, BuildError> {
        let invalid = |key: &'static str| move |error: Invalid| BuildError::at(key, error.to_string());
        let urls = Urls::new(&config.url_sanitizer);
        let database = Database::new(&config.db_sanitizer, signal);
        Ok(Self {
            keys: Keys::new(config).map_err(invalid(""))?,
            redact_all_types: config.redact_all_types,
            allowed: patterns::any(&config.allowed_values).map_err(invalid("allowed_values"))?,
            blocked: Blocked::new(&config.blocked_values).map_err(invalid("blocked_values"))?,
            mask: config.mask.clone(),
            only_blocks: config.allowed_values.is_empty() && urls.is_none() && database.is_none(),
            urls,
            database,
        })
    }

    pub(super) fn scratch(&self) -> Scratch {
        Scratch {
            seen: Seen::default(),
            allowed: Searching::new(self.allowed.as_ref()),
            blocked: self.blocked.space(),
            kept: Repeated::new(),
        }
    }

    /// What happens to an attribute of a place where this database is spoken to.
    #[inline]
    pub(super) fn attribute(&self, attribute: &KeyValue<'_>, system: &str, scratch: &mut Scratch) -> Decision {
        let plain = attribute.plain();
        let key = plain.map_or_else(|| attribute.key_bytes(), |(key, _)| key);
        let verdict = self.keys.verdict(key, &mut scratch.seen);
        if verdict == Verdict::Ignored {
            return Decision::Ignored;
        }
        if let Some((_, value)) = plain
            && verdict == Verdict::Value
            && self.only_blocks
        {
            let text = match value {
                Plain::Text(text) => Some(text),
                _ => (!self.redact_all_types).then_some(&b""[..]),
            };
            if text.is_some_and(|text| !self.blocked.may_match(text)) {
                return Decision::Keep;
            }
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
        let mut changed = self.blocked.mask(text, &self.mask, &mut scratch.blocked);
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
        let mut changed = self.blocked.mask(text, &self.mask, &mut scratch.blocked);
        if let Some(urls) = &self.urls {
            changed = Some(urls.sanitize(changed.as_deref().unwrap_or(text)));
        }
        if let Some(database) = &self.database {
            changed = Some(database.body(changed.as_deref().unwrap_or(text)));
        }
        changed.filter(|changed| changed != text)
    }
}
