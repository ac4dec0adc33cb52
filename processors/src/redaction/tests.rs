use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use proptest::prelude::*;
use serde_json::{Value as Json, json};
use sluice_component::config::{Location, Node, Report, Value};
use sluice_component::{Context, Transform};
use sluice_pdata::{Batch, Limits, Signal};

use super::blocked::Blocked;
use super::config::Config;
use super::mask::Mask;
use super::processor::Redaction;
use crate::patterns::{self, Pattern};
use crate::testing::configure;

const EMAIL: &str = r"[\w.+-]+@[\w-]+\.[\w.]+";
const CARD: &str = r"\b4\d{3}[ -]?\d{4}[ -]?\d{4}[ -]?\d{4}\b";

/// The lines of a table: a text, and what the Collector makes of it.
pub(super) fn pairs(table: &str) -> impl Iterator<Item = (String, String)> {
    table.lines().map(|line| serde_json::from_str(line).unwrap())
}

fn yes() -> Value {
    Value::Bool(true)
}

fn text(text: &str) -> Value {
    Value::Text(text.into())
}

fn list(texts: &[&str]) -> Value {
    Value::List(texts.iter().map(|item| Node::new(text(item))).collect())
}

fn map(entries: &[(&str, Value)]) -> Value {
    let entry = |(key, value): &(&str, Value)| ((Arc::from(*key), Location::default()), Node::new(value.clone()));
    Value::Map(entries.iter().map(entry).collect())
}

fn redaction(signal: Signal, keys: &[(&str, Value)]) -> Redaction {
    let report = Report::default();
    let config = configure("processors::redaction", keys, &report, Config::read);
    assert!(!report.has_errors(), "{:?}", report.into_problems());
    Redaction::new(&config, signal).unwrap()
}

fn transform(redaction: &Redaction, batch: Batch) -> Batch {
    redaction.transform(batch, &Context::default()).unwrap()
}

/// What becomes of a request in JSON.
fn redacted(signal: Signal, keys: &[(&str, Value)], request: &Json) -> Json {
    redacted_by(&redaction(signal, keys), signal, request)
}

fn redacted_by(redaction: &Redaction, signal: Signal, request: &Json) -> Json {
    let batch = Batch::check_json(signal, request.to_string().as_bytes(), &Limits::default()).unwrap();
    let mut out = Vec::new();
    transform(redaction, batch).write_json(&mut out);
    serde_json::from_slice(&out).unwrap()
}

fn attributes(pairs: &[(&str, &str)]) -> Json {
    pairs.iter().map(|(key, value)| json!({"key": key, "value": {"stringValue": value}})).collect()
}

