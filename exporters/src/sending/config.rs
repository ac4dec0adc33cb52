//! What the user writes: `sending_queue`, `retry_on_failure`, `timeout`.

use std::time::Duration;

use sluice_component::config::{Presence, Section};

use super::Sizer;

/// The settings of the common tail.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where batches wait; none means that the caller waits for the outcome.
    pub queue: Option<QueueConfig>,
    /// How a failed attempt is repeated; none means that it is not.
    pub retry: Option<RetryConfig>,
    /// How long one attempt may take; none means for ever.
    pub timeout: Option<Duration>,
}

/// `sending_queue`.
#[derive(Clone, Debug)]
pub struct QueueConfig {
    /// How many attempts are made at the same time. Default 10.
    pub num_consumers: usize,
    /// How much may be held, in units of `sizer`, from the moment it is taken until its outcome is known. Default 1000.
    pub queue_size: usize,
    /// What counts. Default requests.
    pub sizer: Sizer,
    /// Whether the caller waits for room instead of being refused. Default no.
    pub block_on_overflow: bool,
    /// Whether the caller waits for the outcome. Default no.
    pub wait_for_result: bool,
    /// Whether batches are merged and split before they are sent. Default no.
    pub batch: Option<BatchConfig>,
}

/// `sending_queue::batch`.
#[derive(Clone, Debug)]
pub struct BatchConfig {
    /// How long the first of a batch waits for others. Default 200 ms.
    pub flush_timeout: Duration,
    /// What is large enough to be sent at once. Default 8192.
    pub min_size: usize,
    /// What a batch may not exceed; zero means any size. Default zero.
    pub max_size: usize,
    /// What counts: items or bytes. Default items.
    pub sizer: Sizer,
    /// Names of client metadata, in lower case: only what agrees in all their values is merged. Default none.
    pub metadata_keys: Vec<String>,
}

/// `retry_on_failure`.
#[derive(Clone, Debug)]
pub struct RetryConfig {
    /// The first wait. Default 5 s.
    pub initial_interval: Duration,
    /// How far a wait is shifted at random, up and down: 0.5 means between half and one and a half. Default 0.5.
    pub randomization_factor: f64,
    /// By what each wait is longer than the former. Default 1.5.
    pub multiplier: f64,
    /// The longest wait. Default 30 s.
    pub max_interval: Duration,
    /// How long after the first attempt another may still begin; zero means for ever. Default 5 min.
    pub max_elapsed_time: Duration,
}

impl Config {
    /// Reads `timeout`, `retry_on_failure` and `sending_queue` of an exporter, with its default for the timeout.
    pub fn read(section: &mut Section<'_>, timeout: Duration) -> Self {
        let timeout = section.duration("timeout", timeout);
        let retry = section.optional("retry_on_failure", Presence::OnByDefault, RetryConfig::read);
        let queue = section.optional("sending_queue", Presence::OnByDefault, QueueConfig::read);
        Self { queue, retry, timeout: Some(timeout).filter(|timeout| !timeout.is_zero()) }
    }
}

impl QueueConfig {
    /// Reads the section `sending_queue`.
    pub fn read(section: &mut Section<'_>) -> Self {
        let sizers = [("requests", Sizer::Requests), ("items", Sizer::Items), ("bytes", Sizer::Bytes)];
        let num_consumers = positive(section, "num_consumers", 10);
        let queue_size = positive(section, "queue_size", 1000);
        let inherited = section.has("sizer") && section.has("batch");
        let sizer = section.one_of("sizer", &sizers, "requests");
        let block_on_overflow = section.bool("block_on_overflow", false);
        let wait_for_result = section.bool("wait_for_result", false);
        section.unsupported("storage", "the queue is held in memory");
        let batch = section.optional("batch", Presence::OnWhenPresent, |batch| {
            BatchConfig::read(batch, if inherited { sizer } else { Sizer::Items })
        });
        if let Some(batch) = &batch
            && batch.sizer == sizer
            && batch.min_size > queue_size
        {
            let min_size = batch.min_size;
            let message = format!("min_size must not be greater than queue_size, found {min_size} and {queue_size}");
            section.problem("batch", message);
        }
        Self { num_consumers, queue_size, sizer, block_on_overflow, wait_for_result, batch }
    }
}

impl BatchConfig {
    fn read(section: &mut Section<'_>, inherited: Sizer) -> Self {
        let flush_timeout = section.duration("flush_timeout", Duration::from_millis(200));
        if flush_timeout.is_zero() {
            section.problem("flush_timeout", "must be greater than zero");
        }
        let min_size = section.integer("min_size", 8192);
        let max_size = section.integer("max_size", 0);
        if max_size > 0 && max_size < min_size {
            let message = format!("must be zero or not less than min_size, found {max_size} and {min_size}");
            section.problem("max_size", message);
        }
        let sizers = [("items", Sizer::Items), ("bytes", Sizer::Bytes)];
        let sizer = if section.has("sizer") || inherited != Sizer::Requests {
            section.one_of("sizer", &sizers, if inherited == Sizer::Bytes { "bytes" } else { "items" })
        } else {
            section.problem(
                "",
                "batches are measured in items or bytes, but the queue's sizer is requests: set sizer here",
            );
            Sizer::Items
        };
        let metadata_keys = section.section("partition", |partition| {
            let keys: Vec<_> =
                partition.strings("metadata_keys", &[]).iter().map(|key| key.to_ascii_lowercase()).collect();
            for (index, key) in keys.iter().enumerate() {
                if keys[..index].contains(key) {
                    partition.problem("metadata_keys", format!("{key:?} is there twice; case does not matter"));
                }
            }
            keys
        });
        Self { flush_timeout, min_size, max_size, sizer, metadata_keys }
    }
}

impl RetryConfig {
    /// Reads the section `retry_on_failure`.
    pub fn read(section: &mut Section<'_>) -> Self {
        Self::read_from(section, Duration::from_secs(5))
    }

    /// As [`read`](Self::read), with another default for `initial_interval`.
    pub fn read_from(section: &mut Section<'_>, initial_interval: Duration) -> Self {
        let initial_interval = section.duration("initial_interval", initial_interval);
        let randomization_factor = section.float("randomization_factor", 0.5);
        if !(0.0..=1.0).contains(&randomization_factor) {
            section.problem("randomization_factor", format!("must be between 0 and 1, found {randomization_factor}"));
        }
        let multiplier = section.float("multiplier", 1.5);
        if !(multiplier.is_finite() && multiplier >= 0.0) {
            section.problem("multiplier", format!("must not be negative, found {multiplier}"));
        }
        let max_interval = section.duration("max_interval", Duration::from_secs(30));
        let max_elapsed_time = section.duration("max_elapsed_time", Duration::from_secs(300));
        if !max_elapsed_time.is_zero() && max_elapsed_time < initial_interval {
            section.problem("max_elapsed_time", "must not be less than initial_interval");
        }
        if !max_elapsed_time.is_zero() && max_elapsed_time < max_interval {
            section.problem("max_elapsed_time", "must not be less than max_interval");
        }
        Self { initial_interval, randomization_factor, multiplier, max_interval, max_elapsed_time }
    }
}

fn positive(section: &mut Section<'_>, key: &'static str, default: usize) -> usize {
    let value = section.integer(key, default);
    if value == 0 {
        section.problem(key, "must be greater than zero");
    }
    value.max(1)
}
