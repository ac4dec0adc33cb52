//! What was lost.

use std::collections::BTreeMap;
use std::fmt;

use sluice_component::LOST_ITEMS;

use crate::telemetry::metrics::registry;

/// Items lost so far, by reason.
pub(super) struct Losses(BTreeMap<String, u64>);

impl Losses {
    pub(super) fn so_far() -> Self {
        Self(registry().sums(LOST_ITEMS, "reason"))
    }

    pub(super) fn total(&self) -> u64 {
        self.0.values().sum()
    }
}

impl fmt::Display for Losses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (reason, items)) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            write!(f, "{separator}{reason}={items}")?;
        }
        Ok(())
    }
}
