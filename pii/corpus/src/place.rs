//! The places in telemetry where a string can stand.

/// A kind of telemetry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Signal {
    /// Spans.
    Traces,
    /// Log records.
    Logs,
    /// Data points.
    Metrics,
}

macro_rules! places {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $signal:ident, $shape:ident;)*) => {
        /// A place where a string, or a number, can stand.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Place {
            $($(#[$doc])* $variant,)*
        }

        impl Place {
            /// All of them, in the order of tables.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// Its name in tables and label files.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// The signal that has it.
            pub fn signal(self) -> Signal {
                match self {
                    $(Self::$variant => Signal::$signal,)*
                }
            }

            /// What can stand there.
            pub(crate) fn shape(self) -> Shape {
                match self {
                    $(Self::$variant => Shape::$shape,)*
                }
            }
        }
    };
}

/// What can stand in a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Any text, under a key.
    Keyed,
    /// Any text.
    Text,
    /// A short text of one line.
    Name,
    /// One entry of a W3C trace state.
    TraceState,
    /// A whole number, under a key.
    Integer,
}

places! {
    /// An attribute of the resource of spans.
    TraceResource = "resource attribute (traces)", Traces, Keyed;
    /// An attribute of a scope.
    ScopeAttribute = "scope attribute", Traces, Keyed;
    /// The name of a scope.
    ScopeName = "scope name", Traces, Name;
    /// The name of a span.
    SpanName = "span name", Traces, Name;
    /// An attribute of a span.
    SpanAttribute = "span attribute", Traces, Keyed;
    /// An element of an array that is an attribute of a span.
    SpanArray = "array in span attribute", Traces, Keyed;
    /// An entry of a map that is an attribute of a span.
    SpanMap = "map in span attribute", Traces, Keyed;
    /// An integer attribute of a span.
    SpanInteger = "integer span attribute", Traces, Integer;
    /// The trace state of a span.
    TraceState = "trace_state", Traces, TraceState;
    /// The message of a span's status.
    StatusMessage = "status message", Traces, Text;
    /// The name of a span event.
    EventName = "event name", Traces, Name;
    /// An attribute of a span event.
    EventAttribute = "event attribute", Traces, Keyed;
    /// An attribute of a link.
    LinkAttribute = "link attribute", Traces, Keyed;
    /// The trace state of a link.
    LinkTraceState = "link trace_state", Traces, TraceState;
    /// An attribute of the resource of logs.
    LogResource = "resource attribute (logs)", Logs, Keyed;
    /// A body that is text.
    LogBody = "log body", Logs, Text;
    /// An entry of a body that is a map.
    LogBodyMap = "map in log body", Logs, Keyed;
    /// An element of an array in a map that is a body.
    LogBodyArray = "array in map in log body", Logs, Keyed;
    /// An attribute of a log record.
    LogAttribute = "log attribute", Logs, Keyed;
    /// An entry of a map within a map that is an attribute of a log record.
    LogMap = "map in map in log attribute", Logs, Keyed;
    /// An integer attribute of a log record.
    LogInteger = "integer log attribute", Logs, Integer;
    /// An attribute of the resource of metrics.
    MetricResource = "resource attribute (metrics)", Metrics, Keyed;
    /// The description of a metric.
    MetricDescription = "metric description", Metrics, Text;
    /// An attribute of a data point.
    PointAttribute = "data point attribute", Metrics, Keyed;
    /// An integer attribute of a data point.
    PointInteger = "integer data point attribute", Metrics, Integer;
    /// An attribute of an exemplar.
    ExemplarAttribute = "exemplar attribute", Metrics, Keyed;
}
