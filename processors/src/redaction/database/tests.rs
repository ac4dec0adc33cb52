use super::*;
use crate::redaction::tests::pairs;

/// What the Collector makes of these texts in log bodies, and in the names of spans that speak to MySQL.
#[test]
fn queries_are_sanitized_as_the_collector_does() {
    for (table, language) in [
        (include_str!("../testdata/sql.jsonl"), Language::Sql),
        (include_str!("../testdata/redis.jsonl"), Language::Redis),
        (include_str!("../testdata/memcached.jsonl"), Language::Memcached),
        (include_str!("../testdata/json.jsonl"), Language::Json),
    ] {
        for (text, sanitized) in pairs(table) {
            assert_eq!(language.sanitize(&text), sanitized, "{language:?} {text:?}");
        }
    }
    for (text, sanitized) in pairs(include_str!("../testdata/mysql.jsonl")) {
        assert_eq!(sql::sanitize(&text, sql::Dialect::MySql), sanitized, "{text:?}");
    }
}

#[test]
fn a_document_may_be_nested_as_deep_as_it_is_long() {
    let depth = 500_000;
    let document = "[".repeat(depth) + "1" + &"]".repeat(depth);

    assert_eq!(json::sanitize(&document), "[".repeat(depth) + "\"?\"" + &"]".repeat(depth));
}

/// Each of these would take hours if any part of it were looked at again and again.
#[test]
fn long_queries_are_gone_through_once() {
    for unit in
        ["'", "\"", "$", "$a", "$a$", "/*", "--", "`", "((", "{\"a\":", "[", "\\", "a.", "\"a\".", "\n", " ", "SET k "]
    {
        let text = unit.repeat((1 << 20) / unit.len());
        for language in [Language::Sql, Language::Redis, Language::Memcached, Language::Json] {
            assert!(language.sanitize(&text).len() <= 3 * text.len(), "{unit}");
        }
    }
}
