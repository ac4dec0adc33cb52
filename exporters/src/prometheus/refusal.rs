//! Why a data point is not shown.

use sluice_component::{Accepted, Reason};

/// Why a data point was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub(super) enum Refusal {
    TooManySeries,
    OtherType,
    NoName,
    NoValue,
    Temporality,
    OutOfOrder,
    Inexpressible,
}

impl Refusal {
    const ALL: [Self; 7] = [
        Self::TooManySeries,
        Self::OtherType,
        Self::NoName,
        Self::NoValue,
        Self::Temporality,
        Self::OutOfOrder,
        Self::Inexpressible,
    ];

    fn reason(self) -> Reason {
        match self {
            Self::TooManySeries => Reason::TooMany,
            Self::OutOfOrder => Reason::Rejected,
            Self::OtherType | Self::NoName | Self::NoValue | Self::Temporality | Self::Inexpressible => {
                Reason::Inexpressible
            }
        }
    }

    fn text(self) -> &'static str {
        match self {
            Self::TooManySeries => "there are as many series as max_series allows",
            Self::OtherType => "the metric has another type than the one that is shown under its name",
            Self::NoName => "its name or that of an attribute has no character that Prometheus knows",
            Self::NoValue => "it has no value",
            Self::Temporality => "its temporality is unknown, or delta of a sum that may fall",
            Self::OutOfOrder => "a delta begins before the end of what was taken already",
            Self::Inexpressible => "its buckets cannot be those of a native histogram",
        }
    }
}

/// How many data points of a batch were refused, and why.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Tally([usize; Refusal::ALL.len()]);

impl Tally {
    pub(super) fn add(&mut self, refusal: Refusal, points: usize) {
        self.0[refusal as usize] += points;
    }

    /// By reason, those that there are.
    pub(super) fn by_reason(&self) -> impl Iterator<Item = (Reason, usize)> {
        let counted = Refusal::ALL.into_iter().zip(self.0);
        counted.filter(|(_, points)| *points > 0).map(|(refusal, points)| (refusal.reason(), points))
    }

    /// What the sender is told.
    pub(super) fn accepted(&self) -> Accepted {
        let rejected = self.0.iter().sum::<usize>() as u64;
        let counted = Refusal::ALL.into_iter().zip(self.0).filter(|(_, points)| *points > 0);
        let texts: Vec<_> =
            counted.map(|(refusal, points)| format!("{points} data points: {}", refusal.text())).collect();
        match rejected {
            0 => Accepted::ALL,
            rejected => Accepted { rejected, message: Some(texts.join("; ").into()) },
        }
    }
}
