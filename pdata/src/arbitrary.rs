//! Arbitrary OTLP for tests: whatever the wire format allows, not only what a tidy encoder writes.

use bytes::Bytes;
use fastrand::Rng;
use opentelemetry_proto::tonic::collector::{
    logs::v1::ExportLogsServiceRequest, metrics::v1::ExportMetricsServiceRequest,
    profiles::v1development::ExportProfilesServiceRequest, trace::v1::ExportTraceServiceRequest,
};
use prost::Message as _;

use crate::schema::{self, Field, Kind, Label, Message};
use crate::{Signal, wire};

/// A valid export request: fields in any order, unknown fields, singular fields several times, messages in pieces,
/// numbers packed or not, varints longer than they need be.
pub(crate) fn request(signal: Signal, seed: u64) -> Bytes {
    let mut rng = Rng::with_seed(seed);
    let tidy = rng.bool();
    let mut arbitrary = Arbitrary { rng, tidy, budget: 400 };
    let mut out = Vec::new();
    arbitrary.message(&mut out, schema::request(signal), 0);
    Bytes::from(out)
}

/// A valid export request as an ordinary encoder writes it, profiles in full.
pub(crate) fn tidy_request(signal: Signal, seed: u64) -> Bytes {
    let mut arbitrary = Arbitrary { rng: Rng::with_seed(seed), tidy: true, budget: 400 };
    let mut out = Vec::new();
    arbitrary.message(&mut out, schema::whole_request(signal), 0);
    Bytes::from(out)
}

/// The same bytes with a few of them changed, taken out or put in.
pub(crate) fn mutated(bytes: &[u8], seed: u64) -> Bytes {
    let mut rng = Rng::with_seed(seed);
    let mut bytes = bytes.to_vec();
    for _ in 0..rng.usize(1..4) {
        if bytes.is_empty() {
            break;
        }
        let at = rng.usize(..bytes.len());
        match rng.u8(..6) {
            0 => bytes[at] = rng.u8(..),
            1 => bytes[at] ^= 1 << rng.u8(..8),
            2 => bytes[at] = bytes[at].wrapping_add(1),
            3 => drop(bytes.remove(at)),
            4 => bytes.insert(at, rng.u8(..)),
            _ => bytes.truncate(at),
        }
    }
    Bytes::from(bytes)
}

/// What prost says that a request means, as prost would write it.
pub(crate) fn by_prost(signal: Signal, message: &[u8]) -> Result<Vec<u8>, prost::DecodeError> {
    Ok(match signal {
        Signal::Traces => ExportTraceServiceRequest::decode(message)?.encode_to_vec(),
        Signal::Metrics => ExportMetricsServiceRequest::decode(message)?.encode_to_vec(),
        Signal::Logs => ExportLogsServiceRequest::decode(message)?.encode_to_vec(),
        Signal::Profiles => ExportProfilesServiceRequest::decode(message)?.encode_to_vec(),
    })
}

struct Arbitrary {
    rng: Rng,
    /// Whether to write as ordinary encoders do.
    tidy: bool,
    /// How many more fields to write before messages become small.
    budget: usize,
}

impl Arbitrary {
    fn message(&mut self, out: &mut Vec<u8>, schema: &'static Message, depth: usize) {
        let fields = match self.budget {
            0 => self.rng.usize(..2),
            _ if depth < 4 => self.rng.usize(1..=6),
            _ => self.rng.usize(..=5),
        };
        let mut used = Vec::new();
        for _ in 0..fields {
            self.budget = self.budget.saturating_sub(1);
            if !self.tidy && self.rng.u8(..12) == 0 {
                self.unknown(out);
                continue;
            }
            let field = &schema.fields[self.rng.usize(..schema.fields.len())];
            let key = if field.label == Label::Oneof { 0 } else { field.number };
            let again = used.contains(&key) && !matches!(field.label, Label::Repeated | Label::Item);
            if again && (self.tidy || self.rng.bool()) {
                continue;
            }
            if depth > 40 && matches!(field.kind, Kind::AnyValue | Kind::KeyValue | Kind::Message(_)) {
                continue;
            }
            used.push(key);
            self.field(out, field, depth);
        }
    }

