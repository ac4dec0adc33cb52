use serde_json::{Value as Json, json};
use sluice_pdata::Signal;

use super::Matching;
use crate::testing::configure_json;

fn read(include: Json) -> (Matching, Vec<String>) {
    configure_json("test", &json!({"include": include}), Matching::read)
}

#[test]
fn mistakes_are_told_by_their_places() {
    for (include, problems) in [
        (json!({}), vec!["test::include: must name at least one property to match"]),
        (
            json!({"services": ["shop"]}),
            vec!["test::include::match_type: must be \"strict\" or \"regexp\", found nothing"],
        ),
        (
            json!({"match_type": "Strict", "attributes": [{"key": "k"}]}),
            vec!["test::include::match_type: must be \"strict\" or \"regexp\", found \"Strict\""],
        ),
        (
            json!({"match_type": "strict", "span_kinds": ["SPAN_KIND_SERVER", "server"]}),
            vec![
                "test::include::span_kinds::1: must be one of SPAN_KIND_INTERNAL, SPAN_KIND_SERVER, SPAN_KIND_CLIENT, \
                 SPAN_KIND_PRODUCER, SPAN_KIND_CONSUMER, found \"server\"",
            ],
        ),
        (
            json!({"match_type": "regexp", "log_bodies": ["a", "("], "attributes": [{"key": "k", "value": 1}, {"value": "["}]}),
            vec![
                "test::include::attributes::1::key: must be set",
                "test::include::log_bodies: is not a regular expression: unclosed group, found \"(\"",
                "test::include::attributes::0: must have a text as value, because match_type is regexp",
                "test::include::attributes: is not a regular expression: missing closing ], found \"[\"",
            ],
        ),
        (
            json!({"match_type": "regexp", "span_names": ["a"], "regexp": {"cacheenabled": true, "cachemaxnumentries": -1}}),
            vec!["test::include::regexp: must not have a cachemaxnumentries below 0"],
        ),
    ] {
        assert_eq!(read(include.clone()).1, problems, "{include}");
    }
}

#[test]
fn properties_that_things_of_a_signal_have_not_are_refused() {
    for (key, value, signals) in [
        ("services", json!(["a"]), [true, false, false]),
        ("span_names", json!(["a"]), [true, false, false]),
        ("span_kinds", json!(["SPAN_KIND_SERVER"]), [true, false, false]),
        ("log_bodies", json!(["a"]), [false, false, true]),
        ("log_severity_texts", json!(["a"]), [false, false, true]),
        ("log_severity_number", json!({"min": 9}), [false, false, true]),
        ("metric_names", json!(["a"]), [false, true, false]),
        ("attributes", json!([{"key": "a"}]), [true, false, true]),
        ("libraries", json!([{"name": "a"}]), [true, false, true]),
        ("resources", json!([{"key": "a"}]), [true, true, true]),
    ] {
        let (matching, problems) = read(json!({"match_type": "strict", key: value}));
        assert_eq!(problems, [""; 0]);
        for (signal, fits) in [Signal::Traces, Signal::Metrics, Signal::Logs].into_iter().zip(signals) {
            assert_eq!(matching.of_signal(signal).is_ok(), fits, "{key} {signal}");
        }
    }
    let (matching, _) = read(json!({"match_type": "strict", "services": ["a"]}));
    let error = matching.of_signal(Signal::Metrics).err().unwrap();
    assert_eq!(error.key, "include::services");
    assert_eq!(error.message, "is no property of metrics, which have metric_names, resources");
}
