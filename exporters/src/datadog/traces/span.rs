//! A span of OTLP, read in one pass.

use sluice_pdata::view::{self, Field, KeyValue, Message};

use super::attributes::Attributes;
use super::names::Kind;

/// What a span has, but for its attributes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span<'a> {
    /// The whole, for its events and links.
    pub(super) view: view::Span<'a>,
    pub(super) trace_id: &'a [u8],
    pub(super) id: u64,
    pub(super) parent: u64,
    pub(super) trace_state: &'a str,
    pub(super) name: &'a str,
    pub(super) kind: Kind,
    /// In nanoseconds since 1970.
    pub(super) start: u64,
    pub(super) end: u64,
    pub(super) has_events: bool,
    pub(super) has_links: bool,
    pub(super) status: Status<'a>,
}

/// How it ended.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Status<'a> {
    pub(super) code: u64,
    pub(super) message: &'a str,
}

/// What tells spans and traces apart and is needed before the first span of a trace is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outline<'a> {
    pub(super) view: view::Span<'a>,
    /// The low half of the trace's id, which is Datadog's.
    pub(super) trace: u64,
    pub(super) id: u64,
    pub(super) parent: u64,
    pub(super) has_failed: bool,
}

impl<'a> Outline<'a> {
    /// Reads the ids, and hands each attribute to `attribute`.
    pub(super) fn read(view: view::Span<'a>, mut attribute: impl FnMut(KeyValue<'a>)) -> Self {
        let mut outline = Self { view, trace: 0, id: 0, parent: 0, has_failed: false };
        for field in Message::new(view.as_bytes()).fields() {
            match field.tag {
                TRACE_ID => outline.trace = low_half(field.content),
                SPAN_ID => outline.id = low_half(field.content),
                PARENT_SPAN_ID => outline.parent = low_half(field.content),
                ATTRIBUTES => attribute(KeyValue::from(Message::new(field.content))),
                STATUS => outline.has_failed = Status::read(field.content).code == Status::ERROR,
                _ => {}
            }
        }
        // A span is not its own parent; some tracers say so of a root.
        if outline.parent == outline.id && outline.parent == outline.trace {
            outline.parent = 0;
        }
        outline
    }
}

impl<'a> Span<'a> {
    /// Reads it, and puts its attributes in place of those that were in `attributes`.
    pub(super) fn read(view: view::Span<'a>, attributes: &mut Attributes<'a>) -> Self {
        attributes.clear();
        let mut span = Self {
            view,
            trace_id: &[],
            id: 0,
            parent: 0,
            trace_state: "",
            name: "",
            kind: Kind::Unspecified,
            start: 0,
            end: 0,
            has_events: false,
            has_links: false,
            status: Status::default(),
        };
        for field in Message::new(view.as_bytes()).fields() {
            match field.tag {
                TRACE_ID => span.trace_id = field.content,
                SPAN_ID => span.id = low_half(field.content),
                TRACE_STATE => span.trace_state = text(field.content),
                PARENT_SPAN_ID => span.parent = low_half(field.content),
                NAME => span.name = text(field.content),
                KIND => span.kind = Kind::of(field.varint()),
                START => span.start = field.fixed64(),
                END => span.end = field.fixed64(),
                ATTRIBUTES => attributes.push(&KeyValue::from(Message::new(field.content))),
                EVENTS => span.has_events = true,
                LINKS => span.has_links = true,
                STATUS => span.status = Status::read(field.content),
                _ => {}
            }
        }
        span
    }

    pub(super) fn has_failed(&self) -> bool {
        self.status.code == Status::ERROR
    }
}

impl<'a> Status<'a> {
    const ERROR: u64 = 2;

    fn read(status: &'a [u8]) -> Self {
        let mut read = Self::default();
        for field in Message::new(status).fields() {
            match field.tag {
                STATUS_MESSAGE => read.message = text(field.content),
                STATUS_CODE => read.code = field.varint(),
                _ => {}
            }
        }
        read
    }

    /// As the Collector says it.
    pub(super) fn name(&self) -> &'static str {
        match self.code {
            0 => "Unset",
            1 => "Ok",
            Self::ERROR => "Error",
            _ => "",
        }
    }
}

const TRACE_ID: u32 = Field::bytes_tag(1);
const SPAN_ID: u32 = Field::bytes_tag(2);
const TRACE_STATE: u32 = Field::bytes_tag(3);
const PARENT_SPAN_ID: u32 = Field::bytes_tag(4);
const NAME: u32 = Field::bytes_tag(5);
const KIND: u32 = Field::varint_tag(6);
const START: u32 = Field::fixed64_tag(7);
const END: u32 = Field::fixed64_tag(8);
const ATTRIBUTES: u32 = Field::bytes_tag(9);
const EVENTS: u32 = Field::bytes_tag(11);
const LINKS: u32 = Field::bytes_tag(13);
const STATUS: u32 = Field::bytes_tag(15);
const STATUS_MESSAGE: u32 = Field::bytes_tag(2);
const STATUS_CODE: u32 = Field::varint_tag(3);

/// The last eight bytes of an id; zero if it has fewer.
fn low_half(id: &[u8]) -> u64 {
    id.last_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes))
}

/// Text that was checked at the edge.
fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_default()
}
