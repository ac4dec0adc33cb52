//! A log record as an object of JSON.
//!
//! Where several places say the same key, the record itself wins over the scope, the scope over the resource, and both over the
//! attributes of the record. The keys that Datadog reserves are not taken from resource and scope: `status` is `otel.status` there.

use std::borrow::Cow;
use std::collections::HashSet;

use foldhash::fast::RandomState;
use sluice_pdata::view::{Attributes, LogFields, LogRecord, Resource, Scope, Value};

use super::super::host::Source;
use super::super::json::{self, Leaf};
use super::super::tags;

/// Where a log comes from that does not say so itself.
const SOURCE: &str = "otlp_log_ingestion";

/// Says that a log came through an exporter; a tag of every log.
const OTEL_SOURCE: &str = "otel_source:datadog_exporter";

/// The most bytes of an entry; Datadog cuts what is longer.
pub(super) const MAX_ENTRY: usize = 1_000_000;

/// What the records of one scope have in common.
pub(super) struct Common<'a> {
    host: Option<Cow<'a, str>>,
    service: Option<Cow<'a, str>>,
    source: Option<Cow<'a, str>>,
    /// The tags of the resource as they stand in JSON, without quotes.
    tags: Vec<u8>,
    /// The attributes of resource and scope as members, each behind a comma.
    members: Vec<u8>,
    /// The keys of those.
    keys: HashSet<Cow<'a, str>, RandomState>,
}

impl<'a> Common<'a> {
    pub(super) fn new(resource: Resource<'a>, scope: Scope<'a>) -> Self {
        let attributes = resource.attributes();
        let host = match Source::of(attributes.clone()) {
            Source::Host(name) if !name.is_empty() => Some(name),
            _ => None,
        };
        let mut common = Self {
            host,
            service: find(attributes.clone(), "service.name"),
            source: find(attributes.clone(), "ddsource").or_else(|| find(attributes.clone(), "datadog.log.source")),
            tags: Vec::new(),
            members: Vec::new(),
            keys: HashSet::default(),
        };
        for tag in tags::of_resource(attributes.clone()) {
            json::escaped(&mut common.tags, &tag);
            common.tags.push(b',');
        }
        common.tags.extend_from_slice(OTEL_SOURCE.as_bytes());
        let scope: Vec<_> = scope.attributes().collect();
        let resource: Vec<_> = attributes.collect();
        // From the back, so that of a key that comes twice the last counts.
        for attribute in scope.iter().rev().chain(resource.iter().rev()) {
            let key = match Reserved::of(attribute.key()) {
                Some(_) => Cow::Owned(["otel.", attribute.key()].concat()),
                None => Cow::Borrowed(attribute.key()),
            };
            if common.keys.insert(key.clone()) {
                member(&mut common.members, &key);
                json::text(&mut common.members, &attribute.value().unwrap_or(Value::Empty).to_text());
            }
        }
        common
    }
}

/// Writes a record; `host` is what it has if it says none. Returns whether it is within [`MAX_ENTRY`], which it may fail to be
/// even with its message cut.
pub(super) fn write(out: &mut Vec<u8>, record: LogRecord<'_>, common: &Common<'_>, host: &str) -> bool {
    let begin = out.len();
    let fields = record.fields();
    let found = Found::read(record.attributes());
    let mut written = Written::default();
    out.extend_from_slice(b"{\"message\":");
    let message_at = out.len();
    match &found.message {
        Some(message) if !message.is_empty() => json::text(out, message),
        _ => json::text(out, &fields.body.as_ref().unwrap_or(&Value::Empty).to_text()),
    }
    let message_end = out.len();
    ids(out, &fields, &found, &mut written);
    severity(out, &fields, &found, &mut written);
    times(out, &fields, &mut written);
    if !fields.event_name.is_empty() {
        written.member(out, Reserved::OtelEventName);
        json::text(out, fields.event_name);
    }
    out.extend_from_slice(&common.members);
    for leaf in &found.leaves {
        match Reserved::of(&leaf.key) {
            Some(reserved) if written.has(reserved) => continue,
            Some(reserved) => written.note(reserved),
            None if common.keys.contains(&leaf.key) => continue,
            None => {}
        }
        member(out, &leaf.key);
        json::value(out, &leaf.value, leaf.depth);
    }
    origin(out, record, common, host, &found, &mut written);
    written.member(out, Reserved::Ddtags);
    out.push(b'"');
    out.extend_from_slice(&common.tags);
    if let Some(tags) = found.tags.as_deref().filter(|tags| !tags.is_empty()) {
        out.push(b',');
        json::escaped(out, tags);
    }
    out.extend_from_slice(b"\"}");
    out.len() - begin <= MAX_ENTRY || cut(out, message_at..message_end, out.len() - begin - MAX_ENTRY)
}