    fn field(&mut self, out: &mut Vec<u8>, field: &'static Field, depth: usize) {
        let repeated = matches!(field.label, Label::Repeated | Label::Item);
        let number = field.wire_type() != wire::BYTES;
        if repeated && number && self.rng.u8(..4) > 0 {
            let mut packed = Vec::new();
            for _ in 0..self.rng.usize(..5) {
                self.content(&mut packed, field, depth);
            }
            self.header(out, wire::tag(field.number, wire::BYTES), packed.len());
            out.extend(packed);
            return;
        }
        let mut content = Vec::new();
        self.content(&mut content, field, depth);
        let tag = wire::tag(field.number, field.wire_type());
        if number {
            self.varint(out, u64::from(tag));
        } else {
            self.header(out, tag, content.len());
        }
        out.extend(content);
    }

    fn content(&mut self, out: &mut Vec<u8>, field: &'static Field, depth: usize) {
        match field.kind {
            Kind::Bool => self.varint_of(out, &[0, 1, 1, 2]),
            Kind::Enum(names) => {
                let value = names[self.rng.usize(..names.len())].1 as u64;
                self.varint_of(out, &[value, value, value, 99]);
            }
            Kind::Int32 | Kind::Int64 | Kind::Sint32 | Kind::Uint32 | Kind::Uint64 => {
                let any = self.rng.u64(..);
                self.varint_of(out, &[0, 1, 77, 300, any, any >> 40, u64::MAX]);
            }
            Kind::Double => {
                // JSON has one NaN only.
                let any = Some(f64::from_bits(self.rng.u64(..))).filter(|any| !any.is_nan()).unwrap_or(f64::NAN);
                let numbers = [0.0, -0.0, 1.5, 1e300, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, any, 5.0, 1e21];
                out.extend(numbers[self.rng.usize(..numbers.len())].to_le_bytes());
            }
            Kind::Fixed64 | Kind::Sfixed64 => out.extend(self.rng.u64(..).to_le_bytes()),
            Kind::Fixed32 => out.extend(self.rng.u32(..).to_le_bytes()),
            Kind::Bytes | Kind::Opaque => {
                for _ in 0..self.rng.usize(..40) {
                    out.push(self.rng.u8(..));
                }
                if matches!(field.kind, Kind::Opaque) {
                    out.clear();
                }
            }
            Kind::Id(length) => {
                let length = if self.rng.u8(..5) == 0 { 0 } else { usize::from(length) };
                let zero = self.rng.u8(..6) == 0;
                out.extend((0..length).map(|_| if zero { 0 } else { self.rng.u8(..) }));
            }
            Kind::Str => {
                const WORDS: &[&str] = &[
                    "",
                    "a",
                    "service.name",
                    "http.request.method",
                    "größe",
                    "日本語",
                    "\u{1f600}",
                    "tab\t\"quote\"\n\u{1}",
                ];
                for _ in 0..self.rng.usize(..4) {
                    out.extend(WORDS[self.rng.usize(..WORDS.len())].bytes());
                }
                if self.rng.u8(..20) == 0 {
                    out.extend("long ".repeat(self.rng.usize(..100)).bytes());
                }
            }
            Kind::Message(_) | Kind::KeyValue | Kind::AnyValue => {
                let schema = field.message().expect("these kinds are messages");
                self.message(out, schema, depth + 1);
            }
        }
    }

    fn unknown(&mut self, out: &mut Vec<u8>) {
        let number = [17, 31, 32, 100, 1000, 70_000][self.rng.usize(..6)];
        match self.rng.u8(..4) {
            0 => {
                self.varint(out, u64::from(wire::tag(number, wire::VARINT)));
                self.varint_of(out, &[0, 300, u64::MAX]);
            }
            1 => {
                self.varint(out, u64::from(wire::tag(number, wire::FIXED64)));
                out.extend([0xff; 8]);
            }
            2 => {
                self.varint(out, u64::from(wire::tag(number, wire::FIXED32)));
                out.extend([0xff; 4]);
            }
            _ => {
                let length = self.rng.usize(..200);
                self.header(out, wire::tag(number, wire::BYTES), length);
                out.extend(std::iter::repeat_n(0xff, length));
            }
        }
    }

    fn varint_of(&mut self, out: &mut Vec<u8>, values: &[u64]) {
        let value = values[self.rng.usize(..values.len())];
        self.varint(out, value);
    }

    fn header(&mut self, out: &mut Vec<u8>, tag: u32, length: usize) {
        self.varint(out, u64::from(tag));
        self.varint(out, length as u64);
    }

    fn varint(&mut self, out: &mut Vec<u8>, value: u64) {
        wire::put_varint(out, value);
        if !self.tidy && value < 1 << 50 && self.rng.u8(..30) == 0 {
            let last = out.last_mut().expect("a varint has a byte");
            *last |= 0x80;
            out.push(0);
        }
    }
}
