//! Which labels a stream gets, and what remains for the line.

use super::*;

const CART: &str = "cart";

#[test]
fn the_default_labels_are_the_collectors() {
    let resource = json!({"service.name": CART, "service.namespace": "shop", "service.instance.id": "i-1"});
    let batch = logs(resource, [json!({"body": "hi", "severityNumber": 10})]);

    let (labels, line, _) = only_line(&config(json!({})), &batch);

    assert_eq!(labels, r#"{exporter="OTLP", instance="i-1", job="shop/cart", level="INFO2"}"#);
    assert_eq!(
        line,
        r#"{"body":"hi","resources":{"service.instance.id":"i-1","service.name":"cart","service.namespace":"shop"}}"#
    );
}

#[test]
fn each_default_label_can_be_turned_off() {
    let resource = json!({"service.name": CART, "service.instance.id": "i-1"});
    let batch = logs(resource, [json!({"body": "hi", "severityNumber": 9, "severityText": "info"})]);
    let labels = |enabled: Json| only_line(&config(json!({"default_labels_enabled": enabled})), &batch).0;

    assert_eq!(labels(json!({"exporter": false})), r#"{instance="i-1", job="cart", level="INFO"}"#);
    assert_eq!(labels(json!({"job": false, "instance": false})), r#"{exporter="OTLP", level="INFO"}"#);
    // A stream must have a label, and this is the one that Loki itself would add.
    let none = json!({"exporter": false, "job": false, "instance": false, "level": false});
    assert_eq!(labels(none.clone()), r#"{service_name="cart"}"#);
    let nobody = logs(json!({}), [json!({"body": "hi"})]);
    let nobody = only_line(&config(json!({"default_labels_enabled": none})), &nobody);
    assert_eq!(nobody.0, r#"{service_name="unknown_service"}"#);
}

#[test]
fn hints_make_labels_of_attributes_and_take_them_out_of_the_line() {
    let resource = json!({
        "loki.resource.labels": "service.name, k8s.pod.name,host.name, nothing",
        "service.name": CART, "k8s": {"pod": {"name": "pod-1"}}, "other": 1,
    });
    let attributes = json!({
        "loki.attribute.labels": ["http.method", "code"], "loki.resource.labels": "region",
        "http.method": "GET", "code": 200, "rest": true,
    });
    let batch = logs(resource, [json!({"body": "hi", "attributes": attributes})]);

    let (labels, line, _) = only_line(&config(json!({})), &batch);

    let expected =
        r#"{code="200", exporter="OTLP", http_method="GET", job="cart", k8s_pod_name="pod-1", service_name="cart"}"#;
    assert_eq!(labels, expected);
    assert_eq!(
        line,
        r#"{"body":"hi","attributes":{"rest":true},"resources":{"k8s":{"pod":{"name":"pod-1"}},"other":1}}"#
    );
}

#[test]
fn resource_labels_may_be_asked_for_by_a_record() {
    let asks = |names: &str| json!({"body": "hi", "attributes": {"loki.resource.labels": names}});
    let batch = logs(json!({"a": "1", "b": "2"}), [asks("a"), asks("b"), asks("a")]);

    let translation = translated(&config(json!({})), &batch);

    let streams = streams(&translation.bodies[0]);
    let lines: Vec<_> =
        streams.iter().map(|(labels, lines)| (labels.as_str(), lines[0].1.as_str(), lines.len())).collect();
    assert_eq!(
        lines,
        [
            (r#"{a="1", exporter="OTLP"}"#, r#"{"body":"hi","resources":{"b":"2"}}"#, 2),
            (r#"{b="2", exporter="OTLP"}"#, r#"{"body":"hi","resources":{"a":"1"}}"#, 1),
        ]
    );
}

#[test]
fn a_level_of_its_own_is_the_level() {
    let own = |severity: i32| json!({"body": "hi", "severityNumber": severity, "attributes": {"level": "notice"}});

    let (labels, line, _) = only_line(&config(json!({})), &logs(json!({}), [own(9)]));
    assert_eq!((labels.as_str(), line.as_str()), (r#"{exporter="OTLP", level="notice"}"#, r#"{"body":"hi"}"#));
    // As in the Collector, nobody asks for it without a number.
    let (labels, line, _) = only_line(&config(json!({})), &logs(json!({}), [own(0)]));
    assert_eq!(labels, r#"{exporter="OTLP"}"#);
    assert_eq!(line, r#"{"body":"hi","attributes":{"level":"notice"}}"#);
}

#[test]
fn a_map_of_older_files_makes_labels_of_texts() {
    let labels = json!({
        "resource": {"service.name": "service", "count": "count", "both": "both"},
        "attributes": {"http.status": "status", "both": "both", "level": "level"},
        "record": {"traceID": "trace", "spanID": "span", "severity": "severity", "severityN": "number"},
    });
    let record = json!({
        "body": "hi", "severityNumber": 14, "severityText": "warning", "traceId": "0102030405060708090a0b0c0d0e0f10",
        "attributes": {"http.status": "500", "both": "attribute", "user": "ada"},
    });
    let batch = logs(json!({"service.name": CART, "count": 7, "both": "resource"}), [record]);

    let (labels, line, metadata) = only_line(&config(json!({"labels": labels})), &batch);

    assert_eq!(
        labels,
        r#"{both="resource", level="WARN2", number="Warn2", service="cart", severity="warning", status="500", trace="0102030405060708090a0b0c0d0e0f10"}"#
    );
    // A value that lost against another of the same label is still said.
    assert_eq!(line, r#"both="attribute" user="ada" count=7 hi"#);
    assert_eq!(metadata, texts(&[]));
}

#[test]
fn a_tenant_is_hinted_by_the_resource_or_by_the_record() {
    let tenants = |config: &Config, resource: Json, attributes: Json| {
        let batch = logs(resource, [json!({"body": "hi", "attributes": attributes})]);
        let translation = translate(&batch, &config.rules, config.encoding, Some("rest".into()), now());
        let tenants: Vec<_> = translation.bodies.into_iter().map(|body| body.tenant.unwrap()).collect();
        (tenants.join(" "), translation.lost.rejected)
    };
    let said = |tenant: &str| (tenant.to_owned(), 0);
    let hints = config(json!({}));

    assert_eq!(tenants(&hints, json!({"loki.tenant": "team", "team": "a"}), json!({})), said("a"));
    assert_eq!(tenants(&hints, json!({"loki.tenant": "team"}), json!({"team": "b"})), said("b"));
    assert_eq!(tenants(&hints, json!({"team": "a"}), json!({"loki.tenant": "team", "team": "b"})), said("a"));
    assert_eq!(tenants(&hints, json!({}), json!({"loki.tenant": "team", "team": "b"})), said("b"));
    assert_eq!(tenants(&hints, json!({}), json!({"loki.tenant": "team"})), said("rest"));
    assert_eq!(tenants(&hints, json!({}), json!({})), said("rest"));
    // What is no tenant must not end up with another.
    assert_eq!(tenants(&hints, json!({"loki.tenant": "team", "team": "a|b"}), json!({})), ("".into(), 1));
    let by_rules = config(json!({"tenant": {"source": "attributes", "value": "team"}}));
    assert_eq!(tenants(&by_rules, json!({"team": "a"}), json!({})), said("a"));
}

#[test]
fn the_hinted_tenant_stays_in_the_line() {
    let batch = logs(json!({"loki.tenant": "team", "team": "a"}), [json!({"body": "hi"})]);

    let (labels, line, _) = only_line(&config(json!({})), &batch);

    assert_eq!((labels.as_str(), line.as_str()), (r#"{exporter="OTLP"}"#, r#"{"body":"hi","resources":{"team":"a"}}"#));
}

#[test]
fn the_format_is_hinted_by_the_resource_or_by_the_record() {
    let line = |resource: Json, attributes: Json| {
        only_line(&config(json!({})), &logs(resource, [json!({"body": "hi", "attributes": attributes})])).1
    };

    assert_eq!(line(json!({"loki.format": "raw"}), json!({"loki.format": "logfmt"})), "hi");
    assert_eq!(line(json!({}), json!({"loki.format": "logfmt"})), "hi=");
    // The Collector drops these.
    assert_eq!(line(json!({}), json!({"loki.format": "xml"})), r#"{"body":"hi"}"#);
}

#[test]
fn structured_metadata_has_the_ids_and_beside_a_raw_line_everything() {
    let record = json!({
        "body": "hi", "severityNumber": 9, "severityText": "info", "flags": 1, "eventName": "cart.filled",
        "observedTimeUnixNano": "1800000000000000000", "droppedAttributesCount": 2,
        "traceId": "0102030405060708090a0b0c0d0e0f10", "spanId": "0102030405060708",
        "attributes": {"user.name": "ada", "map": {"a": [1, true]}, "empty": "", "host.name": "mine", "ü": "x"},
    });
    let scope = json!({"name": "lib", "version": "1", "attributes": [{"key": "s", "value": {"stringValue": "t"}}]});
    let batch = batch(vec![of_resource(&json!({"host.name": "h"}), &scope, [record])]);
    let ids = [("span_id", "0102030405060708"), ("trace_id", "0102030405060708090a0b0c0d0e0f10")];

    assert_eq!(only_line(&config(json!({})), &batch).2, texts(&ids));
    assert_eq!(only_line(&config(json!({"structured_metadata": false, "format": "raw"})), &batch).2, texts(&[]));
    let (_, line, metadata) = only_line(&config(json!({"format": "raw"})), &batch);
    assert_eq!(line, "hi");
    let mut rest = texts(&[
        ("severity_number", "9"),
        ("severity_text", "info"),
        ("flags", "1"),
        ("event_name", "cart.filled"),
        ("observed_timestamp", "1800000000000000000"),
        ("dropped_attributes_count", "2"),
        ("user_name", "ada"),
        ("map_a_0", "1"),
        ("map_a_1", "true"),
        ("key_", "x"),
        ("scope_name", "lib"),
        ("scope_version", "1"),
        ("s", "t"),
        ("host_name", "mine"),
        ("resource_host_name", "h"),
    ]);
    rest.extend(texts(&ids));
    assert_eq!(metadata, rest);
}
