//! Mistakes, for the person who must mend them.

use std::fmt;
use std::sync::Arc;

use sluice_component::config::{Location, Problem, Severity};

/// Everything that is wrong with a configuration, in the order of its sources; warnings are among them.
///
/// Displayed, each takes a line: where it is, the keys that lead to it, what is wrong. Where no key leads to it, because
/// the text is not even YAML, the line it stands in is quoted up to the end of its key, never the value, which may be
/// secret.
pub struct Problems(Vec<(Problem, Option<String>)>);

impl Problems {
    pub(super) fn new(problems: Vec<Problem>, sources: &[(Arc<str>, String)]) -> Self {
        let quoted = |problem: Problem| {
            let quote = if problem.path.is_empty() { quote(&problem.location, sources) } else { None };
            (problem, quote)
        };
        Self(problems.into_iter().map(quoted).collect())
    }

    /// The problems themselves.
    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.0.iter().map(|(problem, _)| problem)
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.iter().filter(|problem| problem.severity == Severity::Error).count() {
            1 => f.write_str("the configuration has a mistake")?,
            errors => write!(f, "the configuration has {errors} mistakes")?,
        }
        for (problem, quote) in &self.0 {
            let mark = if problem.severity == Severity::Warning { "warning: " } else { "" };
            write!(f, "\n{mark}{problem}")?;
            if let Some(quote) = quote {
                write!(f, "\n{quote}")?;
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

/// The line at a place up to the end of its key, and a caret below the place.
fn quote(location: &Location, sources: &[(Arc<str>, String)]) -> Option<String> {
    let source = location.source.as_ref()?;
    let (_, text) = sources.iter().find(|(label, _)| label == source)?;
    let line = text.lines().nth(usize::try_from(location.line).ok()?.checked_sub(1)?)?;
    let colon = line.find(": ").or_else(|| line.trim_end().ends_with(':').then(|| line.trim_end().len() - 1))?;
    let key: String = line[..=colon].chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let column = usize::try_from(location.column).ok()?.saturating_sub(1).min(key.chars().count());
    let number = location.line.to_string();
    let margin = " ".repeat(number.len());
    Some(format!("  {number} | {key}\n  {margin} | {}^", " ".repeat(column)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_quoted_up_to_its_value_with_a_caret_below() {
        let sources = [("a.yaml".into(), "x:\n  token: \"hunter2\n".to_owned())];
        let location = Location { source: Some("a.yaml".into()), line: 2, column: 10 };
        let problem = |path: &str| Problem {
            severity: Severity::Error,
            location: location.clone(),
            path: path.into(),
            message: "is not YAML".into(),
        };

        let shown = Problems::new(vec![problem(""), problem("x::token")], &sources).to_string();

        assert_eq!(
            shown,
            "the configuration has 2 mistakes\n\
             a.yaml:2:10: is not YAML\n  2 |   token:\n    |         ^\n\
             a.yaml:2:10: x::token: is not YAML"
        );
    }
}
