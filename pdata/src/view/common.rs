//! Resources, scopes, attributes and their values.

use super::message::{Message, Repeated, Strings, text};
use crate::wire::{self, BYTES, FIXED64, Fields, VARINT};

/// What produced telemetry.
#[derive(Clone, Copy, Debug, Default)]
pub struct Resource<'a>(Message<'a>);

impl<'a> Resource<'a> {
    /// What describes it.
    pub fn attributes(&self) -> Attributes<'a> {
        self.0.repeated(1)
    }

    /// How many attributes were left out.
    pub fn dropped_attributes_count(&self) -> u32 {
        self.0.uint32(2)
    }

    /// The entities that it is made of (development status in OTLP).
    pub fn entity_refs(&self) -> Repeated<'a, EntityRef<'a>> {
        self.0.repeated(3)
    }
}

/// A part of a resource that has an identity of its own (development status in OTLP).
#[derive(Clone, Copy, Debug)]
pub struct EntityRef<'a>(Message<'a>);

impl<'a> EntityRef<'a> {
    /// The schema that the keys follow.
    pub fn schema_url(&self) -> &'a str {
        self.0.str(1)
    }

    /// What kind of entity it is, for instance `service`.
    pub fn kind(&self) -> &'a str {
        self.0.str(2)
    }

    /// The resource attributes that identify it.
    pub fn id_keys(&self) -> Strings<'a> {
        self.0.strings(3)
    }

    /// The resource attributes that describe it.
    pub fn description_keys(&self) -> Strings<'a> {
        self.0.strings(4)
    }
}

/// The library that produced telemetry.
#[derive(Clone, Copy, Debug, Default)]
pub struct Scope<'a>(Message<'a>);

impl<'a> Scope<'a> {
    /// Its name; empty if unknown.
    pub fn name(&self) -> &'a str {
        self.0.str(1)
    }

    /// Its version; empty if unknown.
    pub fn version(&self) -> &'a str {
        self.0.str(2)
    }

    /// What else describes it.
    pub fn attributes(&self) -> Attributes<'a> {
        self.0.repeated(3)
    }

    /// How many attributes were left out.
    pub fn dropped_attributes_count(&self) -> u32 {
        self.0.uint32(4)
    }
}

/// A list of attributes. Keys should be unique, but nobody makes sure of it.
pub type Attributes<'a> = Repeated<'a, KeyValue<'a>>;

/// The values of an array.
pub type Array<'a> = Repeated<'a, Value<'a>>;

/// An attribute, or an entry of a map.
#[derive(Clone, Copy, Debug)]
pub struct KeyValue<'a>(Message<'a>);

