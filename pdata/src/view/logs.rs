//! Log records.

use super::common::{Attributes, Resource, Scope, Value};
use super::message::{Message, Repeated};

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

super::message::views!(ResourceLogs, ScopeLogs, LogRecord);
