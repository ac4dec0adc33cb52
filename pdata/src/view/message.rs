//! The fields of one message, by number.

use std::marker::PhantomData;

use crate::wire::{self, BYTES, FIXED32, FIXED64, VARINT};

/// A message of which nothing is known but its bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Message<'a>(&'a [u8]);

impl<'a> Message<'a> {
    /// Takes the bytes of a message: what follows its tag and length.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &'a [u8] {
        self.0
    }

    /// What a request holds of each resource.
    pub(crate) fn resources<T: From<Message<'a>>>(&self) -> Repeated<'a, T> {
        self.repeated(1)
    }

    /// The content of the last field of this number that has a length, if there is one.
    pub(super) fn last(&self, number: u32) -> Option<&'a [u8]> {
        Repeated::<&[u8]>::new(self.0, number).last()
    }

    pub(super) fn bytes(&self, number: u32) -> &'a [u8] {
        self.last(number).unwrap_or_default()
    }

    pub(super) fn str(&self, number: u32) -> &'a str {
        text(self.bytes(number))
    }

    pub(super) fn message<T: From<Message<'a>>>(&self, number: u32) -> Option<T> {
        self.last(number).map(|bytes| T::from(Message(bytes)))
    }

    #[inline]
    pub(crate) fn repeated<T: From<Message<'a>>>(&self, number: u32) -> Repeated<'a, T> {
        Repeated::new(self.0, number)
    }

    pub(super) fn varint(&self, number: u32) -> u64 {
        let tag = wire::tag(number, VARINT);
        let last = wire::Fields::new(self.0).filter(|field| field.tag == tag).last();
        last.and_then(|field| wire::varint(self.0, field.content)).map_or(0, |(value, _)| value)
    }

    pub(super) fn uint32(&self, number: u32) -> u32 {
        self.varint(number) as u32
    }

    /// An enum, which may have a value that we do not know.
    pub(super) fn enumeration(&self, number: u32) -> i32 {
        self.varint(number) as i32
    }

    pub(super) fn sint32(&self, number: u32) -> i32 {
        let value = self.uint32(number);
        (value >> 1) as i32 ^ -((value & 1) as i32)
    }

    pub(super) fn optional_fixed64(&self, number: u32) -> Option<u64> {
        let tag = wire::tag(number, FIXED64);
        let last = wire::Fields::new(self.0).filter(|field| field.tag == tag).last()?;
        self.0[last.content..].first_chunk().map(|bytes| u64::from_le_bytes(*bytes))
    }

    pub(super) fn fixed64(&self, number: u32) -> u64 {
        self.optional_fixed64(number).unwrap_or_default()
    }

    pub(super) fn optional_double(&self, number: u32) -> Option<f64> {
        self.optional_fixed64(number).map(f64::from_bits)
    }

    pub(super) fn double(&self, number: u32) -> f64 {
        self.optional_double(number).unwrap_or_default()
    }

    pub(super) fn fixed32(&self, number: u32) -> u32 {
        let tag = wire::tag(number, FIXED32);
        let last = wire::Fields::new(self.0).filter(|field| field.tag == tag).last();
        let bytes = last.and_then(|field| self.0[field.content..].first_chunk());
        bytes.map_or(0, |bytes| u32::from_le_bytes(*bytes))
    }

    pub(super) fn fixed64s(&self, number: u32) -> Fixed64s<'a> {
        Fixed64s { message: self.0, packed: &[], number }
    }

    pub(super) fn doubles(&self, number: u32) -> Doubles<'a> {
        Doubles(self.fixed64s(number))
    }

    pub(super) fn varints(&self, number: u32) -> Varints<'a> {
        Varints { message: self.0, packed: &[], number }
    }

    pub(super) fn strings(&self, number: u32) -> Strings<'a> {
        Strings(Repeated::new(self.0, number))
    }
}

impl<'a> From<Message<'a>> for &'a [u8] {
    fn from(message: Message<'a>) -> Self {
        message.0
    }
}

