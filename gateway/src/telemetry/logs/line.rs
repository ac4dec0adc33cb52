//! How a line looks.

use std::fmt::Write;
use std::time::SystemTime;

use sluice_component::clock::rfc3339_millis;
use tracing::field::{Field, Visit};
use tracing::{Level, Metadata};

use super::Encoding;

/// The message and the fields of an event, the fields as JSON without the braces.
#[derive(Default)]
pub(super) struct Event {
    pub(super) message: String,
    pub(super) fields: String,
}

/// What every line has.
pub(super) struct Style {
    pub(super) encoding: Encoding,
    pub(super) disable_caller: bool,
    /// Fields that every line has, as JSON without the braces.
    pub(super) common: String,
}

impl Style {
    /// One line, with its end.
    pub(super) fn line(&self, metadata: &Metadata<'_>, event: &Event) -> String {
        self.line_at(SystemTime::now(), *metadata.level(), metadata.target(), event)
    }

    pub(super) fn line_at(&self, now: SystemTime, level: Level, target: &str, event: &Event) -> String {
        match self.encoding {
            Encoding::Console => self.console(&rfc3339_millis(now), name(level), target, event),
            Encoding::Json => self.json(&rfc3339_millis(now), name(level), target, event),
        }
    }

    fn console(&self, time: &str, level: &str, target: &str, event: &Event) -> String {
        let mut line = format!("{time}\t{level}\t");
        if !self.disable_caller {
            line.push_str(target);
            line.push('\t');
        }
        // One event is one line, whatever is in it; what the user has printed keeps its lines, and nothing else.
        let keeps_lines = target == sluice_exporters::debug::LOG_TARGET;
        let kept = |c: char| !c.is_control() || (keeps_lines && matches!(c, '\n' | '\t'));
        line.extend(event.message.chars().map(|c| if kept(c) { c } else { ' ' }));
        let fields = join(&self.common, &event.fields);
        if !fields.is_empty() {
            line.push_str("\t{");
            line.push_str(&fields);
            line.push('}');
        }
        line.push('\n');
        line
    }

    fn json(&self, time: &str, level: &str, target: &str, event: &Event) -> String {
        let mut line = String::from("{");
        push_pair(&mut line, "level", &quoted(level));
        push_pair(&mut line, "ts", &quoted(time));
        if !self.disable_caller {
            push_pair(&mut line, "caller", &quoted(target));
        }
        push_pair(&mut line, "msg", &quoted(&event.message));
        for fields in [&self.common, &event.fields].into_iter().filter(|fields| !fields.is_empty()) {
            line.push_str(", ");
            line.push_str(fields);
        }
        line.push_str("}\n");
        line
    }
}

impl Visit for Event {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        let text = format!("{value:?}");
        self.record_str(field, &text);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "message" {
            value.clone_into(&mut self.message);
        } else {
            push_pair(&mut self.fields, field.name(), &quoted(value));
        }
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        push_pair(&mut self.fields, field.name(), &value.to_string());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        push_pair(&mut self.fields, field.name(), &value.to_string());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        push_pair(&mut self.fields, field.name(), &value.to_string());
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        let number = if value.is_finite() { value.to_string() } else { quoted(&value.to_string()) };
        push_pair(&mut self.fields, field.name(), &number);
    }
}

/// Fields as JSON without the braces.
pub(super) fn texts(fields: &[(String, String)]) -> String {
    let mut json = String::new();
    for (name, value) in fields {
        push_pair(&mut json, name, &quoted(value));
    }
    json
}

pub(super) fn push_pair(json: &mut String, name: &str, value: &str) {
    if !json.is_empty() && !json.ends_with('{') {
        json.push_str(", ");
    }
    json.push_str(&quoted(name));
    json.push_str(": ");
    json.push_str(value);
}

fn join(first: &str, second: &str) -> String {
    match (first, second) {
        ("", only) | (only, "") => only.to_owned(),
        (first, second) => format!("{first}, {second}"),
    }
}

fn name(level: Level) -> &'static str {
    match level {
        Level::ERROR => "error",
        Level::WARN => "warn",
        Level::INFO => "info",
        Level::DEBUG | Level::TRACE => "debug",
    }
}

fn quoted(text: &str) -> String {
    let mut json = String::with_capacity(text.len() + 2);
    json.push('"');
    for c in text.chars() {
        match c {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            '\n' => json.push_str("\\n"),
            '\r' => json.push_str("\\r"),
            '\t' => json.push_str("\\t"),
            // Writing to a String cannot fail.
            c if c.is_control() => drop(write!(json, "\\u{:04x}", u32::from(c))),
            c => json.push(c),
        }
    }
    json.push('"');
    json
}
