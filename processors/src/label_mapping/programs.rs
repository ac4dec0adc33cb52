//! The programs of a signal, one for each level.

use std::sync::Arc;

use sluice_pdata::Signal;

use super::program::{Memo, Program};
use super::rule::{Action, Bits, Level, Rule};
use super::severity::Severity;

// Their numbers.
pub(super) const RESOURCE: usize = 0;
pub(super) const SCOPE: usize = 1;
pub(super) const EVENT: usize = 2;
pub(super) const LINK: usize = 3;
pub(super) const METRIC: usize = 4;
pub(super) const POINT: usize = 5;
pub(super) const EXEMPLAR: usize = 6;
pub(super) const RECORD: usize = 7;
/// The first of six, by the kind of span.
pub(super) const SPAN: usize = 8;
const PROGRAMS: usize = SPAN + 6;

/// The rules of a signal, by level.
pub(super) struct Programs {
    pub(super) signal: Signal,
    programs: Vec<Program>,
    /// Whether attributes go from one level to another.
    pub(super) hands_down: bool,
    /// Whether a rule is for spans of some kinds only.
    pub(super) by_kind: bool,
    pub(super) severity: Option<Severity>,
}

impl Programs {
    pub(super) fn new(rules: &Arc<[Rule]>, severity: Option<Severity>, signal: Signal) -> Self {
        let program = |number: usize| Program::new(rules, signal, level_of(number), number.saturating_sub(SPAN) as u8);
        let hands_down = rules.iter().any(|rule| match &rule.action {
            Action::Rename { into, .. } | Action::Copy { into, .. } => into.is_some(),
            Action::Compose(composed) => composed.into.is_some(),
            _ => false,
        });
        let by_kind = rules.iter().any(|rule| rule.levels.has(Level::Span) && rule.span_kinds != Bits::ALL);
        let severity = severity.filter(|_| signal == Signal::Logs);
        Self { signal, programs: (0..PROGRAMS).map(program).collect(), hands_down, by_kind, severity }
    }

    /// What is remembered of keys; one for each caller at a time.
    pub(super) fn memos(&self) -> Vec<Memo> {
        self.programs.iter().map(|_| Memo::default()).collect()
    }

    /// The program of this number.
    pub(super) fn program(&self, number: usize) -> &Program {
        &self.programs[number]
    }

    /// Whether there is anything to do at one of these programs.
    pub(super) fn any(&self, numbers: &[usize]) -> bool {
        numbers.iter().any(|number| !self.programs[*number].is_empty())
    }
}

/// The level of a program.
pub(super) fn level_of(number: usize) -> Level {
    match number {
        RESOURCE => Level::Resource,
        SCOPE => Level::Scope,
        EVENT => Level::SpanEvent,
        LINK => Level::Link,
        METRIC => Level::Metric,
        POINT => Level::DataPoint,
        EXEMPLAR => Level::Exemplar,
        RECORD => Level::LogRecord,
        _ => Level::Span,
    }
}
