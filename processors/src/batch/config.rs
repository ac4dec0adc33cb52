//! What the user writes.

use std::time::Duration;

use sluice_component::config::Section;

/// The settings of one `batch`.
#[derive(Clone, Debug)]
pub(super) struct Config {
    /// How long an item waits at most; zero sends every request at once.
    pub(super) timeout: Duration,
    /// How many items are sent at once; zero sends every request at once.
    pub(super) send_batch_size: usize,
    /// How many items a batch may have; `usize::MAX` for any number.
    pub(super) send_batch_max_size: usize,
    /// Requests are merged when these have the same values: in lower case, sorted.
    pub(super) metadata_keys: Vec<String>,
    /// How many combinations of their values may be at work at once.
    pub(super) metadata_cardinality_limit: usize,
    pub(super) acknowledge: Acknowledge,
    /// How much may be held, in MiB.
    pub(super) max_pending_mib: u32,
}

/// When a caller gets its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Acknowledge {
    /// When its items are held here; what fails later is lost. The Collector's way.
    OnEnqueue,
    /// When the batches that hold its items have their answer.
    OnDelivery,
}

impl Config {
    pub(super) fn read(section: &mut Section<'_>) -> Self {
        let timeout = section.duration("timeout", Duration::from_millis(200));
        let send_batch_size: u32 = section.integer("send_batch_size", 8192);
        let max_size: u32 = section.integer("send_batch_max_size", 0);
        let metadata_keys = section.strings("metadata_keys", &[]);
        let cardinality_limit: u32 = section.integer("metadata_cardinality_limit", 1000);
        let acknowledge = section.one_of(
            "acknowledge",
            &[("on_enqueue", Acknowledge::OnEnqueue), ("on_delivery", Acknowledge::OnDelivery)],
            "on_enqueue",
        );
        let max_pending_mib: u32 = section.integer("max_pending_mib", 64);

        if max_size > 0 && max_size < send_batch_size {
            section.problem("send_batch_max_size", "send_batch_max_size must be greater or equal to send_batch_size");
        }
        if max_pending_mib == 0 {
            section.problem("max_pending_mib", "must be greater than zero");
        }
        Self {
            timeout,
            send_batch_size: send_batch_size as usize,
            send_batch_max_size: unless_zero(max_size),
            metadata_keys: keys(metadata_keys, section),
            metadata_cardinality_limit: unless_zero(cardinality_limit),
            acknowledge,
            max_pending_mib,
        }
    }

    /// Whether requests leave as they come, with no wait for others.
    pub(super) fn sends_at_once(&self) -> bool {
        self.timeout.is_zero() || self.send_batch_size == 0
    }
}

/// The Collector's zero that means no limit.
fn unless_zero(limit: u32) -> usize {
    if limit == 0 { usize::MAX } else { limit as usize }
}

fn keys(written: Vec<String>, section: &Section<'_>) -> Vec<String> {
    let mut keys: Vec<String> = Vec::with_capacity(written.len());
    for key in written.iter().map(|key| key.to_lowercase()) {
        if keys.contains(&key) {
            section.problem("metadata_keys", format!("duplicate entry in metadata_keys: {key:?} (case-insensitive)"));
        } else {
            keys.push(key);
        }
    }
    keys.sort_unstable();
    keys
}
