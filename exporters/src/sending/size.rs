//! In what a queue or a batch is measured.

use sluice_pdata::{Batch, Size};

/// What counts towards a size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sizer {
    /// Each request counts one.
    Requests,
    /// Spans, data points, log records, profile samples.
    Items,
    /// Bytes of protobuf.
    Bytes,
}

impl Sizer {
    /// The size of a batch.
    pub(super) fn measure(self, batch: &Batch) -> usize {
        match self {
            Self::Requests => 1,
            Self::Items => batch.items(),
            Self::Bytes => batch.bytes(),
        }
    }

    /// So much of it, as a limit to split by.
    pub(super) fn limit(self, size: usize) -> Size {
        match self {
            Self::Requests => Size { items: usize::MAX, bytes: usize::MAX },
            Self::Items => Size::items(size),
            Self::Bytes => Size::bytes(size),
        }
    }
}
