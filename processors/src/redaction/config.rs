//! What the user writes.

use sluice_component::config::{Effective, Section};

use super::mask::{Hash, Mask};
use crate::patterns::{self, Pattern};

/// The settings of one `redaction`.
pub(super) struct Config {
    /// Whether attributes stay that are not in `allowed_keys`.
    pub(super) allow_all_keys: bool,
    pub(super) allowed_keys: Vec<String>,
    pub(super) ignored_keys: Vec<String>,
    pub(super) ignored_key_patterns: Vec<Pattern>,
    /// Whether values other than text are looked at as the text that they are shown as.
    pub(super) redact_all_types: bool,
    pub(super) blocked_key_patterns: Vec<Pattern>,
    pub(super) blocked_values: Vec<Pattern>,
    /// Win over `blocked_key_patterns` and `blocked_values`.
    pub(super) allowed_values: Vec<Pattern>,
    pub(super) mask: Mask,
    pub(super) summary: Summary,
    pub(super) url_sanitizer: UrlSanitizer,
    pub(super) db_sanitizer: DbSanitizer,
}

/// What is said on each record about what was done to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Summary {
    Silent,
    /// How many.
    Info,
    /// How many, and which keys.
    Debug,
}

/// Puts `*` in the place of what is no word in paths.
#[derive(Debug)]
pub(super) struct UrlSanitizer {
    pub(super) enabled: bool,
    pub(super) attributes: Vec<String>,
    pub(super) sanitize_span_name: bool,
}

/// Takes the values out of queries.
#[derive(Debug)]
pub(super) struct DbSanitizer {
    pub(super) sql: Sanitized,
    pub(super) redis: Sanitized,
    pub(super) valkey: Sanitized,
    pub(super) memcached: Sanitized,
    pub(super) mongo: Sanitized,
    pub(super) opensearch: Sanitized,
    pub(super) es: Sanitized,
    pub(super) sanitize_span_name: bool,
}

/// Whether, and in which attributes, queries to one kind of database are sanitized.
#[derive(Debug)]
pub(super) struct Sanitized {
    pub(super) enabled: bool,
    pub(super) attributes: Vec<String>,
}

impl Config {
    pub(super) fn read(section: &mut Section<'_>) -> Self {
        Self {
            allow_all_keys: section.bool("allow_all_keys", false),
            allowed_keys: section.strings("allowed_keys", &[]),
            ignored_keys: section.strings("ignored_keys", &[]),
            ignored_key_patterns: patterns::read(section, "ignored_key_patterns"),
            redact_all_types: section.bool("redact_all_types", false),
            blocked_key_patterns: patterns::read(section, "blocked_key_patterns"),
            blocked_values: patterns::read(section, "blocked_values"),
            allowed_values: patterns::read(section, "allowed_values"),
            mask: read_mask(section),
            summary: match section.string("summary", "").as_str() {
                "debug" => Summary::Debug,
                "info" => Summary::Info,
                // The Collector takes any text.
                _ => Summary::Silent,
            },
            url_sanitizer: section.section("url_sanitizer", UrlSanitizer::read),
            db_sanitizer: section.section("db_sanitizer", DbSanitizer::read),
        }
    }
}

fn read_mask(section: &mut Section<'_>) -> Mask {
    let name = section.string("hash_function", "");
    let key = section.secret("hmac_key");
    let hash = match name.to_lowercase().as_str() {
        "" => return Mask::Stars,
        "md5" => Hash::Md5,
        "sha1" => Hash::Sha1,
        "sha3" => Hash::Sha3,
        "hmac-sha256" => return read_hmac(section, &name, key.reveal(), 32, Hash::hmac_sha256),
        "hmac-sha512" => return read_hmac(section, &name, key.reveal(), 64, Hash::hmac_sha512),
        _ => {
            let expected = "must be one of \"\", \"sha1\", \"sha3\", \"md5\", \"hmac-sha256\", \"hmac-sha512\"";
            section.problem("hash_function", format!("{expected}, found {name:?}"));
            return Mask::Stars;
        }
    };
    Mask::Hash(hash)
}

/// The rules of the Collector's `config.go`: a key must be as long as what the function gives.
fn read_hmac(section: &Section<'_>, name: &str, key: &str, least: usize, hash: fn(&str) -> Hash) -> Mask {
    if key.is_empty() {
        section.problem("hmac_key", format!("must not be empty when hash_function is {name:?}"));
    } else if key.len() < least {
        let length = key.len();
        section.problem("hmac_key", format!("must be at least {least} bytes long for {name:?}, got {length} bytes"));
    }
    Mask::Hash(hash(key))
}

impl UrlSanitizer {
    fn read(section: &mut Section<'_>) -> Self {
        Self {
            enabled: section.bool("enabled", false),
            attributes: section.strings("attributes", &[]),
            sanitize_span_name: true_unless_said(section, "sanitize_span_name"),
        }
    }
}

impl DbSanitizer {
    fn read(section: &mut Section<'_>) -> Self {
        Self {
            sql: section.section("sql", Sanitized::read),
            redis: section.section("redis", Sanitized::read),
            valkey: section.section("valkey", Sanitized::read),
            memcached: section.section("memcached", Sanitized::read),
            mongo: section.section("mongo", Sanitized::read),
            opensearch: section.section("opensearch", Sanitized::read_without_attributes),
            es: section.section("es", Sanitized::read_without_attributes),
            sanitize_span_name: true_unless_said(section, "sanitize_span_name"),
        }
    }
}

impl Sanitized {
    fn read(section: &mut Section<'_>) -> Self {
        Self { enabled: section.bool("enabled", false), attributes: section.strings("attributes", &[]) }
    }

    /// The Collector reads `attributes` here as well, and never uses it.
    fn read_without_attributes(section: &mut Section<'_>) -> Self {
        let read = Self::read(section);
        if !read.attributes.is_empty() {
            section.warning("attributes", "has no effect: these queries are found in log bodies and span names only");
        }
        read
    }
}

/// A boolean that may be left out: null means what absence means.
fn true_unless_said(section: &mut Section<'_>, key: &'static str) -> bool {
    if section.has(key) {
        return section.bool(key, true);
    }
    section.ignored(key);
    section.record(key, Effective::Bool(true));
    true
}
