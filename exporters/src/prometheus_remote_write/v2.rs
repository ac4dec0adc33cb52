//! Remote write 2.0: `io.prometheus.write.v2.Request`.
//!
//! Source: `prompb/io/prometheus/write/v2/types.proto` of Prometheus.

use std::collections::HashMap;

use bytes::Bytes;
use foldhash::fast::RandomState;

use super::protobuf;
use super::requests::Packer;
use super::series::{Series, Sink};
use super::streams::NAME;

/// Writes requests. Each has the symbols that it needs, and no others.
pub(super) struct Writer<'k> {
    packer: &'k mut Packer,
    most: usize,
    symbols: Symbols,
    body: Vec<u8>,
    items: usize,
    name: String,
    refs: Vec<u8>,
    content: Vec<u8>,
    scratch: Vec<u8>,
}

/// The texts of a request, each there once; the first is empty.
#[derive(Default)]
struct Symbols {
    numbers: HashMap<Box<str>, u32, RandomState>,
    /// As they are written.
    bytes: Vec<u8>,
}

impl Symbols {
    fn number(&mut self, text: &str) -> u64 {
        if text.is_empty() {
            return 0;
        }
        if let Some(number) = self.numbers.get(text) {
            return u64::from(*number);
        }
        if self.numbers.is_empty() {
            protobuf::bytes(&mut self.bytes, 4, b"");
        }
        // More would not fit into the size of a request.
        let number = self.numbers.len() as u32 + 1;
        self.numbers.insert(text.into(), number);
        protobuf::bytes(&mut self.bytes, 4, text.as_bytes());
        u64::from(number)
    }
}

impl<'k> Writer<'k> {
    /// Writes requests of at most about so many bytes, unless one series has more.
    pub(super) fn new(packer: &'k mut Packer, most: usize) -> Self {
        Self {
            packer,
            most,
            symbols: Symbols::default(),
            body: Vec::new(),
            items: 0,
            name: String::new(),
            refs: Vec::new(),
            content: Vec::new(),
            scratch: Vec::new(),
        }
    }

    /// Packs what is written.
    pub(super) fn flush(&mut self) {
        if !self.body.is_empty() {
            let symbols = Bytes::from(std::mem::take(&mut self.symbols).bytes);
            let body = Bytes::from(std::mem::take(&mut self.body));
            self.packer.pack(&[symbols, body], std::mem::take(&mut self.items));
        }
    }
}

impl Sink for Writer<'_> {
    fn take(&mut self, series: &Series<'_>) {
        if self.body.len() + self.symbols.bytes.len() + most_of(series) > self.most {
            self.flush();
        }
        self.name.clear();
        self.name.push_str(&series.family.name);
        self.name.push_str(series.suffix);
        let symbols = &mut self.symbols;
        let refs = &mut self.refs;
        let mut refer = |name: &str, value: &str, refs: &mut Vec<u8>| {
            protobuf::varint(refs, symbols.number(name));
            protobuf::varint(refs, symbols.number(value));
        };
        refs.clear();
        let labels = series.labels;
        let (before, rest) = labels.bytes.split_at(labels.name_at);
        let (between, after) = rest.split_at(labels.own_at.saturating_sub(labels.name_at));
        pairs(before).for_each(|(name, value)| refer(name, value, refs));
        refer(NAME, &self.name, refs);
        pairs(between).for_each(|(name, value)| refer(name, value, refs));
        if let Some((name, value)) = series.own {
            refer(name, value, refs);
        }
        pairs(after).for_each(|(name, value)| refer(name, value, refs));
        self.content.clear();
        protobuf::bytes(&mut self.content, 1, refs);
        for sample in series.samples {
            protobuf::message(&mut self.content, &mut self.scratch, 2, |out| {
                protobuf::double(out, 1, sample.value);
                protobuf::number(out, 2, sample.millis as u64);
            });
        }
        for histogram in series.histograms {
            protobuf::message(&mut self.content, &mut self.scratch, 3, |out| histogram.write(out));
        }
        for exemplar in series.exemplars {
            refs.clear();
            exemplar.labels.iter().for_each(|(name, value)| refer(name, value, refs));
            protobuf::message(&mut self.content, &mut self.scratch, 4, |out| {
                if !refs.is_empty() {
                    protobuf::bytes(out, 1, refs);
                }
                protobuf::double(out, 2, exemplar.value);
                protobuf::number(out, 3, exemplar.millis as u64);
            });
        }
        let (help, unit) = (self.symbols.number(series.family.help), self.symbols.number(&series.family.unit));
        protobuf::message(&mut self.content, &mut self.scratch, 5, |out| {
            protobuf::number(out, 1, series.family.kind as u64);
            protobuf::number(out, 3, help);
            protobuf::number(out, 4, unit);
        });
        self.items += series.items;
        protobuf::bytes(&mut self.body, 5, &self.content);
    }
}

/// The most that a series adds, if none of its texts is there yet; native histograms are estimated.
fn most_of(series: &Series<'_>) -> usize {
    let family = series.family;
    let texts = 2 * series.labels.bytes.len() + family.name.len() + family.help.len() + family.unit.len() + 128;
    let exemplars: usize =
        series.exemplars.iter().flat_map(|exemplar| &exemplar.labels).map(|(n, v)| n.len() + v.len() + 16).sum();
    texts + exemplars + 24 * series.samples.len() + 32 * series.exemplars.len() + 512 * series.histograms.len()
}

/// The names and values of labels as remote write 1.0 has them.
fn pairs(mut bytes: &[u8]) -> impl Iterator<Item = (&str, &str)> {
    std::iter::from_fn(move || {
        if bytes.is_empty() {
            return None;
        }
        // They are our own: a tag and a length around two fields of text.
        next_length(&mut bytes);
        Some((next_text(&mut bytes), next_text(&mut bytes)))
    })
}

fn next_text<'b>(bytes: &mut &'b [u8]) -> &'b str {
    let length = next_length(bytes);
    let (text, rest) = bytes.split_at(length.min(bytes.len()));
    *bytes = rest;
    std::str::from_utf8(text).unwrap_or_default()
}

/// Reads a tag of one byte and a length.
fn next_length(bytes: &mut &[u8]) -> usize {
    let mut length = 0;
    for (index, byte) in bytes.iter().skip(1).enumerate() {
        length |= usize::from(byte & 0x7f) << (7 * index);
        if *byte < 0x80 {
            *bytes = &bytes[index + 2..];
            return length;
        }
    }
    *bytes = &[];
    0
}
