//! What a span's fields are, before it is written.
//!
//! Source: the Agent, `OtelSpanToDDSpanMinimal` of `pkg/trace/transform` and `normalize` of `pkg/trace/agent`.

use std::borrow::Cow;

use super::attributes::Both;
use super::key::Key;
use super::names::{self, Kind};
use super::quantize;
use super::resource::Library;
use super::rules::{Naming, Rules};
use super::span::Span;
use super::texts::Work;

/// Before it nothing was measured: 2000-01-01 in nanoseconds since 1970.
const YEAR_2000: i64 = 946_684_800_000_000_000;

/// A span in Datadog's words.
pub(crate) struct Facts<'s> {
    pub(crate) service: Cow<'s, str>,
    pub(crate) name: Cow<'s, str>,
    pub(crate) resource: Cow<'s, str>,
    pub(crate) kind_of_work: Cow<'s, str>,
    /// What the field `span.kind` says.
    pub(crate) kind: Cow<'s, str>,
    pub(crate) parent: u64,
    /// In nanoseconds since 1970.
    pub(crate) start: i64,
    /// In nanoseconds.
    pub(crate) duration: i64,
    pub(crate) is_error: bool,
    /// The status of HTTP, if it is said as a number; else zero.
    pub(crate) http_status: u32,
    /// The same, as text too.
    pub(crate) counted_http_status: u32,
    /// The status of gRPC, by its number; empty if there is none.
    pub(crate) grpc_status: String,
    /// Whether a service's work begins here.
    pub(crate) is_top_level: bool,
    /// Whether somebody asked for statistics of it.
    pub(crate) is_measured: bool,
    /// Whether it is a state of a span that has not ended.
    pub(crate) is_partial: bool,
    pub(crate) work: Work,
}

impl<'s> Facts<'s> {
    /// `has_other_parent` says whether its parent is of another service or unknown.
    pub(super) fn of<'a>(
        rules: &'s Rules,
        span: &Span<'s>,
        both: Both<'s, 'a>,
        library: &Library<'a>,
        has_other_parent: bool,
        now: i64,
    ) -> Self {
        let kind_of_work = names::kind_of_work(both, span.kind);
        let work = Work::of(&kind_of_work);
        let name = names::operation(&rules.naming, both, span.kind, span.name, library.name);
        let (start, duration) = times(span.start, span.end, now);
        let parent = if span.parent == span.id && span.parent == trace_of(span) { 0 } else { span.parent };
        let kind = match both.tag(&[Key::DatadogSpanKind]) {
            said if said.is_empty() => Cow::Borrowed(span.kind.name()),
            said => said,
        };
        let is_set = |key, value: f64| both.span.get(key).and_then(|value| value.number()) == Some(value);
        let is_top_level = if rules.top_level_by_kind {
            span.parent == 0 || matches!(span.kind, Kind::Server | Kind::Consumer)
        } else {
            parent == 0 || has_other_parent
        };
        let is_called = rules.top_level_by_kind && matches!(span.kind, Kind::Client | Kind::Producer);
        Self {
            service: names::service(both),
            resource: resource(&rules.naming, both, span, work, &name),
            name,
            kind_of_work,
            kind,
            parent,
            start,
            duration,
            is_error: is_error(span, both),
            http_status: http_status(both),
            counted_http_status: counted_http_status(both),
            grpc_status: grpc_status(both),
            is_top_level: is_top_level || is_set(Key::TopLevel, 1.0) || is_set(Key::TracerTopLevel, 1.0),
            is_measured: is_called || both.text(&[Key::Measured]) == "1",
            is_partial: both.span.get(Key::PartialVersion).and_then(|value| value.number()).is_some_and(|v| v >= 0.0),
            work,
        }
    }

    /// Whether it is to be counted: it is where a service's work begins, somebody asked for it, or its kind has statistics.
    pub(super) fn has_statistics(&self, rules: &Rules) -> bool {
        let by_kind = || matches!(self.kind.as_ref(), "server" | "client" | "producer" | "consumer");
        let is_eligible = self.is_top_level || self.is_measured || rules.statistics_by_kind && by_kind();
        is_eligible && !self.is_partial
    }

    /// When it ended, in nanoseconds since 1970.
    pub(crate) fn end(&self) -> i64 {
        self.start.saturating_add(self.duration)
    }
}

/// The low half of a trace's id, which is Datadog's.
pub(super) fn trace_of(span: &Span<'_>) -> u64 {
    span.trace_id.last_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes))
}

/// The resource, with what is a value of somebody's taken out of statements.
fn resource<'s>(naming: &Naming, both: Both<'s, '_>, span: &Span<'s>, work: Work, name: &Cow<'s, str>) -> Cow<'s, str> {
    let resource = match names::resource(naming, both, span.kind, span.name) {
        resource if resource.is_empty() => name.clone(),
        resource => resource,
    };
    let quantized = match work {
        Work::Sql => quantize::sql(&resource),
        Work::Redis => quantize::redis(&resource),
        Work::Web | Work::Other => return resource,
    };
    let quantized = quantized.into_owned();
    if quantized == resource { resource } else { Cow::Owned(quantized) }
}

