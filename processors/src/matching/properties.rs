//! The properties of a record to match: all that are given, must.

use sluice_pdata::view::{LogRecord, Metric, Resource, Scope, Span};

use super::attributes::{Attribute, match_all};
use super::texts::Texts;

/// What the service of a resource without a name is compared as.
const NO_SERVICE: &str = "<nil-service-name>";

/// The properties, compiled. What is not given matches everything.
pub(super) struct Properties {
    pub(super) services: Option<Texts>,
    pub(super) span_names: Option<Texts>,
    pub(super) span_kinds: Option<Texts>,
    pub(super) log_bodies: Option<Texts>,
    pub(super) log_severity_texts: Option<Texts>,
    pub(super) log_severity_number: Option<Severity>,
    pub(super) metric_names: Option<Texts>,
    pub(super) attributes: Vec<Attribute>,
    pub(super) resources: Vec<Attribute>,
    pub(super) libraries: Vec<Library>,
}

/// The severities that match.
pub(super) struct Severity {
    /// The lowest.
    pub(super) min: i32,
    /// Whether a record without severity matches.
    pub(super) match_undefined: bool,
}

/// An instrumentation scope.
pub(super) struct Library {
    pub(super) name: Option<Texts>,
    /// Any version, if none is given.
    pub(super) version: Option<Texts>,
}

impl Properties {
    pub(super) fn match_resource(&self, resource: &Resource<'_>) -> bool {
        let is_service = |services: &Texts| {
            let name = resource.attributes().find(|attribute| attribute.key_bytes() == b"service.name");
            match name {
                None => services.match_any(NO_SERVICE),
                Some(name) => services.match_any(&name.value().map(|value| value.to_text()).unwrap_or_default()),
            }
        };
        self.services.as_ref().is_none_or(is_service) && match_all(&self.resources, &resource.attributes())
    }

    pub(super) fn match_scope(&self, scope: &Scope<'_>) -> bool {
        self.libraries.iter().all(|library| {
            let is = |texts: &Option<Texts>, text| texts.as_ref().is_none_or(|texts| texts.match_any(text));
            is(&library.name, scope.name()) && is(&library.version, scope.version())
        })
    }

    pub(super) fn match_span(&self, span: &Span<'_>) -> bool {
        self.span_names.as_ref().is_none_or(|names| names.match_any(span.name()))
            && self.span_kinds.as_ref().is_none_or(|kinds| kinds.match_any(kind(span.kind())))
            && match_all(&self.attributes, &span.attributes())
    }

    pub(super) fn match_log_record(&self, record: &LogRecord<'_>) -> bool {
        let has_body = |bodies: &Texts| bodies.match_any(&record.body().map(|body| body.to_text()).unwrap_or_default());
        self.log_bodies.as_ref().is_none_or(has_body)
            && self.log_severity_texts.as_ref().is_none_or(|texts| texts.match_any(record.severity_text()))
            && self.log_severity_number.as_ref().is_none_or(|severity| severity.matches(record.severity_number()))
            && match_all(&self.attributes, &record.attributes())
    }

    pub(super) fn match_metric(&self, metric: &Metric<'_>) -> bool {
        self.metric_names.as_ref().is_none_or(|names| names.match_any(metric.name()))
    }
}

impl Severity {
    fn matches(&self, number: i32) -> bool {
        if number == 0 { self.match_undefined } else { number >= self.min }
    }
}

/// The kinds of spans that `match_type: strict` knows.
pub(super) const SPAN_KINDS: [&str; 5] =
    ["SPAN_KIND_INTERNAL", "SPAN_KIND_SERVER", "SPAN_KIND_CLIENT", "SPAN_KIND_PRODUCER", "SPAN_KIND_CONSUMER"];

fn kind(number: i32) -> &'static str {
    match number {
        0 => "SPAN_KIND_UNSPECIFIED",
        1..=5 => SPAN_KINDS[number as usize - 1],
        _ => "",
    }
}