fn one_span(span: Json) -> Json {
    json!({"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]})
}

fn one_record(record: Json) -> Json {
    json!({"resourceLogs": [{"scopeLogs": [{"logRecords": [record]}]}]})
}

fn span_of(request: &Json) -> &Json {
    &request["resourceSpans"][0]["scopeSpans"][0]["spans"][0]
}

fn record_of(request: &Json) -> &Json {
    &request["resourceLogs"][0]["scopeLogs"][0]["logRecords"][0]
}

/// What becomes of these attributes of a span.
fn redacted_attributes(keys: &[(&str, Value)], before: &[(&str, &str)]) -> Json {
    span_of(&redacted(Signal::Traces, keys, &one_span(json!({"attributes": attributes(before)}))))["attributes"].clone()
}

#[test]
fn without_settings_all_attributes_are_removed() {
    assert_eq!(redacted_attributes(&[], &[("a", "x"), ("b", "y")]), Json::Null);
}

#[test]
fn what_is_not_allowed_is_removed_and_the_last_one_comes_into_its_place() {
    let keys =
        [("allowed_keys", list(&["b"])), ("ignored_keys", list(&["c"])), ("ignored_key_patterns", list(&["^d"]))];

    let after = redacted_attributes(&keys, &[("a", "x"), ("b", "y"), ("c", "z"), ("dd", "z")]);

    assert_eq!(after, attributes(&[("dd", "z"), ("b", "y"), ("c", "z")]));
}

#[test]
fn what_matches_is_masked_and_the_rest_of_the_value_stays() {
    let keys = [("allow_all_keys", yes()), ("blocked_values", list(&[EMAIL, CARD]))];

    let after =
        redacted_attributes(&keys, &[("a", "bob@example.com paid by 4111-1111-1111-1111."), ("b", "version 4.1")]);

    assert_eq!(after, attributes(&[("a", "**** paid by ****."), ("b", "version 4.1")]));
}

#[test]
fn each_pattern_sees_what_those_before_it_left() {
    let keys = [("allow_all_keys", yes()), ("blocked_values", list(&["b+", r"a\*{4}"]))];

    assert_eq!(redacted_attributes(&keys, &[("k", "abbc")]), attributes(&[("k", "****c")]));
}

#[test]
fn allowed_values_win_over_blocked_keys_and_values() {
    let keys = [
        ("allow_all_keys", yes()),
        ("allowed_values", list(&["@mycompany.com$"])),
        ("blocked_key_patterns", list(&["secret"])),
        ("blocked_values", list(&[EMAIL])),
    ];

    let after = redacted_attributes(&keys, &[("secret", "a@mycompany.com"), ("secrets", "b\nc"), ("to", "a@b.org")]);

    assert_eq!(after, attributes(&[("secret", "a@mycompany.com"), ("secrets", "****\n****"), ("to", "****")]));
}

#[test]
fn a_number_is_looked_at_only_if_all_types_are() {
    let number = json!([{"key": "n", "value": {"intValue": "4111111111111111"}}]);
    let request = one_span(json!({"attributes": number}));
    let strings = [("allow_all_keys", yes()), ("blocked_values", list(&[CARD]))];
    let all = [("redact_all_types", yes()), strings[0].clone(), strings[1].clone()];

    assert_eq!(span_of(&redacted(Signal::Traces, &strings, &request))["attributes"], number);
    assert_eq!(span_of(&redacted(Signal::Traces, &all, &request))["attributes"], attributes(&[("n", "****")]));
}

/// The hashes are those of `md5sum`, `sha1sum` and OpenSSL.
#[test]
fn matches_are_hashed_by_every_function() {
    let (key32, key64) = ("k".repeat(32), "k".repeat(64));
    for (function, key, hash) in [
        ("md5", "", "9f9d51bc70ef21ca5c14f307980a29d8"),
        ("SHA1", "", "48181acd22b3edaebc8a447868a7df7ce629920a"),
        ("sha3", "", "b5d577dc9ce59725e29886632e69ecdf3b6ca49c0a14f4315a2404fc1508672d"),
        ("hmac-sha256", &key32, "31b8f6020a534edc1bd375923b46151e6d8e85e7d68833ba0fe65bf330aca41e"),
        (
            "hmac-sha512",
            &key64,
            "94fce1077a0d4302608137b080e65a3b8c390d1c17ea370d7d6fe0789734213a217652dc852d89063586eec69cb7729143d1d954a986b1d5755691ac81156458",
        ),
    ] {
        let keys = [
            ("allow_all_keys", yes()),
            ("blocked_values", list(&["bob"])),
            ("hash_function", text(function)),
            ("hmac_key", text(key)),
        ];

        let after = redacted_attributes(&keys, &[("name", "I am bob")]);

        assert_eq!(after, attributes(&[("name", &format!("I am {hash}"))]), "{function}");
    }
}

/// Every place where the Collector looks, and those where it does not.
#[test]
fn every_place_is_looked_at() {
    let secret = attributes(&[("to", "bob@example.com")]);
    let point = json!({"attributes": secret, "exemplars": [{"filteredAttributes": secret}]});
    let data = json!({"dataPoints": [point]});
    let traces = json!({"resourceSpans": [{
        "resource": {"attributes": secret},
        "scopeSpans": [{
            "scope": {"attributes": secret},
            "spans": [{
                "attributes": secret,
                "events": [{"attributes": secret}],
                "links": [{"attributes": secret}],
                "name": "bob@example.com",
                "status": {"message": "bob@example.com"}
            }]
        }]
    }]});
    let metrics = json!({"resourceMetrics": [{
        "resource": {"attributes": secret},
        "scopeMetrics": [{"scope": {"attributes": secret}, "metrics": [
            {"gauge": data}, {"sum": data}, {"histogram": data}, {"exponentialHistogram": data},
            {"summary": {"dataPoints": [{"attributes": secret}]}}
        ]}]
    }]});
    let logs = json!({"resourceLogs": [{
        "resource": {"attributes": secret},
        "scopeLogs": [{
            "scope": {"attributes": secret},
            "logRecords": [{"attributes": secret, "body": {"stringValue": "bob@example.com"}}]
        }]
    }]});
    let keys = [("allow_all_keys", yes()), ("blocked_values", list(&[EMAIL]))];

    for (signal, request, masked, left) in
        [(Signal::Traces, traces, 4, 3), (Signal::Metrics, metrics, 7, 4), (Signal::Logs, logs, 4, 0)]
    {
        let after = redacted(signal, &keys, &request).to_string();

        assert_eq!(after.matches("****").count(), masked, "{signal:?} {after}");
        assert_eq!(after.matches("bob@example.com").count(), left, "{signal:?} {after}");
    }
}

#[test]
fn a_log_body_is_gone_through_to_its_leaves() {
    let body = |mail: &str, card: Json, password: &str| {
        json!({"kvlistValue": {"values": [
            {"key": "mail", "value": {"stringValue": mail}},
            {"key": "list", "value": {"arrayValue": {"values": [card, {"boolValue": true}]}}},
            {"key": "inner", "value": {"kvlistValue": {"values": [
                {"key": "password", "value": {"stringValue": password}},
                {"key": "gone", "value": {"stringValue": "x"}}
            ]}}}
        ]}})
    };
    let mut expected = body("****", json!({"stringValue": "****"}), "****");
    expected["kvlistValue"]["values"][2]["value"]["kvlistValue"]["values"].as_array_mut().unwrap().pop();
    let keys = [
        ("allowed_keys", list(&["mail", "list", "inner", "password"])),
        ("blocked_key_patterns", list(&["pass"])),
        ("blocked_values", list(&[EMAIL, CARD])),
        ("summary", text("debug")),
    ];
    let before = body("bob@example.com", json!({"intValue": "4111111111111111"}), "1234");

    let after = redacted(Signal::Logs, &keys, &one_record(json!({"body": before})));

    assert_eq!(record_of(&after)["body"], expected);
    assert_eq!(
        record_of(&after)["attributes"],
        json!([
            {"key": "redaction.body.redacted.keys", "value": {"stringValue": "inner.gone"}},
            {"key": "redaction.body.redacted.count", "value": {"intValue": "1"}},
            {"key": "redaction.body.masked.keys", "value": {"stringValue": "inner.password,list.[0],mail"}},
            {"key": "redaction.body.masked.count", "value": {"intValue": "3"}}
        ])
    );
}

#[test]
fn the_summary_adds_to_what_an_earlier_one_said() {
    let keys = [
        ("allowed_keys", list(&["mail", "ok"])),
        ("allowed_values", list(&["fine"])),
        ("blocked_values", list(&[EMAIL])),
        ("ignored_keys", list(&["id"])),
    ];
    let before = json!([
        {"key": "redaction.masked.keys", "value": {"stringValue": "z,a"}},
        {"key": "mail", "value": {"stringValue": "bob@example.com"}},
        {"key": "redaction.masked.count", "value": {"intValue": "2"}},
        {"key": "ok", "value": {"stringValue": "fine"}},
        {"key": "id", "value": {"stringValue": "1"}},
        {"key": "gone", "value": {"stringValue": "x"}}
    ]);
    let after = |level: &str| {
        let keys = [&keys[..], &[("summary", text(level))]].concat();
        let after = redacted(Signal::Traces, &keys, &one_span(json!({"attributes": before})));
        let said = |attribute: &Json| {
            let (key, value) = (attribute["key"].as_str().unwrap(), &attribute["value"]);
            format!("{key}={}", value["stringValue"].as_str().or(value["intValue"].as_str()).unwrap())
        };
        let said: Vec<String> = span_of(&after)["attributes"].as_array().unwrap().iter().map(said).collect();
        said.join(" ").replace("redaction.", "")
    };

    assert_eq!(
        after("debug"),
        "masked.keys=a,mail,z mail=**** masked.count=3 ok=fine id=1 redacted.keys=gone redacted.count=1 allowed.keys=ok \
         allowed.count=1 ignored.count=1"
    );
    assert_eq!(
        after("info"),
        "masked.keys=z,a mail=**** masked.count=3 ok=fine id=1 redacted.count=1 allowed.count=1 ignored.count=1"
    );
    assert_eq!(after("silent"), "masked.keys=z,a mail=**** masked.count=2 ok=fine id=1");
}

#[test]
fn sanitizers_change_what_they_are_told_to() {
    let keys = [
        ("allow_all_keys", yes()),
        ("url_sanitizer", map(&[("enabled", yes()), ("attributes", list(&["url.path"]))])),
        (
            "db_sanitizer",
            map(&[
                ("sql", map(&[("enabled", yes()), ("attributes", list(&["db.query.text"]))])),
                ("redis", map(&[("enabled", yes()), ("attributes", list(&["db.query.text"]))])),
            ]),
        ),
    ];
    let span = |system: &str, query: &str, path: &str, name: &str| {
        let attributes = attributes(&[("db.system.name", system), ("db.query.text", query), ("url.path", path)]);
        one_span(json!({"name": name, "kind": 3, "attributes": attributes}))
    };
    let query = "SELECT a FROM b WHERE c = 'd'";

    for (before, after) in [
        (
            span("postgresql", query, "/users/123?x", "GET /users/123"),
            span("postgresql", "SELECT a FROM b WHERE c = ?", "/users/*", "GET /users/*"),
        ),
        (span("mysql", query, "/", "SELECT \"a\""), span("mysql", "SELECT a FROM b WHERE c = ?", "/", "SELECT ?")),
        (span("redis", "SET a b", "/", "SET a b"), span("redis", "SET a ?", "/", "SET a ?")),
        (span("oracle", query, "/", "SELECT 1"), span("oracle", query, "/", "SELECT 1")),
    ] {
        assert_eq!(redacted(Signal::Traces, &keys, &before), after);
    }
}

#[test]
fn a_batch_in_which_nothing_is_redacted_keeps_its_bytes() {
    let keys = [("allow_all_keys", yes()), ("blocked_values", list(&[EMAIL, CARD])), ("summary", text("debug"))];
    let request = one_span(json!({"attributes": attributes(&[("http.method", "GET"), ("n", "4.5")]), "name": "x"}));
    let batch = Batch::check_json(Signal::Traces, request.to_string().as_bytes(), &Limits::default()).unwrap();
    let before = batch.messages()[0].clone();

    let after = transform(&redaction(Signal::Traces, &keys), batch);

    assert_eq!(after.messages()[0].as_ptr(), before.as_ptr());
    assert_eq!(after.messages()[0].len(), before.len());
}

/// A field of a number that no message of OTLP has.
const UNKNOWN: &[u8] = &[0xfa, 0x7f, 3, b'n', b'e', b'w'];

#[test]
fn fields_that_nobody_knows_stay() {
    let message = |tag: u8, content: &[u8]| [&[tag, content.len() as u8], content, UNKNOWN].concat();
    let value = |text: &str| [&[0x0a, text.len() as u8], text.as_bytes()].concat();
    let span = |text: &str| {
        let attribute = [&[0x0a, 1, b'k', 0x12, value(text).len() as u8], &value(text)[..], UNKNOWN].concat();
        message(0x0a, &message(0x12, &message(0x12, &message(0x4a, &attribute))))
    };
    let keys = [("allow_all_keys", yes()), ("blocked_values", list(&[EMAIL]))];
    let batch = Batch::check(Signal::Traces, Bytes::from(span("bob@example.com")), &Limits::default()).unwrap();

    let after = transform(&redaction(Signal::Traces, &keys), batch);

    // The other fields of the attribute come before its new value.
    let unknown = |bytes: &[u8]| bytes.windows(UNKNOWN.len()).filter(|window| *window == UNKNOWN).count();
    assert_eq!(unknown(&after.to_bytes()), unknown(&span("bob@example.com")));
    assert_eq!(after.bytes(), span("****").len());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn what_is_blocked_never_comes_out_and_all_else_does(words in words()) {
        let text = words.concat();
        let value = json!({"stringValue": text});
        let clean: String = words.iter().map(|word| if word == SECRET { "****" } else { word }).collect();
        let inside = json!({"kvlistValue": {"values": [
            {"key": "k", "value": {"arrayValue": {"values": [value, {"intValue": "5"}]}}}, {"key": "l", "value": value}
        ]}});
        let request = one_record(json!({"attributes": [{"key": "a", "value": value}], "body": inside}));

        let after = redacted_by(&BLOCKS_SECRETS, Signal::Logs, &request);

        prop_assert!(!after.to_string().contains(SECRET));
        let expected: Json = serde_json::from_str(
            &request.to_string().replace(&json!(text).to_string(), &json!(clean).to_string())
        ).unwrap();
        prop_assert_eq!(record_of(&after), record_of(&expected));
    }
}

/// Patterns that overlap, and find what others leave.
const OVERLAPPING: [&str; 6] =
    [CARD, r"\d{3}-\d{4}", EMAIL, r"(\d{1,3}\.){3}\d{1,3}", r"(?i)bearer [\w*]+", r"\*{3}\d"];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn what_is_not_searched_would_not_be_found(parts in parts()) {
        let text = parts.concat();
        let patterns: Vec<_> = OVERLAPPING.iter().map(|pattern| patterns::compile(pattern).unwrap()).collect();
        let mut expected = text.clone();
        for pattern in &patterns {
            let found: Vec<_> = pattern.find_iter(&expected).map(|found| found.range()).collect();
            found.into_iter().rev().for_each(|range| expected.replace_range(range, "****"));
        }
        let overlapping: Vec<_> = OVERLAPPING.iter().map(|pattern| Pattern::parse(pattern).unwrap()).collect();
        let blocked = Blocked::new(&overlapping).unwrap();

        let masked = blocked.mask(&text, &Mask::Stars, &mut blocked.space());

        prop_assert_eq!(masked.as_ref().unwrap_or(&text), &expected);
        prop_assert!(blocked.may_match(text.as_bytes()) || masked.is_none());
    }
}

fn parts() -> impl Strategy<Value = Vec<&'static str>> {
    let parts =
        ["4111", " ", "-", ".", "@", "Bearer ", "x", "12", "é", "****", "4111-1111-1111-1111", "a@b.c", "1.2.3.4"];
    prop::collection::vec(prop::sample::select(parts.to_vec()), 0..8)
}

