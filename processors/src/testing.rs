//! What the tests of several processors use.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use bytes::Bytes;
use sluice_component::config::{Location, Node, Report, Section, Value};
use sluice_component::factory::{Program, Settings};
use sluice_component::{Accepted, BoxFuture, ConsumeError, Consumer, Context, StatusReporter};
use sluice_pdata::{Batch, Signal};

/// Takes everything and remembers it.
#[derive(Default)]
pub(crate) struct Sink(Mutex<Vec<(Batch, Context)>>);

impl Sink {
    /// What was taken, in order.
    pub(crate) fn taken(&self) -> Vec<(Batch, Context)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How many items were taken.
    pub(crate) fn items(&self) -> usize {
        self.taken().iter().map(|(batch, _)| batch.items()).sum()
    }
}

impl Consumer for Sink {
    fn consume(&self, batch: Batch, context: Context) -> BoxFuture<'_, Result<Accepted, ConsumeError>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((batch, context));
        Box::pin(std::future::ready(Ok(Accepted::ALL)))
    }

    fn flush(&self, _deadline: Instant) -> BoxFuture<'_, usize> {
        Box::pin(std::future::ready(0))
    }
}

/// A batch whose content does not matter.
pub(crate) fn batch(signal: Signal, items: usize) -> Batch {
    Batch::trusted(signal, Bytes::new(), items)
}

/// The settings of a component of this id.
pub(crate) fn settings(id: &str) -> Settings {
    Settings {
        id: id.parse().unwrap(),
        program: Program { name: "sluice", description: "Sluice", version: "0.0.0" },
        status: StatusReporter::default(),
        extensions: Default::default(),
    }
}

/// Reads the configuration that stands at `path`.
pub(crate) fn configure<T>(
    path: &str,
    keys: &[(&str, Value)],
    report: &Report,
    read: impl Fn(&mut Section<'_>) -> T,
) -> T {
    let entry = |(key, value): &(&str, Value)| ((Arc::from(*key), Location::default()), Node::new(value.clone()));
    let node = Node::new(Value::Map(keys.iter().map(entry).collect()));
    Section::read(&node, path, report, |section| read(section)).0
}
