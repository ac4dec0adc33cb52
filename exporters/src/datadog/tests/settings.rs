//! What is read of a configuration, and what is refused.

use serde_json::json;

use super::super::Config;
use crate::testing::read;

#[test]
fn the_smallest_configuration_is_a_key() {
    let (config, problems) = read(json!({"api": {"key": " abc "}}), Config::read);

    assert_eq!(problems, [""; 0]);
    assert_eq!(config.key.reveal(), "abc");
    assert_eq!(config.metrics.endpoint, "https://api.datadoghq.com");
    assert_eq!(config.logs.endpoint, "https://http-intake.logs.datadoghq.com");
    assert_eq!(config.traces.endpoint, "https://trace.agent.datadoghq.com");
    assert_eq!(config.metrics.delta_ttl.as_secs(), 3600);
    assert!(config.metrics.instrumentation_scope_metadata_as_tags);
    assert_eq!(config.sending.timeout.unwrap().as_secs(), 15);
}

#[test]
fn endpoints_follow_the_site_unless_they_are_set() {
    let settings =
        json!({"api": {"key": "abc", "site": "datadoghq.eu"}, "logs": {"endpoint": "http://localhost:8080"}});

    let (config, problems) = read(settings, Config::read);

    assert_eq!(problems, [""; 0]);
    assert_eq!(config.metrics.endpoint, "https://api.datadoghq.eu");
    assert_eq!(config.logs.endpoint, "http://localhost:8080");
}

#[test]
fn every_mistake_is_told() {
    for (settings, expected) in [
        (json!({}), "api: api::key must be set"),
        (json!({"api": {"key": "a\nb"}}), "api: api::key has characters that a header cannot have"),
        (with(json!({"hostname": "localhost"})), "hostname: must not be a name that every machine has"),
        (with(json!({"hostname": "web_1"})), "hostname: must be labels of letters, digits and hyphens, joined by dots"),
        (with(json!({"tags": ["a:b"]})), "tags: was removed, use host_metadata::tags"),
        (with(json!({"send_metadata": false})), "send_metadata: was removed, use host_metadata::enabled"),
        (with(json!({"only_metadata": true})), "only_metadata: not supported by Sluice yet"),
        (
            with(json!({"orchestrator_explorer": {"enabled": true}})),
            "orchestrator_explorer::enabled: not supported by Sluice yet",
        ),
        (with(json!({"endpoint": "http://a"})), "endpoint: has no effect on the exporter datadog"),
        (with(json!({"headers": {"a": "b"}})), "headers: has no effect on the exporter datadog"),
        (with(json!({"logs": {"endpoint": ""}})), "logs::endpoint: must not be empty"),
        (
            with(json!({"logs": {"compression_level": 10}})),
            "logs::compression_level: gzip has no compression level 10, expected -1 to 9",
        ),
        (with(json!({"metrics": {"delta_ttl": 0}})), "metrics::delta_ttl: must be greater than zero"),
        (
            with(json!({"metrics": {"report_quantiles": true}})),
            "metrics::report_quantiles: was removed, use summaries::mode",
        ),
        (
            with(json!({"metrics": {"histograms": {"mode": "nobuckets"}}})),
            "metrics::histograms::mode: nobuckets needs send_aggregation_metrics: nothing of a histogram would be sent",
        ),
        (
            with(json!({"metrics": {"histograms": {"send_count_sum_metrics": true}}})),
            "metrics::histograms::send_count_sum_metrics: is called send_aggregation_metrics now",
        ),
        (
            with(
                json!({"metrics": {"histograms": {"send_count_sum_metrics": true, "send_aggregation_metrics": true}}}),
            ),
            "metrics::histograms::send_count_sum_metrics: is the former name of send_aggregation_metrics, which is set too",
        ),
        (
            with(json!({"metrics": {"sums": {
                "cumulative_monotonic_mode": "raw_value", "initial_cumulative_monotonic_value": "keep"}}})),
            "metrics::sums::initial_cumulative_monotonic_value: needs cumulative_monotonic_mode: to_delta",
        ),
        (
            with(json!({"traces": {"span_name_remappings": {"a": ""}}})),
            "traces::span_name_remappings::a: must be a name for another, neither empty",
        ),
        (
            with(json!({"traces": {"peer_service_aggregation": false}})),
            "traces::peer_service_aggregation: is called peer_tags_aggregation now",
        ),
        (
            with(json!({"host_metadata": {"reporter_period": "1m"}})),
            "host_metadata::reporter_period: must be 5m or more",
        ),
    ] {
        let (_, problems) = read(settings, Config::read);

        assert_eq!(problems, [expected]);
    }
}

/// These settings beside a key.
fn with(mut settings: serde_json::Value) -> serde_json::Value {
    settings["api"] = json!({"key": "abc"});
    settings
}
