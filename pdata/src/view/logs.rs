//! Log records.

use super::common::{Attributes, Resource, Scope, Value};
use super::message::{Message, Repeated, text};
use crate::wire::{self, BYTES, FIXED32, FIXED64, Fields, VARINT};

/// The log records of one resource.
#[derive(Clone, Copy, Debug)]
pub struct ResourceLogs<'a>(Message<'a>);

impl<'a> ResourceLogs<'a> {
    /// What produced them, if that is known.
    pub fn resource(&self) -> Option<Resource<'a>> {
        self.0.message(1)
    }

    /// The log records, by scope.
    pub fn scopes(&self) -> Repeated<'a, ScopeLogs<'a>> {
        self.0.repeated(2)
    }

    /// The schema that the resource follows; empty if unknown.
    pub fn schema_url(&self) -> &'a str {
        self.0.str(3)
    }
}

/// The log records of one scope.
#[derive(Clone, Copy, Debug)]
pub struct ScopeLogs<'a>(Message<'a>);

impl<'a> ScopeLogs<'a> {
    /// The library that produced them, if that is known.
    pub fn scope(&self) -> Option<Scope<'a>> {
        self.0.message(1)
    }

    /// The log records.
    pub fn log_records(&self) -> Repeated<'a, LogRecord<'a>> {
        self.0.repeated(2)
    }

    /// The schema that the scope and its log records follow; empty if unknown.
    pub fn schema_url(&self) -> &'a str {
        self.0.str(3)
    }
}

/// A log record.
#[derive(Clone, Copy, Debug)]
pub struct LogRecord<'a>(Message<'a>);

impl<'a> LogRecord<'a> {
    /// When it happened, in nanoseconds since 1970; 0 if unknown.
    pub fn time_unix_nano(&self) -> u64 {
        self.0.fixed64(1)
    }

    /// When it was collected, in nanoseconds since 1970.
    pub fn observed_time_unix_nano(&self) -> u64 {
        self.0.fixed64(11)
    }

    /// 0 unspecified, then four steps each of trace (from 1), debug (5), info (9), warn (13), error (17), fatal (21).
    pub fn severity_number(&self) -> i32 {
        self.0.enumeration(2)
    }

    /// The severity as its source wrote it.
    pub fn severity_text(&self) -> &'a str {
        self.0.str(3)
    }

    /// The text, or the structure, of the record; none if there is no body.
    pub fn body(&self) -> Option<Value<'a>> {
        self.0.message(5)
    }

    /// What describes it.
    pub fn attributes(&self) -> Attributes<'a> {
        self.0.repeated(6)
    }

    /// How many attributes were left out.
    pub fn dropped_attributes_count(&self) -> u32 {
        self.0.uint32(7)
    }

    /// The W3C trace flags in bits 0 to 7.
    pub fn flags(&self) -> u32 {
        self.0.fixed32(8)
    }

    /// The trace it belongs to: 16 bytes, or none.
    pub fn trace_id(&self) -> &'a [u8] {
        self.0.bytes(9)
    }

    /// The span it belongs to: 8 bytes, or none.
    pub fn span_id(&self) -> &'a [u8] {
        self.0.bytes(10)
    }

    /// What kind of event it is; empty if it is none.
    pub fn event_name(&self) -> &'a str {
        self.0.str(12)
    }
}

/// What is in a log record, but for its attributes: each as the method of the same name says it.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, reason = "LogRecord has a method for each")]
pub struct LogFields<'a> {
    pub time_unix_nano: u64,
    pub observed_time_unix_nano: u64,
    pub severity_number: i32,
    pub severity_text: &'a str,
    pub body: Option<Value<'a>>,
    pub dropped_attributes_count: u32,
    pub flags: u32,
    pub trace_id: &'a [u8],
    pub span_id: &'a [u8],
    pub event_name: &'a str,
}

impl<'a> LogRecord<'a> {
    /// All fields but the attributes, read by going over the record once: for whoever needs most of them.
    pub fn fields(&self) -> LogFields<'a> {
        const TIME: u32 = wire::tag(1, FIXED64);
        const SEVERITY_NUMBER: u32 = wire::tag(2, VARINT);
        const SEVERITY_TEXT: u32 = wire::tag(3, BYTES);
        const BODY: u32 = wire::tag(5, BYTES);
        const DROPPED_ATTRIBUTES_COUNT: u32 = wire::tag(7, VARINT);
        const FLAGS: u32 = wire::tag(8, FIXED32);
        const TRACE_ID: u32 = wire::tag(9, BYTES);
        const SPAN_ID: u32 = wire::tag(10, BYTES);
        const OBSERVED_TIME: u32 = wire::tag(11, FIXED64);
        const EVENT_NAME: u32 = wire::tag(12, BYTES);

        let bytes = self.0.as_bytes();
        let mut fields = LogFields::default();
        for field in Fields::new(bytes) {
            let content = &bytes[field.content..field.end];
            let varint = || wire::varint(content, 0).map_or(0, |(number, _)| number);
            let fixed64 = || content.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
            match field.tag {
                TIME => fields.time_unix_nano = fixed64(),
                SEVERITY_NUMBER => fields.severity_number = varint() as i32,
                SEVERITY_TEXT => fields.severity_text = text(content),
                BODY => fields.body = Some(Value::from(Message::new(content))),
                DROPPED_ATTRIBUTES_COUNT => fields.dropped_attributes_count = varint() as u32,
                FLAGS => fields.flags = content.first_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes)),
                TRACE_ID => fields.trace_id = content,
                SPAN_ID => fields.span_id = content,
                OBSERVED_TIME => fields.observed_time_unix_nano = fixed64(),
                EVENT_NAME => fields.event_name = text(content),
                _ => {}
            }
        }
        fields
    }
}

super::message::views!(ResourceLogs, ScopeLogs, LogRecord);
