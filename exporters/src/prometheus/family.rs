//! What series of one name have in common.

use std::collections::HashMap;
use std::sync::Arc;

/// What is shown of a metric but its series.
#[derive(Debug)]
pub(super) struct Family {
    /// No other family has it, not even one of the same name that has expired.
    pub(super) id: u64,
    pub(super) name: String,
    /// What was said first.
    pub(super) help: String,
    pub(super) kind: Kind,
}

/// A type of metric that is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Counter,
    Gauge,
    Histogram,
    Summary,
}

/// The families by name. One is kept while somebody else holds it too: its series do.
#[derive(Debug, Default)]
pub(super) struct Families {
    by_name: HashMap<String, Arc<Family>>,
    next: u64,
}

impl Families {
    /// The family of this name, whatever its type.
    pub(super) fn get(&self, name: &str) -> Option<&Arc<Family>> {
        self.by_name.get(name)
    }

    /// Makes a family. There must be none of the name.
    pub(super) fn make(&mut self, name: String, help: &str, kind: Kind) -> Arc<Family> {
        self.next += 1;
        let family = Arc::new(Family { id: self.next, name: name.clone(), help: help.to_owned(), kind });
        self.by_name.insert(name, Arc::clone(&family));
        family
    }

    /// Forgets those without series.
    pub(super) fn tidy(&mut self) {
        self.by_name.retain(|_, family| Arc::strong_count(family) > 1);
    }
}
