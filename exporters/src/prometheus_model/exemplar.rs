//! Exemplars.

use sluice_pdata::view::{Exemplar, Number};

/// The most characters that the names and values of an exemplar's labels may have together.
///
/// Source: OpenMetrics 1.0, "Exemplars".
const MAX_CHARACTERS: usize = 128;

const TRACE_ID: &str = "trace_id";
const SPAN_ID: &str = "span_id";

/// The labels of an exemplar, sorted by name: `trace_id` and `span_id` as far as it has them, and the filtered attributes
/// under their own keys, all of them or none if they do not fit. Empty values are left out; of a key that is there several
/// times the first counts, and the ids come before all.
pub fn exemplar_labels(exemplar: &Exemplar<'_>) -> Vec<(String, String)> {
    let ids = [(TRACE_ID, exemplar.trace_id()), (SPAN_ID, exemplar.span_id())];
    let ids = ids.into_iter().filter(|(_, id)| id.iter().any(|byte| *byte != 0));
    let mut labels: Vec<(String, String)> = ids.map(|(name, id)| (name.to_owned(), hex::encode(id))).collect();
    let known = labels.len();
    for attribute in exemplar.filtered_attributes() {
        let value = attribute.value();
        let value = value.as_ref().map(|value| value.to_text()).unwrap_or_default();
        let key = attribute.key();
        if !key.is_empty() && !value.is_empty() && labels.iter().all(|(name, _)| name != key) {
            labels.push((key.to_owned(), value.into_owned()));
        }
    }
    let characters: usize = labels.iter().map(|(name, value)| name.chars().count() + value.chars().count()).sum();
    if characters > MAX_CHARACTERS {
        labels.truncate(known);
    }
    labels.sort_unstable();
    labels
}

/// A number of OTLP; zero if there is none.
pub fn number(number: Option<Number>) -> f64 {
    match number {
        Some(Number::Double(number)) => number,
        Some(Number::Int(number)) => number as f64,
        None => 0.0,
    }
}
