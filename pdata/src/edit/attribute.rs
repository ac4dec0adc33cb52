//! Attributes: those that are there, and those to be added.

use super::node::Field;
use crate::view::{KeyValue, Message, Value};
use crate::wire::{self, BYTES, FIXED64, Fields, VARINT};

const KEY: u32 = wire::tag(1, BYTES);
const VALUE: u32 = wire::tag(2, BYTES);

/// An attribute that may be changed. It stays as it is unless something is done with it.
pub struct AttributeField<'e, 'a>(pub(super) Field<'e, 'a>);

impl<'e, 'a> AttributeField<'e, 'a> {
    /// Its key.
    #[inline]
    pub fn key_bytes(&self) -> &'a [u8] {
        self.view().key_bytes()
    }

    /// A view of it.
    #[inline]
    pub fn view(&self) -> KeyValue<'a> {
        KeyValue::from(Message::new(self.0.content()))
    }

    /// It as the message `KeyValue`, and all that the request holds behind it; see [`Field::ahead`].
    #[inline]
    pub fn ahead(&self) -> &'a [u8] {
        self.0.ahead()
    }

    /// Takes it out.
    pub fn remove(self) {
        self.0.remove();
    }

    /// Gives it another key.
    #[inline]
    pub fn rename(self, key: &str) {
        match self.view().plain_key() {
            Some(old) => self.0.replace_start(2 + old.len(), wire::header_size(KEY, key.len()) + key.len(), |out| {
                put(out, KEY, key.as_bytes());
            }),
            None => self.rename_any(key),
        }
    }

    #[inline(never)]
    fn rename_any(self, key: &str) {
        let content = self.0.content();
        let rest = without(content, KEY);
        let length = wire::header_size(KEY, key.len()) + key.len() + rest.clone().map(<[u8]>::len).sum::<usize>();
        self.0.replace_with(length, |out| {
            put(out, KEY, key.as_bytes());
            rest.for_each(|part| out.extend_from_slice(part));
        });
    }

    /// Gives it another value.
    #[inline]
    pub fn set(self, value: &Value<'_>) {
        let rest = without(self.0.content(), VALUE);
        let size = value_size(value);
        let length = wire::header_size(VALUE, size) + size + rest.clone().map(<[u8]>::len).sum::<usize>();
        self.0.replace_with(length, |out| {
            rest.for_each(|part| out.extend_from_slice(part));
            wire::put_header(out, VALUE, size);
            put_value(out, value);
        });
    }

    /// Puts an attribute that is put together in its place.
    pub fn replace_parts(self, parts: &Parts<'_>) {
        self.0.replace_with(parts.size(), |text| parts.put(text));
    }

    /// The field that it is: to [enter](Field::enter) its value.
    pub fn field(self) -> Field<'e, 'a> {
        self.0
    }
}

/// The fields of a message, without those of one tag.
fn without(message: &[u8], tag: u32) -> impl Iterator<Item = &[u8]> + Clone {
    Fields::new(message).filter(move |field| field.tag != tag).map(|field| &message[field.start..field.end])
}

/// An attribute to be added, encoded once and for all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute(Vec<u8>);

impl Attribute {
    /// Encodes a key and its value.
    pub fn new(key: &str, value: &Value<'_>) -> Self {
        let size = value_size(value);
        let mut out = Vec::with_capacity(key.len() + size + 8);
        put(&mut out, KEY, key.as_bytes());
        wire::put_header(&mut out, VALUE, size);
        put_value(&mut out, value);
        Self(out)
    }

    /// The message `KeyValue`.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// An attribute that is put together: a key, a value, and what else another attribute has.
#[derive(Clone, Copy, Debug)]
pub struct Parts<'p> {
    /// Its key.
    pub key: &'p [u8],
    /// Its value: the message `AnyValue`, as [`KeyValue::value_bytes`] and [`put_value`] give it.
    pub value: &'p [u8],
    /// The attribute whose other fields it takes over: those that nobody knows.
    pub rest: Option<KeyValue<'p>>,
}

impl Parts<'_> {
    /// Puts it together, to be added more than once.
    pub fn to_attribute(&self) -> Attribute {
        let mut out = Vec::with_capacity(self.size());
        self.put(&mut out);
        Attribute(out)
    }

    pub(super) fn size(&self) -> usize {
        let field = |tag, content: &[u8]| wire::header_size(tag, content.len()) + content.len();
        field(KEY, self.key) + field(VALUE, self.value) + self.other_fields().map(<[u8]>::len).sum::<usize>()
    }

    pub(super) fn put(&self, out: &mut Vec<u8>) {
        put(out, KEY, self.key);
        put(out, VALUE, self.value);
        self.other_fields().for_each(|field| out.extend_from_slice(field));
    }

    fn other_fields(&self) -> impl Iterator<Item = &[u8]> {
        let rest = self.rest.filter(|rest| rest.plain_key().is_none()).map_or(&[][..], |rest| rest.as_bytes());
        let others = Fields::new(rest).filter(|field| field.tag != KEY && field.tag != VALUE);
        others.map(|field| &rest[field.start..field.end])
    }
}

/// Writes a field that holds text, bytes or a message.
pub fn put_field(out: &mut Vec<u8>, number: u32, content: &[u8]) {
    put(out, wire::tag(number, BYTES), content);
}

fn put(out: &mut Vec<u8>, tag: u32, content: &[u8]) {
    wire::put_header(out, tag, content.len());
    out.extend_from_slice(content);
}

/// How many bytes the message `AnyValue` takes.
fn value_size(value: &Value<'_>) -> usize {
    let message = |bytes: &[u8]| wire::header_size(KEY, bytes.len()) + bytes.len();
    match value {
        Value::Empty => 0,
        Value::String(text) => message(text.as_bytes()),
        Value::Bytes(bytes) => message(bytes),
        Value::Array(values) => message(values.as_bytes()),
        Value::Map(entries) => message(entries.as_bytes()),
        Value::Bool(_) => 2,
        Value::Int(number) => 1 + wire::varint_size(*number as u64),
        Value::StringIndex(index) => 1 + wire::varint_size(*index as u64),
        Value::Double(_) => 9,
    }
}

/// Writes the message `AnyValue`.
pub fn put_value(out: &mut Vec<u8>, value: &Value<'_>) {
    let mut number = |field: u32, number: u64| {
        wire::put_varint(out, u64::from(wire::tag(field, VARINT)));
        wire::put_varint(out, number);
    };
    match value {
        Value::Empty => {}
        Value::Bool(value) => number(2, u64::from(*value)),
        Value::Int(value) => number(3, *value as u64),
        Value::StringIndex(index) => number(8, *index as u64),
        Value::Double(value) => {
            wire::put_varint(out, u64::from(wire::tag(4, FIXED64)));
            out.extend_from_slice(&value.to_le_bytes());
        }
        Value::String(text) => put(out, wire::tag(1, BYTES), text.as_bytes()),
        Value::Array(values) => put(out, wire::tag(5, BYTES), values.as_bytes()),
        Value::Map(entries) => put(out, wire::tag(6, BYTES), entries.as_bytes()),
        Value::Bytes(bytes) => put(out, wire::tag(7, BYTES), bytes),
    }
}