/// When it began, and how long it took.
///
/// A span that ends before it begins, or lasts beyond what 64 bits can say, has no duration. One without a beginning is a
/// moment at its end; one that begins in the last century has just ended.
fn times(start: u64, end: u64, now: i64) -> (i64, i64) {
    let (start, end) = (start as i64, end as i64);
    let duration = match end.wrapping_sub(start) {
        duration if duration < 0 || duration > i64::MAX.wrapping_sub(start) => 0,
        duration => duration,
    };
    if start >= YEAR_2000 {
        return (start, duration);
    }
    if start == 0 {
        return (if end >= YEAR_2000 { end } else { now }, 0);
    }
    let before = now.saturating_sub(duration);
    (if before < 0 { now } else { before }, duration)
}

/// What Datadog's own attribute says counts only where the error is described by them, too.
fn is_error(span: &Span<'_>, both: Both<'_, '_>) -> bool {
    let describes = |datadogs, plain| {
        both.get(&[datadogs]).is_some_and(|value| !value.text().is_empty()) || both.span.get(plain).is_some()
    };
    let is_described = describes(Key::DatadogErrorMessage, Key::ErrorMessage)
        && describes(Key::DatadogErrorType, Key::ErrorType)
        && describes(Key::DatadogErrorStack, Key::ErrorStack);
    match both.span.get(Key::DatadogError) {
        Some(value) if is_described => value.int() != 0,
        _ => span.has_failed(),
    }
}

const STATUS_CODES: [Key; 2] = [Key::HttpStatusCode, Key::HttpResponseStatusCode];

fn http_status(both: Both<'_, '_>) -> u32 {
    let number = match both.get(&[Key::DatadogHttpStatusCode]) {
        Some(value) => value.int(),
        None => both.get(&STATUS_CODES).map_or(0, |value| value.int()),
    };
    number as u32
}

/// Source: the Agent, `getStatusCode` of `pkg/trace/stats`.
fn counted_http_status(both: Both<'_, '_>) -> u32 {
    match http_status(both) {
        0 => {}
        status => return status,
    }
    let of_span = STATUS_CODES.iter().find_map(|key| both.span.get(*key)?.number());
    if let Some(number) = of_span {
        return number as u32;
    }
    let datadogs = both.text_of_resource(&[Key::DatadogHttpStatusCode]);
    let text = if datadogs.is_empty() { both.text(&STATUS_CODES) } else { datadogs };
    text.parse().ok().filter(|status| (100..600).contains(status)).unwrap_or(0)
}

/// Source: the Agent, `getGRPCStatusCode` of `pkg/trace/stats`; the names of `google.rpc.Code`.
fn grpc_status(both: Both<'_, '_>) -> String {
    const KEYS: [Key; 4] = [Key::RpcGrpcStatusCode, Key::GrpcCode, Key::RpcGrpcStatusDotCode, Key::GrpcStatusCode];
    let said = KEYS.iter().find_map(|key| both.span.get(*key).or_else(|| both.resource.get(*key)));
    let Some(said) = said else { return String::new() };
    if let Some(number) = said.number() {
        return (number as u64).to_string();
    }
    let text = said.text();
    if let Ok(number) = text.parse::<u32>() {
        return number.to_string();
    }
    let name = text.strip_prefix("StatusCode.").unwrap_or(&text).to_ascii_uppercase().replace('_', "");
    const NAMES: [&str; 17] = [
        "OK",
        "CANCELLED",
        "UNKNOWN",
        "INVALIDARGUMENT",
        "DEADLINEEXCEEDED",
        "NOTFOUND",
        "ALREADYEXISTS",
        "PERMISSIONDENIED",
        "RESOURCEEXHAUSTED",
        "FAILEDPRECONDITION",
        "ABORTED",
        "OUTOFRANGE",
        "UNIMPLEMENTED",
        "INTERNAL",
        "UNAVAILABLE",
        "DATALOSS",
        "UNAUTHENTICATED",
    ];
    let name = if name == "CANCELED" { "CANCELLED" } else { &name };
    NAMES.iter().position(|known| *known == name).map_or(String::new(), |number| number.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_times_do_not_make_odd_spans() {
        const NOW: i64 = 1_787_306_400_000_000_000;
        let now = NOW as u64;

        for (what, start, end, expected) in [
            ("plain", now - 5, now, (NOW - 5, 5)),
            ("ends before it begins", now, now - 5, (NOW, 0)),
            ("neither", 0, 0, (NOW, 0)),
            ("no beginning", 0, now - 5, (NOW - 5, 0)),
            ("no end", now, 0, (NOW, 0)),
            ("milliseconds", 1_787_306_400_000, 1_787_306_400_007, (NOW - 7, 7)),
            ("far future", i64::MAX as u64 - 1, i64::MAX as u64, (i64::MAX - 1, 1)),
            ("beyond 63 bits", u64::MAX - 7, u64::MAX, (NOW, 0)),
            ("all of them", 1, u64::MAX, (NOW, 0)),
        ] {
            assert_eq!(times(start, end, NOW), expected, "{what}");
        }
    }
}
