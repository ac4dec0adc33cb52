//! `featuregate`: which switches there are.

use std::fmt::Write;

use crate::gates::Gates;

/// All gates, in columns.
pub(super) fn table(gates: &Gates) -> String {
    let header = ["ID", "Enabled", "Stage", "Description"].map(str::to_owned);
    let row = |gate: &crate::gates::Gate| {
        [gate.id.to_owned(), gate.enabled.to_string(), gate.stage.to_owned(), gate.description.to_owned()]
    };
    let rows: Vec<_> = std::iter::once(header).chain(gates.iter().map(row)).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or(0) + 2;
    let (first, second, third) = (width(0), width(1), width(2));
    let mut text = String::new();
    for [id, enabled, stage, description] in &rows {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{id:first$}{enabled:second$}{stage:third$}{description}");
    }
    text
}

/// One gate.
pub(super) fn details(gates: &Gates, id: &str) -> Option<String> {
    let gate = gates.get(id)?;
    Some(format!(
        "Feature: {}\nEnabled: {}\nStage: {}\nDescription: {}\n",
        gate.id, gate.enabled, gate.stage, gate.description
    ))
}
