//! Reading text and telemetry.

use std::io::{self, BufRead, Read};

use bytes::Bytes;
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use prost::Message;
use serde::de::IgnoredAny;
use sluice_pdata::{Batch, Limits, Malformed, Signal};

use crate::cli::arguments::{Explain, Input};

/// What a line, or a whole request, may have.
const MOST_BYTES: u64 = 64 << 20;

/// Why the input cannot be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum InputError {
    #[error("cannot read the standard input: {0}")]
    Io(#[from] io::Error),
    #[error("line {0} has more than 64 MiB")]
    LongLine(usize),
    #[error("the input has more than 64 MiB: OTLP is read as a whole, or a line at a time if each is one request")]
    Long,
    #[error("line {0} is no OTLP/JSON: {1}")]
    Json(usize, Malformed),
    #[error("the input is no {0} in OTLP: {1}")]
    Protobuf(Signal, Malformed),
    #[error("the input is neither text nor OTLP; --input and --signal say which it is")]
    Unknown,
}

/// Something to look at.
pub(super) struct Entry {
    /// In which line it stands; none if the input has no lines.
    pub(super) line: Option<usize>,
    pub(super) batch: Batch,
}

/// Takes the input apart.
pub(super) struct Reader<'r> {
    kind: Kind,
    key: Option<&'r str>,
    input: &'r mut dyn BufRead,
    line: usize,
    /// What was read of the first line to find out whether each line is a request.
    first: Option<Batch>,
}

enum Kind {
    Text,
    JsonLines,
    /// One request, until it was taken.
    Whole(Option<Batch>),
}

impl<'r> Reader<'r> {
    pub(super) fn new(how: &'r Explain, input: &'r mut dyn BufRead) -> Result<Self, InputError> {
        let mut reader = Self { kind: Kind::Text, key: how.key.as_deref(), input, line: 0, first: None };
        let input = match how.input {
            Input::Auto => guess(reader.input.fill_buf()?),
            said => said,
        };
        match input {
            Input::Auto | Input::Text => {}
            Input::OtlpJson => reader.kind = reader.json()?,
            Input::OtlpProto => {
                let signal = Signal::ALL.into_iter().find(|signal| Some(signal.as_str()) == how.signal.as_deref());
                let message = Bytes::from(reader.rest(Vec::new())?);
                reader.kind = Kind::Whole(Some(protobuf(signal, message)?));
            }
        }
        Ok(reader)
    }

    /// The next thing to look at; none at the end.
    pub(super) fn next(&mut self) -> Result<Option<Entry>, InputError> {
        if let Kind::Whole(batch) = &mut self.kind {
            return Ok(batch.take().map(|batch| Entry { line: None, batch }));
        }
        if let Some(batch) = self.first.take() {
            return Ok(Some(Entry { line: Some(1), batch }));
        }
        let Some(line) = self.read_line()? else { return Ok(None) };
        let batch = match self.kind {
            Kind::JsonLines if line.trim_ascii().is_empty() => return self.next(),
            Kind::JsonLines => request_of(&line).map_err(|malformed| InputError::Json(self.line, malformed))?,
            _ => text(self.key, &line),
        };
        Ok(Some(Entry { line: Some(self.line), batch }))
    }

    /// The next line, without its end.
    fn read_line(&mut self) -> Result<Option<Vec<u8>>, InputError> {
        let mut line = Vec::new();
        self.line += 1;
        (&mut *self.input).take(MOST_BYTES + 1).read_until(b'\n', &mut line)?;
        if line.len() as u64 > MOST_BYTES {
            return Err(InputError::LongLine(self.line));
        }
        if line.is_empty() {
            return Ok(None);
        }
        while line.ends_with(b"\n") || line.ends_with(b"\r") {
            line.pop();
        }
        Ok(Some(line))
    }

    /// All that is left, after what was read already.
    fn rest(&mut self, mut read: Vec<u8>) -> Result<Vec<u8>, InputError> {
        (&mut *self.input).take(MOST_BYTES + 1).read_to_end(&mut read)?;
        if read.len() as u64 > MOST_BYTES { Err(InputError::Long) } else { Ok(read) }
    }

