//! Requests that no honest client sends.

use flate2::{Compress, Compression, Crc, FlushCompress};
use prost::encoding::{WireType, encode_key, encode_varint};

use crate::Encoding;

const MIB: usize = 1 << 20;

/// A request that is the same piece again and again, so that it packs into next to nothing.
pub struct Bomb {
    prefix: Vec<u8>,
    piece: Vec<u8>,
    times: usize,
    suffix: Vec<u8>,
}

impl Bomb {
    /// A traces request that is nothing but empty spans, two bytes each.
    pub fn of_empty_spans(mib: usize) -> Self {
        let piece = [0x12, 0x00].repeat(MIB / 2);
        let spans = piece.len() * mib;
        Self { prefix: headers(&[1, 2], spans), piece, times: mib, suffix: Vec::new() }
    }

    /// A metrics request that is nothing but empty exemplars of one point.
    pub fn of_empty_exemplars(mib: usize) -> Self {
        let piece = [0x2a, 0x00].repeat(MIB / 2);
        let exemplars = piece.len() * mib;
        // resource, scope, metric, gauge, point
        Self { prefix: headers(&[1, 2, 2, 5, 1], exemplars), piece, times: mib, suffix: Vec::new() }
    }

    /// A traces request in JSON that is nothing but empty spans, three bytes each.
    pub fn of_empty_json_spans(mib: usize) -> Self {
        Self {
            prefix: br#"{"resourceSpans":[{"scopeSpans":[{"spans":[{}"#.to_vec(),
            piece: b",{}".repeat(MIB / 3),
            times: mib,
            suffix: b"]}]}]}".to_vec(),
        }
    }

    /// Nothing but zeros.
    pub fn of_zeros(mib: usize) -> Self {
        Self { prefix: Vec::new(), piece: vec![0; MIB], times: mib, suffix: Vec::new() }
    }

    /// One member of gzip. The piece is packed once, ended on a byte border with nothing carried over, and repeated:
    /// to pack a gibibyte would take long.
    pub fn gzip(&self) -> Vec<u8> {
        let piece = deflated(&self.piece, FlushCompress::Full);
        let mut packed = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
        packed.extend(deflated(&self.prefix, FlushCompress::Full));
        packed.extend(piece.repeat(self.times));
        packed.extend(deflated(&self.suffix, FlushCompress::Finish));
        let sum = self.check_sum();
        packed.extend(sum.sum().to_le_bytes());
        packed.extend(sum.amount().to_le_bytes());
        packed
    }

    /// As many frames of zstd as there are pieces.
    pub fn zstd(&self) -> Vec<u8> {
        let pack = |bytes: &[u8]| Encoding::Zstd.pack(bytes);
        [pack(&self.prefix), pack(&self.piece).repeat(self.times), pack(&self.suffix)].concat()
    }

    fn check_sum(&self) -> Crc {
        let of = |bytes: &[u8]| {
            let mut sum = Crc::new();
            sum.update(bytes);
            sum
        };
        let piece = of(&self.piece);
        let mut sum = of(&self.prefix);
        (0..self.times).for_each(|_| sum.combine(&piece));
        sum.combine(&of(&self.suffix));
        sum
    }
}

fn deflated(bytes: &[u8], end: FlushCompress) -> Vec<u8> {
    let mut packed = Vec::with_capacity(bytes.len() + 64);
    let mut deflate = Compress::new(Compression::best(), false);
    deflate.compress_vec(bytes, &mut packed, end).expect("bytes can be packed");
    packed
}

/// The keys and lengths of messages in messages, around `content` bytes.
fn headers(fields: &[u32], content: usize) -> Vec<u8> {
    fields.iter().rev().fold(Vec::new(), |inner, field| {
        let mut outer = Vec::new();
        encode_key(*field, WireType::LengthDelimited, &mut outer);
        encode_varint((inner.len() + content) as u64, &mut outer);
        [outer, inner].concat()
    })
}

/// A logs request whose body is a list in a list in a list, `depth` deep.
pub fn nested_body(depth: usize) -> Vec<u8> {
    let mut body = Vec::new();
    for _ in 0..depth {
        // AnyValue.array_value = 5, ArrayValue.values = 1
        body = message(5, &message(1, &body));
    }
    message(1, &message(2, &message(2, &message(5, &body))))
}

/// The same in JSON.
pub fn nested_json_body(depth: usize) -> Vec<u8> {
    let open = r#"{"arrayValue":{"values":["#.repeat(depth);
    let close = "]}}".repeat(depth);
    format!(r#"{{"resourceLogs":[{{"scopeLogs":[{{"logRecords":[{{"body":{open}{close}}}]}}]}}]}}"#).into_bytes()
}

/// A traces request of one span with one field set.
pub fn span_with(field: u32, value: &[u8]) -> Vec<u8> {
    message(1, &message(2, &message(2, &message(field, value))))
}

/// What `seed` makes of bytes: some changed, cut out, doubled or cut off. The same seed does the same.
pub fn mutated(bytes: &[u8], seed: u64) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let mut random = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut below = |limit: usize| {
        // xorshift64
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        (random % limit.max(1) as u64) as usize
    };
    for _ in 0..=below(4) {
        let at = below(bytes.len());
        match below(5) {
            0 => bytes.truncate(at),
            1 if at < bytes.len() => bytes[at] ^= 1 << below(8),
            2 if at < bytes.len() => bytes[at] = [0x00, 0x7f, 0x80, 0xff][below(4)],
            3 => drop(bytes.drain(at..(at + below(8)).min(bytes.len()))),
            _ => {
                let piece = bytes[at..(at + below(32)).min(bytes.len())].to_vec();
                bytes.splice(at..at, piece);
            }
        }
    }
    bytes
}

/// A field that holds a message.
fn message(field: u32, content: &[u8]) -> Vec<u8> {
    [&headers(&[field], content.len()), content].concat()
}