/// A string that was checked. Whoever needs no `str` saves this second look by asking for the bytes.
#[inline]
pub(super) fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_default()
}

/// The messages in a repeated field, in order.
#[derive(Debug)]
pub struct Repeated<'a, T> {
    message: &'a [u8],
    fields: wire::Fields<'a>,
    tag: u32,
    kind: PhantomData<fn() -> T>,
}

impl<T> Clone for Repeated<'_, T> {
    fn clone(&self) -> Self {
        Self { message: self.message, fields: self.fields.clone(), tag: self.tag, kind: PhantomData }
    }
}

impl<'a, T> Repeated<'a, T> {
    #[inline]
    pub(super) fn new(message: &'a [u8], number: u32) -> Self {
        Self { message, fields: wire::Fields::new(message), tag: wire::tag(number, BYTES), kind: PhantomData }
    }

    /// The bytes of the message that is gone over.
    pub(crate) fn as_bytes(&self) -> &'a [u8] {
        self.message
    }
}

impl<'a, T: From<Message<'a>>> Iterator for Repeated<'a, T> {
    type Item = T;

    // Called out of line, it takes twice as long to look at every key.
    #[inline(always)]
    fn next(&mut self) -> Option<T> {
        let tag = self.tag;
        let field = self.fields.find(|field| field.tag == tag)?;
        Some(T::from(Message(&self.message[field.content..field.end])))
    }
}

/// The strings in a repeated field, in order.
#[derive(Clone, Debug)]
pub struct Strings<'a>(Repeated<'a, &'a [u8]>);

impl<'a> Iterator for Strings<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        self.0.next().map(text)
    }
}

/// Numbers of eight bytes in a repeated field, in order, packed or not.
#[derive(Clone, Debug)]
pub struct Fixed64s<'a> {
    message: &'a [u8],
    packed: &'a [u8],
    number: u32,
}

impl Iterator for Fixed64s<'_> {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        loop {
            if let Some((number, rest)) = self.packed.split_first_chunk() {
                self.packed = rest;
                return Some(u64::from_le_bytes(*number));
            }
            self.packed = next_numbers(&mut self.message, self.number, FIXED64)?;
        }
    }
}

/// Doubles in a repeated field, in order, packed or not.
#[derive(Clone, Debug)]
pub struct Doubles<'a>(Fixed64s<'a>);

impl Iterator for Doubles<'_> {
    type Item = f64;

    fn next(&mut self) -> Option<f64> {
        self.0.next().map(f64::from_bits)
    }
}

/// Varints in a repeated field, in order, packed or not.
#[derive(Clone, Debug)]
pub struct Varints<'a> {
    message: &'a [u8],
    packed: &'a [u8],
    number: u32,
}

impl Iterator for Varints<'_> {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        loop {
            if let Some((number, end)) = wire::varint(self.packed, 0) {
                self.packed = &self.packed[end..];
                return Some(number);
            }
            self.packed = next_numbers(&mut self.message, self.number, VARINT)?;
        }
    }
}

/// Moves to the next field of this number; says the bytes of its number or numbers.
fn next_numbers<'a>(message: &mut &'a [u8], number: u32, wire_type: u32) -> Option<&'a [u8]> {
    loop {
        let field = wire::Fields::new(message).next()?;
        let content = &message[field.content..field.end];
        *message = &message[field.end..];
        if field.tag == wire::tag(number, wire_type) || field.tag == wire::tag(number, BYTES) {
            return Some(content);
        }
    }
}

/// Makes views of the bytes of their messages, and gives the bytes back.
macro_rules! views {
    ($($view:ident),* $(,)?) => {$(
        impl<'a> From<$crate::view::Message<'a>> for $view<'a> {
            fn from(message: $crate::view::Message<'a>) -> Self {
                Self(message)
            }
        }

        impl<'a> $view<'a> {
            /// Its bytes, without tag and length: what lies there of fields that have no method here is in them.
            pub fn as_bytes(&self) -> &'a [u8] {
                self.0.as_bytes()
            }
        }
    )*};
}
pub(super) use views;