    /// One request a line if the first line is one; else one in all.
    fn json(&mut self) -> Result<Kind, InputError> {
        let first = self.read_line()?.unwrap_or_default();
        if serde_json::from_slice::<IgnoredAny>(&first).is_ok() {
            let batch = request_of(&first).map_err(|malformed| InputError::Json(1, malformed))?;
            self.first = Some(batch);
            return Ok(Kind::JsonLines);
        }
        let whole = self.rest([&first, &b"\n"[..]].concat())?;
        Ok(Kind::Whole(Some(request_of(&whole).map_err(|malformed| InputError::Json(1, malformed))?)))
    }
}

/// What the input looks like, by how it begins.
fn guess(begin: &[u8]) -> Input {
    let is_json = begin.trim_ascii_start().starts_with(b"{") && signal_of_json(begin).is_some();
    let is_binary = begin.contains(&0) || std::str::from_utf8(begin).is_err_and(|error| error.error_len().is_some());
    match (is_json, is_binary && begin.starts_with(b"\n")) {
        (true, _) => Input::OtlpJson,
        // The tag of the first field of every request.
        (_, true) => Input::OtlpProto,
        _ => Input::Text,
    }
}

fn signal_of_json(json: &[u8]) -> Option<Signal> {
    let members = [
        (Signal::Traces, ["\"resourceSpans\"", "\"resource_spans\""]),
        (Signal::Metrics, ["\"resourceMetrics\"", "\"resource_metrics\""]),
        (Signal::Logs, ["\"resourceLogs\"", "\"resource_logs\""]),
    ];
    // What is within texts has its quotes escaped, so that the first of these is the member.
    let first = |names: &[&str; 2]| names.iter().filter_map(|name| memchr::memmem::find(json, name.as_bytes())).min();
    let found = members.iter().filter_map(|(signal, names)| Some((first(names)?, *signal)));
    found.min_by_key(|(at, _)| *at).map(|(_, signal)| signal)
}

/// A request in OTLP/JSON; one without any of the known members is an empty one.
fn request_of(json: &[u8]) -> Result<Batch, Malformed> {
    Batch::check_json(signal_of_json(json).unwrap_or(Signal::Logs), json, &Limits::for_messages_of(json.len()))
}

/// A request in protobuf. All signals are nested alike, so that the first item has to say which it is.
fn protobuf(signal: Option<Signal>, message: Bytes) -> Result<Batch, InputError> {
    let limits = Limits::for_messages_of(message.len());
    let check = |signal| Batch::check(signal, message.clone(), &limits);
    if let Some(signal) = signal {
        return check(signal).map_err(|malformed| InputError::Protobuf(signal, malformed));
    }
    let is_traces = |batch: &Batch| {
        let scopes = batch.resource_spans().flat_map(|resource| resource.scopes());
        scopes.flat_map(|scope| scope.spans()).any(|span| !span.trace_id().is_empty())
    };
    let is_logs = |batch: &Batch| {
        let scopes = batch.resource_logs().flat_map(|resource| resource.scopes());
        let mut records = scopes.flat_map(|scope| scope.log_records());
        records.any(|record| record.time_unix_nano() > 0 || record.observed_time_unix_nano() > 0)
    };
    let traces = check(Signal::Traces).ok().filter(is_traces);
    let logs = || check(Signal::Logs).ok().filter(is_logs);
    let metrics = || check(Signal::Metrics).ok().filter(|batch| batch.items() > 0);
    traces.or_else(logs).or_else(metrics).ok_or(InputError::Unknown)
}

/// A line as the body of a log record, or as the value of an attribute.
fn text(key: Option<&str>, line: &[u8]) -> Batch {
    let value = any_value::Value::StringValue(String::from_utf8_lossy(line).into_owned());
    let value = Some(AnyValue { value: Some(value) });
    let record = match key {
        None => LogRecord { body: value, ..LogRecord::default() },
        Some(key) => {
            let attributes = vec![KeyValue { key: key.into(), value, ..KeyValue::default() }];
            LogRecord { attributes, ..LogRecord::default() }
        }
    };
    let scope_logs = vec![ScopeLogs { log_records: vec![record], ..ScopeLogs::default() }];
    let resource_logs = vec![ResourceLogs { scope_logs, ..ResourceLogs::default() }];
    Batch::trusted(Signal::Logs, ExportLogsServiceRequest { resource_logs }.encode_to_vec().into(), 1)
}
