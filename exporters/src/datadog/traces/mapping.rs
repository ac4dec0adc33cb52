//! Writes a span as Datadog has it.
//!
//! Source: the Agent, `OtelSpanToDDSpan` of `pkg/trace/transform`, and what `pkg/trace/agent` does to its spans.

use sluice_pdata::view::{Event, Value as Any};

use super::attributes::{Attributes, Both, Value};
use super::facts::{Facts, trace_of};
use super::json;
use super::key::Key;
use super::proto::{self, tag};
use super::resource::{Library, Resource};
use super::span::Span;
use super::texts::{PeerKeys, Seen, Texts, Work, put_number};

/// A span, and what it belongs to.
#[derive(Clone, Copy)]
pub(super) struct Subject<'s, 'a> {
    pub(super) span: &'s Span<'a>,
    pub(super) attributes: &'s Attributes<'a>,
    pub(super) library: &'s Library<'a>,
    pub(super) resource: &'s Resource<'a>,
}

impl<'s, 'a> Subject<'s, 'a> {
    pub(super) fn both(self) -> Both<'s, 'a> {
        Both { span: self.attributes, resource: &self.resource.attributes }
    }
}

/// Room for one span at a time, used again and again.
#[derive(Default)]
pub(super) struct Desk<'a> {
    texts: Seen<'a>,
    numbers: Seen<'a>,
    /// The tags of the last span's peer, where statistics are kept apart by them.
    pub(super) peers: Vec<String>,
    json: String,
}

impl<'a> Desk<'a> {
    /// Appends a span to the spans of a chunk. The first says who decided that the chunk is kept.
    pub(super) fn write(
        &mut self,
        out: &mut Vec<u8>,
        subject: Subject<'_, 'a>,
        facts: &Facts<'_>,
        decision_maker: Option<&str>,
        peer_keys: Option<&PeerKeys>,
    ) {
        let message = proto::open(out, tag::CHUNK_SPANS);
        proto::put_text(out, tag::SPAN_SERVICE, &facts.service);
        proto::put_text(out, tag::SPAN_NAME, &facts.name);
        proto::put_text(out, tag::SPAN_RESOURCE, &facts.resource);
        proto::put_number(out, tag::SPAN_TRACE_ID, trace_of(subject.span));
        proto::put_number(out, tag::SPAN_ID, subject.span.id);
        proto::put_number(out, tag::SPAN_PARENT_ID, facts.parent);
        proto::put_number(out, tag::SPAN_START, facts.start as u64);
        proto::put_number(out, tag::SPAN_DURATION, facts.duration as u64);
        proto::put_number(out, tag::SPAN_ERROR, u64::from(facts.is_error));
        proto::put_text(out, tag::SPAN_TYPE, &facts.kind_of_work);
        self.texts.clear();
        self.numbers.clear();
        self.peers.clear();
        self.write_texts(out, subject, facts, decision_maker, peer_keys);
        self.write_numbers(out, subject.attributes, facts);
        proto::close(out, message);
    }

    /// Of a key that several say, the first that comes here counts.
    fn write_texts(
        &mut self,
        out: &mut Vec<u8>,
        subject: Subject<'_, 'a>,
        facts: &Facts<'_>,
        decision_maker: Option<&str>,
        peer_keys: Option<&PeerKeys>,
    ) {
        let Subject { span, library, resource, .. } = subject;
        let both = subject.both();
        let peers = peer_keys.map(|keys| (keys, &mut self.peers));
        let mut texts = Texts { out, seen: &mut self.texts, work: facts.work, peers };
        for attribute in library.attributes.iter() {
            let key = if attribute.key == Key::HttpRequestHeader { Key::Other } else { attribute.key };
            texts.put(key, attribute.name, &attribute.value.text());
        }
        put_ids(&mut texts, span, decision_maker);
        texts.put(Key::StatusCode, b"otel.status_code", span.status.name());
        put_unless_empty(&mut texts, Key::StatusDescription, b"otel.status_description", span.status.message);
        put_unless_empty(&mut texts, Key::TraceState, b"w3c.tracestate", span.trace_state);
        put_unless_empty(&mut texts, Key::LibraryName, b"otel.library.name", library.name);
        put_unless_empty(&mut texts, Key::LibraryVersion, b"otel.library.version", library.version);
        let exception = put_events(&mut texts, span, &mut self.json);
        if facts.work == Work::Sql {
            texts.put(Key::Other, b"sql.query", &facts.resource);
        }
        put_datadogs(&mut texts, both);
        texts.put(Key::SpanKind, b"span.kind", &facts.kind);
        put_attributes(&mut texts, subject.attributes, Emptiness::Filled);
        put_unified(&mut texts, both);
        if span.has_failed() {
            put_error(&mut texts, span, facts, exception);
        }
        put_resource(&mut texts, resource);
        if !resource.seen.has(Key::DbName, b"db.name") {
            let namespace = both.text_of_resource(&[Key::DbNamespace]);
            put_unless_empty(&mut texts, Key::DbName, b"db.name", &namespace);
        }
        put_attributes(&mut texts, subject.attributes, Emptiness::EmptyAndNotIn(&resource.seen));
    }

