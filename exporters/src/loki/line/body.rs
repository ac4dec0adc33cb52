//! Lines of the body behind pairs of what else there is.
//!
//! Source: the Collector's `exporter/lokiexporter` before its version 0.62, `legacy_exporter.go`, the format `body`. There, a body
//! that is no text was left out.

use sluice_pdata::view::Value;

use super::super::labels::quote;
use super::super::rules::RecordField;
use super::json::{put_integer, text_of};
use super::{Part, Record, body_text, is_id, put_hex};

/// Appends the record.
pub(super) fn write(out: &mut Vec<u8>, record: &Record<'_, '_>) {
    let (fields, labels) = (record.fields, record.labels);
    if !fields.severity_text.is_empty() && !labels.has(RecordField::Severity) {
        put(out, &["severity=", fields.severity_text]);
    }
    if fields.severity_number > 0 && !labels.has(RecordField::SeverityNumber) {
        out.extend_from_slice(b"severityN=");
        put_integer(out, fields.severity_number.into());
        out.push(b' ');
    }
    for (name, id, field) in
        [("traceID=", fields.trace_id, RecordField::TraceId), ("spanID=", fields.span_id, RecordField::SpanId)]
    {
        if is_id(id) && !labels.has(field) {
            out.extend_from_slice(name.as_bytes());
            put_hex(out, id);
            out.push(b' ');
        }
    }
    for attribute in record.shown() {
        let mut quoted = String::new();
        quote(&mut quoted, &text_of(&attribute.value().unwrap_or(Value::Empty)));
        put(out, &[attribute.key(), "=", &quoted]);
    }
    out.extend_from_slice(record.resource.body.get_or_init(|| resources(record.resource)));
    if let Some(scope) = record.scope {
        put(out, &["instrumentation_scope_name=", scope.name()]);
        if !scope.version().is_empty() {
            put(out, &["instrumentation_scope_version=", scope.version()]);
        }
    }
    out.extend_from_slice(body_text(fields).as_bytes());
}

fn resources(part: &Part<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    for (key, value) in part.attributes() {
        put(&mut out, &[key, "=", &text_of(value)]);
    }
    out
}

fn put(out: &mut Vec<u8>, parts: &[&str]) {
    parts.iter().for_each(|part| out.extend_from_slice(part.as_bytes()));
    out.push(b' ');
}
