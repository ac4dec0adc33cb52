//! What OTLP messages look like: every field's number, names and kind, once, for the check, the normaliser and JSON.
//!
//! Source: the opentelemetry-proto definitions, version 1.11.

mod common;
mod logs;
mod metrics;
mod profiles;
#[cfg(test)]
mod tests;
mod traces;

use crate::Signal;
use crate::wire::{BYTES, FIXED32, FIXED64, VARINT};

pub(crate) use common::{ANY_VALUE, KEY_VALUE};

/// A message type.
pub(crate) struct Message {
    pub(crate) fields: &'static [Field],
    /// The number of the field that holds attributes, if there is one.
    pub(crate) attributes: Option<u32>,
    /// What to do with a field, by its tag (number and wire type), for tags below 256; see [`Message::class`].
    classes: [Class; 256],
    /// Where in `fields` a field number below 32 is described.
    by_number: [u8; 32],
}

/// A field of a message type.
pub(crate) struct Field {
    pub(crate) number: u32,
    /// The name in the protobuf definition, which the error paths show and JSON may use.
    pub(crate) name: &'static str,
    /// The name in JSON.
    pub(crate) json: &'static str,
    pub(crate) kind: Kind,
    pub(crate) label: Label,
}

/// What a field holds.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Bool,
    Double,
    Enum(&'static [(&'static str, i32)]),
    Fixed32,
    Fixed64,
    Int32,
    Int64,
    Sfixed64,
    Sint32,
    Uint32,
    Uint64,
    Bytes,
    /// An id of so many bytes, or none; hexadecimal in JSON.
    Id(u8),
    Str,
    Message(&'static Message),
    /// A message that is a key and its value. Its own kind because most of all messages are.
    KeyValue,
    /// A message that is a value, which may hold further values.
    AnyValue,
    /// A message that is passed on unread.
    Opaque,
}

/// How often a field may be there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Label {
    /// Once; its default is the same as its absence.
    Singular,
    /// Once; its default is not its absence.
    Optional,
    /// One of several, of which the last counts. No OTLP message has two such groups.
    Oneof,
    Repeated,
    /// Repeated, and each is an item: a span, a data point, a log record, a profile sample.
    Item,
}

/// What the check does with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Class {
    /// A field number of 0, a group, or no wire type at all.
    Refused,
    Varint,
    Fixed32,
    Fixed64,
    // All below have a length.
    Bytes,
    Str,
    Id16,
    Id8,
    KeyValue,
    /// A value that may be there once.
    Value,
    /// One of several values.
    Values,
    Item,
    OpaqueItem,
    /// A message that may be there once.
    Singular,
    Repeated,
    PackedVarint,
    Packed64,
}

/// No message has more known fields.
pub(crate) const MAX_FIELDS: usize = 16;

impl Message {
    const fn new(fields: &'static [Field]) -> Self {
        assert!(fields.len() <= MAX_FIELDS);
        let mut classes = [Class::Refused; 256];
        let mut tag = 8;
        while tag < 256 {
            classes[tag] = class_of_unknown(tag as u32);
            tag += 1;
        }
        let mut by_number = [u8::MAX; 32];
        let mut attributes = None;
        let mut index = 0;
        while index < fields.len() {
            let field = &fields[index];
            if matches!(field.kind, Kind::KeyValue) {
                attributes = Some(field.number);
            }
            if field.number < 32 {
                by_number[field.number as usize] = index as u8;
                if let Some(class) = class_of_length_delimited(field) {
                    classes[(field.number << 3 | BYTES) as usize] = class;
                }
            }
            index += 1;
        }
        Self { fields, attributes, classes, by_number }
    }

    /// What the check does with a field of this tag. Fields above 31 are all unknown in OTLP.
    #[inline(always)]
    pub(crate) fn class(&self, tag: u32) -> Class {
        match self.classes.get(tag as usize) {
            Some(class) => *class,
            None => class_of_unknown(tag),
        }
    }

    /// Where in `fields` a field is described; beyond them if it is unknown.
    #[inline]
    pub(crate) fn index(&self, number: u32) -> Option<usize> {
        self.by_number.get(number as usize).map(|index| usize::from(*index))
    }

    /// The description of a field, if it is known.
    #[inline]
    pub(crate) fn field(&self, number: u32) -> Option<&'static Field> {
        self.fields.get(self.index(number)?)
    }
}

