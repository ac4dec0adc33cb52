//! Values of some cache lines.

use super::Vacancy;
use super::hash::hash;

/// One slot for all values of one hash.
pub(super) struct Long(Vec<Slot>);

/// Begins where a cache line begins, so that a look at a short value touches no other.
#[derive(Clone)]
#[repr(C, align(64))]
struct Slot {
    /// The hash of the last value that came and was not this one.
    other: u32,
    /// What kind of value it is.
    kind: u8,
    length: u8,
    bytes: [u8; LONGEST],
}

const SLOTS: usize = 512;

/// A longer value is not remembered. A slot is three cache lines.
pub(super) const LONGEST: usize = 184;

impl Long {
    pub(super) fn new() -> Self {
        Self(vec![Slot { kind: u8::MAX, length: 0, other: 0, bytes: [0; LONGEST] }; SLOTS])
    }

    #[inline]
    pub(super) fn find(&self, kind: u8, value: &[u8]) -> Result<(), Vacancy> {
        // What is too long is nowhere, and costs nothing.
        let hash = if value.len() > LONGEST { 0 } else { hash(kind.into(), value) };
        let place = Vacancy { slot: hash as usize % SLOTS, hash: (hash >> 32) as u32 };
        let slot = &self.0[place.slot];
        let is_it = slot.kind == kind && slot.bytes.get(..usize::from(slot.length)) == Some(value);
        if is_it { Ok(()) } else { Err(place) }
    }

    #[inline]
    pub(super) fn remember(&mut self, place: Vacancy, kind: u8, value: &[u8]) {
        if value.len() > LONGEST {
            return;
        }
        let slot = &mut self.0[place.slot];
        if slot.other != place.hash {
            slot.other = place.hash;
        } else if let Some(bytes) = slot.bytes.get_mut(..value.len()) {
            bytes.copy_from_slice(value);
            (slot.kind, slot.length) = (kind, value.len() as u8);
        }
    }
}
