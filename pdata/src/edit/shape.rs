//! What kinds of messages there are, for those who decide beforehand what they do with each field.

use super::node::Role;
use crate::Signal;
use crate::schema::{self, Kind};
use crate::wire::BYTES;

/// A kind of message: what its fields are.
#[derive(Clone, Copy)]
pub struct Shape(&'static schema::Message);

/// What is known of a field.
#[derive(Clone, Copy)]
pub struct KnownField {
    /// Its number, below 32.
    pub number: u32,
    /// Its name in the protobuf definition.
    pub name: &'static str,
    /// What it is.
    pub role: Role,
    /// The kind of message that it holds, if it holds messages.
    pub message: Option<Shape>,
}

impl Shape {
    /// The export request of a signal.
    pub fn request(signal: Signal) -> Self {
        Self(schema::request(signal))
    }

    /// The fields that are known and have a length: texts, bytes, messages and lists of numbers. A field of such a number
    /// that has [none](super::Field::has_length) is another.
    pub fn fields(self) -> impl Iterator<Item = KnownField> {
        let fields = self.0.fields.iter().filter(|field| field.has_wire_type(BYTES));
        fields.map(|field| KnownField {
            number: field.number,
            name: field.name,
            role: Role::of(field),
            message: field.message().map(Self),
        })
    }
}

impl PartialEq for Shape {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

impl Eq for Shape {}

impl Role {
    pub(super) fn of(field: &schema::Field) -> Self {
        match field.kind {
            Kind::KeyValue => Self::Attribute,
            Kind::AnyValue | Kind::Message(_) => Self::Message,
            Kind::Str => Self::Text,
            Kind::Bytes | Kind::Id(_) | Kind::Opaque => Self::Bytes,
            _ => Self::Number,
        }
    }
}
