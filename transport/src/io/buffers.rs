//! Buffers that connections hold only while there is something in them.

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

/// Bytes that were given and not yet written.
pub(super) struct Waiting {
    buffer: Vec<u8>,
    start: usize,
}

impl Chunk {
    pub(super) fn new() -> Self {
        let buffer = POOL.with_borrow_mut(|pool| pool.read.pop());
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
        POOL.with_borrow_mut(|pool| give_back(&mut pool.read, self.buffer));
        None
    }
}

impl Waiting {
    pub(super) fn new() -> Self {
        let buffer = POOL.with_borrow_mut(|pool| pool.write.pop());
        Self { buffer: buffer.unwrap_or_default(), start: 0 }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.buffer[self.start..]
    }

    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// Takes bytes off the front.
    pub(super) fn forget(&mut self, length: usize) {
        self.start += length;
    }

    /// Itself, unless it is empty: then the buffer goes back to the pool.
    pub(super) fn unless_empty(mut self) -> Option<Self> {
        if self.start < self.buffer.len() {
            return Some(self);
        }
        self.buffer.clear();
        POOL.with_borrow_mut(|pool| give_back(&mut pool.write, self.buffer));
        None
    }
}

/// The buffers that no connection of this thread uses at the moment, at most [`POOLED`] of a kind.
#[derive(Default)]
struct Pool {
    read: Vec<Box<[u8]>>,
    write: Vec<Vec<u8>>,
}

const POOLED: usize = 8;

thread_local! {
    static POOL: RefCell<Pool> = RefCell::default();
}

fn give_back<T>(pool: &mut Vec<T>, buffer: T) {
    if pool.len() < POOLED {
        pool.push(buffer);
    }
}
