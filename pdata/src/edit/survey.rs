//! Attributes that are changed when all of them are known.

use super::attribute::Parts;
use super::node::{Field, Tail};
use crate::view::{KeyValue, Message};
use crate::wire::FieldAt;

/// Where an attribute is.
#[derive(Clone, Copy, Debug)]
pub struct Slot<'a> {
    at: FieldAt,
    key: &'a [u8],
    content: &'a [u8],
}

impl<'a> Slot<'a> {
    #[inline]
    pub(super) fn new(at: FieldAt, content: &'a [u8]) -> Self {
        Self { at, key: KeyValue::from(Message::new(content)).key_bytes(), content }
    }

    /// The key of the attribute.
    #[inline]
    pub fn key_bytes(&self) -> &'a [u8] {
        self.key
    }

    /// The attribute.
    pub fn view(&self) -> KeyValue<'a> {
        KeyValue::from(Message::new(self.content))
    }
}

/// A message whose attributes were noted by [`Node::survey`](super::Node::survey) and may be changed: in their order, each
/// once. A change out of order is not made.
pub struct Survey<'e, 'a> {
    tail: Tail<'e, 'a>,
    /// Where the attribute that was changed last ends; before the first change, where the message begins.
    done: usize,
}

impl<'e, 'a> Survey<'e, 'a> {
    pub(super) fn new(tail: Tail<'e, 'a>, begin: usize) -> Self {
        Self { tail, done: begin }
    }

    /// Takes an attribute out.
    pub fn remove(&mut self, slot: &Slot<'a>) {
        if let Some(field) = self.next(slot) {
            field.remove();
        }
    }

    /// Puts another attribute in the place of one, as it is.
    pub fn replace(&mut self, slot: &Slot<'a>, attribute: KeyValue<'_>) {
        if let Some(field) = self.next(slot) {
            field.replace(attribute.as_bytes());
        }
    }

    /// Puts an attribute that is put together in the place of one.
    pub fn replace_parts(&mut self, slot: &Slot<'a>, parts: &Parts<'_>) {
        if let Some(field) = self.next(slot) {
            field.replace_with(parts.size(), |text| parts.put(text));
        }
    }

    /// The end of the message, where attributes may be added.
    pub fn into_tail(self) -> Tail<'e, 'a> {
        self.tail
    }

    fn next(&mut self, slot: &Slot<'a>) -> Option<Field<'_, 'a>> {
        if slot.at.start < self.done || slot.at.end > self.tail.end() {
            return None;
        }
        self.done = slot.at.end;
        Some(self.tail.field(slot.at))
    }
}
