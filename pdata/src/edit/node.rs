//! Messages, their fields, and what can be done with them.

use std::ops::Range;

use super::attribute::{Attribute, AttributeField, Parts};
use super::list::List;
use super::survey::{Slot, Survey};
use crate::layout::Layout;
use crate::schema;
use crate::view;
use crate::wire::{self, BYTES, FIXED32, FIXED64, FieldAt, Fields, VARINT};

/// A message that may be changed.
pub struct Node<'e, 'a> {
    list: &'e mut List<'a>,
    schema: &'static schema::Message,
    /// Where the items are, if it is a container of some.
    layout: Option<&'static Layout>,
    content: Range<usize>,
}

/// A field of a message. It stays as it is unless something is done with it.
pub struct Field<'e, 'a> {
    list: &'e mut List<'a>,
    schema: &'static schema::Message,
    layout: Option<&'static Layout>,
    at: FieldAt,
}

/// Where a field lies in a message.
#[derive(Clone, Copy, Debug)]
pub struct Place(FieldAt);

/// The end of a message, where fields may be added.
pub struct Tail<'e, 'a> {
    list: &'e mut List<'a>,
    schema: &'static schema::Message,
    layout: Option<&'static Layout>,
    end: usize,
}

/// What a field is, for those who treat all fields of a kind alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A key and its value: [`Field::enter`] finds a text in field 1, the key, and a message in field 2, the value.
    Attribute,
    /// A message that may be entered: a value, a record, a container.
    Message,
    /// Text.
    Text,
    /// Bytes that are neither text nor a message: an id, the bytes of a value.
    Bytes,
    /// One number, or several.
    Number,
    /// A field that we do not know.
    Unknown,
}

/// Whether a message stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// It stays, changed as it is.
    Yes,
    /// It goes, with everything in it.
    No,
}

impl Keep {
    /// Whether something stays that two others want to stay.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        if other == Self::No { Self::No } else { self }
    }
}

impl<'e, 'a> Node<'e, 'a> {
    pub(super) fn request(list: &'e mut List<'a>, schema: &'static schema::Message, layout: &'static Layout) -> Self {
        let content = 0..list.message.len();
        Self { list, schema, layout: Some(layout), content }
    }

    /// Its bytes, as they were.
    pub fn bytes(&self) -> &'a [u8] {
        &self.list.message[self.content.clone()]
    }

    /// A view of it, as it was: `node.view::<Span>()`.
    pub fn view<V: From<view::Message<'a>>>(&self) -> V {
        V::from(view::Message::new(self.bytes()))
    }

    /// Views of its attributes, as they were: of an exemplar the filtered ones, of a metric its metadata.
    pub fn attribute_views(&self) -> view::Attributes<'a> {
        // No message has a field 0.
        view::Message::new(self.bytes()).repeated(self.schema.attributes.unwrap_or_default())
    }

    /// Goes over its fields, in order.
    #[inline]
    pub fn fields(self, mut change: impl FnMut(Field<'_, 'a>)) -> Tail<'e, 'a> {
        let Self { list, schema, layout, content } = self;
        let message = list.message;
        for at in Fields::starting_at(&message[..content.end], content.start) {
            change(Field { list: &mut *list, schema, layout, at });
        }
        Tail { list, schema, layout, end: content.end }
    }

    /// The places of its fields, in order: for those who look at all of them before they change some.
    #[inline]
    pub fn places(&self) -> impl Iterator<Item = Place> + use<'a> {
        Fields::starting_at(&self.list.message[..self.content.end], self.content.start).map(Place)
    }

    /// What the field at one of its [places](Self::places) holds; see [`Field::content`].
    #[inline]
    pub fn content_at(&self, place: Place) -> &'a [u8] {
        &self.list.message[place.0.content..place.0.end]
    }

    /// Goes over the fields at some of its [places](Self::places), which must be in order; each with what was noted of it.
    #[inline]
    pub fn fields_at<T>(
        self,
        places: impl IntoIterator<Item = (Place, T)>,
        mut change: impl FnMut(T, Field<'_, 'a>),
    ) -> Tail<'e, 'a> {
        let Self { list, schema, layout, content } = self;
        for (place, noted) in places {
            change(noted, Field { list: &mut *list, schema, layout, at: place.0 });
        }
        Tail { list, schema, layout, end: content.end }
    }

    /// Goes over its attributes: of an exemplar the filtered ones, of a metric its metadata.
    #[inline]
    pub fn attributes(self, mut change: impl FnMut(AttributeField<'_, 'a>)) -> Tail<'e, 'a> {
        let number = self.schema.attributes;
        let tag = number.map_or(0, |number| wire::tag(number, BYTES));
        self.fields(|field| {
            if field.at.tag == tag {
                change(AttributeField(field));
            }
        })
    }

    /// Notes where its attributes are, in order, so that they can be changed when all of them are known. What is in `slots`
    /// is forgotten first.
    #[inline]
    pub fn survey(self, slots: &mut Vec<Slot<'a>>) -> Survey<'e, 'a> {
        slots.clear();
        let (number, begin) = (self.schema.attributes, self.content.start);
        let tag = number.map_or(0, |number| wire::tag(number, BYTES));
        let tail = self.fields(|field| {
            if field.at.tag == tag {
                slots.push(Slot::new(field.at, field.content()));
            }
        });
        Survey::new(tail, begin)
    }

    /// Enters the message in a field that is there once, for instance a resource; makes one if there is none and
    /// something is added to it.
    pub fn message(self, number: u32, mut change: impl FnMut(Node<'_, 'a>)) -> Tail<'e, 'a> {
        let tag = wire::tag(number, BYTES);
        let mut found = false;
        let mut tail = self.fields(|field| {
            if field.at.tag == tag && !found {
                found = true;
                field.enter(&mut change);
            }
        });
        if !found {
            tail.enter_new(number, change);
        }
        tail
    }
}

