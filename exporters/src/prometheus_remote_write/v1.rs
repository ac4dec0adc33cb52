//! Remote write 1.0: `prometheus.WriteRequest`.
//!
//! Source: `prompb/remote.proto` and `prompb/types.proto` of Prometheus.

use bytes::Bytes;

use super::protobuf::{self, BYTES, tag};
use super::requests::Packer;
use super::series::{Exemplar, Sample, Series, Sink};
use super::streams::{Family, NAME, label, label_length};

/// Writes requests.
pub(super) struct Writer<'k> {
    packer: &'k mut Packer,
    most: usize,
    body: Vec<u8>,
    items: usize,
    name: String,
    content: Vec<u8>,
    scratch: Vec<u8>,
}

impl<'k> Writer<'k> {
    /// Writes requests of at most so many bytes, unless one series has more.
    pub(super) fn new(packer: &'k mut Packer, most: usize) -> Self {
        Self { packer, most, body: Vec::new(), items: 0, name: String::new(), content: Vec::new(), scratch: Vec::new() }
    }

    /// Packs what is written.
    pub(super) fn flush(&mut self) {
        if !self.body.is_empty() {
            let body = Bytes::from(std::mem::take(&mut self.body));
            self.packer.pack(&[body], std::mem::take(&mut self.items));
        }
    }

    /// Writes requests that only say what the metrics are.
    pub(super) fn metadata<'f>(&mut self, families: impl Iterator<Item = &'f Family<'f>>) {
        self.flush();
        for family in families {
            self.content.clear();
            protobuf::number(&mut self.content, 1, family.kind as u64);
            for (number, text) in [(2, family.name.as_str()), (4, family.help), (5, &family.unit)] {
                if !text.is_empty() {
                    protobuf::bytes(&mut self.content, number, text.as_bytes());
                }
            }
            if !self.body.is_empty() && self.body.len() + protobuf::bytes_length(self.content.len()) > self.most {
                self.flush();
            }
            protobuf::bytes(&mut self.body, 3, &self.content);
        }
        self.flush();
    }
}

impl Sink for Writer<'_> {
    fn take(&mut self, series: &Series<'_>) {
        self.name.clear();
        self.name.push_str(&series.family.name);
        self.name.push_str(series.suffix);
        self.content.clear();
        for exemplar in series.exemplars {
            protobuf::message(&mut self.content, &mut self.scratch, 3, |out| write_exemplar(out, exemplar));
        }
        for histogram in series.histograms {
            protobuf::message(&mut self.content, &mut self.scratch, 4, |out| histogram.write(out));
        }
        let own = series.own.map_or(0, |(name, value)| label_length(name.len(), value.len()));
        let labels = series.labels.bytes.len() + label_length(NAME.len(), self.name.len()) + own;
        let samples: usize = series.samples.iter().map(|sample| protobuf::bytes_length(sample_length(sample))).sum();
        let length = labels + samples + self.content.len();
        if !self.body.is_empty() && self.body.len() + protobuf::bytes_length(length) > self.most {
            self.flush();
        }
        self.items += series.items;
        let out = &mut self.body;
        out.push(tag(1, BYTES));
        protobuf::varint(out, length as u64);
        write_labels(out, series, &self.name);
        for sample in series.samples {
            out.push(tag(2, BYTES));
            protobuf::varint(out, sample_length(sample) as u64);
            protobuf::double(out, 1, sample.value);
            protobuf::number(out, 2, sample.millis as u64);
        }
        out.extend_from_slice(&self.content);
    }
}

/// Writes labels in the order of their names.
fn write_labels(out: &mut Vec<u8>, series: &Series<'_>, full_name: &str) {
    let labels = series.labels;
    let (before, rest) = labels.bytes.split_at(labels.name_at);
    out.extend_from_slice(before);
    label(out, NAME, full_name);
    match series.own {
        None => out.extend_from_slice(rest),
        // Both names are in small letters, and so behind `__name__`.
        Some((name, value)) => {
            let (between, after) = rest.split_at(labels.own_at - labels.name_at);
            out.extend_from_slice(between);
            label(out, name, value);
            out.extend_from_slice(after);
        }
    }
}

/// How many bytes a sample takes, the least for zeros.
#[inline]
fn sample_length(sample: &Sample) -> usize {
    let value = if sample.value.to_bits() == 0 { 0 } else { 9 };
    let millis = if sample.millis == 0 { 0 } else { 1 + protobuf::varint_length(sample.millis as u64) };
    value + millis
}

fn write_exemplar(out: &mut Vec<u8>, exemplar: &Exemplar) {
    for (name, value) in &exemplar.labels {
        label(out, name, value);
    }
    protobuf::double(out, 2, exemplar.value);
    protobuf::number(out, 3, exemplar.millis as u64);
}
