//! The database sanitizers: the values of queries are taken out.
//!
//! Source: the Collector's `internal/db`, and what it calls: `github.com/DataDog/datadog-agent/pkg/obfuscate` and
//! `github.com/DataDog/go-sqllexer` 0.1.12.

mod json;
mod memcached;
mod redis;
mod sql;
#[cfg(test)]
mod tests;

use std::collections::HashSet;

use sluice_pdata::Signal;
use sluice_pdata::view::{Attributes, Value};

use super::config::{DbSanitizer, Sanitized};

/// The attributes that tell the database, the first one winning.
pub(super) const SYSTEM: [&[u8]; 2] = [b"db.system.name", b"db.system"];

/// The sanitizers that are switched on.
pub(super) struct Database {
    sanitizers: Vec<Sanitizer>,
    /// Whether any attribute is sanitized.
    attributes: bool,
    /// Whether attributes are sanitized where no database is named.
    without_system: bool,
    span_names: bool,
}

struct Sanitizer {
    language: Language,
    systems: &'static [&'static str],
    attributes: HashSet<Box<[u8]>>,
}

/// What queries are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Language {
    Sql,
    Redis,
    Memcached,
    Json,
}

const SQL: &[&str] = &["other_sql", "mysql", "postgresql", "mariadb", "sqlite"];

impl Database {
    /// The sanitizers, if any is switched on.
    pub(super) fn new(config: &DbSanitizer, signal: Signal) -> Option<Self> {
        let kinds: [(&Sanitized, Language, &[&str]); 7] = [
            (&config.sql, Language::Sql, SQL),
            (&config.redis, Language::Redis, &["redis"]),
            (&config.valkey, Language::Redis, &["valkey"]),
            (&config.memcached, Language::Memcached, &["memcached"]),
            (&config.mongo, Language::Json, &["mongodb"]),
            (&config.opensearch, Language::Json, &["opensearch"]),
            (&config.es, Language::Json, &["elasticsearch"]),
        ];
        let without_attributes = |systems| systems == ["opensearch"] || systems == ["elasticsearch"];
        let on = kinds.iter().filter(|(sanitized, ..)| sanitized.enabled);
        let sanitizers: Vec<_> = on
            .map(|(sanitized, language, systems)| {
                let keys = if without_attributes(*systems) { &[][..] } else { &sanitized.attributes };
                let attributes = keys.iter().map(|key| Box::from(key.as_bytes())).collect();
                Sanitizer { language: *language, systems, attributes }
            })
            .collect();
        (!sanitizers.is_empty()).then(|| Self {
            attributes: sanitizers.iter().any(|sanitizer| !sanitizer.attributes.is_empty()),
            sanitizers,
            without_system: signal == Signal::Logs,
            span_names: config.sanitize_span_name,
        })
    }

    /// Whether any attribute is sanitized.
    pub(super) fn has_attributes(&self) -> bool {
        self.attributes
    }

    /// Whether span names are sanitized.
    pub(super) fn span_names(&self) -> bool {
        self.span_names
    }

    /// What becomes of the text of an attribute where this database is spoken to; nothing if it is not sanitized.
    pub(super) fn attribute(&self, key: &[u8], text: &str, system: &str) -> Option<String> {
        let mut listed = self.sanitizers.iter().filter(|sanitizer| sanitizer.attributes.contains(key));
        if !system.is_empty() {
            let sanitizer = listed.find(|sanitizer| sanitizer.systems.contains(&system))?;
            return Some(sanitizer.language.sanitize_for(system, text));
        }
        listed.next().filter(|_| self.without_system).map(|first| {
            listed.fold(first.language.sanitize(text), |text, sanitizer| sanitizer.language.sanitize(&text))
        })
    }

    /// What becomes of a text in a log body: each sanitizer in turn.
    pub(super) fn body(&self, text: &str) -> String {
        self.sanitizers.iter().fold(text.to_owned(), |text, sanitizer| sanitizer.language.sanitize(&text))
    }

    /// What becomes of the name of a span that speaks to this database; nothing if it is not sanitized.
    pub(super) fn span_name(&self, name: &str, system: &str) -> Option<String> {
        let sanitizer = self.sanitizers.iter().find(|sanitizer| sanitizer.systems.contains(&system))?;
        Some(sanitizer.language.sanitize_for(system, name))
    }
}

impl Language {
    fn sanitize_for(self, system: &str, text: &str) -> String {
        match self {
            Self::Sql if system == "mysql" => sql::sanitize(text, sql::Dialect::MySql),
            _ => self.sanitize(text),
        }
    }

    fn sanitize(self, text: &str) -> String {
        match self {
            Self::Sql => sql::sanitize(text, sql::Dialect::Any),
            Self::Redis => redis::sanitize(text),
            Self::Memcached => memcached::sanitize(text),
            Self::Json => json::sanitize(text),
        }
    }
}

/// The database that these attributes tell, in lower case; empty if they tell none.
pub(super) fn system(attributes: &Attributes<'_>) -> String {
    for key in SYSTEM {
        let first = attributes.clone().find(|attribute| attribute.key_bytes() == key);
        if let Some(Value::String(text)) = first.and_then(|attribute| attribute.value())
            && !text.is_empty()
        {
            return text.to_lowercase();
        }
    }
    String::new()
}
