//! Lines in logfmt.
//!
//! Source: the Collector's `pkg/translator/loki`, `encode.go`, and `go-logfmt/logfmt` for what a body must be to be taken apart.

use std::borrow::Cow;

use sluice_pdata::view::Value;

use super::pairs::{put_attribute, put_pair};
use super::{Hex, Part, Record, is_id};

/// Appends the record as pairs.
pub(super) fn write(out: &mut Vec<u8>, record: &Record<'_, '_>) {
    let mut line = Vec::new();
    let fields = record.fields;
    let body = fields.body.as_ref().unwrap_or(&Value::Empty);
    let own = match body {
        Value::String(text) => parse(text),
        _ => None,
    };
    match (&own, body) {
        (Some(pairs), _) => pairs.iter().for_each(|(key, value)| put_pair(&mut line, &[key], value)),
        (None, Value::Map(_)) => put_attribute(&mut line, "", "", body),
        (None, Value::Array(_)) => put_attribute(&mut line, "", "body", body),
        (None, Value::Empty) => {}
        (None, _) => put_pair(&mut line, &["msg"], &body.to_text()),
    }
    for (name, id) in [("traceID", fields.trace_id), ("spanID", fields.span_id)] {
        if is_id(id) {
            put_pair(&mut line, &[name], Hex::of(id).as_str());
        }
    }
    if !fields.severity_text.is_empty() {
        put_pair(&mut line, &["severity"], fields.severity_text);
    }
    if fields.flags != 0 {
        put_pair(&mut line, &["flags"], itoa::Buffer::new().format(fields.flags));
    }
    for attribute in record.shown() {
        put_attribute(&mut line, "attribute_", attribute.key(), &attribute.value().unwrap_or(Value::Empty));
    }
    let resource = record.resource.logfmt.get_or_init(|| resources(record.resource));
    if !resource.is_empty() && !line.is_empty() {
        line.push(b' ');
    }
    line.extend_from_slice(resource);
    if let Some(scope) = record.scope {
        put_pair(&mut line, &["instrumentation_scope_name"], scope.name());
        if !scope.version().is_empty() {
            put_pair(&mut line, &["instrumentation_scope_version"], scope.version());
        }
        for attribute in scope.attributes() {
            let value = attribute.value().unwrap_or(Value::Empty);
            put_attribute(&mut line, "instrumentation_scope_attribute_", attribute.key(), &value);
        }
    }
    out.append(&mut line);
}

fn resources(part: &Part<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    for (key, value) in part.attributes() {
        put_attribute(&mut out, "resource_", key, value);
    }
    out
}

/// Takes a text apart that is a line of logfmt; plain words are keys without a value. `None` if it is none, or goes over several
/// lines, of which the Collector keeps the first.
fn parse(text: &str) -> Option<Vec<(&str, Cow<'_, str>)>> {
    if text.contains(['\n', '\u{fffd}']) {
        return None;
    }
    let mut pairs = Vec::new();
    let mut rest = text.trim_start_matches(|character| character <= ' ');
    while !rest.is_empty() {
        let end = rest.find(|character| character <= ' ' || matches!(character, '=' | '"')).unwrap_or(rest.len());
        let (key, after) = rest.split_at(end);
        let value = match after.as_bytes().first() {
            Some(b'=') if key.is_empty() => return None,
            Some(b'"') => return None,
            Some(b'=') => {
                let (value, after) = parse_value(&after[1..])?;
                rest = after;
                value
            }
            _ => {
                rest = after;
                Cow::Borrowed("")
            }
        };
        pairs.push((key, value));
        rest = rest.trim_start_matches(|character| character <= ' ');
    }
    Some(pairs)
}

/// The value at the beginning of a text, and what is behind it.
fn parse_value(text: &str) -> Option<(Cow<'_, str>, &str)> {
    if let Some(quoted) = text.strip_prefix('"') {
        let end = closing_quote(quoted)?;
        let value = match quoted[..end].contains('\\') {
            true => Cow::Owned(serde_json::from_str(&text[..end + 2]).ok()?),
            false => Cow::Borrowed(&quoted[..end]),
        };
        return Some((value, &quoted[end + 1..]));
    }
    let end = text.find(|character| character <= ' ').unwrap_or(text.len());
    let (value, after) = text.split_at(end);
    (!value.contains(['=', '"'])).then_some((Cow::Borrowed(value), after))
}

/// Where the quote is that no backslash stands before.
fn closing_quote(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.bytes().position(|byte| {
        let closes = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        closes
    })
}
