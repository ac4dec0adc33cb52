//! JSON to protobuf, value by value, without a tree.

use base64::Engine;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use jiter::{Jiter, JiterError, Peek};

use super::number::{double, whole};
use crate::check::MAX_DEPTH;
use crate::malformed::Problem;
use crate::schema::{self, Field, Kind, Label, Message};
use crate::wire::{self, BYTES};
use crate::{Limits, Malformed, Signal};

/// What a JSON request says.
pub(crate) struct Read {
    pub(crate) message: Vec<u8>,
    pub(crate) items: usize,
}

/// Reads an export request; see [`Batch::check_json`](crate::Batch::check_json) for what it takes.
pub(crate) fn read(signal: Signal, json: &[u8], limits: &Limits) -> Result<Read, Malformed> {
    let mut reader = Reader {
        json: Jiter::new(json),
        // Protobuf takes a third to a half of the same in JSON.
        out: Vec::with_capacity(json.len() / 2),
        late: Vec::new(),
        late_bytes: 0,
        path: Vec::new(),
        items: 0,
        elements: 0,
        limit: limits.elements,
    };
    match reader.request(signal, json) {
        Ok(()) => Ok(Read { items: reader.items, message: reader.finish() }),
        Err(Stop { at, problem }) => {
            let position = reader.json.error_position(at);
            Err(Malformed::in_text(reader.path, position.line, position.column, problem))
        }
    }
}

struct Reader<'j> {
    json: Jiter<'j>,
    out: Vec<u8>,
    /// Lengths of large messages that are still to be put in, in the order in which their messages ended.
    late: Vec<Late>,
    /// How many bytes they will take beyond the room that was left for them.
    late_bytes: usize,
    /// The members that lead to where we are.
    path: Vec<&'static str>,
    items: usize,
    elements: usize,
    limit: usize,
}

/// Why reading stopped.
struct Stop {
    at: usize,
    problem: Problem,
}

impl From<JiterError> for Stop {
    #[cold]
    fn from(error: JiterError) -> Self {
        Self { at: error.index, problem: Problem::Json { reason: error.error_type.to_string() } }
    }
}

