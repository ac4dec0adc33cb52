//! Entries as bodies of requests, each within Datadog's limits.
//!
//! Source: Datadog's API reference, "Submit metrics"; Vector's `src/sinks/datadog/metrics/config.rs`.

use std::ops::Range;

use bytes::Bytes;
use sluice_transport::compression::Compressor;

use super::super::intake;
use super::payload::Entries;

/// What an intake takes at a time.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    /// The most bytes before packing.
    plain: usize,
    /// The most bytes after it.
    packed: usize,
    /// What stands behind the entries.
    end: &'static [u8],
}

/// Of series.
pub(super) const SERIES: Limits = Limits { plain: 5_242_880, packed: 512_000, end: &[] };

/// Of sketches. Their payload ends with metadata, which are empty.
pub(super) const SKETCHES: Limits = Limits { plain: 10_485_760, packed: 3_200_000, end: &[0x12, 0] };

/// What became of entries.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Bodies {
    /// What is sent, and for how many data points it stands.
    pub(super) bodies: Vec<(Bytes, usize)>,
    /// Data points of entries that are too large by themselves.
    pub(super) too_large: usize,
}

/// Packs entries into as few bodies as may be.
///
/// # Errors
///
/// The coder failed.
pub(super) fn pack(entries: &Entries, limits: Limits, compressor: Compressor) -> Result<Bodies, &'static str> {
    let mut bodies = Bodies::default();
    let mut begin = 0;
    while begin < entries.ends.len() {
        let most = entries.start(begin) + limits.plain - limits.end.len();
        let end = entries.ends.partition_point(|(end, _)| *end <= most);
        if end <= begin {
            bodies.too_large += entries.points(begin..begin + 1);
            begin += 1;
            continue;
        }
        bodies.pack(entries, begin..end, limits, compressor)?;
        begin = end;
    }
    Ok(bodies)
}

impl Bodies {
    /// Packs entries as one body, or as two halves if that is too large.
    fn pack(
        &mut self,
        entries: &Entries,
        range: Range<usize>,
        limits: Limits,
        compressor: Compressor,
    ) -> Result<(), &'static str> {
        let mut plain = entries.bytes[entries.start(range.start)..entries.start(range.end)].to_vec();
        plain.extend_from_slice(limits.end);
        let packed = intake::pack(Some(compressor), plain)?;
        let points = entries.points(range.clone());
        if packed.len() <= limits.packed {
            self.bodies.push((packed, points));
        } else if range.len() == 1 {
            self.too_large += points;
        } else {
            let middle = range.start + range.len() / 2;
            self.pack(entries, range.start..middle, limits, compressor)?;
            self.pack(entries, middle..range.end, limits, compressor)?;
        }
        Ok(())
    }
}

impl Entries {
    fn start(&self, entry: usize) -> usize {
        entry.checked_sub(1).map_or(0, |before| self.ends[before].0)
    }

    fn points(&self, range: Range<usize>) -> usize {
        self.ends[range].iter().map(|(_, points)| *points as usize).sum()
    }
}
