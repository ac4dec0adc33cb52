//! How many items a message holds.

use crate::Signal;
use crate::layout::Layout;
use crate::wire::{self, BYTES};

/// Counts the items of a message that was checked.
pub(crate) fn items(signal: Signal, message: &[u8]) -> usize {
    within(Layout::of(signal), message)
}

/// Counts the items in a container of this layout.
pub(crate) fn within(layout: &Layout, bytes: &[u8]) -> usize {
    let mut items = 0;
    let mut at = 0;
    while let Some((tag, after_tag)) = wire::read_tag(bytes, at) {
        let end = if tag & 7 == BYTES {
            let Some((content, end)) = wire::read_length(bytes, after_tag) else { break };
            if layout.holds(tag) {
                items += match layout.child {
                    Some(child) => within(child, &bytes[content..end]),
                    None => 1,
                };
            }
            end
        } else {
            let Some(end) = wire::skip(bytes, tag, after_tag) else { break };
            end
        };
        at = end;
    }
    items
}
