//! What each setting does.

use opentelemetry_proto::tonic::common::v1::{ArrayValue, EntityRef, KeyValueList};
use serde_json::json;

use super::*;

const MAIL: &str = "anna.meier@example.org";

#[test]
fn where_to_look_is_a_setting() {
    let bytes = || value(any_value::Value::BytesValue(MAIL.into()));
    assert_eq!(body(json!({"scan": {"bytes": false}}), bytes()), bytes());

    let key = || entry(MAIL, text("clean"));
    assert_eq!(attributes(json!({"scan": {"keys": false}}), key()), [key()]);

    let named = logs(vec![LogRecord { event_name: MAIL.into(), ..LogRecord::default() }]);
    let batch = batch(Signal::Logs, &named);
    assert_eq!(scrub(json!({"scan": {"names": false}}), &batch).unwrap().to_bytes(), batch.to_bytes());
}

#[test]
fn actions_do_what_they_say() {
    let attribute = || entry("contact", text(&format!("mail {MAIL}!")));
    let left = |settings| attributes(settings, attribute());
    let becomes = |expected: &str| [entry("contact", text(expected))];
    let hmac = json!({"key": "sixteen bytes of key", "key_id": "k1", "digits": 8});

    assert_eq!(left(json!({})), becomes("mail [EMAIL]!"));
    assert_eq!(left(json!({"action": "text", "text": "<gone>"})), becomes("mail <gone>!"));
    assert_eq!(left(json!({"action": "partial", "first": 2, "last": 4})), becomes("mail an****************.org!"));
    assert_eq!(left(json!({"action": "hmac", "hmac": hmac})), becomes("mail hmac:k1:f8028685!"));
    assert_eq!(left(json!({"action": "token", "hmac": hmac})), becomes("mail EMAIL_k1_ad63729f!"));
    assert_eq!(left(json!({"action": "truncate_ip"})), becomes("mail [EMAIL]!"));
    assert_eq!(left(json!({"action": "drop_value"})), becomes(""));
    assert_eq!(left(json!({"action": "drop_attribute"})), []);
}

#[test]
fn a_detector_has_its_own_action_or_is_off() {
    let left = |settings| attributes(settings, entry("contact", text(MAIL)));

    assert_eq!(
        left(json!({"action": "drop_value", "detectors": {"email": {"action": "mask"}}})),
        [entry("contact", text("[EMAIL]"))]
    );
    assert_eq!(left(json!({"detectors": {"email": {"enabled": false}}})), [entry("contact", text(MAIL))]);
    assert_eq!(left(json!({"presets": ["secrets"]})), [entry("contact", text(MAIL))]);
    assert_eq!(left(json!({"presets": ["secrets"], "detectors": {"email": {}}})), [entry("contact", text("[EMAIL]"))]);
}

#[test]
fn the_entry_that_goes_is_the_innermost() {
    let map = |values| value(any_value::Value::KvlistValue(KeyValueList { values }));
    let list = |values| value(any_value::Value::ArrayValue(ArrayValue { values }));
    let nested = map(vec![entry("mails", list(vec![text("x"), text(MAIL)])), entry("clean", text("y"))]);

    let left = body(json!({"action": "drop_attribute"}), map(vec![entry("user", nested)]));

    assert_eq!(left, map(vec![entry("user", map(vec![entry("clean", text("y"))]))]));
    assert_eq!(body(json!({"action": "drop_attribute"}), text(MAIL)), AnyValue::default());
}

#[test]
fn records_are_dropped_and_what_held_only_them() {
    let record = |body: &str| LogRecord { body: Some(text(body)), ..LogRecord::default() };
    let mut request = logs(vec![record("clean"), record(MAIL), record("clean too")]);
    request.resource_logs.extend(logs(vec![record(MAIL)]).resource_logs);
    request.resource_logs.extend(logs(vec![]).resource_logs);

    let scrubbed = scrub(json!({"action": "drop_record"}), &batch(Signal::Logs, &request)).unwrap();

    let mut expected = logs(vec![record("clean"), record("clean too")]);
    expected.resource_logs.extend(logs(vec![]).resource_logs);
    assert_eq!(scrubbed.to_bytes(), batch(Signal::Logs, &expected).to_bytes());
    assert_eq!(scrubbed.items(), 2);
}

#[test]
fn what_is_outside_of_records_is_dropped_alone() {
    let mut request = logs(vec![LogRecord::default()]);
    let scope = request.resource_logs[0].scope_logs[0].scope.get_or_insert_default();
    scope.name = MAIL.into();
    scope.attributes = vec![entry("contact", text(MAIL)), entry("clean", text("x"))];

    let scrubbed = scrub(json!({"action": "drop_record"}), &batch(Signal::Logs, &request)).unwrap();

    let scope = request.resource_logs[0].scope_logs[0].scope.get_or_insert_default();
    scope.name.clear();
    scope.attributes.remove(0);
    assert_eq!(scrubbed.to_bytes(), batch(Signal::Logs, &request).to_bytes());
}

