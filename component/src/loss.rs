//! Items that will not leave any more.

use sluice_pdata::Signal;

use crate::{ComponentId, Reason};

/// The name of the counter of lost items; its labels are `component`, `otel_signal` and `reason`.
pub const LOST_ITEMS: &str = "sluice_lost_items";

/// Counts items that were taken and will not be handed on: called by the one who gives them up, once.
///
/// What is refused is not lost: the error goes back, and whoever asked still has the items. The sum by reason is in the
/// gateway's last log line and decides its exit code.
pub fn count_lost(component: &ComponentId, signal: Signal, reason: Reason, items: usize) {
    if items > 0 {
        metrics::counter!(LOST_ITEMS, "component" => component.to_string(), "otel_signal" => signal.as_str(), "reason" => reason.as_str())
            .increment(items as u64);
    }
}
