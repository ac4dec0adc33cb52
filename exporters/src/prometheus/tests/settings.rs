//! What the user may write.

use super::*;

#[test]
fn the_defaults_are_the_collectors() {
    let (config, problems) = read(json!({"endpoint": "localhost:8889"}), Config::read);

    assert_eq!(problems, [""; 0]);
    assert_eq!((config.metric_expiration, config.max_series), (Duration::from_secs(300), 1_000_000));
    assert_eq!((config.namespace.as_str(), config.const_labels.len(), config.scope_labels), ("", 0, true));
    assert!(!config.send_timestamps && !config.enable_open_metrics);
    assert!(config.resource_labels.is_none() && config.queue.is_none() && config.server.tls.is_none());
}

#[test]
fn mistakes_are_said_all_at_once() {
    let settings = json!({
        "const_labels": {"__name__": "x", "n": 5},
        "translation_strategy": "Escape",
        "resource_constant_labels": {"included": []},
        "max_series": 0,
        "middlewares": [{"id": "a"}],
    });

    let (_, problems) = read(settings, Config::read);

    assert_eq!(
        problems,
        [
            r#"endpoint: must be host:port, found """#,
            "middlewares: not supported by Sluice yet",
            "resource_constant_labels: not supported by Sluice yet: resource_to_telemetry_conversion makes labels of a resource",
            "max_series: must be greater than 0",
            "const_labels::n: must be a text, found 5, write it in quotes",
            r#"const_labels: the name of a label must not be empty or begin with "__", found "__name__""#,
            r#"translation_strategy: must be one of "", "UnderscoreEscapingWithSuffixes", "UnderscoreEscapingWithoutSuffixes", "NoUTF8EscapingWithSuffixes", "NoTranslation", found "Escape""#,
        ]
    );
}