impl Reader<'_> {
    fn request(&mut self, signal: Signal, json: &[u8]) -> Result<(), Stop> {
        if let Err(error) = simdutf8::compat::from_utf8(json) {
            return Err(Stop { at: error.valid_up_to(), problem: Problem::Utf8 });
        }
        let peek = self.json.peek()?;
        self.object(schema::whole_request(signal), peek, 0)?;
        self.json.finish()?;
        Ok(())
    }

    /// Reads an object into the content of a message. `depth` is the number of values around it.
    fn object(&mut self, schema: &'static Message, peek: Peek, depth: u32) -> Result<(), Stop> {
        if peek != Peek::Object {
            return Err(self.wrong_type("an object", peek));
        }
        // The fields that have been there, a bit for each, and one for all of a oneof.
        let mut seen = 0;
        let mut next = 0;
        let mut key = self.json.known_object()?;
        while let Some(name) = key {
            match find(schema, name, next).and_then(|index| Some((index, schema.fields.get(index)?))) {
                Some((index, field)) => {
                    self.path.push(field.json);
                    self.member(field, 1 << index, &mut seen, depth)?;
                    self.path.pop();
                    next = index + 1;
                }
                None => self.json.next_skip()?,
            }
            key = self.json.next_key()?;
        }
        Ok(())
    }

    fn member(&mut self, field: &'static Field, bit: u32, seen: &mut u32, depth: u32) -> Result<(), Stop> {
        const ONEOF: u32 = 1 << 31;

        let peek = self.json.peek()?;
        if peek == Peek::Null {
            return Ok(self.json.known_null()?);
        }
        if *seen & bit != 0 {
            return Err(self.stop(Problem::Again));
        }
        if field.label == Label::Oneof {
            if *seen & ONEOF != 0 {
                return Err(self.stop(Problem::Second));
            }
            *seen |= ONEOF;
        }
        *seen |= bit;
        match field.label {
            Label::Repeated | Label::Item => self.array(field, peek, depth),
            Label::Singular => self.value(field, peek, depth, Default::LeftOut),
            Label::Optional | Label::Oneof => self.value(field, peek, depth, Default::Written),
        }
    }

    fn array(&mut self, field: &'static Field, peek: Peek, depth: u32) -> Result<(), Stop> {
        if peek != Peek::Array {
            return Err(self.wrong_type("an array", peek));
        }
        let packed = field.wire_type() != BYTES;
        let mut element = self.json.known_array()?;
        if element.is_none() {
            return Ok(());
        }
        let numbers = packed.then(|| self.begin(wire::tag(field.number, BYTES), 1));
        while let Some(peek) = element {
            self.elements += 1;
            if self.elements > self.limit {
                return Err(self.stop(Problem::Elements { limit: self.limit }));
            }
            self.items += usize::from(field.label == Label::Item);
            if packed {
                self.number(field, peek, None)?;
            } else {
                self.value(field, peek, depth, Default::Written)?;
            }
            element = self.json.array_step()?;
        }
        if let Some(numbers) = numbers {
            self.end(numbers);
        }
        Ok(())
    }

    fn value(&mut self, field: &'static Field, peek: Peek, depth: u32, default: Default) -> Result<(), Stop> {
        let tag = wire::tag(field.number, field.wire_type());
        match field.kind {
            Kind::Str => {
                let text = string(&mut self.json, peek)?;
                if !text.is_empty() || default == Default::Written {
                    wire::put_header(&mut self.out, tag, text.len());
                    self.out.extend_from_slice(text.as_bytes());
                }
                Ok(())
            }
            Kind::Message(message) => self.message(tag, message, peek, depth),
            Kind::KeyValue => self.message(tag, &schema::KEY_VALUE, peek, depth),
            Kind::AnyValue if depth >= MAX_DEPTH => Err(self.stop(Problem::Depth)),
            Kind::AnyValue => self.message(tag, &schema::ANY_VALUE, peek, depth + 1),
            Kind::Id(length) => self.id(tag, usize::from(length), peek),
            Kind::Bytes | Kind::Opaque => self.bytes(tag, peek, default),
            _ => self.number(field, peek, Some((tag, default))),
        }
    }

    fn message(&mut self, tag: u32, message: &'static Message, peek: Peek, depth: u32) -> Result<(), Stop> {
        // What holds attributes is longer than 127 bytes, attributes and their values are shorter.
        let guess =
            if std::ptr::eq(message, &schema::KEY_VALUE) || std::ptr::eq(message, &schema::ANY_VALUE) { 1 } else { 2 };
        let begun = self.begin(tag, guess);
        // An empty value among others may be written as null.
        if peek == Peek::Null && std::ptr::eq(message, &schema::ANY_VALUE) {
            self.json.known_null()?;
        } else {
            self.object(message, peek, depth)?;
        }
        self.end(begun);
        Ok(())
    }

    fn id(&mut self, tag: u32, length: usize, peek: Peek) -> Result<(), Stop> {
        let at = self.json.current_index();
        let text = string(&mut self.json, peek)?;
        if text.is_empty() {
            return Ok(());
        }
        let mut id = [0; 16];
        let expected = if length == 16 { "32 hexadecimal digits or none" } else { "16 hexadecimal digits or none" };
        if hex::decode_to_slice(text, &mut id[..length]).is_err() {
            return Err(Stop { at, problem: Problem::Value { expected } });
        }
        wire::put_header(&mut self.out, tag, length);
        self.out.extend_from_slice(&id[..length]);
        Ok(())
    }

    fn bytes(&mut self, tag: u32, peek: Peek, default: Default) -> Result<(), Stop> {
        const INDIFFERENT: GeneralPurposeConfig =
            GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
        static STANDARD: GeneralPurpose = GeneralPurpose::new(&base64::alphabet::STANDARD, INDIFFERENT);
        static URL_SAFE: GeneralPurpose = GeneralPurpose::new(&base64::alphabet::URL_SAFE, INDIFFERENT);

        let at = self.json.current_index();
        let text = string(&mut self.json, peek)?;
        let engine = if text.contains(['-', '_']) { &URL_SAFE } else { &STANDARD };
        let Ok(bytes) = engine.decode(text) else {
            return Err(Stop { at, problem: Problem::Value { expected: "base64" } });
        };
        if !bytes.is_empty() || default == Default::Written {
            wire::put_header(&mut self.out, tag, bytes.len());
            self.out.extend_from_slice(&bytes);
        }
        Ok(())
    }

    /// Reads a number or a boolean. Without a tag it is one of several packed ones.
    fn number(&mut self, field: &'static Field, peek: Peek, tag: Option<(u32, Default)>) -> Result<(), Stop> {
        let at = self.json.current_index();
        let invalid = |expected| Stop { at, problem: Problem::Value { expected } };
        let bits = match field.kind {
            Kind::Bool => match peek {
                Peek::True | Peek::False => u64::from(self.json.known_bool(peek)?),
                _ => return Err(self.wrong_type("true or false", peek)),
            },
            Kind::Double => match self.text(peek, "a number")? {
                "NaN" => f64::NAN.to_bits(),
                "Infinity" => f64::INFINITY.to_bits(),
                "-Infinity" => f64::NEG_INFINITY.to_bits(),
                text => double(text).ok_or_else(|| invalid("a number"))?.to_bits(),
            },
            Kind::Enum(names) => {
                let text = self.text(peek, "the number or the name of a value")?;
                match names.iter().find(|(name, _)| *name == text) {
                    Some((_, number)) => *number as u64,
                    None => whole(text.as_bytes())
                        .and_then(|number| i32::try_from(number).ok())
                        .ok_or_else(|| invalid("the number or the name of a value"))?
                        as u64,
                }
            }
            kind => {
                let number = whole(self.text(peek, "a whole number")?.as_bytes());
                let number = number.ok_or_else(|| invalid("a whole number"))?;
                to_bits(kind, number).ok_or_else(|| invalid("a whole number that fits the field"))?
            }
        };
        if let Some((tag, default)) = tag {
            if bits == 0 && default == Default::LeftOut {
                return Ok(());
            }
            wire::put_varint(&mut self.out, u64::from(tag));
        }
        match field.wire_type() {
            wire::VARINT => wire::put_varint(&mut self.out, bits),
            wire::FIXED32 => self.out.extend_from_slice(&(bits as u32).to_le_bytes()),
            _ => self.out.extend_from_slice(&bits.to_le_bytes()),
        }
        Ok(())
    }

    /// The text of a number, which may be written as a string.
    fn text(&mut self, peek: Peek, expected: &'static str) -> Result<&str, Stop> {
        match peek {
            Peek::String => Ok(self.json.known_str()?),
            _ if peek.is_num() => {
                let at = self.json.current_index();
                let digits = self.json.known_number_bytes(peek)?;
                let invalid = Stop { at, problem: Problem::Value { expected } };
                std::str::from_utf8(digits).map_err(|_| invalid)
            }
            _ => Err(self.wrong_type(expected, peek)),
        }
    }

    /// Writes the tag of a field, and room for a length of so many bytes.
    fn begin(&mut self, tag: u32, guess: usize) -> Begun {
        wire::put_varint(&mut self.out, u64::from(tag));
        let content = self.out.len() + guess;
        self.out.resize(content, 0);
        Begun { content, guess, late_bytes: self.late_bytes }
    }

    /// Writes the length, now that it is known.
    fn end(&mut self, Begun { content, guess, late_bytes }: Begun) {
        let written = self.out.len() - content;
        let length = written + (self.late_bytes - late_bytes);
        let size = wire::varint_size(length as u64);
        if size != guess && written > MOVED {
            self.late.push(Late { at: content - guess, guess, length });
            self.late_bytes += size - guess;
            return;
        }
        if size > guess {
            self.out.splice(content..content, std::iter::repeat_n(0, size - guess));
        } else if size < guess {
            self.out.drain(content - (guess - size)..content);
        }
        let at = content - guess;
        write_varint(&mut self.out[at..at + size], length);
    }

    /// The message, with the lengths that are still to be put in.
    fn finish(mut self) -> Vec<u8> {
        if self.late.is_empty() {
            return self.out;
        }
        self.late.sort_unstable_by_key(|late| late.at);
        let mut message = Vec::with_capacity(self.out.len() + self.late_bytes);
        let mut copied = 0;
        for Late { at, guess, length } in self.late {
            message.extend_from_slice(&self.out[copied..at]);
            wire::put_varint(&mut message, length as u64);
            copied = at + guess;
        }
        message.extend_from_slice(&self.out[copied..]);
        message
    }

    #[cold]
    fn wrong_type(&self, expected: &'static str, found: Peek) -> Stop {
        Stop { at: self.json.current_index(), problem: wrong_type(expected, found) }
    }

    #[cold]
    fn stop(&self, problem: Problem) -> Stop {
        Stop { at: self.json.current_index(), problem }
    }
}