impl Field {
    /// The wire type that the field has when it is not packed.
    pub(crate) const fn wire_type(&self) -> u32 {
        match self.kind {
            Kind::Bool | Kind::Enum(_) | Kind::Int32 | Kind::Int64 | Kind::Sint32 | Kind::Uint32 | Kind::Uint64 => {
                VARINT
            }
            Kind::Double | Kind::Fixed64 | Kind::Sfixed64 => FIXED64,
            Kind::Fixed32 => FIXED32,
            _ => BYTES,
        }
    }

    pub(crate) const fn is_repeated(&self) -> bool {
        matches!(self.label, Label::Repeated | Label::Item)
    }

    /// Whether a field of this wire type is this field: the other wire types make it an unknown one.
    pub(crate) const fn has_wire_type(&self, wire_type: u32) -> bool {
        wire_type == self.wire_type() || (wire_type == BYTES && self.is_repeated())
    }

    /// The message type, where the field holds messages that are read.
    pub(crate) fn message(&self) -> Option<&'static Message> {
        match self.kind {
            Kind::Message(message) => Some(message),
            Kind::KeyValue => Some(&KEY_VALUE),
            Kind::AnyValue => Some(&ANY_VALUE),
            _ => None,
        }
    }
}

const fn class_of_unknown(tag: u32) -> Class {
    if tag < 8 {
        return Class::Refused;
    }
    match tag & 7 {
        VARINT => Class::Varint,
        FIXED64 => Class::Fixed64,
        BYTES => Class::Bytes,
        FIXED32 => Class::Fixed32,
        _ => Class::Refused,
    }
}

const fn class_of_length_delimited(field: &Field) -> Option<Class> {
    let repeated = field.is_repeated();
    Some(match field.kind {
        Kind::Str => Class::Str,
        Kind::Bytes => Class::Bytes,
        Kind::Id(16) => Class::Id16,
        Kind::Id(_) => Class::Id8,
        Kind::KeyValue => Class::KeyValue,
        Kind::AnyValue if repeated => Class::Values,
        Kind::AnyValue => Class::Value,
        Kind::Opaque if matches!(field.label, Label::Item) => Class::OpaqueItem,
        Kind::Opaque => Class::Bytes,
        Kind::Message(_) => match field.label {
            Label::Item => Class::Item,
            Label::Repeated => Class::Repeated,
            _ => Class::Singular,
        },
        Kind::Double | Kind::Fixed64 | Kind::Sfixed64 if repeated => Class::Packed64,
        Kind::Bool | Kind::Enum(_) | Kind::Int32 | Kind::Int64 | Kind::Sint32 | Kind::Uint32 | Kind::Uint64
            if repeated =>
        {
            Class::PackedVarint
        }
        _ => return None,
    })
}

/// The export request of a signal, as the check reads it: profiles down to their samples only.
pub(crate) fn request(signal: Signal) -> &'static Message {
    match signal {
        Signal::Traces => &traces::REQUEST,
        Signal::Metrics => &metrics::REQUEST,
        Signal::Logs => &logs::REQUEST,
        Signal::Profiles => &profiles::ENVELOPE,
    }
}

/// The export request of a signal, all of it.
pub(crate) fn whole_request(signal: Signal) -> &'static Message {
    match signal {
        Signal::Profiles => &profiles::REQUEST,
        _ => request(signal),
    }
}

const fn field(number: u32, name: &'static str, json: &'static str, kind: Kind, label: Label) -> Field {
    Field { number, name, json, kind, label }
}

const fn one(number: u32, name: &'static str, json: &'static str, kind: Kind) -> Field {
    field(number, name, json, kind, Label::Singular)
}

const fn optional(number: u32, name: &'static str, json: &'static str, kind: Kind) -> Field {
    field(number, name, json, kind, Label::Optional)
}

const fn oneof(number: u32, name: &'static str, json: &'static str, kind: Kind) -> Field {
    field(number, name, json, kind, Label::Oneof)
}

const fn many(number: u32, name: &'static str, json: &'static str, kind: Kind) -> Field {
    field(number, name, json, kind, Label::Repeated)
}

const fn items(number: u32, name: &'static str, json: &'static str, kind: Kind) -> Field {
    field(number, name, json, kind, Label::Item)
}