    fn write_numbers(&mut self, out: &mut Vec<u8>, attributes: &Attributes<'a>, facts: &Facts<'_>) {
        let mut put = |key, name: &'a [u8], number| put_number(out, &mut self.numbers, key, name, number);
        if facts.http_status != 0 {
            put(Key::HttpStatusCode, b"http.status_code", f64::from(facts.http_status));
        }
        if facts.is_top_level {
            put(Key::TopLevel, b"_top_level", 1.0);
        }
        if facts.is_measured {
            put(Key::Measured, b"_dd.measured", 1.0);
        }
        for attribute in attributes.iter() {
            let Some(number) = attribute.value.number() else {
                if attribute.key == Key::AnalyticsEvent
                    && let Some(is_event) = truth(&attribute.value.text())
                {
                    put(Key::AnalyticsEvent, b"_dd1.sr.eausr", f64::from(u8::from(is_event)));
                }
                continue;
            };
            if attribute.key.is_a_field() || attribute.name.is_empty() {
                continue;
            }
            let (key, name) = match attribute.key {
                Key::SamplingPriority => (Key::SamplingPriorityV1, b"_sampling_priority_v1".as_slice()),
                key => key.renamed().unwrap_or((key, attribute.name)),
            };
            put(key, name, number);
        }
    }
}

fn put_unless_empty<'a>(texts: &mut Texts<'_, 'a>, key: Key, name: &'a [u8], text: &str) {
    if !text.is_empty() {
        texts.put(key, name, text);
    }
}

/// The whole of the trace's id; on the first span of a chunk its high half too, as Datadog's tracers have it.
fn put_ids(texts: &mut Texts<'_, '_>, span: &Span<'_>, decision_maker: Option<&str>) {
    let id: [u8; 16] = span.trace_id.try_into().unwrap_or_default();
    let mut digits = [0; 32];
    // 16 bytes are 32 digits, so that it does not fail; the digits are ASCII.
    let _ = hex::encode_to_slice(id, &mut digits);
    let digits = std::str::from_utf8(&digits).unwrap_or_default();
    texts.put(Key::TraceId, b"otel.trace_id", digits);
    if let Some(decision_maker) = decision_maker {
        texts.put(Key::DecisionMaker, b"_dd.p.dm", decision_maker);
        if id[..8] != [0; 8] {
            texts.put(Key::TraceIdHigh, b"_dd.p.tid", &digits[..16]);
        }
    }
}

/// Writes events and links; the last exception among the events is looked at closer.
fn put_events<'a>(texts: &mut Texts<'_, '_>, span: &Span<'a>, json: &mut String) -> Option<Event<'a>> {
    let mut exception = None;
    if span.has_events {
        json.clear();
        json::events(json, span.view.events());
        texts.put(Key::Events, b"events", json);
        exception = span.view.events().filter(|event| event.name() == "exception").last();
    }
    if exception.is_some() {
        texts.put(Key::HasException, b"_dd.span_events.has_exception", "true");
    }
    if span.has_links {
        json.clear();
        json::links(json, span.view.links());
        texts.put(Key::SpanLinks, b"_dd.span_links", json);
    }
    exception
}