static BLOCKS_SECRETS: LazyLock<Redaction> =
    LazyLock::new(|| redaction(Signal::Logs, &[("allow_all_keys", yes()), ("blocked_values", list(&[EMAIL, SECRET]))]));

const SECRET: &str = "sEcReT";

fn words() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(prop_oneof![Just(SECRET.to_owned()), "[a-z äß\"\\n]{0,200}"], 0..6)
}

/// Values of 1 MiB, of 128 KiB where all of it matches. Searched from each byte anew, each would take hours.
#[test]
fn long_values_are_gone_through_once_for_each_pattern() {
    let patterns = [CARD, r"\b\d{3}-\d{2}-\d{4}\b", EMAIL, r"\b\d{1,3}(\.\d{1,3}){3}\b", r"(?i)bearer [\w.-]+"];
    let keys = [("allow_all_keys", yes()), ("blocked_values", list(&patterns))];
    for (unit, masked) in [
        ("7", "7"),
        ("@", "@"),
        (":", ":"),
        ("a.", "a."),
        ("1.1.1.1.", "****."),
        ("1-", "1-"),
        ("4111111111111111 ", "**** "),
        ("a@b.org ", "**** "),
        ("bearer x;", "****;"),
        ("é", "é"),
    ] {
        let count = if unit == masked { 1 << 20 } else { 1 << 17 } / unit.len();

        let after = redacted_attributes(&keys, &[("k", &unit.repeat(count))]);

        let value = after[0]["value"]["stringValue"].as_str().unwrap();
        assert!(value == masked.repeat(count), "{unit}");
    }
}