impl Place {
    /// The number of the field.
    #[inline]
    pub fn number(self) -> u32 {
        self.0.tag >> 3
    }

    /// Whether it holds text, bytes or a message.
    #[inline]
    pub fn has_length(self) -> bool {
        self.0.tag & 7 == BYTES
    }
}

impl<'e, 'a> Field<'e, 'a> {
    /// The attribute that it is known to be.
    #[inline]
    pub fn into_attribute(self) -> AttributeField<'e, 'a> {
        AttributeField(self)
    }

    /// The attribute that it is; itself if it is none.
    #[inline]
    pub fn attribute(self) -> Result<AttributeField<'e, 'a>, Self> {
        let number = self.schema.attributes.unwrap_or_default();
        if self.at.tag == wire::tag(number, BYTES) { Ok(AttributeField(self)) } else { Err(self) }
    }

    /// Its number.
    #[inline]
    pub fn number(&self) -> u32 {
        self.at.tag >> 3
    }

    /// Whether it holds text, bytes, a message or several numbers.
    #[inline]
    pub fn has_length(&self) -> bool {
        self.at.tag & 7 == BYTES
    }

    /// Its name in the protobuf definition, if it is known.
    pub fn name(&self) -> Option<&'static str> {
        self.known().map(|field| field.name)
    }

    /// What it is.
    pub fn role(&self) -> Role {
        self.known().map_or(Role::Unknown, Role::of)
    }

    /// Its content: of text and messages what follows the length, of a number the number as it is encoded.
    #[inline]
    pub fn content(&self) -> &'a [u8] {
        &self.list.message[self.at.content..self.at.end]
    }

    /// Its content and all that the request holds behind it: for those who read in steps of a fixed size, and ignore what
    /// was too much.
    #[inline]
    pub fn ahead(&self) -> &'a [u8] {
        &self.list.message[self.at.content..]
    }

    /// A view of the message that it is, as it was: `field.view::<KeyValue>()`.
    #[inline]
    pub fn view<V: From<view::Message<'a>>>(&self) -> V {
        V::from(view::Message::new(self.content()))
    }

    /// The number that it is: a varint as it is, a double by its bits; none if it is something else.
    pub fn value(&self) -> Option<u64> {
        let content = self.content();
        match self.at.tag & 7 {
            FIXED32 => content.first_chunk().map(|bytes| u64::from(u32::from_le_bytes(*bytes))),
            FIXED64 => content.first_chunk().map(|bytes| u64::from_le_bytes(*bytes)),
            VARINT => wire::varint(content, 0).map(|(number, _)| number),
            _ => None,
        }
    }

    /// Takes it out.
    pub fn remove(mut self) {
        self.note_item();
        self.list.replace(self.at.start..self.at.end, |_| {});
    }

    /// Gives text, bytes or a message another content, which must be valid as such. Nothing happens to a number.
    #[inline]
    pub fn replace(self, content: &[u8]) {
        if self.at.tag & 7 != BYTES {
            return;
        }
        self.replace_with(content.len(), |text| text.extend_from_slice(content));
    }

    /// Gives a number another value: a varint as it is, a double by its bits. Nothing happens to anything else.
    pub fn replace_number(self, value: u64) {
        let tag = self.at.tag;
        if tag & 7 == BYTES {
            return;
        }
        self.list.replace(self.at.start..self.at.end, |text| put_number(text, tag, value));
    }

    /// Changes the message that it is. Nothing happens to anything else, or to a message that we do not know.
    #[inline]
    pub fn enter(self, change: impl FnOnce(Node<'_, 'a>)) {
        self.enter_or_remove(|node| {
            change(node);
            Keep::Yes
        });
    }

    /// Changes the message that it is, or takes it out after all, for instance when nothing is left in it.
    #[inline]
    pub fn enter_or_remove(mut self, change: impl FnOnce(Node<'_, 'a>) -> Keep) {
        let FieldAt { tag, start, content, end } = self.at;
        let Some(schema) = self.known().and_then(schema::Field::message) else { return };
        let layout = self.layout.filter(|layout| layout.holds(tag)).and_then(|layout| layout.child);
        let opened = self.list.open(start..content, tag);
        match change(Node { list: &mut *self.list, schema, layout, content: content..end }) {
            Keep::Yes => self.list.close(&opened, end - content),
            Keep::No => {
                self.note_item();
                self.list.close_removed(&opened, start..end);
            }
        }
    }

    pub(super) fn tag(&self) -> u32 {
        self.at.tag
    }

    #[inline]
    pub(super) fn replace_with(mut self, length: usize, write: impl FnOnce(&mut Vec<u8>)) {
        self.note_item();
        let tag = wire::tag(self.number(), BYTES);
        self.list.replace(self.at.start..self.at.end, |text| {
            wire::put_header(text, tag, length);
            write(text);
        });
    }

    /// Replaces the first bytes of a message by others, of which `write` writes so many, and keeps the rest.
    #[inline]
    pub(super) fn replace_start(self, old: usize, new: usize, write: impl FnOnce(&mut Vec<u8>)) {
        let FieldAt { tag, start, content, end } = self.at;
        self.list.replace(start..content + old, |text| {
            wire::put_header(text, tag, end - content - old + new);
            write(text);
        });
    }

    /// Remembers that the items must be counted again, if this is one or holds some.
    fn note_item(&mut self) {
        self.list.recount |= self.layout.is_some_and(|layout| layout.holds(self.at.tag));
    }

    fn known(&self) -> Option<&'static schema::Field> {
        self.schema.field(self.number()).filter(|field| field.has_wire_type(self.at.tag & 7))
    }
}