#[test]
fn what_cannot_be_scanned_does_not_pass() {
    let long = "x".repeat(1025);
    let left = |policy: &str| attributes(settings(policy), entry("contact", text(&long)));
    let fits = "x".repeat(1024);

    assert_eq!(left("mask"), [entry("contact", text("[UNSCANNED]"))]);
    assert_eq!(left("drop_attribute"), []);
    assert_eq!(attributes(settings("mask"), entry("contact", text(&fits))), [entry("contact", text(&fits))]);

    let record = |body: &str| LogRecord { body: Some(text(body)), ..LogRecord::default() };
    let batch = batch(Signal::Logs, &logs(vec![record(&long), record("short")]));
    assert_eq!(records(&scrub(settings("drop_record"), &batch).unwrap()), [record("short")]);
    let error = scrub(settings("refuse"), &batch).unwrap_err();
    assert_eq!(error.to_string(), "pii: a value is too large to be scanned for personal data");
}

#[test]
fn what_grows_too_large_does_not_pass() {
    let mails = "a@b.com ".repeat(128);
    let mut settings = settings("mask");
    settings["action"] = json!("text");
    settings["text"] = json!("a text longer than what it stands for");

    assert_eq!(body(settings.clone(), text(&mails)), text("[UNSCANNED]"));
    settings["unscanned"] = json!("refuse");
    let record = LogRecord { body: Some(text(&mails)), ..LogRecord::default() };
    assert!(scrub(settings, &batch(Signal::Logs, &logs(vec![record]))).is_err());
}

fn settings(policy: &str) -> Json {
    json!({"max_value_size": 1024, "unscanned": policy})
}

