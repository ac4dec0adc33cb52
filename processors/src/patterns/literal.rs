//! Whether a pattern holds text that must be there.

use regex_syntax::hir::{Class, Hir, HirKind};

/// Letters that are the same in all cases: `k`, `K` and the Kelvin sign.
const ONE_LETTER: usize = 3;

/// Whether every match holds a literal, the case of letters aside.
pub(super) fn has_literal(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Literal(_) => true,
        HirKind::Class(class) => size(class) <= ONE_LETTER,
        HirKind::Empty | HirKind::Look(_) => false,
        HirKind::Repetition(repetition) => repetition.min > 0 && has_literal(&repetition.sub),
        HirKind::Capture(capture) => has_literal(&capture.sub),
        HirKind::Concat(parts) => parts.iter().any(has_literal),
        HirKind::Alternation(branches) => branches.iter().all(has_literal),
    }
}

fn size(class: &Class) -> usize {
    match class {
        Class::Unicode(class) => class.ranges().iter().map(|range| range.len()).sum(),
        Class::Bytes(class) => class.ranges().iter().map(|range| range.len()).sum(),
    }
}
