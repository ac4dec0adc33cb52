//! Span names, which only the sanitizers change.

use sluice_pdata::view::{Span, Value};

use super::database;
use super::keys::Verdict;
use super::rules::{Decision, Rules};
use super::scratch::Scratch;

const INTERNAL: i32 = 1;
const SERVER: i32 = 2;
const CLIENT: i32 = 3;

/// A span with one of these is one of HTTP. Source: the Collector's `internal/url/spanname.go`.
const HTTP_ATTRIBUTES: [&[u8]; 9] = [
    b"http.route",
    b"http.request.method",
    b"http.request.method_original",
    b"http.response.status_code",
    b"url.full",
    b"http.scheme",
    b"http.target",
    b"http.method",
    b"http.url",
];

/// The name that a span is given, if it is another one; `system` is the database as the attributes say it.
pub(super) fn sanitized(rules: &Rules, span: &Span<'_>, system: &str, scratch: &mut Scratch) -> Option<String> {
    let urls = rules.urls.as_ref().filter(|urls| urls.span_names());
    let database = rules.database.as_ref().filter(|database| database.span_names());
    if urls.is_none() && database.is_none() {
        return None;
    }
    let name = span.name();
    if rules.allows(name, scratch) {
        return None;
    }
    if let Some(urls) = urls
        && matches!(span.kind(), CLIENT | SERVER)
        && (name.contains('/') || has_http_attributes(rules, span, scratch))
    {
        let sanitized = urls.sanitize(name);
        if sanitized != name && !is_nothing_but_stars(&sanitized) {
            return usable(sanitized);
        }
    }
    let database = database.filter(|_| matches!(span.kind(), CLIENT | SERVER | INTERNAL))?;
    let system = redacted_system(rules, span, system, scratch);
    database.span_name(name, &system).filter(|sanitized| sanitized != name).and_then(usable)
}

fn usable(name: String) -> Option<String> {
    Some(name).filter(|name| !name.is_empty() && name != "...")
}

/// Whether one of the attributes that stay tells of HTTP.
fn has_http_attributes(rules: &Rules, span: &Span<'_>, scratch: &mut Scratch) -> bool {
    let mut keys = span.attributes().map(|attribute| attribute.key_bytes()).filter(|key| HTTP_ATTRIBUTES.contains(key));
    keys.any(|key| rules.keys.verdict(key, &mut scratch.seen) != Verdict::Removed)
}

/// The database as the attributes say it after they were redacted.
fn redacted_system(rules: &Rules, span: &Span<'_>, system: &str, scratch: &mut Scratch) -> String {
    for key in database::SYSTEM {
        if rules.keys.verdict(key, &mut scratch.seen) == Verdict::Removed {
            continue;
        }
        let Some(attribute) = span.attributes().find(|attribute| attribute.key_bytes() == key) else { continue };
        let text = match (rules.attribute(&attribute, system, scratch), attribute.value()) {
            (Decision::Masked(text), _) => text,
            (_, Some(Value::String(text))) => text.to_owned(),
            _ => continue,
        };
        if !text.is_empty() {
            return text.to_lowercase();
        }
    }
    String::new()
}

/// Whether all that is left of a path are the stars in the place of its words.
fn is_nothing_but_stars(path: &str) -> bool {
    path.contains('*') && path.split('/').all(|segment| segment.is_empty() || segment == "*")
}