/// Takes at least `excess` bytes from the end of the message. Whether there were enough.
fn cut(out: &mut Vec<u8>, message: std::ops::Range<usize>, excess: usize) -> bool {
    let text = &out[message.start + 1..message.end - 1];
    let Some(mut end) = text.len().checked_sub(excess) else { return false };
    // Neither within a character nor within an escape, which has at most six bytes.
    while end > 0 && (text[end] & 0xC0) == 0x80 {
        end -= 1;
    }
    if let Some(escape) = text[..end].iter().rposition(|&byte| byte == b'\\').filter(|at| end - at < 6) {
        let run = text[..=escape].iter().rev().take_while(|&&byte| byte == b'\\').count();
        end = escape + 1 - run;
    }
    out.drain(message.start + 1 + end..message.end - 1);
    true
}

fn ids(out: &mut Vec<u8>, record: &LogFields<'_>, found: &Found<'_>, written: &mut Written) {
    for (id, attribute, datadog, otel) in [
        (record.trace_id, &found.trace_id, Reserved::DdTraceId, Reserved::OtelTraceId),
        (record.span_id, &found.span_id, Reserved::DdSpanId, Reserved::OtelSpanId),
    ] {
        if id.iter().any(|&byte| byte != 0) {
            written.member(out, datadog);
            decimal(out, low64(id));
            written.member(out, otel);
            out.push(b'"');
            for byte in id {
                const DIGITS: &[u8; 16] = b"0123456789abcdef";
                out.extend([DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
            }
            out.push(b'"');
        } else if let Some((number, text)) = attribute {
            written.member(out, datadog);
            decimal(out, *number);
            written.member(out, otel);
            json::text(out, text);
        }
    }
}

fn severity(out: &mut Vec<u8>, record: &LogFields<'_>, found: &Found<'_>, written: &mut Written) {
    let (text, number) = (record.severity_text, record.severity_number);
    if !text.is_empty() {
        written.member(out, Reserved::OtelSeverityText);
        json::text(out, text);
    }
    if number != 0 {
        written.member(out, Reserved::OtelSeverityNumber);
        json::write(out, format_args!("\"{number}\""));
    }
    written.member(out, Reserved::Status);
    match found.status.as_deref().filter(|status| !status.is_empty()) {
        Some(status) => json::text(out, status),
        None if !text.is_empty() => json::text(out, text),
        None => json::text(out, status(number)),
    }
}

/// Source: the log data model of OpenTelemetry, "SeverityNumber".
fn status(severity_number: i32) -> &'static str {
    match severity_number {
        0 => "",
        ..=4 => "trace",
        5..=8 => "debug",
        9..=12 => "info",
        13..=16 => "warn",
        17..=20 => "error",
        21..=24 => "fatal",
        _ => "error",
    }
}

fn times(out: &mut Vec<u8>, record: &LogFields<'_>, written: &mut Written) {
    let nanos = match record.time_unix_nano {
        0 => record.observed_time_unix_nano,
        nanos => nanos,
    };
    if nanos == 0 {
        return;
    }
    written.member(out, Reserved::OtelTimestamp);
    decimal(out, nanos);
    // 2^64 ns are in the year 2554, which jiff knows.
    if let Ok(time) = jiff::Timestamp::from_nanosecond(i128::from(nanos)) {
        let time = jiff::tz::TimeZone::UTC.to_datetime(time);
        let (date, milli) = (time.date(), time.subsec_nanosecond() / 1_000_000);
        written.member(out, Reserved::Timestamp);
        json::write(
            out,
            format_args!(
                "\"{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{milli:03}Z\"",
                date.year(),
                date.month(),
                date.day(),
                time.hour(),
                time.minute(),
                time.second()
            ),
        );
    }
}

/// Host, service and source, where no attribute of the record says them.
fn origin(
    out: &mut Vec<u8>,
    record: LogRecord<'_>,
    common: &Common<'_>,
    host: &str,
    found: &Found<'_>,
    written: &mut Written,
) {
    let own = |key| find(record.attributes(), key);
    let own_host = || match Source::of(record.attributes()) {
        Source::Host(name) if !name.is_empty() => Some(name),
        _ => None,
    };
    let mut say = |reserved, value: Option<Cow<'_, str>>| {
        if let Some(value) = value.filter(|value| !value.is_empty() && !written.has(reserved)) {
            written.member(out, reserved);
            json::text(out, &value);
        }
    };
    say(Reserved::Hostname, common.host.clone().or_else(own_host).or(Some(host.into())));
    say(Reserved::Service, common.service.clone().filter(|name| !name.is_empty()).or_else(|| own("service.name")));
    let source = common.source.clone().or_else(|| found.source.clone());
    say(Reserved::Ddsource, source.filter(|source| !source.is_empty()).or(Some(SOURCE.into())));
}

