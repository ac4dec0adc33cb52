//! What is wrong with a configuration.

use std::fmt;

use super::Location;

/// One mistake, or one thing to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Whether the gateway can start all the same.
    pub severity: Severity,
    /// Where it stands in the files.
    pub location: Location,
    /// The keys that lead to it, joined by `::`.
    pub path: String,
    /// What is wrong, what was found and what was expected. Holds no secret.
    pub message: String,
}

/// Whether the gateway can start all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It can: an old spelling was understood.
    Warning,
    /// It cannot.
    Error,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.location.source.is_some() {
            write!(f, "{}: ", self.location)?;
        }
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.message)
    }
}