impl<'a> Tail<'_, 'a> {
    pub(super) fn end(&self) -> usize {
        self.end
    }

    /// A field that is before the tail, which may be changed if no field behind it was.
    pub(super) fn field(&mut self, at: FieldAt) -> Field<'_, 'a> {
        Field { list: &mut *self.list, schema: self.schema, layout: self.layout, at }
    }

    /// Adds an attribute that is put together. Whether the key is there already is for the caller to know.
    #[inline]
    pub fn append_parts(&mut self, parts: &Parts<'_>) {
        if let Some(number) = self.schema.attributes {
            self.append_with(number, parts.size(), |text| parts.put(text));
        }
    }

    /// Adds an attribute. Whether the key is there already is for the caller to know. Nothing happens to a message that
    /// has no attributes.
    #[inline]
    pub fn append_attribute(&mut self, attribute: &Attribute) {
        if let Some(number) = self.schema.attributes {
            self.append(number, attribute.as_bytes());
        }
    }

    /// Adds text, bytes or a message, which must be valid as such.
    #[inline]
    pub fn append(&mut self, number: u32, content: &[u8]) {
        self.append_with(number, content.len(), |text| text.extend_from_slice(content));
    }

    #[inline]
    fn append_with(&mut self, number: u32, length: usize, write: impl FnOnce(&mut Vec<u8>)) {
        let tag = wire::tag(number, BYTES);
        self.list.recount |= self.layout.is_some_and(|layout| layout.holds(tag));
        self.list.replace(self.end..self.end, |text| {
            wire::put_header(text, tag, length);
            write(text);
        });
    }

    /// Adds a number to a field that is known to hold one: a varint as it is, a double by its bits.
    pub fn append_number(&mut self, number: u32, value: u64) {
        let Some(field) = self.schema.field(number) else { return };
        let tag = wire::tag(number, field.wire_type());
        if tag & 7 != BYTES {
            self.list.replace(self.end..self.end, |text| put_number(text, tag, value));
        }
    }

    /// Adds a message and enters it. It stays away if nothing is added to it.
    pub fn enter_new(&mut self, number: u32, change: impl FnOnce(Node<'_, 'a>)) {
        let at = FieldAt { tag: wire::tag(number, BYTES), start: self.end, content: self.end, end: self.end };
        Field { list: &mut *self.list, schema: self.schema, layout: self.layout, at }.enter(change);
    }
}

fn put_number(text: &mut Vec<u8>, tag: u32, value: u64) {
    wire::put_varint(text, u64::from(tag));
    match tag & 7 {
        FIXED32 => text.extend_from_slice(&(value as u32).to_le_bytes()),
        FIXED64 => text.extend_from_slice(&value.to_le_bytes()),
        _ => wire::put_varint(text, value),
    }
}
