//! What the user writes.

use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use sluice_component::BuildError;
use sluice_component::config::Section;
use sluice_component::factory::Settings;

use super::checker::{Checker, Limits, Watch};
use super::memory::{self, Resident};

const MIB: u64 = 1024 * 1024;

/// The settings of one `memory_limiter`.
pub(super) struct Config {
    check_interval: Duration,
    limit_mib: u32,
    spike_limit_mib: u32,
    limit_percentage: u32,
    spike_limit_percentage: u32,
    /// The one checker of all pipelines that use this configuration, while one of them is alive.
    watch: Mutex<Weak<Watch>>,
}

impl Config {
    pub(super) fn read(section: &mut Section<'_>) -> Self {
        let config = Self {
            check_interval: section.duration("check_interval", Duration::ZERO),
            limit_mib: section.integer("limit_mib", 0),
            spike_limit_mib: section.integer("spike_limit_mib", 0),
            limit_percentage: section.integer("limit_percentage", 0),
            spike_limit_percentage: section.integer("spike_limit_percentage", 0),
            watch: Mutex::default(),
        };
        // There is no garbage collector to be told when to run.
        section.duration("min_gc_interval_when_soft_limited", Duration::from_secs(10));
        section.duration("min_gc_interval_when_hard_limited", Duration::ZERO);
        section.duration("max_gc_interval_when_soft_limited", Duration::from_secs(30));
        section.duration("max_gc_interval_when_hard_limited", Duration::from_secs(30));
        config.validate(section);
        config
    }

    /// The rules and texts of the Collector's `internal/memorylimiter/config.go`.
    fn validate(&self, section: &Section<'_>) {
        if self.check_interval.is_zero() {
            section.problem("check_interval", "'check_interval' must be greater than zero");
        }
        if self.limit_mib == 0 && self.limit_percentage == 0 {
            section.problem("", "'limit_mib' or 'limit_percentage' must be greater than zero");
        }
        for (key, percentage) in
            [("limit_percentage", self.limit_percentage), ("spike_limit_percentage", self.spike_limit_percentage)]
        {
            if percentage > 100 {
                section.problem(
                    key,
                    "'limit_percentage' and 'spike_limit_percentage' must be greater than zero and less than or equal \
                     to hundred",
                );
            }
        }
        if self.limit_mib > 0 && self.limit_mib <= self.spike_limit_mib {
            section.problem("spike_limit_mib", "'spike_limit_mib' must be smaller than 'limit_mib'");
        }
        if self.limit_percentage > 0 && self.limit_percentage <= self.spike_limit_percentage {
            section
                .problem("spike_limit_percentage", "'spike_limit_percentage' must be smaller than 'limit_percentage'");
        }
    }

    /// The checker that all pipelines of this configuration share, with `settings.status` among those it reports to.
    pub(super) fn watch(&self, settings: &Settings) -> Result<Arc<Watch>, BuildError> {
        let mut shared = self.watch.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(watch) = shared.upgrade() {
            watch.checker().report_to(settings.status.clone());
            return Ok(watch);
        }
        let limits = self.limits(memory::total)?;
        let resident = Resident::open()
            .map_err(|error| BuildError::new(format!("cannot read the memory use of the process: {error}")))?;
        tracing::info!(
            processor = %settings.id,
            limit_mib = limits.hard / MIB,
            spike_limit_mib = (limits.hard - limits.soft) / MIB,
            check_interval = ?self.check_interval,
            "memory limiter configured"
        );
        let checker = Checker::new(settings.id.clone(), limits, move || resident.bytes());
        checker.report_to(settings.status.clone());
        let watch = Arc::new(Watch::start(checker, self.check_interval));
        *shared = Arc::downgrade(&watch);
        Ok(watch)
    }

    /// The limits in bytes; `limit_mib` wins over `limit_percentage`, and a spike of zero means a fifth of the limit.
    pub(super) fn limits(&self, total: impl FnOnce() -> std::io::Result<u64>) -> Result<Limits, BuildError> {
        let (hard, spike) = if self.limit_mib > 0 {
            (u64::from(self.limit_mib) * MIB, u64::from(self.spike_limit_mib) * MIB)
        } else {
            let total = total().map_err(|error| {
                BuildError::at(
                    "limit_percentage",
                    format!("failed to get total memory, use fixed memory settings (limit_mib): {error}"),
                )
            })?;
            let share = |percentage: u32| total / 100 * u64::from(percentage);
            (share(self.limit_percentage), share(self.spike_limit_percentage))
        };
        let spike = if spike == 0 { hard / 5 } else { spike };
        Ok(Limits { hard, soft: hard.saturating_sub(spike) })
    }
}
