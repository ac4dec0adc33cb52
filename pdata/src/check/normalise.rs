//! Putting together what came in pieces.

use std::ops::Range;

use smallvec::{SmallVec, smallvec};

use crate::assemble::Assembly;
use crate::schema::{Field, Label, Message};
use crate::wire::{self, BYTES, FieldAt, Fields};

/// Writes a message that passed the walk again, with each message that may be there once in one piece.
///
/// Protobuf merges the pieces of a message, and the merged message is what the joined bytes say. Of a oneof the last
/// member counts, and with it the pieces of the same member before it, back to where another member was set.
///
/// Nothing is copied before it is known where it goes, so that the cost does not grow with the depth.
pub(super) fn normalise(schema: &'static Message, bytes: &[u8]) -> Vec<u8> {
    let mut normaliser = Normaliser { bytes, out: Assembly::default() };
    let whole: Pieces = smallvec![0..bytes.len()];
    normaliser.message(schema, &whole);
    normaliser.out.write(bytes)
}

struct Normaliser<'a> {
    bytes: &'a [u8],
    out: Assembly,
}

/// Where the contents of a field are, in the order in which they are joined.
type Pieces = SmallVec<[Range<usize>; 2]>;

impl Normaliser<'_> {
    /// Writes the message that these pieces are; says how long it is.
    fn message(&mut self, schema: &'static Message, pieces: &[Range<usize>]) -> usize {
        let mut length = 0;
        let mut singular: SmallVec<[(&'static Field, Pieces); 2]> = SmallVec::new();
        let mut oneof: Option<(&'static Field, FieldAt, Pieces)> = None;
        for piece in pieces {
            for at in Fields::starting_at(&self.bytes[..piece.end], piece.start) {
                let content = at.content..at.end;
                let known = schema.field(at.tag >> 3).filter(|field| field.wire_type() == at.tag & 7);
                match known {
                    Some(field) if field.label == Label::Oneof => match &mut oneof {
                        Some((member, _, pieces)) if member.number == field.number && field.message().is_some() => {
                            pieces.push(content);
                        }
                        _ => oneof = Some((field, at, smallvec![content])),
                    },
                    Some(field) if field.message().is_some() && field.is_repeated() => {
                        length += self.field(field, &[content]);
                    }
                    Some(field) if field.message().is_some() => {
                        match singular.iter_mut().find(|(other, _)| other.number == field.number) {
                            Some((_, pieces)) => pieces.push(content),
                            None => singular.push((field, smallvec![content])),
                        }
                    }
                    _ => length += self.copy(at),
                }
            }
        }
        for (field, pieces) in singular {
            length += self.field(field, &pieces);
        }
        match oneof {
            Some((field, _, pieces)) if field.message().is_some() => length + self.field(field, &pieces),
            Some((_, at, _)) => length + self.copy(at),
            None => length,
        }
    }

    /// Writes a field that holds a message; says how long it is, with its header.
    fn field(&mut self, field: &'static Field, pieces: &[Range<usize>]) -> usize {
        let Some(message) = field.message() else { return 0 };
        let tag = wire::tag(field.number, BYTES);
        let header = self.out.header(tag);
        let length = self.message(message, pieces);
        self.out.set_length(header, length);
        wire::header_size(tag, length) + length
    }

    fn copy(&mut self, field: FieldAt) -> usize {
        self.out.copy(field.start..field.end);
        field.end - field.start
    }
}
