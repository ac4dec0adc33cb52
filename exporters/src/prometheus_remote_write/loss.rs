//! Data points that remote write has no words for.

use sluice_component::Reason;

/// Why a data point is not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// It is no sum so far, but what was added since the last report; or it is not said which of the two.
    Delta,
    /// Nothing is left of the metric's name.
    MetricName,
    /// Nothing is left of the name of a label.
    LabelName,
    /// It has no time.
    Time,
    /// It has no value, and does not say that none was recorded.
    Value,
    /// There is no such native histogram, or none that a receiver takes.
    Histogram,
    /// Another data point of the same series and time came after it.
    Duplicate,
    /// The batch would become too large a number of bytes.
    TooLarge,
}

impl Cause {
    /// Every cause.
    pub const ALL: [Self; 8] = [
        Self::Delta,
        Self::MetricName,
        Self::LabelName,
        Self::Time,
        Self::Value,
        Self::Histogram,
        Self::Duplicate,
        Self::TooLarge,
    ];

    /// In words, for a log line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Delta => "not cumulative",
            Self::MetricName => "a metric without a name",
            Self::LabelName => "an attribute without a name",
            Self::Time => "no time",
            Self::Value => "no value",
            Self::Histogram => "no native histogram",
            Self::Duplicate => "the same series and time",
            Self::TooLarge => "a batch that becomes too large",
        }
    }

    /// Under what it is counted.
    pub const fn reason(self) -> Reason {
        match self {
            Self::TooLarge => Reason::TooLarge,
            _ => Reason::Inexpressible,
        }
    }
}

/// How many data points are not sent, by cause.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Losses([usize; Cause::ALL.len()]);

impl Losses {
    /// Counts data points.
    pub fn add(&mut self, cause: Cause, points: usize) {
        self.0[cause as usize] += points;
    }

    /// Every cause that there was, with its number of data points.
    pub fn iter(&self) -> impl Iterator<Item = (Cause, usize)> {
        Cause::ALL.into_iter().zip(self.0).filter(|(_, points)| *points > 0)
    }

    /// All of them.
    pub fn total(&self) -> usize {
        self.0.iter().sum()
    }
}