fn find<'a>(mut attributes: Attributes<'a>, key: &str) -> Option<Cow<'a, str>> {
    let attribute = attributes.find(|attribute| attribute.key_bytes() == key.as_bytes())?;
    Some(attribute.value()?.to_text())
}

fn member(out: &mut Vec<u8>, key: &str) {
    out.push(b',');
    json::text(out, key);
    out.push(b':');
}

/// A number as text: JavaScript, and with it much else, is exact to 53 bits only.
fn decimal(out: &mut Vec<u8>, number: u64) {
    out.push(b'"');
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
    out.push(b'"');
}

/// The last eight bytes as a number, which is what Datadog knows of a trace.
fn low64(id: &[u8]) -> u64 {
    id.last_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes))
}

/// What the attributes of a record say.
#[derive(Default)]
struct Found<'a> {
    message: Option<Cow<'a, str>>,
    status: Option<Cow<'a, str>>,
    tags: Option<Cow<'a, str>>,
    source: Option<Cow<'a, str>>,
    /// As a number, and as it was written.
    trace_id: Option<(u64, Cow<'a, str>)>,
    span_id: Option<(u64, Cow<'a, str>)>,
    /// Everything else, each key once.
    leaves: Vec<Leaf<'a>>,
}

impl<'a> Found<'a> {
    fn read(attributes: Attributes<'a>) -> Self {
        let mut found = Self::default();
        for attribute in attributes {
            let key = attribute.key();
            let value = attribute.value().unwrap_or(Value::Empty);
            match meaning(key) {
                Some(Meaning::Message) => found.message = Some(value.to_text()),
                Some(Meaning::Status) => found.status = Some(value.to_text()),
                Some(Meaning::Tags) => found.tags = Some(value.to_text()),
                Some(Meaning::TraceId) if take_id(&value, 16, &mut found.trace_id) => {}
                Some(Meaning::SpanId) if take_id(&value, 8, &mut found.span_id) => {}
                _ => match value {
                    Value::Map(entries) => json::flatten(key, entries, 1, &mut found.leaves),
                    value => {
                        if key == "datadog.log.source" {
                            found.source = Some(value.to_text());
                        }
                        found.leaves.push(Leaf { key: key.into(), value, depth: 1 });
                    }
                },
            }
        }
        json::keep_last(&mut found.leaves);
        found
    }
}

/// Takes an id that is written in hexadecimal, unless there is one already. Whether it is one.
fn take_id<'a>(value: &Value<'a>, bytes: usize, id: &mut Option<(u64, Cow<'a, str>)>) -> bool {
    let text = value.to_text();
    let Some(decoded) = hex::decode(text.as_bytes()).ok().filter(|decoded| decoded.len() == bytes) else {
        return false;
    };
    id.get_or_insert_with(|| (low64(&decoded), text));
    true
}

/// What Datadog's backend takes an attribute for, by its name.
#[derive(Clone, Copy)]
enum Meaning {
    Message,
    Status,
    Tags,
    TraceId,
    SpanId,
}

/// In whatever case.
fn meaning(key: &str) -> Option<Meaning> {
    let names: &[(&str, Meaning)] = match key.len() {
        3 => &[("msg", Meaning::Message), ("log", Meaning::Message)],
        5 => &[("level", Meaning::Status)],
        6 => &[("status", Meaning::Status), ("ddtags", Meaning::Tags), ("spanid", Meaning::SpanId)],
        7 => &[("message", Meaning::Message), ("traceid", Meaning::TraceId), ("span_id", Meaning::SpanId)],
        8 => &[("severity", Meaning::Status), ("trace_id", Meaning::TraceId)],
        10 => &[("otelspanid", Meaning::SpanId)],
        11 => &[("oteltraceid", Meaning::TraceId)],
        15 => &[("syslog.severity", Meaning::Status)],
        17 => &[("contextmap.spanid", Meaning::SpanId)],
        18 => &[("contextmap.traceid", Meaning::TraceId)],
        _ => return None,
    };
    names.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, meaning)| *meaning)
}

