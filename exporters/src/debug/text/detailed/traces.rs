//! Spans.

use std::fmt::{self, Write};

use sluice_pdata::Batch;
use sluice_pdata::view::{Event, Link, Span};

use super::super::names;
use super::super::number::Time;
use super::{attributes, resource, scope};

pub(in super::super) fn traces(out: &mut String, batch: &Batch) -> fmt::Result {
    for (index, entry) in batch.resource_spans().enumerate() {
        resource(out, "ResourceSpans", index, entry.schema_url(), entry.resource())?;
        for (index, entry) in entry.scopes().enumerate() {
            scope(out, "ScopeSpans", index, entry.schema_url(), entry.scope())?;
            for (index, entry) in entry.spans().enumerate() {
                span(out, index, &entry)?;
            }
        }
    }
    Ok(())
}

fn span(out: &mut String, index: usize, span: &Span<'_>) -> fmt::Result {
    writeln!(out, "Span #{index}")?;
    writeln!(out, "    Trace ID       : {}", hex::encode(span.trace_id()))?;
    writeln!(out, "    Parent ID      : {}", hex::encode(span.parent_span_id()))?;
    writeln!(out, "    ID             : {}", hex::encode(span.span_id()))?;
    writeln!(out, "    Name           : {}", span.name())?;
    writeln!(out, "    Kind           : {}", names::span_kind(span.kind()))?;
    if !span.trace_state().is_empty() {
        writeln!(out, "    TraceState     : {}", span.trace_state())?;
    }
    writeln!(out, "    Start time     : {}", Time(span.start_time_unix_nano()))?;
    writeln!(out, "    End time       : {}", Time(span.end_time_unix_nano()))?;
    let status = span.status();
    writeln!(out, "    Status code    : {}", names::status_code(status.map_or(0, |status| status.code())))?;
    writeln!(out, "    Status message : {}", status.map_or("", |status| status.message()))?;
    writeln!(out, "    DroppedAttributesCount: {}", span.dropped_attributes_count())?;
    writeln!(out, "    DroppedEventsCount: {}", span.dropped_events_count())?;
    writeln!(out, "    DroppedLinksCount: {}", span.dropped_links_count())?;
    attributes(out, "", "Attributes", span.attributes())?;
    for (index, entry) in span.events().enumerate() {
        if index == 0 {
            writeln!(out, "Events:")?;
        }
        event(out, index, &entry)?;
    }
    for (index, entry) in span.links().enumerate() {
        if index == 0 {
            writeln!(out, "Links:")?;
        }
        link(out, index, &entry)?;
    }
    Ok(())
}

fn event(out: &mut String, index: usize, event: &Event<'_>) -> fmt::Result {
    writeln!(out, "SpanEvent #{index}")?;
    writeln!(out, "     -> Name: {}", event.name())?;
    writeln!(out, "     -> Timestamp: {}", Time(event.time_unix_nano()))?;
    writeln!(out, "     -> DroppedAttributesCount: {}", event.dropped_attributes_count())?;
    // The Collector, too, has two colons here.
    attributes(out, "     ", "Attributes:", event.attributes())
}

fn link(out: &mut String, index: usize, link: &Link<'_>) -> fmt::Result {
    writeln!(out, "SpanLink #{index}")?;
    writeln!(out, "     -> Trace ID: {}", hex::encode(link.trace_id()))?;
    writeln!(out, "     -> ID: {}", hex::encode(link.span_id()))?;
    writeln!(out, "     -> TraceState: {}", link.trace_state())?;
    writeln!(out, "     -> DroppedAttributesCount: {}", link.dropped_attributes_count())?;
    attributes(out, "     ", "Attributes:", link.attributes())
}
