//! What goes in over OTLP is read back from Loki by its own queries: lines, times to the nanosecond, labels, structured metadata;
//! through its push API and through its OTLP endpoint. What Loki refuses is counted line by line.

mod hostile;
mod sample;

use std::{collections::BTreeMap, fs};

use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use sluice_integration::{
    Backend, Certificates, Gateway, Telemetry, eventually,
    real::{Decoder, Entry, Loki, Stream, Tls},
};

use sample::{attributes, full, line, logs, now, text};

const HOUR: u64 = 3_600_000_000_000;

#[tokio::test]
async fn a_file_of_before_hints_delivers_unchanged() {
    let Some(loki) = Loki::start().await else { return };
    let gateway = Gateway::on("loki_before_hints.yaml").with("LOKI", loki.address()).start().await;
    let time = now();
    let resource = vec![("service.name", text("checkout")), ("deployment.environment", text("prod"))];
    let own =
        |level: &str, record: LogRecord| LogRecord { attributes: attributes(vec![("level", text(level))]), ..record };
    let severe = LogRecord { severity_number: 17, ..line(time + 2, "by its severity") };
    let records = vec![own("error", line(time, "it failed")), own("info", line(time + 1, "it went on")), severe];

    send(&gateway, &logs(resource, records)).await;

    let found = async |level: &str| {
        let query = format!(r#"{{service_name="checkout", env="prod", level="{level}"}}"#);
        lines(&loki, "", &query, time, 1).await
    };
    let prefix = "instrumentation_scope_name=lib instrumentation_scope_version=1.0";
    let labels = |level: &str| labels(&[("env", "prod"), ("level", level), ("service_name", "checkout")]);
    assert_eq!(found("error").await, [stream(labels("error"), vec![entry(time, &format!("{prefix} it failed"), &[])])]);
    assert_eq!(
        found("info").await,
        [stream(labels("info"), vec![entry(time + 1, &format!("{prefix} it went on"), &[])])]
    );
    let by_severity = format!("severityN=17 {prefix} by its severity");
    assert_eq!(found("ERROR").await, [stream(labels("ERROR"), vec![entry(time + 2, &by_severity, &[])])]);
}

/// The settings of an exporter, and how it writes the two lines of [`full`].
type Way = (&'static str, &'static str, [&'static str; 2]);

#[tokio::test]
async fn every_field_in_every_format_and_encoding() {
    const IDS: [(&str, &str); 2] = [("span_id", "0102030405060708"), ("trace_id", "0102030405060708090a0b0c0d0e0f10")];
    const REST: [(&str, &str); 10] = [
        ("severity_number", "17"),
        ("severity_text", "err"),
        ("flags", "1"),
        ("event_name", "payment.failed"),
        ("dropped_attributes_count", "2"),
        ("user_name_", "Ada\nLovelace"),
        ("nested_list_0", "true"),
        ("nested_list_1", "1.5"),
        ("scope_name", "lib"),
        ("scope_version", "1.0"),
    ];
    const WAYS: [Way; 5] = [
        (
            "json",
            "",
            [
                r#"{"body":"payment \"failed\"\n\tat once {é}","traceid":"0102030405060708090a0b0c0d0e0f10","spanid":"0102030405060708","severity":"err","flags":1,"attributes":{"user \"name\"":"Ada\nLovelace","nested":{"list":[true,1.5]}},"resources":{"host.name":"h-1","service.name":"checkout"},"instrumentation_scope":{"name":"lib","version":"1.0"}}"#,
                r#"{"body":"retrying","resources":{"host.name":"h-1","service.name":"checkout"},"instrumentation_scope":{"name":"lib","version":"1.0"}}"#,
            ],
        ),
        (
            "logfmt",
            "compression: gzip",
            [
                r#"msg="payment \"failed\"\n\tat once {é}" traceID=0102030405060708090a0b0c0d0e0f10 spanID=0102030405060708 severity=err flags=1 attribute_username="Ada\nLovelace" attribute_nested_list_0=true attribute_nested_list_1=1.5 resource_host.name=h-1 resource_service.name=checkout instrumentation_scope_name=lib instrumentation_scope_version=1.0"#,
                "retrying= resource_host.name=h-1 resource_service.name=checkout instrumentation_scope_name=lib instrumentation_scope_version=1.0",
            ],
        ),
        ("raw", "", ["payment \"failed\"\n\tat once {é}", "retrying"]),
        ("raw", "encoding: json", ["payment \"failed\"\n\tat once {é}", "retrying"]),
        ("raw", "encoding: json, compression: none", ["payment \"failed\"\n\tat once {é}", "retrying"]),
    ];
    let Some(loki) = Loki::start().await else { return };
    for (number, (format, settings, expected)) in WAYS.into_iter().enumerate() {
        let gateway = before(&loki, &format!("format: {format}, {settings}")).await;
        let (time, way) = (now(), number.to_string());
        let resource = vec![
            ("loki.resource.labels", text("way, service.namespace")),
            ("way", text(&way)),
            ("service.namespace", text("shop \"é\"\\")),
            ("host.name", text("h-1")),
            ("service.name", text("checkout")),
        ];
        let mut records = full(time);
        for record in &mut records {
            record.attributes.extend(attributes(vec![("loki.attribute.labels", text("http.status_code"))]));
        }

        send(&gateway, &logs(resource, records)).await;

        let found = lines(&loki, "", &format!(r#"{{way="{way}"}}"#), time, 2).await;
        let common = [
            ("exporter", "OTLP"),
            ("job", "shop \"é\"\\/checkout"),
            ("service_namespace", "shop \"é\"\\"),
            // What Loki makes of the label job.
            ("service_name", "shop \"é\"\\/checkout"),
            ("way", way.as_str()),
        ];
        let (mut of_failed, mut of_info) = (labels(&common), labels(&common));
        of_failed.extend(labels(&[("level", "ERROR"), ("http_status_code", "500")]));
        of_info.extend(labels(&[("level", "INFO")]));
        let (mut failed, mut info) = (entry(time, expected[0], &IDS), entry(time + 1, expected[1], &[]));
        if format == "raw" {
            let observed = (time + 5).to_string();
            failed.metadata.extend(labels(&REST));
            // So Loki calls metadata that has the name of a label.
            let resource = [("host_name", "h-1"), ("service_name_extracted", "checkout")];
            failed.metadata.extend(labels(&resource));
            failed.metadata.insert("observed_timestamp".into(), observed);
            info.metadata.extend(labels(&resource));
            info.metadata.extend(labels(&[("severity_number", "9"), ("scope_name", "lib"), ("scope_version", "1.0")]));
        }
        assert_eq!(found, [stream(of_failed, vec![failed]), stream(of_info, vec![info])], "{format} {settings}");
    }
}

#[tokio::test]
async fn the_published_file_sends_both_ways_to_tenants_of_their_own() {
    let Some(loki) = Loki::setup().tenants().start().await else { return };
    let gateway = Gateway::on_published("loki.yaml").with("LOKI", format!("http://{}", loki.address())).start().await;
    let time = now();
    let resource = vec![("service.name", text("checkout")), ("deployment.environment.name", text("prod"))];
    let records = vec![LogRecord { trace_id: (1..=16).collect(), ..line(time, "hello") }];

    send(&gateway, &logs(resource, records)).await;

    let query = r#"{service_name="checkout", deployment_environment_name="prod"}"#;
    let common = labels(&[("service_name", "checkout"), ("deployment_environment_name", "prod")]);
    let rest = [("trace_id", "0102030405060708090a0b0c0d0e0f10"), ("scope_name", "lib"), ("scope_version", "1.0")];
    for tenant in ["pushed", "otlp"] {
        let found = lines(&loki, tenant, query, time, 1).await;
        assert_eq!(found, [stream(common.clone(), vec![entry(time, "hello", &rest)])], "{tenant}");
    }
}

#[tokio::test]
async fn each_hinted_tenant_has_its_own() {
    let Some(loki) = Loki::setup().tenants().start().await else { return };
    let gateway = before(&loki, "format: raw, structured_metadata: false, headers: {X-Scope-OrgID: rest}").await;
    let time = now();
    let of = |tenant: &str| attributes(vec![("loki.tenant", text("team")), ("team", text(tenant))]);
    let records = vec![
        LogRecord { attributes: of("a"), ..line(time, "of a") },
        LogRecord { attributes: of("b"), ..line(time + 1, "of b") },
        line(time + 2, "of nobody"),
        // Would be read by two tenants, which Loki does not let one write.
        LogRecord { attributes: of("a|b"), ..line(time + 3, "of both") },
    ];

    send(&gateway, &logs(vec![], records)).await;

    for (tenant, at, text) in [("a", 0, "of a"), ("b", 1, "of b"), ("rest", 2, "of nobody")] {
        let found = lines(&loki, tenant, r#"{exporter="OTLP"}"#, time, 1).await;
        assert_eq!(found[0].entries, [entry(time + at, text, &[])]);
    }
    assert_eq!(lost(&gateway, 1).await, BTreeMap::from([("rejected".into(), 1)]));
}

#[tokio::test]
async fn over_tls_with_an_authority_of_ones_own() {
    let certificates = Certificates::new();
    certificates.issue("server");
    certificates.issue("client");
    for tls in [Tls::named(&certificates, "server"), Tls::mutual(&certificates, "server")] {
        let Some(loki) = Loki::setup().tls(tls).start().await else { return };
        let folder = certificates.folder().display();
        let client = format!("ca_file: {folder}/ca.pem, cert_file: {folder}/client.pem, key_file: {folder}/client.key");
        let endpoint = format!("https://localhost:{}/loki/api/v1/push", port(&loki));
        let gateway = gateway(&format!("endpoint: '{endpoint}', format: raw, tls: {{{client}}}")).await;
        let time = now();

        send(&gateway, &logs(vec![], vec![line(time, "in secret")])).await;

        assert_eq!(lines(&loki, "", r#"{exporter="OTLP"}"#, time, 1).await[0].entries[0].line, "in secret");
    }
}

#[tokio::test]
async fn lines_too_far_behind_are_lost_alone_and_counted() {
    let Some(loki) = Loki::start().await else { return };
    let gateway = before(&loki, "format: raw, structured_metadata: false").await;
    let time = now();
    send(&gateway, &logs(vec![], vec![line(time, "newest")])).await;
    lines(&loki, "", r#"{exporter="OTLP"}"#, time, 1).await;

    let behind = |number: u64| line(time - 2 * HOUR + number, "behind");
    send(&gateway, &logs(vec![], vec![behind(1), line(time + 1, "newer"), behind(2), line(time - HOUR / 2, "older")]))
        .await;

    let found = lines(&loki, "", r#"{exporter="OTLP"}"#, time - HOUR, 3).await;
    let expected = [entry(time - HOUR / 2, "older", &[]), entry(time, "newest", &[]), entry(time + 1, "newer", &[])];
    assert_eq!(found[0].entries, expected);
    assert_eq!(lost(&gateway, 2).await, BTreeMap::from([("rejected".into(), 2)]));
    assert!(gateway.process.lines().iter().any(|line| line.contains("lines were refused: entry too far behind")));
}

#[tokio::test]
async fn lines_of_no_time_that_loki_takes_are_counted_before_they_are_sent_or_after() {
    let Some(loki) = Loki::start().await else { return };
    let careful = before(&loki, "format: raw").await;
    let careless = before(&loki, "format: raw, limits: {max_age: 0, max_ahead: 0}").await;
    let time = now();
    let records = vec![
        line(time - 8 * 24 * HOUR, "old"),
        line(time, "now"),
        line(time + HOUR, "ahead"),
        line(time + HOUR, "too"),
    ];

    send(&careful, &logs(vec![("service.name", text("careful"))], records.clone())).await;
    send(&careless, &logs(vec![("service.name", text("careless"))], records)).await;

    for service in ["careful", "careless"] {
        let found = lines(&loki, "", &format!(r#"{{job="{service}"}}"#), time, 1).await;
        assert_eq!(found[0].entries[0].line, "now");
    }
    let reasons = [("too_old".to_owned(), 1), ("too_far_ahead".to_owned(), 2)];
    assert_eq!(lost(&careful, 3).await, BTreeMap::from(reasons));
    assert_eq!(lost(&careless, 3).await, BTreeMap::from([("rejected".into(), 3)]));
}

#[tokio::test]
async fn a_loki_that_allows_no_structured_metadata_gets_the_lines() {
    let Some(loki) = Loki::setup().limits("allow_structured_metadata: false").start().await else { return };
    let gateway = before(&loki, "format: raw").await;
    let time = now();

    for number in 0..2 {
        send(&gateway, &logs(vec![], vec![line(time + number, "plain")])).await;
        lines(&loki, "", r#"{exporter="OTLP"}"#, time + number, 1).await;
    }

    let found = lines(&loki, "", r#"{exporter="OTLP"}"#, time, 2).await;
    assert_eq!(found[0].entries, [entry(time, "plain", &[]), entry(time + 1, "plain", &[])]);
    assert_eq!(lost(&gateway, 0).await, BTreeMap::new());
}

#[tokio::test]
async fn the_collectors_receiver_reads_the_same() {
    let backend = Backend::start().await;
    let Some(decoder) = Decoder::start(&backend).await else { return };
    for settings in ["encoding: protobuf", "encoding: json"] {
        let endpoint = format!("http://{}/loki/api/v1/push", decoder.loki());
        let seen = backend.requests().len();
        let gateway = gateway(&format!("endpoint: '{endpoint}', format: raw, {settings}")).await;
        let time = now();
        let record = LogRecord { severity_number: 9, ..line(time, "hello \"é\"") };

        send(&gateway, &logs(vec![("service.name", text("checkout"))], vec![record])).await;

        backend.wait_for_items(seen + 1).await;
        let Some(Telemetry::Logs(decoded)) = backend.requests().pop() else { panic!("no logs") };
        let record = &decoded.resource_logs[0].scope_logs[0].log_records[0];
        assert_eq!((record.time_unix_nano, record.body.clone()), (time, Some(sample::any(text("hello \"é\"")))));
        let found: BTreeMap<_, _> =
            record.attributes.iter().map(|pair| (pair.key.as_str(), pair.value.clone())).collect();
        for (label, value) in [("exporter", "OTLP"), ("job", "checkout"), ("level", "INFO")] {
            assert_eq!(
                found[label].as_ref().and_then(|value| value.value.clone()),
                Some(Value::StringValue(value.into()))
            );
        }
    }
}

/// A gateway before a Loki, with these settings besides.
async fn before(loki: &Loki, settings: &str) -> Gateway {
    gateway(&format!("endpoint: 'http://{}/loki/api/v1/push', {settings}", loki.address())).await
}

/// A gateway whose exporter has these settings.
async fn gateway(settings: &str) -> Gateway {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("gateway.yaml");
    let configuration = format!(
        "receivers: {{otlp: {{protocols: {{grpc: {{endpoint: '${{env:GRPC}}'}}}}}}}}
exporters: {{loki: {{{settings}}}}}
service: {{pipelines: {{logs: {{receivers: [otlp], exporters: [loki]}}}}}}
"
    );
    fs::write(&file, configuration).expect("the folder is ours");
    Gateway::on_file(file).start().await
}

async fn send(gateway: &Gateway, logs: &Telemetry) {
    let reply = gateway.grpc().send(logs).await;
    assert!(reply.is_accepted(), "{reply:?}");
}

/// What a query selects from a time on, once there are so many lines.
async fn lines(loki: &Loki, tenant: &str, query: &str, from: u64, count: usize) -> Vec<Stream> {
    eventually(&format!("{count} lines of {query}"), async || {
        let found = loki.query_range_of(tenant, query, from - HOUR, from + 2 * HOUR).await;
        let lines: usize = found.iter().map(|stream| stream.entries.len()).sum();
        (lines >= count).then_some(found)
    })
    .await
}

/// How many lines were lost by reason, once there are as many as this.
async fn lost(gateway: &Gateway, count: usize) -> BTreeMap<String, usize> {
    eventually(&format!("{count} lost lines"), async || {
        let metrics = gateway.metrics().await;
        let mut lost = BTreeMap::new();
        for line in metrics.lines().filter(|line| line.starts_with("sluice_lost_items{")) {
            let (labels, value) = line.rsplit_once(' ').expect("a sample has a value");
            let reason = labels.split("reason=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a reason");
            lost.insert(reason.to_owned(), value.parse().expect("a count"));
        }
        (lost.values().sum::<usize>() >= count).then_some(lost)
    })
    .await
}

fn labels(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn entry(time: u64, line: &str, metadata: &[(&str, &str)]) -> Entry {
    Entry { time, line: line.to_owned(), metadata: labels(metadata) }
}

fn stream(labels: BTreeMap<String, String>, entries: Vec<Entry>) -> Stream {
    Stream { labels, entries }
}

fn port(loki: &Loki) -> &str {
    loki.address().rsplit_once(':').map_or("", |(_, port)| port)
}