#[test]
fn every_mistake_is_told() {
    let report = Report::default();
    let keys = [
        ("blocked_values", list(&["(", r"\d{4}"])),
        ("hash_function", text("sha2")),
        ("db_sanitizer", map(&[("oracle", Value::Null), ("es", map(&[("attributes", list(&["a"]))]))])),
    ];
    configure("processors::redaction", &keys, &report, Config::read);
    configure("short", &[("hash_function", text("HMAC-SHA512")), ("hmac_key", text("secret"))], &report, Config::read);
    configure("none", &[("hash_function", text("hmac-sha256"))], &report, Config::read);

    let problems: Vec<String> = report.into_problems().iter().map(ToString::to_string).collect();
    assert_eq!(
        problems,
        [
            "processors::redaction::blocked_values::0: is not a regular expression: unclosed group, found \"(\"",
            "processors::redaction::blocked_values::1: is slow: no text in it must occur in every match, so nothing can \
             be skipped",
            "processors::redaction::hash_function: must be one of \"\", \"sha1\", \"sha3\", \"md5\", \"hmac-sha256\", \
             \"hmac-sha512\", found \"sha2\"",
            "processors::redaction::db_sanitizer::es::attributes: has no effect: these queries are found in log bodies \
             and span names only",
            "processors::redaction::db_sanitizer::oracle: unknown key, expected one of es, memcached, mongo, \
             opensearch, redis, sanitize_span_name, sql, valkey",
            "short::hmac_key: must be at least 64 bytes long for \"HMAC-SHA512\", got 6 bytes",
            "none::hmac_key: must not be empty when hash_function is \"hmac-sha256\"",
        ]
    );
}