/// What attributes of Datadog's own names say; here the resource's go first.
fn put_datadogs(texts: &mut Texts<'_, '_>, both: Both<'_, '_>) {
    for (said, key, name) in [
        (Key::DatadogEnv, Key::Env, b"env".as_slice()),
        (Key::DatadogVersion, Key::Version, b"version"),
        (Key::DatadogHttpStatusCode, Key::HttpStatusCode, b"http.status_code"),
        (Key::DatadogErrorMessage, Key::ErrorMessage, b"error.msg"),
        (Key::DatadogErrorType, Key::ErrorType, b"error.type"),
        (Key::DatadogErrorStack, Key::ErrorStack, b"error.stack"),
    ] {
        put_unless_empty(texts, key, name, &both.text_of_resource(&[said]));
    }
}

/// Which of a span's texts are meant: empty ones come last, since anything else is better.
#[derive(Clone, Copy)]
enum Emptiness<'s, 'a> {
    Filled,
    EmptyAndNotIn(&'s Seen<'a>),
}

fn put_attributes<'a>(texts: &mut Texts<'_, 'a>, attributes: &Attributes<'a>, emptiness: Emptiness<'_, 'a>) {
    for attribute in attributes.iter() {
        let Value::Text(text) = &attribute.value else { continue };
        let (key, name) = attribute.key.renamed().unwrap_or((attribute.key, attribute.name));
        let is_meant = match emptiness {
            Emptiness::Filled => !text.is_empty(),
            Emptiness::EmptyAndNotIn(resource) => text.is_empty() && !resource.has(key, name),
        };
        if is_meant && !key.is_a_field() && key != Key::AnalyticsEvent && !name.is_empty() {
            texts.put(key, name, text);
        }
    }
}

/// Version and environment, under Datadog's names for them.
fn put_unified(texts: &mut Texts<'_, '_>, both: Both<'_, '_>) {
    put_unless_empty(texts, Key::Version, b"version", &both.tag(&[Key::ServiceVersion]));
    let environment = both.tag(&[Key::DeploymentEnvironmentName, Key::DeploymentEnvironment]);
    put_unless_empty(texts, Key::Env, b"env", &environment);
}

/// What went wrong: what the span's status says, else its status of HTTP, else its last exception. Type and stack are the
/// exception's, which the Agent leaves among the events.
fn put_error(texts: &mut Texts<'_, '_>, span: &Span<'_>, facts: &Facts<'_>, exception: Option<Event<'_>>) {
    put_unless_empty(texts, Key::ErrorMessage, b"error.msg", span.status.message);
    if facts.counted_http_status != 0 {
        let status =
            u16::try_from(facts.counted_http_status).ok().and_then(|status| http::StatusCode::from_u16(status).ok());
        let reason = status.and_then(|status| status.canonical_reason()).unwrap_or_default();
        let message = format!("{} {reason}", facts.counted_http_status);
        texts.put(Key::ErrorMessage, b"error.msg", message.trim_end());
    }
    for attribute in exception.iter().flat_map(|event| event.attributes()) {
        let (key, name) = match attribute.key_bytes() {
            b"exception.message" => (Key::ErrorMessage, b"error.msg".as_slice()),
            b"exception.type" => (Key::ErrorType, b"error.type".as_slice()),
            b"exception.stacktrace" => (Key::ErrorStack, b"error.stack".as_slice()),
            _ => continue,
        };
        let text = attribute.value().unwrap_or(Any::Empty);
        put_unless_empty(texts, key, name, &text.to_text());
    }
}

/// What the resource says and the span does not: nearly always all of it, in one piece.
fn put_resource<'a>(texts: &mut Texts<'_, 'a>, resource: &Resource<'a>) {
    if texts.seen.meets(&resource.seen) {
        for text in &resource.texts {
            texts.put(text.key, text.name, &text.text);
        }
        return;
    }
    texts.out.extend_from_slice(&resource.encoded);
    if let Some((_, peers)) = &mut texts.peers {
        peers.extend_from_slice(&resource.peers);
    }
}

/// As Go's `strconv.ParseBool` has it.
fn truth(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Some(true),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => Some(false),
        _ => None,
    }
}
