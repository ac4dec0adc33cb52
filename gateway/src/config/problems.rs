//! Mistakes, for the person who must mend them.

use std::fmt;
use std::sync::Arc;

use sluice_component::config::{Location, Problem, Severity};

/// Everything that is wrong with a configuration, in the order of its sources; warnings are among them.
///
/// Displayed, it is one line a mistake, each with the line of the source that it is about. Of that line the key is
/// shown and never the value, which may be secret.
pub struct Problems(Vec<(Problem, Option<String>)>);

impl Problems {
    pub(super) fn new(problems: Vec<Problem>, sources: &[(Arc<str>, String)]) -> Self {
        Self(
            problems
                .into_iter()
                .map(|problem| (quote(&problem.location, sources), problem))
                .map(|(q, p)| (p, q))
                .collect(),
        )
    }

    /// The problems themselves.
    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.0.iter().map(|(problem, _)| problem)
    }

    fn errors(&self) -> usize {
        self.iter().filter(|problem| problem.severity == Severity::Error).count()
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.errors() {
            1 => f.write_str("the configuration has a mistake")?,
            errors => write!(f, "the configuration has {errors} mistakes")?,
        }
        for (problem, quote) in &self.0 {
            let mark = if problem.severity == Severity::Warning { "warning: " } else { "" };
            write!(f, "\n{mark}{problem}")?;
            if let Some(quote) = quote {
                write!(f, "\n{:>6} | {quote}", problem.location.line)?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Problems {}

/// The line at a place, up to the end of its key.
fn quote(location: &Location, sources: &[(Arc<str>, String)]) -> Option<String> {
    let source = location.source.as_ref()?;
    let (_, text) = sources.iter().find(|(label, _)| label == source)?;
    let line = text.lines().nth(usize::try_from(location.line).ok()?.checked_sub(1)?)?;
    let key_end = line.find(": ").map(|at| at + 1).or_else(|| line.trim_end().ends_with(':').then_some(line.len()))?;
    Some(line[..key_end].to_owned())
}