/// How many bytes are moved to make room for a length. A larger message would be moved again for each one around it.
const MOVED: usize = 4096;

/// Where a field with a length has begun.
struct Begun {
    content: usize,
    /// How many bytes were left for the length.
    guess: usize,
    late_bytes: usize,
}

/// A length that is to be put in the place of so many bytes.
struct Late {
    at: usize,
    guess: usize,
    length: usize,
}

/// Writes a varint that fits exactly.
fn write_varint(place: &mut [u8], mut value: usize) {
    if let Some((last, all_but_last)) = place.split_last_mut() {
        for byte in all_but_last {
            *byte = value as u8 | 0x80;
            value >>= 7;
        }
        *last = value as u8;
    }
}

/// What happens to a value that is the default of its type.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Default {
    LeftOut,
    Written,
}

/// Where the field of this name is described. Looks first at `next`: members mostly come in order.
fn find(schema: &'static Message, name: &str, next: usize) -> Option<usize> {
    let is_it = |field: &Field| field.json == name || field.name == name;
    if schema.fields.get(next).is_some_and(is_it) {
        return Some(next);
    }
    schema.fields.iter().position(is_it)
}

fn string<'a>(json: &'a mut Jiter<'_>, peek: Peek) -> Result<&'a str, Stop> {
    if peek != Peek::String {
        return Err(Stop { at: json.current_index(), problem: wrong_type("a string", peek) });
    }
    Ok(json.known_str()?)
}

/// How the wire has a whole number of this kind, if it is one.
fn to_bits(kind: Kind, number: i128) -> Option<u64> {
    Some(match kind {
        Kind::Int32 => i32::try_from(number).ok()? as u64,
        Kind::Uint32 | Kind::Fixed32 => u32::try_from(number).ok()?.into(),
        Kind::Int64 | Kind::Sfixed64 => i64::try_from(number).ok()? as u64,
        Kind::Sint32 => {
            let number = i32::try_from(number).ok()?;
            u64::from((number << 1 ^ number >> 31) as u32)
        }
        _ => u64::try_from(number).ok()?,
    })
}

fn wrong_type(expected: &'static str, found: Peek) -> Problem {
    let found = match found {
        Peek::Null => "null",
        Peek::True | Peek::False => "a boolean",
        Peek::String => "a string",
        Peek::Array => "an array",
        Peek::Object => "an object",
        number if number.is_num() => "a number",
        _ => "no JSON value",
    };
    Problem::Type { expected, found }
}
