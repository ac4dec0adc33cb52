//! A report as a gzipped `perftools.profiles.Profile`.
//!
//! Source: google/pprof, `proto/profile.proto`. The messages are written down here, as far as they are filled: the crate
//! `pprof` has them too, but for a `prost` of three years ago.

use std::collections::HashMap;
use std::io::Write;
use std::time::{Duration, SystemTime};

use flate2::Compression;
use flate2::write::GzEncoder;
use prost::Message;

/// Encodes a report that was begun at `began` and took `duration`, with `frequency` looks a second.
pub(super) fn encode(report: &pprof::Report, began: SystemTime, duration: Duration, frequency: i32) -> Vec<u8> {
    let period = 1_000_000_000 / i64::from(frequency);
    let mut tables = Tables::default();
    let mut samples = Vec::with_capacity(report.data.len());
    for (stack, count) in &report.data {
        let symbols = stack.frames.iter().flatten();
        let location_id = symbols.map(|symbol| tables.location(&symbol.name(), &symbol.filename(), symbol.lineno()));
        let location_id = location_id.collect();
        let thread = Label { key: tables.text("thread"), text: tables.text(&stack.thread_name) };
        let count = i64::try_from(*count).unwrap_or(i64::MAX);
        samples.push(Sample { location_id, value: vec![count, count.saturating_mul(period)], label: vec![thread] });
    }
    let samples_type = tables.value_type("samples", "count");
    let cpu_type = tables.value_type("cpu", "nanoseconds");
    let profile = Profile {
        sample_type: vec![samples_type, cpu_type.clone()],
        sample: samples,
        location: tables.locations,
        function: tables.functions,
        string_table: tables.texts,
        time_nanos: nanos(began.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()),
        duration_nanos: nanos(duration),
        period_type: Some(cpu_type),
        period,
    };
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(&profile.encode_to_vec()).and_then(|()| gzip.finish()).expect("writing to memory cannot fail")
}

/// Everything that samples refer to. Text 0 is the empty one.
struct Tables {
    texts: Vec<String>,
    text_ids: HashMap<String, i64>,
    functions: Vec<Function>,
    locations: Vec<Location>,
    location_ids: HashMap<(String, u32), u64>,
}

impl Default for Tables {
    fn default() -> Self {
        Self {
            texts: vec![String::new()],
            text_ids: HashMap::from([(String::new(), 0)]),
            functions: Vec::new(),
            locations: Vec::new(),
            location_ids: HashMap::new(),
        }
    }
}

impl Tables {
    fn text(&mut self, text: &str) -> i64 {
        if let Some(id) = self.text_ids.get(text) {
            return *id;
        }
        let id = self.texts.len() as i64;
        self.texts.push(text.to_owned());
        self.text_ids.insert(text.to_owned(), id);
        id
    }

    /// One location and one function for each line of a function: symbols have no addresses here.
    fn location(&mut self, function: &str, file: &str, line: u32) -> u64 {
        if let Some(id) = self.location_ids.get(&(function.to_owned(), line)) {
            return *id;
        }
        let id = self.locations.len() as u64 + 1;
        let (name, filename) = (self.text(function), self.text(file));
        self.functions.push(Function { id, name, system_name: name, filename });
        self.locations.push(Location { id, line: vec![Line { function_id: id, line: line.into() }] });
        self.location_ids.insert((function.to_owned(), line), id);
        id
    }

    fn value_type(&mut self, name: &str, unit: &str) -> ValueType {
        ValueType { r#type: self.text(name), unit: self.text(unit) }
    }
}

fn nanos(duration: Duration) -> i64 {
    i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX)
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Profile {
    #[prost(message, repeated, tag = "1")]
    pub(super) sample_type: Vec<ValueType>,
    #[prost(message, repeated, tag = "2")]
    pub(super) sample: Vec<Sample>,
    #[prost(message, repeated, tag = "4")]
    pub(super) location: Vec<Location>,
    #[prost(message, repeated, tag = "5")]
    pub(super) function: Vec<Function>,
    #[prost(string, repeated, tag = "6")]
    pub(super) string_table: Vec<String>,
    #[prost(int64, tag = "9")]
    pub(super) time_nanos: i64,
    #[prost(int64, tag = "10")]
    pub(super) duration_nanos: i64,
    #[prost(message, optional, tag = "11")]
    pub(super) period_type: Option<ValueType>,
    #[prost(int64, tag = "12")]
    pub(super) period: i64,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct ValueType {
    #[prost(int64, tag = "1")]
    pub(super) r#type: i64,
    #[prost(int64, tag = "2")]
    pub(super) unit: i64,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Sample {
    #[prost(uint64, repeated, tag = "1")]
    pub(super) location_id: Vec<u64>,
    #[prost(int64, repeated, tag = "2")]
    pub(super) value: Vec<i64>,
    #[prost(message, repeated, tag = "3")]
    pub(super) label: Vec<Label>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Label {
    #[prost(int64, tag = "1")]
    pub(super) key: i64,
    #[prost(int64, tag = "2")]
    pub(super) text: i64,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Location {
    #[prost(uint64, tag = "1")]
    pub(super) id: u64,
    #[prost(message, repeated, tag = "4")]
    pub(super) line: Vec<Line>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Line {
    #[prost(uint64, tag = "1")]
    pub(super) function_id: u64,
    #[prost(int64, tag = "2")]
    pub(super) line: i64,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Function {
    #[prost(uint64, tag = "1")]
    pub(super) id: u64,
    #[prost(int64, tag = "2")]
    pub(super) name: i64,
    #[prost(int64, tag = "3")]
    pub(super) system_name: i64,
    #[prost(int64, tag = "4")]
    pub(super) filename: i64,
}
