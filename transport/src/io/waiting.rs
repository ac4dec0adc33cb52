//! What was given to be written and has not been: buffers that connections hold only while there is something in them.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::IoSlice;
use std::ops::Range;

use bytes::{Buf, Bytes};

use super::lending::Lending;

/// From how many bytes on a slice is looked for among those that were lent: below, copying costs less than looking.
const LOOKED_FOR: usize = 1024;

/// Bytes that were given and not yet written. Those that were lent are kept where they lie, the others are copied.
#[derive(Default)]
pub(super) struct Waiting {
    pieces: VecDeque<Piece>,
    /// What was copied.
    buffer: Vec<u8>,
    length: usize,
}

enum Piece {
    /// A part of the buffer.
    Copied(Range<usize>),
    Lent(Bytes),
}

impl Waiting {
    /// An empty one, from the pool if that has one.
    pub(super) fn new() -> Self {
        POOL.with_borrow_mut(Vec::pop).unwrap_or_default()
    }

    /// How many bytes are waiting.
    pub(super) fn len(&self) -> usize {
        self.length
    }

    /// Takes a slice, by reference if it is lent.
    pub(super) fn take(&mut self, slice: &[u8], lending: &Lending) {
        match if slice.len() < LOOKED_FOR { None } else { lending.find(slice) } {
            Some(bytes) => {
                self.length += bytes.len();
                self.pieces.push_back(Piece::Lent(bytes));
            }
            None => self.push(slice),
        }
    }

    /// Takes a copy.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        let start = self.buffer.len();
        self.buffer.extend_from_slice(bytes);
        self.length += bytes.len();
        match self.pieces.back_mut() {
            Some(Piece::Copied(range)) => range.end = self.buffer.len(),
            _ => self.pieces.push_back(Piece::Copied(start..self.buffer.len())),
        }
    }

    /// All of it, in order.
    pub(super) fn slices(&self) -> impl Iterator<Item = IoSlice<'_>> {
        self.pieces.iter().map(|piece| match piece {
            Piece::Copied(range) => IoSlice::new(&self.buffer[range.clone()]),
            Piece::Lent(bytes) => IoSlice::new(bytes),
        })
    }

    /// Takes bytes off the front.
    pub(super) fn forget(&mut self, mut length: usize) {
        self.length -= length;
        while let Some(piece) = self.pieces.front_mut() {
            let left = match piece {
                Piece::Copied(range) => {
                    let taken = length.min(range.len());
                    range.start += taken;
                    length -= taken;
                    range.len()
                }
                Piece::Lent(bytes) => {
                    let taken = length.min(bytes.len());
                    bytes.advance(taken);
                    length -= taken;
                    bytes.len()
                }
            };
            if left > 0 {
                return;
            }
            self.pieces.pop_front();
        }
    }

    /// Itself, unless it is empty: then the buffer goes back to the pool.
    pub(super) fn unless_empty(mut self) -> Option<Self> {
        if self.length > 0 {
            return Some(self);
        }
        self.pieces.clear();
        self.buffer.clear();
        POOL.with_borrow_mut(|pool| {
            if pool.len() < POOLED {
                pool.push(self);
            }
        });
        None
    }
}

thread_local! {
    /// The buffers that no connection of this thread uses at the moment.
    static POOL: RefCell<Vec<Waiting>> = const { RefCell::new(Vec::new()) };
}

/// The most buffers that a thread keeps.
const POOLED: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_lent_and_what_is_copied_leave_in_order_in_any_steps() {
        let lending = Lending::default();
        let lent = Bytes::from((0..20 * LOOKED_FOR).map(|n| n as u8).collect::<Vec<_>>());
        let _lent = lending.lend([lent.clone()]);
        let given = [b"head".as_slice(), &lent[..2 * LOOKED_FOR], b"and", b"more", &lent[2 * LOOKED_FOR..], b"tail"];
        let expected = given.concat();

        for step in [1, 7, 1000, expected.len()] {
            let mut waiting = Waiting::new();
            given.iter().for_each(|slice| waiting.take(slice, &lending));
            assert_eq!((waiting.len(), waiting.pieces.len()), (expected.len(), 5));
            let mut written = Vec::new();
            while waiting.len() > 0 {
                let all = waiting.slices().flat_map(|slice| slice.to_vec()).collect::<Vec<_>>();
                let step = step.min(all.len());
                written.extend_from_slice(&all[..step]);
                waiting.forget(step);
            }
            assert!(waiting.unless_empty().is_none());
            assert_eq!(written, expected);
        }
    }
}
