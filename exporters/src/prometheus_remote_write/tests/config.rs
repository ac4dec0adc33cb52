//! What the user writes.

use std::time::Duration;

use super::*;

#[test]
fn defaults_are_the_collectors() {
    let config = config(json!({}));

    let queue = config.sending.queue.unwrap();
    let retry = config.sending.retry.unwrap();
    assert_eq!((config.message, config.max_batch_size_bytes, config.parallelism), (Message::V1, 3_000_000, 5));
    assert_eq!((queue.queue_size, queue.num_consumers), (10_000, 1));
    assert_eq!(config.sending.timeout, Some(Duration::from_secs(5)));
    assert_eq!(
        [retry.initial_interval, retry.max_interval, retry.max_elapsed_time].map(|time| time.as_millis()),
        [50, 30_000, 300_000]
    );
    assert!(config.target_info && config.scope_info && config.resource_labels.is_none() && !config.send_metadata);
}

#[test]
fn consumers_are_requests_at_the_same_time() {
    let parallelism = |json: Json| config(json).parallelism;

    assert_eq!(parallelism(json!({ "remote_write_queue": { "num_consumers": 3 } })), 3);
    assert_eq!(
        parallelism(json!({ "remote_write_queue": { "num_consumers": 3 }, "max_batch_request_parallelism": 2 })),
        2
    );
    assert!(config(json!({ "remote_write_queue": { "enabled": false, "queue_size": 0 } })).sending.queue.is_none());
}

#[test]
fn mistakes_are_told() {
    for (settings, expected) in [
        (json!({ "endpoint": "" }), "endpoint: must be the URL that metrics are written to"),
        (json!({ "wal": { "directory": "x" } }), "wal: not supported by Sluice yet: what waits is held in memory"),
        (
            json!({ "export_created_metric": { "enabled": true } }),
            "export_created_metric: not supported by Sluice yet: remove it, the Collector has it no longer either",
        ),
        (json!({ "compression": "gzip" }), "compression: must be \"snappy\""),
        (
            json!({ "translation_strategy": "NoTranslation" }),
            "translation_strategy: needs protobuf_message: io.prometheus.write.v2.Request",
        ),
        (
            json!({ "protobuf_message": "v2" }),
            "protobuf_message: must be one of \"prometheus.WriteRequest\", \"io.prometheus.write.v2.Request\", found \"v2\"",
        ),
        (json!({ "external_labels": { "": "x" } }), "external_labels: \"\" cannot be the name of a label"),
        (json!({ "external_labels": { "a": "" } }), "external_labels: \"a\" must have a value"),
        (json!({ "external_labels": ["a"] }), "external_labels: must be a map of names and texts, found a list"),
        (json!({ "max_batch_request_parallelism": 0 }), "max_batch_request_parallelism: must be at least 1"),
        (
            json!({ "remote_write_queue": { "queue_size": 0 } }),
            "remote_write_queue::queue_size: must be greater than zero",
        ),
        (
            json!({ "include_metadata_keys": ["X-Scope-OrgID", "content-TYPE"] }),
            "include_metadata_keys::1: \"content-TYPE\" is a header of remote write itself",
        ),
    ] {
        let mut settings = settings;
        settings.as_object_mut().unwrap().entry("endpoint").or_insert("http://localhost/".into());
        let (_, problems) = read(settings.clone(), Config::read);
        assert_eq!(problems, [expected], "{settings}");
    }
}
