//! Spans.

use super::common::{Attributes, Resource, Scope};
use super::message::{Message, Repeated};

/// The spans of one resource.
#[derive(Clone, Copy, Debug)]
pub struct ResourceSpans<'a>(Message<'a>);

impl<'a> ResourceSpans<'a> {
    /// What produced them, if that is known.
    pub fn resource(&self) -> Option<Resource<'a>> {
        self.0.message(1)
    }

    /// The spans, by scope.
    pub fn scopes(&self) -> Repeated<'a, ScopeSpans<'a>> {
        self.0.repeated(2)
    }

    /// The schema that the resource follows; empty if unknown.
    pub fn schema_url(&self) -> &'a str {
        self.0.str(3)
    }
}

/// The spans of one scope.
#[derive(Clone, Copy, Debug)]
pub struct ScopeSpans<'a>(Message<'a>);

impl<'a> ScopeSpans<'a> {
    /// The library that produced them, if that is known.
    pub fn scope(&self) -> Option<Scope<'a>> {
        self.0.message(1)
    }

    /// The spans.
    pub fn spans(&self) -> Repeated<'a, Span<'a>> {
        self.0.repeated(2)
    }

    /// The schema that the scope and its spans follow; empty if unknown.
    pub fn schema_url(&self) -> &'a str {
        self.0.str(3)
    }
}

/// A span.
#[derive(Clone, Copy, Debug)]
pub struct Span<'a>(Message<'a>);

impl<'a> Span<'a> {
    /// The trace it belongs to: 16 bytes, or none.
    pub fn trace_id(&self) -> &'a [u8] {
        self.0.bytes(1)
    }

    /// Its id: 8 bytes, or none.
    pub fn span_id(&self) -> &'a [u8] {
        self.0.bytes(2)
    }

    /// What tracing systems pass along, as in the W3C header `tracestate`.
    pub fn trace_state(&self) -> &'a str {
        self.0.str(3)
    }

    /// The span that caused it: 8 bytes, or none for a root.
    pub fn parent_span_id(&self) -> &'a [u8] {
        self.0.bytes(4)
    }

    /// The W3C trace flags in bits 0 to 7, whether the parent is remote in bits 8 (known) and 9.
    pub fn flags(&self) -> u32 {
        self.0.fixed32(16)
    }

    /// What it is a span of.
    pub fn name(&self) -> &'a str {
        self.0.str(5)
    }

    /// 0 unspecified, 1 internal, 2 server, 3 client, 4 producer, 5 consumer.
    pub fn kind(&self) -> i32 {
        self.0.enumeration(6)
    }

    /// When it began, in nanoseconds since 1970.
    pub fn start_time_unix_nano(&self) -> u64 {
        self.0.fixed64(7)
    }

    /// When it ended, in nanoseconds since 1970.
    pub fn end_time_unix_nano(&self) -> u64 {
        self.0.fixed64(8)
    }

    /// What describes it.
    pub fn attributes(&self) -> Attributes<'a> {
        self.0.repeated(9)
    }

    /// How many attributes were left out.
    pub fn dropped_attributes_count(&self) -> u32 {
        self.0.uint32(10)
    }

    /// What happened in it.
    pub fn events(&self) -> Repeated<'a, Event<'a>> {
        self.0.repeated(11)
    }

    /// How many events were left out.
    pub fn dropped_events_count(&self) -> u32 {
        self.0.uint32(12)
    }

    /// Other spans that it has to do with.
    pub fn links(&self) -> Repeated<'a, Link<'a>> {
        self.0.repeated(13)
    }

    /// How many links were left out.
    pub fn dropped_links_count(&self) -> u32 {
        self.0.uint32(14)
    }

    /// How it ended, if that is said.
    pub fn status(&self) -> Option<Status<'a>> {
        self.0.message(15)
    }
}

/// Something that happened during a span.
#[derive(Clone, Copy, Debug)]
pub struct Event<'a>(Message<'a>);

impl<'a> Event<'a> {
    /// When, in nanoseconds since 1970.
    pub fn time_unix_nano(&self) -> u64 {
        self.0.fixed64(1)
    }

    /// What happened.
    pub fn name(&self) -> &'a str {
        self.0.str(2)
    }

    /// What describes it.
    pub fn attributes(&self) -> Attributes<'a> {
        self.0.repeated(3)
    }

    /// How many attributes were left out.
    pub fn dropped_attributes_count(&self) -> u32 {
        self.0.uint32(4)
    }
}

/// Another span that a span has to do with.
#[derive(Clone, Copy, Debug)]
pub struct Link<'a>(Message<'a>);

impl<'a> Link<'a> {
    /// The trace of the other span: 16 bytes, or none.
    pub fn trace_id(&self) -> &'a [u8] {
        self.0.bytes(1)
    }

    /// The id of the other span: 8 bytes, or none.
    pub fn span_id(&self) -> &'a [u8] {
        self.0.bytes(2)
    }

    /// The other span's trace state.
    pub fn trace_state(&self) -> &'a str {
        self.0.str(3)
    }

    /// What describes the link.
    pub fn attributes(&self) -> Attributes<'a> {
        self.0.repeated(4)
    }

    /// How many attributes were left out.
    pub fn dropped_attributes_count(&self) -> u32 {
        self.0.uint32(5)
    }

    /// As a span's flags, of the other span.
    pub fn flags(&self) -> u32 {
        self.0.fixed32(6)
    }
}

/// How a span ended.
#[derive(Clone, Copy, Debug)]
pub struct Status<'a>(Message<'a>);

impl<'a> Status<'a> {
    /// What went wrong, for people.
    pub fn message(&self) -> &'a str {
        self.0.str(2)
    }

    /// 0 unset, 1 ok, 2 error.
    pub fn code(&self) -> i32 {
        self.0.enumeration(3)
    }
}

super::message::views!(ResourceSpans, ScopeSpans, Span, Event, Link, Status);
