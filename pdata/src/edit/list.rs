//! The list of edits, and the one pass that carries it out.

use std::ops::Range;

use crate::wire;

/// The edits of one message, in the order of its bytes.
pub(super) struct List<'a> {
    pub(super) message: &'a [u8],
    edits: Vec<Edit>,
    /// What is inserted, one after the other.
    text: Vec<u8>,
    /// By how many bytes the innermost message that is open grows.
    growth: isize,
    /// Whether containers or items have come or gone.
    pub(super) recount: bool,
}

/// Puts something into the place of some bytes.
struct Edit {
    at: usize,
    delete: usize,
    insert: Insert,
}

enum Insert {
    /// A part of the text.
    Text(Range<usize>),
    /// The tag and the length of a message that holds further edits.
    Header { tag: u32, length: usize },
}

/// Where the list was when a message was opened.
pub(super) struct Opened {
    edits: usize,
    text: usize,
    growth: isize,
}

impl<'a> List<'a> {
    pub(super) fn new(message: &'a [u8]) -> Self {
        Self { message, edits: Vec::new(), text: Vec::new(), growth: 0, recount: false }
    }

    /// Puts what `write` writes in the place of some bytes.
    #[inline]
    pub(super) fn replace(&mut self, place: Range<usize>, write: impl FnOnce(&mut Vec<u8>)) {
        let begin = self.text.len();
        write(&mut self.text);
        self.growth += (self.text.len() - begin) as isize - place.len() as isize;
        let insert = Insert::Text(begin..self.text.len());
        self.edits.push(Edit { at: place.start, delete: place.len(), insert });
    }

    /// Opens the message whose tag and length are at this place: edits in it come next. The place of a message that is
    /// not there yet is empty.
    #[inline]
    pub(super) fn open(&mut self, header: Range<usize>, tag: u32) -> Opened {
        let opened = Opened { edits: self.edits.len(), text: self.text.len(), growth: self.growth };
        let insert = Insert::Header { tag, length: 0 };
        self.edits.push(Edit { at: header.start, delete: header.len(), insert });
        self.growth = 0;
        opened
    }

    /// Closes a message that had this length.
    #[inline]
    pub(super) fn close(&mut self, opened: &Opened, old_length: usize) {
        let growth = self.growth;
        self.growth = opened.growth;
        if self.edits.len() == opened.edits + 1 {
            self.edits.pop();
            return;
        }
        let Some(Edit { delete, insert: Insert::Header { tag, length }, .. }) = self.edits.get_mut(opened.edits) else {
            return;
        };
        *length = old_length.saturating_add_signed(growth);
        self.growth += growth + wire::header_size(*tag, *length) as isize - *delete as isize;
    }

    /// Forgets all edits in a message and removes it.
    pub(super) fn close_removed(&mut self, opened: &Opened, place: Range<usize>) {
        self.edits.truncate(opened.edits);
        self.text.truncate(opened.text);
        self.growth = opened.growth;
        self.replace(place, |_| {});
    }

    /// The message after all edits; none if there are none.
    pub(super) fn carry_out(self) -> Option<Vec<u8>> {
        if self.edits.is_empty() {
            return None;
        }
        let mut out = Vec::with_capacity(self.message.len().saturating_add_signed(self.growth));
        let mut copied = 0;
        for edit in &self.edits {
            out.extend_from_slice(&self.message[copied..edit.at]);
            match &edit.insert {
                Insert::Text(range) => out.extend_from_slice(&self.text[range.clone()]),
                Insert::Header { tag, length } => wire::put_header(&mut out, *tag, *length),
            }
            copied = edit.at + edit.delete;
        }
        out.extend_from_slice(&self.message[copied..]);
        Some(out)
    }
}
