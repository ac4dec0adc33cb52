//! What the user writes.

use sluice_component::config::{Presence, Section};

use crate::sending::QueueConfig;

/// The settings of one `debug`.
#[derive(Clone, Debug)]
pub(super) struct Config {
    pub(super) verbosity: Verbosity,
    /// How many batches of a second are printed before sampling begins.
    pub(super) sampling_initial: u64,
    /// Of the others, one in so many is printed; none if zero.
    pub(super) sampling_thereafter: u64,
    /// Where it is printed; `None` for the gateway's own log.
    pub(super) output_paths: Option<Vec<String>>,
    /// Where batches wait to be printed; none means that the caller waits.
    pub(super) queue: Option<QueueConfig>,
}

/// How much is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verbosity {
    /// The numbers of a batch.
    Basic,
    /// A line an item besides.
    Normal,
    /// Every field besides.
    Detailed,
}

impl Config {
    pub(super) fn read(section: &mut Section<'_>) -> Self {
        let verbosity = section.one_of(
            "verbosity",
            &[("basic", Verbosity::Basic), ("normal", Verbosity::Normal), ("detailed", Verbosity::Detailed)],
            "basic",
        );
        let sampling_initial = section.integer("sampling_initial", 2);
        let sampling_thereafter = section.integer("sampling_thereafter", 1);
        let use_internal_logger = section.bool("use_internal_logger", true);
        let has_output_paths = section.has("output_paths");
        // Not printed among the effective values where it must not be set.
        let output_paths = if use_internal_logger && !has_output_paths {
            section.ignored("output_paths");
            Vec::new()
        } else {
            section.strings("output_paths", &["stdout"])
        };
        let queue = section.optional("sending_queue", Presence::OnWhenPresent, QueueConfig::read);

        if use_internal_logger && has_output_paths {
            section.problem("output_paths", "output_paths is not supported when use_internal_logger is true");
        }
        if !use_internal_logger && output_paths.is_empty() {
            section.problem("output_paths", "output_paths must not be empty when use_internal_logger is false");
        }
        Self {
            verbosity,
            sampling_initial,
            sampling_thereafter,
            output_paths: (!use_internal_logger).then_some(output_paths),
            queue,
        }
    }
}
