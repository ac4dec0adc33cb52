//! How a component is doing, for health checks.

use std::sync::{Arc, Mutex, PoisonError};

/// A component's health.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Health {
    /// It was built and does not run yet.
    #[default]
    Starting,
    /// It works.
    Ok,
    /// It fails at the moment and tries again: a backend is down, a queue is full.
    Recoverable(String),
    /// It will not work again in this process, but the others do.
    Permanent(String),
    /// It is ending.
    Stopping,
}

/// Where a component says how it is doing; a clone reports to the same place.
#[derive(Clone, Debug, Default)]
pub struct StatusReporter(Arc<Mutex<Health>>);

impl StatusReporter {
    /// Says how the component is doing now.
    pub fn report(&self, health: Health) {
        let mut current = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if *current != health {
            *current = health;
        }
    }

    /// What was said last.
    pub fn current(&self) -> Health {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
