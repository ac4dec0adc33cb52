//! Where a text can stand.

/// A message of OTLP that has texts or attributes, or holds such messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    /// The request and its entries by resource and by scope.
    Container,
    Resource,
    EntityRef,
    Scope,
    Span,
    SpanEvent,
    SpanLink,
    Status,
    Metric,
    DataPoint,
    Exemplar,
    LogRecord,
    /// What this version knows nothing about.
    Other,
}

impl Level {
    /// The message in a field of this one.
    pub(super) fn enter(self, field: &str) -> Self {
        match (self, field) {
            (Self::Container, "resource") => Self::Resource,
            (Self::Container, "scope") => Self::Scope,
            (Self::Container, "spans") => Self::Span,
            (Self::Container, "metrics") => Self::Metric,
            (Self::Container, "log_records") => Self::LogRecord,
            (Self::Container, _) => Self::Container,
            (Self::Resource, "entity_refs") => Self::EntityRef,
            (Self::Span, "events") => Self::SpanEvent,
            (Self::Span, "links") => Self::SpanLink,
            (Self::Span, "status") => Self::Status,
            (Self::Metric, "data_points") => Self::DataPoint,
            (Self::Metric, _) => Self::Metric,
            (Self::DataPoint, "exemplars") => Self::Exemplar,
            _ => Self::Other,
        }
    }

    /// Whether it is an item, which can be dropped.
    pub(super) fn is_record(self) -> bool {
        matches!(self, Self::Span | Self::DataPoint | Self::LogRecord)
    }

    /// Where its attributes are.
    pub(super) fn attributes(self) -> Place {
        match self {
            Self::Resource => Place::ResourceAttribute,
            Self::Scope => Place::ScopeAttribute,
            Self::Span => Place::SpanAttribute,
            Self::SpanEvent => Place::SpanEventAttribute,
            Self::SpanLink => Place::SpanLinkAttribute,
            Self::Metric => Place::MetricMetadata,
            Self::DataPoint => Place::DataPointAttribute,
            Self::Exemplar => Place::ExemplarAttribute,
            Self::LogRecord => Place::LogAttribute,
            Self::Container | Self::EntityRef | Self::Status | Self::Other => Place::Other,
        }
    }

    /// Where a field of text or a value is.
    pub(super) fn field(self, name: &str) -> Place {
        match (self, name) {
            (Self::Container, "schema_url") => Place::SchemaUrl,
            (Self::EntityRef, _) => Place::EntityRef,
            (Self::Scope, "name") => Place::ScopeName,
            (Self::Scope, "version") => Place::ScopeVersion,
            (Self::Span, "name") => Place::SpanName,
            (Self::Span | Self::SpanLink, "trace_state") => Place::TraceState,
            (Self::SpanEvent, "name") => Place::SpanEventName,
            (Self::Status, "message") => Place::StatusMessage,
            (Self::Metric, "name") => Place::MetricName,
            (Self::Metric, "description") => Place::MetricDescription,
            (Self::Metric, "unit") => Place::MetricUnit,
            (Self::LogRecord, "body") => Place::Body,
            (Self::LogRecord, "severity_text") => Place::SeverityText,
            (Self::LogRecord, "event_name") => Place::LogEventName,
            _ => Place::Other,
        }
    }
}

/// Where a text can stand, as it is counted and shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Place {
    ResourceAttribute,
    EntityRef,
    SchemaUrl,
    ScopeName,
    ScopeVersion,
    ScopeAttribute,
    SpanName,
    SpanAttribute,
    TraceState,
    StatusMessage,
    SpanEventName,
    SpanEventAttribute,
    SpanLinkAttribute,
    MetricName,
    MetricDescription,
    MetricUnit,
    MetricMetadata,
    DataPointAttribute,
    ExemplarAttribute,
    Body,
    LogAttribute,
    SeverityText,
    LogEventName,
    Other,
}

impl Place {
    pub(super) const ALL: [Self; 24] = [
        Self::ResourceAttribute,
        Self::EntityRef,
        Self::SchemaUrl,
        Self::ScopeName,
        Self::ScopeVersion,
        Self::ScopeAttribute,
        Self::SpanName,
        Self::SpanAttribute,
        Self::TraceState,
        Self::StatusMessage,
        Self::SpanEventName,
        Self::SpanEventAttribute,
        Self::SpanLinkAttribute,
        Self::MetricName,
        Self::MetricDescription,
        Self::MetricUnit,
        Self::MetricMetadata,
        Self::DataPointAttribute,
        Self::ExemplarAttribute,
        Self::Body,
        Self::LogAttribute,
        Self::SeverityText,
        Self::LogEventName,
        Self::Other,
    ];

    /// Its name in metrics and `explain`.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::ResourceAttribute => "resource.attribute",
            Self::EntityRef => "resource.entity_ref",
            Self::SchemaUrl => "schema_url",
            Self::ScopeName => "scope.name",
            Self::ScopeVersion => "scope.version",
            Self::ScopeAttribute => "scope.attribute",
            Self::SpanName => "span.name",
            Self::SpanAttribute => "span.attribute",
            Self::TraceState => "trace_state",
            Self::StatusMessage => "span.status",
            Self::SpanEventName => "span_event.name",
            Self::SpanEventAttribute => "span_event.attribute",
            Self::SpanLinkAttribute => "span_link.attribute",
            Self::MetricName => "metric.name",
            Self::MetricDescription => "metric.description",
            Self::MetricUnit => "metric.unit",
            Self::MetricMetadata => "metric.metadata",
            Self::DataPointAttribute => "data_point.attribute",
            Self::ExemplarAttribute => "exemplar.attribute",
            Self::Body => "log.body",
            Self::LogAttribute => "log.attribute",
            Self::SeverityText => "log.severity_text",
            Self::LogEventName => "log.event_name",
            Self::Other => "other",
        }
    }

    /// The key that stands for a field without one, for detectors and for the globs of the settings.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::StatusMessage => "status.message",
            Self::Body => "body",
            other => other.name(),
        }
    }

    /// Whether it names things, of which there are few.
    pub(super) fn is_name(self) -> bool {
        matches!(
            self,
            Self::EntityRef
                | Self::SchemaUrl
                | Self::ScopeName
                | Self::ScopeVersion
                | Self::SpanName
                | Self::SpanEventName
                | Self::MetricName
                | Self::MetricDescription
                | Self::MetricUnit
                | Self::SeverityText
                | Self::LogEventName
        )
    }
}
