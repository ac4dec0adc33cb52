use super::*;

fn problems(json: Json) -> Vec<String> {
    read(json, |section| Config::read(section, Duration::from_secs(5))).1
}

#[test]
fn the_defaults_are_the_collectors() {
    let (config, _) = read(json!({}), |section| Config::read(section, Duration::from_secs(5)));

    let queue = config.queue.unwrap();
    assert_eq!((queue.num_consumers, queue.queue_size, queue.sizer), (10, 1000, Sizer::Requests));
    assert!(!queue.block_on_overflow && !queue.wait_for_result && queue.batch.is_none());
    let retry = config.retry.unwrap();
    let seconds = [retry.initial_interval, retry.max_interval, retry.max_elapsed_time].map(|time| time.as_secs());
    assert_eq!(seconds, [5, 30, 300]);
    assert_eq!((retry.multiplier, retry.randomization_factor), (1.5, 0.5));
    assert_eq!(config.timeout, Some(Duration::from_secs(5)));
}

#[test]
fn each_section_can_be_switched_off() {
    let off = json!({"timeout": 0, "sending_queue": {"enabled": false}, "retry_on_failure": {"enabled": false}});

    let (config, problems) = read(off, |section| Config::read(section, Duration::from_secs(5)));

    assert_eq!(problems, [""; 0]);
    assert!(config.queue.is_none() && config.retry.is_none() && config.timeout.is_none());
}

#[test]
fn an_empty_batch_counts_items_and_a_set_sizer_is_inherited() {
    let batch = |json: Json| {
        let (config, problems) = read(json, QueueConfig::read);
        assert_eq!(problems, [""; 0]);
        config.batch.unwrap()
    };

    let empty = batch(json!({"sizer": "requests", "batch": null}));
    assert_eq!((empty.sizer, empty.min_size, empty.max_size), (Sizer::Items, 8192, 0));
    assert_eq!(empty.flush_timeout, Duration::from_millis(200));
    assert_eq!(batch(json!({"sizer": "bytes", "queue_size": 9000, "batch": {}})).sizer, Sizer::Bytes);
    assert_eq!(batch(json!({"sizer": "bytes", "batch": {"sizer": "items"}})).sizer, Sizer::Items);
    assert_eq!(batch(json!({"sizer": "requests", "batch": {"sizer": "items"}})).sizer, Sizer::Items);
    assert_eq!(batch(json!({"batch": {"min_size": 5000}})).sizer, Sizer::Items);
}

#[test]
fn every_mistake_is_named() {
    assert_eq!(
        problems(json!({
            "timeout": "-1s",
            "retry_on_failure": {
                "max_elapsed_time": "1s", "randomization_factor": 2, "multiplier": -1,
            },
            "sending_queue": {
                "num_consumers": 0, "queue_size": 0, "storage": "file_storage",
                "batch": {
                    "flush_timeout": 0, "min_size": 100, "max_size": 10,
                    "partition": {"metadata_keys": ["X-Tenant", "x-tenant"]},
                },
            },
        })),
        [
            "timeout: must be a duration such as 200ms, 5s or 1h30m, not negative, found \"-1s\"",
            "retry_on_failure::randomization_factor: must be between 0 and 1, found 2",
            "retry_on_failure::multiplier: must not be negative, found -1",
            "retry_on_failure::max_elapsed_time: must not be less than initial_interval",
            "retry_on_failure::max_elapsed_time: must not be less than max_interval",
            "sending_queue::num_consumers: must be greater than zero",
            "sending_queue::queue_size: must be greater than zero",
            "sending_queue::storage: not supported by Sluice yet: the queue is held in memory",
            "sending_queue::batch::flush_timeout: must be greater than zero",
            "sending_queue::batch::max_size: must be zero or not less than min_size, found 10 and 100",
            "sending_queue::batch::partition::metadata_keys: \"x-tenant\" is there twice; case does not matter",
        ]
    );
}

#[test]
fn a_batch_must_fit_the_queue_and_is_not_measured_in_requests() {
    assert_eq!(
        problems(json!({"sending_queue": {"sizer": "items", "queue_size": 100, "batch": {"min_size": 101}}})),
        ["sending_queue::batch: min_size must not be greater than queue_size, found 101 and 100"]
    );
    assert_eq!(
        problems(json!({"sending_queue": {"sizer": "requests", "batch": {"min_size": 1}}})),
        [
            "sending_queue::batch: batches are measured in items or bytes, but the queue's sizer is requests: set sizer here"
        ]
    );
    assert_eq!(
        problems(json!({"sending_queue": {"batch": {"sizer": "requests"}}})),
        ["sending_queue::batch::sizer: must be one of \"items\", \"bytes\", found \"requests\""]
    );
}
