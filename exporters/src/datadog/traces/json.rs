//! Events and links, which Datadog's spans have as JSON among their texts.
//!
//! Source: the Agent, `MarshalEvents` and `MarshalLinks` of `pkg/trace/transform`. Unlike there, a link's texts are
//! escaped as JSON wants.

use std::fmt::Write;

use sluice_pdata::view::{Attributes, Event, Link, Value};

/// A list of objects with what each event has: `time_unix_nano`, `name`, `attributes`, `dropped_attributes_count`.
pub(super) fn events<'a>(out: &mut String, events: impl Iterator<Item = Event<'a>>) {
    list(out, events, |out, event| {
        let mut members = Members::begin(out);
        members.number("time_unix_nano", event.time_unix_nano());
        members.text("name", event.name());
        members.attributes(event.attributes(), |out, value| json(out, value.unwrap_or(Value::Empty)));
        members.number("dropped_attributes_count", u64::from(event.dropped_attributes_count()));
        members.end();
    });
}

/// A list of objects with what each link has: `trace_id`, `span_id`, `tracestate`, `attributes` (as texts),
/// `dropped_attributes_count`.
pub(super) fn links<'a>(out: &mut String, links: impl Iterator<Item = Link<'a>>) {
    list(out, links, |out, link| {
        let mut members = Members::begin(out);
        members.text("trace_id", &id::<16>(link.trace_id()));
        members.text("span_id", &id::<8>(link.span_id()));
        members.text("tracestate", link.trace_state());
        members.attributes(link.attributes(), |out, value| quoted(out, &value.unwrap_or(Value::Empty).to_text()));
        members.number("dropped_attributes_count", u64::from(link.dropped_attributes_count()));
        members.end();
    });
}

/// An id in hexadecimal; zeros if there is none.
pub(super) fn id<const LENGTH: usize>(id: &[u8]) -> String {
    hex::encode(<[u8; LENGTH]>::try_from(id).unwrap_or([0; LENGTH]))
}

fn list<T>(out: &mut String, items: impl Iterator<Item = T>, mut write: impl FnMut(&mut String, T)) {
    out.push('[');
    for (index, item) in items.enumerate() {
        if index > 0 {
            out.push(',');
        }
        write(out, item);
    }
    out.push(']');
}

/// The members of an object. Those that are empty or zero are left out.
struct Members<'o> {
    out: &'o mut String,
    any: bool,
}

impl<'o> Members<'o> {
    fn begin(out: &'o mut String) -> Self {
        out.push('{');
        Self { out, any: false }
    }

    fn number(&mut self, name: &str, number: u64) {
        if number != 0 {
            self.name(name);
            // Writing to a `String` does not fail.
            let _ = write!(self.out, "{number}");
        }
    }

    fn text(&mut self, name: &str, text: &str) {
        if !text.is_empty() {
            self.name(name);
            quoted(self.out, text);
        }
    }

    fn attributes(&mut self, attributes: Attributes<'_>, mut write: impl FnMut(&mut String, Option<Value<'_>>)) {
        let mut attributes = attributes.peekable();
        if attributes.peek().is_none() {
            return;
        }
        self.name("attributes");
        self.out.push('{');
        for (index, attribute) in attributes.enumerate() {
            if index > 0 {
                self.out.push(',');
            }
            quoted(self.out, attribute.key());
            self.out.push(':');
            write(self.out, attribute.value());
        }
        self.out.push('}');
    }

    fn name(&mut self, name: &str) {
        if self.any {
            self.out.push(',');
        }
        self.any = true;
        self.out.push('"');
        self.out.push_str(name);
        self.out.push_str("\":");
    }

    fn end(self) {
        self.out.push('}');
    }
}

/// A value as JSON; what JSON has no way to say is `"redacted"`, as the Agent has it.
fn json(out: &mut String, value: Value<'_>) {
    match &value {
        Value::String(text) => quoted(out, text),
        Value::Bytes(_) => quoted(out, &value.to_text()),
        Value::Empty | Value::StringIndex(_) => out.push_str("null"),
        Value::Double(number) if !number.is_finite() => out.push_str("\"redacted\""),
        _ => match value.to_text() {
            text if text.is_empty() => out.push_str("\"redacted\""),
            text => out.push_str(&text),
        },
    }
}

/// A text in quotes.
fn quoted(out: &mut String, text: &str) {
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| byte < 0x20 || byte == b'"' || byte == b'\\') {
        out.push_str(&rest[..at]);
        match rest.as_bytes()[at] {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            control => {
                // Writing to a `String` does not fail.
                let _ = write!(out, "\\u{control:04x}");
            }
        }
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
    out.push('"');
}
