//! Log records.

use std::fmt::{self, Write};

use sluice_pdata::Batch;
use sluice_pdata::view::LogRecord;

use super::super::names;
use super::super::number::Time;
use super::super::value::Typed;
use super::{attributes, resource, scope};

pub(in super::super) fn logs(out: &mut String, batch: &Batch) -> fmt::Result {
    for (index, entry) in batch.resource_logs().enumerate() {
        resource(out, "ResourceLog", index, entry.schema_url(), entry.resource())?;
        for (index, entry) in entry.scopes().enumerate() {
            scope(out, "ScopeLogs", index, entry.schema_url(), entry.scope())?;
            for (index, entry) in entry.log_records().enumerate() {
                record(out, index, &entry)?;
            }
        }
    }
    Ok(())
}

fn record(out: &mut String, index: usize, record: &LogRecord<'_>) -> fmt::Result {
    let severity = record.severity_number();
    writeln!(out, "LogRecord #{index}")?;
    writeln!(out, "ObservedTimestamp: {}", Time(record.observed_time_unix_nano()))?;
    writeln!(out, "Timestamp: {}", Time(record.time_unix_nano()))?;
    writeln!(out, "SeverityText: {}", record.severity_text())?;
    writeln!(out, "SeverityNumber: {}({severity})", names::severity(severity))?;
    if !record.event_name().is_empty() {
        writeln!(out, "EventName: {}", record.event_name())?;
    }
    writeln!(out, "Body: {}", Typed(record.body()))?;
    attributes(out, "", "Attributes", record.attributes())?;
    writeln!(out, "Trace ID: {}", hex::encode(record.trace_id()))?;
    writeln!(out, "Span ID: {}", hex::encode(record.span_id()))?;
    writeln!(out, "Flags: {}", record.flags())
}
