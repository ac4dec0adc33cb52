//! The containers between a request and its items.

use crate::Signal;

/// A container: which of its fields hold what, down to the items.
///
/// All signals agree: a request holds resources in field 1, a resource holds scopes in field 2, a scope holds records
/// in field 2. A metric holds its data in one of several fields, and the data holds data points in field 1.
#[derive(Debug)]
pub(crate) struct Layout {
    tags: &'static [u32],
    /// The layout of what the fields hold; none where they hold items.
    pub(crate) child: Option<&'static Layout>,
}

const FIRST: &[u32] = &[1 << 3 | 2];
const SECOND: &[u32] = &[2 << 3 | 2];
const DATA: &[u32] = &[5 << 3 | 2, 7 << 3 | 2, 9 << 3 | 2, 10 << 3 | 2, 11 << 3 | 2];

static RECORDS: Layout =
    Layout { tags: FIRST, child: Some(&Layout { tags: SECOND, child: Some(&Layout { tags: SECOND, child: None }) }) };

static POINTS: Layout = Layout {
    tags: FIRST,
    child: Some(&Layout {
        tags: SECOND,
        child: Some(&Layout {
            tags: SECOND,
            child: Some(&Layout { tags: DATA, child: Some(&Layout { tags: FIRST, child: None }) }),
        }),
    }),
};

static SAMPLES: Layout = Layout {
    tags: FIRST,
    child: Some(&Layout {
        tags: SECOND,
        child: Some(&Layout { tags: SECOND, child: Some(&Layout { tags: SECOND, child: None }) }),
    }),
};

impl Layout {
    /// The layout of a signal's export request.
    pub(crate) fn of(signal: Signal) -> &'static Self {
        match signal {
            Signal::Traces | Signal::Logs => &RECORDS,
            Signal::Metrics => &POINTS,
            Signal::Profiles => &SAMPLES,
        }
    }

    /// Whether a field of this tag is a container or an item, rather than something that belongs to this container itself.
    #[inline(always)]
    pub(crate) fn holds(&self, tag: u32) -> bool {
        self.tags.contains(&tag)
    }
}