#[test]
fn records_say_what_was_found_in_them() {
    let record = LogRecord {
        body: Some(text(&format!("{MAIL}, {MAIL}"))),
        attributes: vec![entry("contact", text(MAIL))],
        ..LogRecord::default()
    };
    let clean = LogRecord { body: Some(text("clean")), ..LogRecord::default() };
    let mut request = logs(vec![clean.clone(), record, clean.clone()]);
    request.resource_logs[0].scope_logs[0].scope.get_or_insert_default().name = MAIL.into();
    let resource = request.resource_logs[0].resource.get_or_insert_default();
    resource.attributes = vec![entry("owner", text(MAIL))];
    resource.entity_refs = vec![EntityRef { r#type: MAIL.into(), ..EntityRef::default() }];

    let scrubbed = scrub(json!({"summary": true}), &batch(Signal::Logs, &request)).unwrap();

    let count = |number| entry("pii.email.count", value(any_value::Value::IntValue(number)));
    let masked = || text("[EMAIL]");
    assert_eq!(
        records(&scrubbed),
        [
            clean.clone(),
            LogRecord {
                body: Some(text("[EMAIL], [EMAIL]")),
                attributes: vec![entry("contact", masked()), count(3)],
                ..LogRecord::default()
            },
            clean
        ]
    );
    let request = ExportLogsServiceRequest::decode(scrubbed.to_bytes()).unwrap();
    let resource = request.resource_logs[0].resource.clone().unwrap();
    assert_eq!(resource.attributes, [entry("owner", masked()), count(2)]);
}

#[test]
fn patterns_are_found_and_named() {
    let settings = || {
        json!({"patterns": [
            {"name": "customer", "regex": r"CUST-(\d{8})"},
            {"name": "order", "regex": "ORD-[0-9]+", "keywords": ["bought"], "action": "text", "text": "<order>"},
        ]})
    };

    assert_eq!(body(settings(), text("CUST-12345678, ORD-7")), text("CUST-[CUSTOMER], ORD-7"));
    assert_eq!(body(settings(), text("CUST-1234567, bought ORD-7")), text("CUST-1234567, bought <order>"));
}

#[test]
fn keys_have_their_own_actions() {
    let settings = json!({
        "keys": [
            {"match": "contact", "whole": false, "action": "text", "text": "<mail>"},
            {"match": ["nick", "*.handle"], "detector": "user_account"},
            {"match": "note", "action": "drop_attribute"},
        ],
        "deny": {"keys": ["memo"], "values": ["Project Crane"]},
    });
    let map = |values| value(any_value::Value::KvlistValue(KeyValueList { values }));
    let entries = vec![
        entry("contact", text(&format!("to {MAIL}"))),
        entry("nick", text("joe")),
        entry("handle", text("joe")),
        entry("note", text("call back")),
        entry("memo", text("call back")),
        entry("topic", text("about project crane")),
    ];

    let left = body(settings, map(vec![entry("user", map(entries))]));

    let expected = vec![
        entry("contact", text("to <mail>")),
        entry("nick", text("[USER_ACCOUNT]")),
        entry("handle", text("[USER_ACCOUNT]")),
        entry("memo", text("[REDACTED]")),
        entry("topic", text("about [REDACTED]")),
    ];
    assert_eq!(left, map(vec![entry("user", map(expected))]));
}

#[test]
fn what_is_allowed_stays() {
    let settings = json!({"allow": {
        "keys": ["contact"],
        "values": ["bot@example.org"],
        "value_patterns": ["test-[0-9]+@.*"],
        "networks": ["10.0.0.0/8", "203.0.113.7"],
        "email_domains": ["ourselves.example"],
    }});
    let stays = "bot@example.org test-1@example.org from 10.1.2.3 and 203.0.113.7, me@ourselves.example";

    assert_eq!(body(settings.clone(), text(stays)), text(stays));
    assert_eq!(attributes(settings.clone(), entry("contact", text(MAIL))), [entry("contact", text(MAIL))]);
    assert_eq!(body(settings, text("client 203.0.113.8, not-bot@example.org")), text("client [IPV4], [EMAIL]"));
}

#[test]
fn a_number_becomes_a_text_or_zero() {
    let card = 4_111_111_111_111_111_i64;
    let int = |number| value(any_value::Value::IntValue(number));
    let double = |number| value(any_value::Value::DoubleValue(number));
    let left = |how: &str, number| body(json!({"scan": {"numbers": how}}), number);

    assert_eq!(left("text", int(card)), text("[CREDIT_CARD]"));
    assert_eq!(left("text", double(card as f64)), text("[CREDIT_CARD]"));
    assert_eq!(left("zero", int(card)), int(0));
    assert_eq!(left("zero", double(card as f64)), double(0.0));
    assert_eq!(left("off", int(card)), int(card));
    assert_eq!(left("text", int(card + 1)), int(card + 1));
    assert_eq!(body(json!({"action": "drop_value"}), int(card)), text(""));
    assert_eq!(attributes(json!({"action": "drop_attribute"}), entry("n", int(card))), []);
}

#[test]
fn mistakes_are_explained() {
    let problems = |settings| read(settings).1;

    assert_eq!(
        problems(json!({"presets": ["pci", "pcj"], "max_value_size": 5})),
        [
            r#"processors::pii::presets: must be of "all", "gdpr", "pci", "secrets", found "pcj""#,
            "processors::pii::max_value_size: must be at least 1024 bytes, found 5",
        ]
    );
    assert_eq!(
        problems(json!({"action": "hmac", "text": "x", "ipv4_prefix": 33, "ipv6_prefix": 129})),
        [
            "processors::pii::ipv4_prefix: must be at most 32 bits, found 33",
            "processors::pii::ipv6_prefix: must be at most 128 bits, found 129",
            "processors::pii::action: hmac and token need hmac::key, a secret of at least 16 bytes: without one, whoever has \
             the telemetry finds the values by trying all there are",
            "processors::pii::text: has no effect without `action: text`",
            "processors::pii::ipv4_prefix: has no effect without `action: truncate_ip`",
            "processors::pii::ipv6_prefix: has no effect without `action: truncate_ip`",
        ]
    );
    assert_eq!(
        problems(json!({"hmac": {"key": "short", "key_id": "a b", "digits": 4}})),
        [
            "processors::pii::hmac::key: must have at least 16 bytes, found 5",
            "processors::pii::hmac::key_id: must have at most 32 letters, digits and underscores",
            "processors::pii::hmac::digits: must be from 8 to 64, found 4",
        ]
    );
    assert_eq!(
        problems(json!({
            "patterns": [
                {"name": "email", "regex": "x{2000}{2000}{2000}"},
                {"name": "Bad", "regex": "a("},
                {"name": "slow", "regex": "[0-9]{9}"},
                {"name": "slow", "regex": "same"},
            ],
            "keys": [{"match": [], "detector": "nobody"}],
            "allow": {"networks": ["10.0.0.0/8", "ten"], "value_patterns": [")"], "keys": ["a", ""]},
        })),
        [
            r#"processors::pii::patterns::0::name: must not be that of a detector, found "email""#,
            "processors::pii::patterns::1::name: must have from 1 to 64 lower-case letters, digits and underscores",
            r#"processors::pii::patterns::3: there is a pattern "slow" already"#,
            r#"processors::pii::keys::0::match: must have at least one key, for instance [password, "*.password"]"#,
            r#"processors::pii::keys::0::detector: must be a detector or the name of a pattern, found "nobody""#,
            r#"processors::pii::allow::networks::1: must be an address or a network such as 10.0.0.0/8, found "ten""#,
            "processors::pii::allow::keys::1: must not be empty",
            "processors::pii::patterns::0: is not a regular expression: error building NFA",
            "processors::pii::patterns::1: is not a regular expression: unclosed group",
            "processors::pii::allow::value_patterns::0: is not a regular expression: unopened group",
        ]
    );
    assert_eq!(
        problems(json!({"patterns": [{"name": "slow", "regex": "[0-9]{9}"}]})),
        ["processors::pii::patterns::0: is slow: no text in it must occur in every match, so nothing can be skipped"]
    );
    assert_eq!(
        problems(json!({"detectors": {"e-mail": {}}, "action": "md5"}))[0],
        r#"processors::pii::action: must be one of "mask", "text", "hmac", "token", "partial", "truncate_ip", "drop_value", "drop_attribute", "drop_record", found "md5""#
    );
}
