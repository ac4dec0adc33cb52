//! Telemetry as the Collector's `debug` exporter prints it.
//!
//! Source: seen with the running Collector; `testdata/` holds its output.

mod detailed;
mod names;
mod normal;
mod number;
mod value;

use std::fmt;

use sluice_pdata::{Batch, Signal};

use super::config::Verbosity;

/// What a batch holds, in numbers: the line that is printed for every batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Summary {
    Traces { resources: usize, spans: usize },
    Metrics { resources: usize, metrics: usize, points: usize },
    Logs { resources: usize, records: usize },
    Profiles { resources: usize, samples: usize },
}

impl Summary {
    pub(super) fn of(batch: &Batch) -> Self {
        let (resources, items) = (batch.resource_entries(), batch.items());
        match batch.signal() {
            Signal::Traces => Self::Traces { resources, spans: items },
            Signal::Metrics => {
                let scopes = batch.resource_metrics().flat_map(|resource| resource.scopes());
                Self::Metrics { resources, metrics: scopes.map(|scope| scope.metrics().count()).sum(), points: items }
            }
            Signal::Logs => Self::Logs { resources, records: items },
            Signal::Profiles => Self::Profiles { resources, samples: items },
        }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Traces { resources, spans } => {
                write!(f, "Traces\t{{\"resource spans\": {resources}, \"spans\": {spans}}}")
            }
            Self::Metrics { resources, metrics, points } => write!(
                f,
                "Metrics\t{{\"resource metrics\": {resources}, \"metrics\": {metrics}, \"data points\": {points}}}"
            ),
            Self::Logs { resources, records } => {
                write!(f, "Logs\t{{\"resource logs\": {resources}, \"log records\": {records}}}")
            }
            Self::Profiles { resources, samples } => {
                write!(f, "Profiles\t{{\"resource profiles\": {resources}, \"sample records\": {samples}}}")
            }
        }
    }
}

/// The content of a batch, if the verbosity asks for it. Profiles are not read, so that they have none.
pub(super) fn content(batch: &Batch, verbosity: Verbosity) -> Option<String> {
    let mut text = String::new();
    let written = match (verbosity, batch.signal()) {
        (Verbosity::Basic, _) | (_, Signal::Profiles) => return None,
        (Verbosity::Normal, Signal::Traces) => normal::traces(&mut text, batch),
        (Verbosity::Normal, Signal::Metrics) => normal::metrics(&mut text, batch),
        (Verbosity::Normal, Signal::Logs) => normal::logs(&mut text, batch),
        (Verbosity::Detailed, Signal::Traces) => detailed::traces(&mut text, batch),
        (Verbosity::Detailed, Signal::Metrics) => detailed::metrics(&mut text, batch),
        (Verbosity::Detailed, Signal::Logs) => detailed::logs(&mut text, batch),
    };
    written.expect("writing to a string does not fail");
    Some(text)
}
