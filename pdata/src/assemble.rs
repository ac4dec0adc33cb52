//! Putting a message together from parts of another.

use std::ops::Range;

use crate::wire;

/// What a message will be made of, in order.
#[derive(Debug, Default)]
pub(crate) struct Assembly {
    parts: Vec<Part>,
}

#[derive(Debug)]
enum Part {
    /// Bytes of the other message.
    Copy(Range<usize>),
    /// The tag and the length of a message.
    Header { tag: u32, length: usize },
}

impl Assembly {
    pub(crate) fn len(&self) -> usize {
        self.parts.len()
    }

    /// Appends bytes of the other message.
    pub(crate) fn copy(&mut self, range: Range<usize>) {
        match self.parts.last_mut() {
            Some(Part::Copy(last)) if last.end == range.start => last.end = range.end,
            _ => self.parts.push(Part::Copy(range)),
        }
    }

    /// Appends the header of a message; says which part it is.
    pub(crate) fn header(&mut self, tag: u32) -> usize {
        self.parts.push(Part::Header { tag, length: 0 });
        self.parts.len() - 1
    }

    /// Says how long the message is whose header is this part.
    pub(crate) fn set_length(&mut self, header: usize, new: usize) {
        if let Some(Part::Header { length, .. }) = self.parts.get_mut(header) {
            *length = new;
        }
    }

    /// Takes back all parts from this one on.
    pub(crate) fn truncate(&mut self, len: usize) {
        self.parts.truncate(len);
    }

    /// The range that it comes down to, if it is nothing but a part of the other message.
    pub(crate) fn as_range(&self) -> Option<Range<usize>> {
        match self.parts.as_slice() {
            [Part::Copy(range)] => Some(range.clone()),
            _ => None,
        }
    }

    pub(crate) fn write(&self, message: &[u8]) -> Vec<u8> {
        let size = self.parts.iter().map(|part| match part {
            Part::Copy(range) => range.len(),
            Part::Header { tag, length } => wire::header_size(*tag, *length),
        });
        let mut out = Vec::with_capacity(size.sum());
        for part in &self.parts {
            match part {
                Part::Copy(range) => out.extend_from_slice(&message[range.clone()]),
                Part::Header { tag, length } => wire::put_header(&mut out, *tag, *length),
            }
        }
        out
    }
}