/// Keys that mean something to Datadog, or that the record's own fields have.
#[derive(Clone, Copy)]
enum Reserved {
    Message,
    Status,
    Timestamp,
    DdTraceId,
    DdSpanId,
    OtelTraceId,
    OtelSpanId,
    OtelSeverityText,
    OtelSeverityNumber,
    OtelTimestamp,
    OtelEventName,
    Hostname,
    Service,
    Ddsource,
    Ddtags,
}

impl Reserved {
    fn of(key: &str) -> Option<Self> {
        Some(match key {
            "message" => Self::Message,
            "status" => Self::Status,
            "@timestamp" => Self::Timestamp,
            "dd.trace_id" => Self::DdTraceId,
            "dd.span_id" => Self::DdSpanId,
            "otel.trace_id" => Self::OtelTraceId,
            "otel.span_id" => Self::OtelSpanId,
            "otel.severity_text" => Self::OtelSeverityText,
            "otel.severity_number" => Self::OtelSeverityNumber,
            "otel.timestamp" => Self::OtelTimestamp,
            "otel.event_name" => Self::OtelEventName,
            "hostname" => Self::Hostname,
            "service" => Self::Service,
            "ddsource" => Self::Ddsource,
            "ddtags" => Self::Ddtags,
            _ => return None,
        })
    }

    /// The key with quotes, behind a comma and before a colon.
    const fn member(self) -> &'static str {
        match self {
            Self::Message => ",\"message\":",
            Self::Status => ",\"status\":",
            Self::Timestamp => ",\"@timestamp\":",
            Self::DdTraceId => ",\"dd.trace_id\":",
            Self::DdSpanId => ",\"dd.span_id\":",
            Self::OtelTraceId => ",\"otel.trace_id\":",
            Self::OtelSpanId => ",\"otel.span_id\":",
            Self::OtelSeverityText => ",\"otel.severity_text\":",
            Self::OtelSeverityNumber => ",\"otel.severity_number\":",
            Self::OtelTimestamp => ",\"otel.timestamp\":",
            Self::OtelEventName => ",\"otel.event_name\":",
            Self::Hostname => ",\"hostname\":",
            Self::Service => ",\"service\":",
            Self::Ddsource => ",\"ddsource\":",
            Self::Ddtags => ",\"ddtags\":",
        }
    }
}

/// Which reserved keys an entry has already.
#[derive(Default)]
struct Written(u16);

impl Written {
    fn has(&self, key: Reserved) -> bool {
        // Message and tags are written by us in any case.
        self.0 & (1 << key as u16) != 0 || matches!(key, Reserved::Message | Reserved::Ddtags)
    }

    fn note(&mut self, key: Reserved) {
        self.0 |= 1 << key as u16;
    }

    fn member(&mut self, out: &mut Vec<u8>, key: Reserved) {
        self.note(key);
        out.extend_from_slice(key.member().as_bytes());
    }
}
