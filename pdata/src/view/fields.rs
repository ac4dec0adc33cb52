//! The fields of one message, in the order in which they lie.

use super::Message;
use crate::wire;

impl<'a> Message<'a> {
    /// Its fields, in order: for who needs many of them in one pass over the message.
    pub fn fields(&self) -> Fields<'a> {
        Fields { message: self.as_bytes(), fields: wire::Fields::new(self.as_bytes()) }
    }
}

/// The fields of a message, in order.
#[derive(Clone, Debug)]
pub struct Fields<'a> {
    message: &'a [u8],
    fields: wire::Fields<'a>,
}

impl<'a> Iterator for Fields<'a> {
    type Item = Field<'a>;

    #[inline(always)]
    fn next(&mut self) -> Option<Field<'a>> {
        let field = self.fields.next()?;
        let (whole, content) = (&self.message[field.start..field.end], &self.message[field.content..field.end]);
        Some(Field { tag: field.tag, whole, content })
    }
}

/// One field of a message.
///
/// A field of another wire type than its definition has is an unknown field: compare [`tag`](Self::tag), which has both.
#[derive(Clone, Copy, Debug)]
pub struct Field<'a> {
    /// The number of the field times eight, and its wire type.
    pub tag: u32,
    /// All of it, with its tag.
    pub whole: &'a [u8],
    /// What lies behind the tag, and behind the length where there is one.
    pub content: &'a [u8],
}

impl Field<'_> {
    /// The tag of a field that is a number of variable length.
    pub const fn varint_tag(number: u32) -> u32 {
        wire::tag(number, wire::VARINT)
    }

    /// The tag of a field of eight bytes.
    pub const fn fixed64_tag(number: u32) -> u32 {
        wire::tag(number, wire::FIXED64)
    }

    /// The tag of a field that is text, bytes or a message.
    pub const fn bytes_tag(number: u32) -> u32 {
        wire::tag(number, wire::BYTES)
    }

    /// Its value, if it is a number of variable length.
    #[inline]
    pub fn varint(&self) -> u64 {
        wire::varint(self.content, 0).map_or(0, |(number, _)| number)
    }

    /// Its value, if it has eight bytes.
    #[inline]
    pub fn fixed64(&self) -> u64 {
        self.content.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_come_in_order_with_their_numbers() {
        let message = [0x08, 0x96, 0x01, 0x1a, 2, b'a', b'b', 0x11, 1, 0, 0, 0, 0, 0, 0, 0];

        let fields: Vec<_> = Message::new(&message).fields().collect();

        let tags: Vec<_> = fields.iter().map(|field| field.tag).collect();
        assert_eq!(tags, [Field::varint_tag(1), Field::bytes_tag(3), Field::fixed64_tag(2)]);
        assert_eq!((fields[0].varint(), fields[1].content, fields[2].fixed64()), (150, b"ab".as_slice(), 1));
    }

    #[test]
    fn fields_end_where_the_message_is_broken() {
        assert_eq!(Message::new(&[0x08, 1, 0x1a, 9, b'a']).fields().count(), 1);
    }
}
