//! Putting together what came in pieces.

use crate::schema::{Field, Label, Message};
use crate::wire::{self, BYTES, Fields};

/// Writes a message that passed the walk again, with each message that may be there once in one piece.
///
/// Protobuf merges the pieces of a message, and the merged message is what the joined bytes say. Of a oneof the last
/// member counts, and with it the pieces of the same member before it, back to where another member was set.
pub(super) fn normalise(schema: &'static Message, bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut singular: Vec<(&'static Field, Vec<u8>)> = Vec::new();
    let mut oneof: Option<(&'static Field, Vec<u8>)> = None;
    for at in Fields::new(bytes) {
        let field = schema.field(at.tag >> 3).filter(|field| field.wire_type() == at.tag & 7);
        let content = &bytes[at.content..at.end];
        match field {
            Some(field) if field.label == Label::Oneof => match &mut oneof {
                Some((member, pieces)) if member.number == field.number && field.message().is_some() => {
                    pieces.extend_from_slice(content);
                }
                _ => oneof = Some((field, content.to_vec())),
            },
            Some(field) if field.message().is_some() => match field.label {
                Label::Repeated | Label::Item => put_message(&mut out, field, content),
                _ => match singular.iter_mut().find(|(other, _)| other.number == field.number) {
                    Some((_, pieces)) => pieces.extend_from_slice(content),
                    None => singular.push((field, content.to_vec())),
                },
            },
            _ => out.extend_from_slice(&bytes[at.start..at.end]),
        }
    }
    for (field, content) in singular.into_iter().chain(oneof) {
        put_message(&mut out, field, &content);
    }
    out
}

/// Writes a field, normalised if it is a message.
fn put_message(out: &mut Vec<u8>, field: &'static Field, content: &[u8]) {
    let tag = wire::tag(field.number, field.wire_type());
    match field.message() {
        Some(message) => {
            let content = normalise(message, content);
            wire::put_header(out, tag, content.len());
            out.extend_from_slice(&content);
        }
        None if field.wire_type() == BYTES => {
            wire::put_header(out, tag, content.len());
            out.extend_from_slice(content);
        }
        None => {
            wire::put_varint(out, u64::from(tag));
            out.extend_from_slice(content);
        }
    }
}
