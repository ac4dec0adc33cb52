//! What was read and not yet taken: buffers that connections hold only while there is something in them.

use std::cell::RefCell;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, ReadBuf};

use super::READ_SIZE;

/// Bytes that were read and not yet taken.
pub(super) struct Chunk {
    buffer: Box<[u8]>,
    start: usize,
    end: usize,
}

impl Chunk {
    pub(super) fn new() -> Self {
        let buffer = POOL.with_borrow_mut(Vec::pop);
        Self { buffer: buffer.unwrap_or_else(|| vec![0; READ_SIZE].into_boxed_slice()), start: 0, end: 0 }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    /// Takes bytes off the front.
    pub(super) fn forget(&mut self, length: usize) {
        self.start += length;
    }

    /// Reads once behind what is there, and returns how much.
    pub(super) fn poll_fill<S>(&mut self, cx: &mut Context<'_>, stream: &mut S) -> Poll<io::Result<usize>>
    where
        S: AsyncRead + Unpin,
    {
        let mut free = ReadBuf::new(&mut self.buffer[self.end..]);
        let outcome = Pin::new(stream).poll_read(cx, &mut free);
        let length = free.filled().len();
        self.end += length;
        outcome.map_ok(|()| length)
    }

    /// The last so many bytes.
    pub(super) fn last(&self, length: usize) -> &[u8] {
        &self.buffer[self.end - length..self.end]
    }

    /// Itself, unless it is empty: then the buffer goes back to the pool.
    pub(super) fn unless_empty(self) -> Option<Self> {
        if self.start < self.end {
            return Some(self);
        }
        POOL.with_borrow_mut(|pool| {
            if pool.len() < POOLED {
                pool.push(self.buffer);
            }
        });
        None
    }
}

thread_local! {
    /// The buffers that no connection of this thread uses at the moment.
    static POOL: RefCell<Vec<Box<[u8]>>> = const { RefCell::new(Vec::new()) };
}

/// The most buffers that a thread keeps.
const POOLED: usize = 8;
