//! The kinds of telemetry.

use std::fmt;

/// A kind of telemetry, named as in a pipeline id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Signal {
    /// Spans.
    Traces,
    /// Metrics and their data points.
    Metrics,
    /// Log records.
    Logs,
    /// Profiles (development status in OTLP; passed through unread).
    Profiles,
}

impl Signal {
    /// Every signal, in the order in which the specification lists them.
    pub const ALL: [Self; 4] = [Self::Traces, Self::Metrics, Self::Logs, Self::Profiles];

    /// The word that names the signal in configuration: `traces`, `metrics`, `logs`, `profiles`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Traces => "traces",
            Self::Metrics => "metrics",
            Self::Logs => "logs",
            Self::Profiles => "profiles",
        }
    }

    /// What one item of the signal is called in metric names: `spans`, `metric_points`, `log_records`, `profile_samples`.
    pub const fn items(self) -> &'static str {
        match self {
            Self::Traces => "spans",
            Self::Metrics => "metric_points",
            Self::Logs => "log_records",
            Self::Profiles => "profile_samples",
        }
    }
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
