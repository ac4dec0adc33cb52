//! What is read of the settings.

use super::super::config::Tenant;
use super::super::line::Format;
use super::super::rules::RecordField;
use super::*;

#[test]
fn the_defaults_are_lokis_and_the_collectors() {
    let config = config(json!({}));

    assert_eq!(config.encoding, Encoding::Protobuf);
    assert!(config.compressor.is_none());
    assert_eq!(config.tenant, Tenant::Unsaid);
    assert_eq!(config.sending.timeout, Some(Duration::from_secs(30)));
    let rules = &config.rules;
    assert_eq!((rules.format, rules.structured_metadata), (Format::Json, true));
    let defaults = rules.default_labels;
    assert!(defaults.exporter && defaults.job && defaults.instance && defaults.level);
    assert_eq!(rules.limits.max_age, Some(Duration::from_secs(7 * 24 * 3600)));
    assert_eq!(rules.limits.max_ahead, Some(Duration::from_secs(600)));
    assert_eq!((rules.limits.line_bytes, rules.limits.request_bytes), (262_144, 1_048_576));
}

#[test]
fn an_older_file_means_what_it_meant() {
    let config = config(json!({
        "labels": {
            "resource": {"service.name": "service_name", "env": ""},
            "attributes": {"level": "level"},
            "record": {"traceID": "traceid", "severityN": "severity_number"},
        },
    }));

    let rules = &config.rules;
    assert_eq!((rules.format, rules.structured_metadata), (Format::Body, false));
    let defaults = rules.default_labels;
    assert!(!(defaults.exporter || defaults.job || defaults.instance || defaults.level));
    let pair = |name: &str, label: &str| (name.to_owned(), label.to_owned());
    assert_eq!(rules.labels.resource, [pair("env", "env"), pair("service.name", "service_name")]);
    assert_eq!(rules.labels.attributes, [pair("level", "level")]);
    assert_eq!(
        rules.labels.record,
        [(RecordField::SeverityNumber, "severity_number".into()), (RecordField::TraceId, "traceid".into())]
    );
}

#[test]
fn former_spellings_are_taken_with_a_warning() {
    let (config, warnings) = read(
        json!({"endpoint": "http://loki:3100", "tenant_id": "team-a", "format": "body", "insecure": true}),
        Config::read,
    );

    assert_eq!(
        warnings,
        [
            "endpoint: has no path; Loki takes logs at /loki/api/v1/push",
            "tenant_id: is the former spelling of headers::X-Scope-OrgID",
            "insecure: is read as tls::insecure, where it belongs",
        ]
    );
    assert_eq!(config.tenant, Tenant::Static("team-a".into()));
}

#[test]
fn a_tenant_comes_from_where_it_is_said() {
    for (source, tenant) in [
        ("static", Tenant::Static("who".into())),
        ("context", Tenant::Context("who".into())),
        ("attributes", Tenant::Attributes("who".into())),
    ] {
        assert_eq!(config(json!({"tenant": {"source": source, "value": "who"}})).tenant, tenant);
    }
}

#[test]
fn bodies_are_packed_as_loki_takes_them() {
    let packed = |json: Json| config(json).compressor.map(|compressor| compressor.encoding().http_name());

    assert_eq!(packed(json!({"compression": "snappy"})), None);
    assert_eq!(packed(json!({"compression": "gzip"})), Some("gzip"));
    assert_eq!(packed(json!({"encoding": "json"})), Some("gzip"));
    assert_eq!(packed(json!({"encoding": "json", "compression": "none"})), None);
}

#[test]
fn every_mistake_is_named() {
    let problems = |json: Json| read(json, Config::read).1;

    assert_eq!(problems(json!({})), ["endpoint must be specified, such as http://localhost:3100/loki/api/v1/push"]);
    assert_eq!(
        problems(json!({
            "endpoint": "loki:3100",
            "encoding": "xml",
            "compression": "zstd",
            "format": "text",
            "labels": {"resource": {"a.b": "", "c": "1c", "d": 1}, "attributes": ["e"], "record": {"trace": "t"}},
            "default_labels_enabled": {"host": true},
            "tenant": {"source": "static", "value": "a|b"},
            "tenant_id": "c",
        })),
        [
            "endpoint: must be a valid URL, such as http://localhost:4318",
            "encoding: must be one of \"protobuf\", \"json\", found \"xml\"",
            "labels::resource::a.b: must be a label of letters, digits and _, not beginning with a digit, found \"a.b\"",
            "labels::resource::c: must be a label of letters, digits and _, not beginning with a digit, found \"1c\"",
            "labels::resource::d: must be the name of a label, found a whole number",
            "labels::attributes: must be a map of names to labels, found a list",
            "labels::record: must be one of traceID, spanID, severity, severityN, found \"trace\"",
            "labels: must name at least one attribute, in resource, attributes or record",
            "default_labels_enabled::host: unknown key, expected one of exporter, instance, job, level",
            "format: must be one of \"json\", \"logfmt\", \"raw\", \"body\", found \"text\"",
            "tenant_id: must not be set together with tenant",
            "tenant_id: is the former spelling of headers::X-Scope-OrgID",
            "tenant::value: must be of up to 150 letters, digits and !-_.*'()",
            "compression: must be none, snappy or gzip: Loki takes no other",
        ]
    );
    assert_eq!(
        problems(json!({"endpoint": "http://a/b", "encoding": "json", "compression": "deflate"})),
        ["compression: must be none or gzip: Loki takes no other of JSON"]
    );
}