impl<'a> KeyValue<'a> {
    /// Its key.
    pub fn key(&self) -> &'a str {
        text(self.key_bytes())
    }

    /// Its key, where bytes are enough: to compare keys this is the faster way.
    #[inline]
    pub fn key_bytes(&self) -> &'a [u8] {
        match self.plain_key() {
            Some(key) => key,
            None => self.any_key_bytes(),
        }
    }

    /// Its key, if it is written as nearly all encoders do: a key of up to 127 bytes, then a value of up to 127 bytes, then
    /// nothing. The key begins after two bytes.
    #[inline]
    pub(crate) fn plain_key(&self) -> Option<&'a [u8]> {
        const KEY: u8 = wire::tag(1, BYTES) as u8;
        const VALUE: u8 = wire::tag(2, BYTES) as u8;
        if let [KEY, length, after @ ..] = self.0.as_bytes()
            && *length < 0x80
            && let Some((key, value)) = after.split_at_checked(usize::from(*length))
            && let [VALUE, length, value @ ..] = value
            && *length < 0x80
            && usize::from(*length) == value.len()
        {
            return Some(key);
        }
        None
    }

    /// Its key and its value, if the value is neither list nor map and both are short and written as nearly all encoders
    /// do. Then nothing else is in it.
    #[inline]
    pub fn plain(&self) -> Option<(&'a [u8], Plain<'a>)> {
        const STRING: u8 = wire::tag(1, BYTES) as u8;
        const BOOL: u8 = wire::tag(2, VARINT) as u8;
        const INT: u8 = wire::tag(3, VARINT) as u8;
        const DOUBLE: u8 = wire::tag(4, FIXED64) as u8;
        let key = self.plain_key()?;
        // Two tags and two lengths around the key.
        let value = match self.0.as_bytes().get(4 + key.len()..)? {
            [STRING, length, text @ ..] if usize::from(*length) == text.len() => Plain::Text(text),
            [BOOL, 0 | 1] => Plain::Bool,
            [INT, number @ ..] => match wire::varint(number, 0)? {
                (number_is, end) if end == number.len() => Plain::Int(number_is as i64),
                _ => return None,
            },
            [DOUBLE, bits @ ..] => Plain::Double(f64::from_le_bytes(bits.try_into().ok()?)),
            _ => return None,
        };
        Some((key, value))
    }

    #[inline(never)]
    fn any_key_bytes(&self) -> &'a [u8] {
        self.0.bytes(1)
    }

    /// Its value, if there is one; a value may be [empty](Value::Empty), too.
    pub fn value(&self) -> Option<Value<'a>> {
        self.0.message(2)
    }

    /// Its value as it lies there, the message `AnyValue`; empty if there is none.
    pub fn value_bytes(&self) -> &'a [u8] {
        self.0.bytes(2)
    }

    /// Where in the dictionary its key is; in profiles only.
    pub fn key_index(&self) -> i32 {
        self.0.enumeration(3)
    }
}

/// The value of an attribute that is written in the plainest way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Plain<'a> {
    /// Text, by its bytes.
    Text(&'a [u8]),
    /// True or false.
    Bool,
    /// A whole number.
    Int(i64),
    /// A number.
    Double(f64),
}

/// A value.
#[derive(Clone, Debug)]
pub enum Value<'a> {
    /// None.
    Empty,
    /// Text.
    String(&'a str),
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number.
    Double(f64),
    /// A list of values.
    Array(Array<'a>),
    /// A list of keys and their values.
    Map(Attributes<'a>),
    /// Bytes.
    Bytes(&'a [u8]),
    /// Where in the dictionary the text is; in profiles only.
    StringIndex(i32),
}

impl<'a> From<Message<'a>> for Value<'a> {
    fn from(message: Message<'a>) -> Self {
        const STRING: u32 = wire::tag(1, BYTES);
        const BOOL: u32 = wire::tag(2, VARINT);
        const INT: u32 = wire::tag(3, VARINT);
        const DOUBLE: u32 = wire::tag(4, FIXED64);
        const ARRAY: u32 = wire::tag(5, BYTES);
        const MAP: u32 = wire::tag(6, BYTES);
        const RAW: u32 = wire::tag(7, BYTES);
        const STRING_INDEX: u32 = wire::tag(8, VARINT);

        let bytes = message.as_bytes();
        let mut value = Self::Empty;
        for field in Fields::new(bytes) {
            let content = &bytes[field.content..field.end];
            let number = || wire::varint(content, 0).map_or(0, |(number, _)| number);
            value = match field.tag {
                STRING => Self::String(text(content)),
                BOOL => Self::Bool(number() != 0),
                INT => Self::Int(number() as i64),
                DOUBLE => Self::Double(content.first_chunk().map_or(0.0, |bytes| f64::from_le_bytes(*bytes))),
                ARRAY => Self::Array(Repeated::new(content, 1)),
                MAP => Self::Map(Repeated::new(content, 1)),
                RAW => Self::Bytes(content),
                STRING_INDEX => Self::StringIndex(number() as i32),
                _ => continue,
            };
        }
        value
    }
}

super::message::views!(Resource, EntityRef, Scope, KeyValue);
