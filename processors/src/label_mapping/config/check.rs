//! Rules that contradict each other.

use sluice_component::config::Section;

use super::super::names::group_names;
use super::super::rule::{Action, OnConflict, Rule};
use super::Written;

/// Reports keys with two fates, and renames that lead in a circle.
pub(super) fn check(section: &Section<'_>, written: &[Written]) {
    for (number, later) in written.iter().enumerate() {
        for (key, location) in &later.rows {
            let at = |message: String| section.problem_below(&format!("{}::{key}", later.path), location, message);
            if let Some(problem) = within(&later.rule, key) {
                at(problem);
            } else if let Some(problem) = circle(&written[..number], &later.rule, key) {
                at(problem);
            } else if let Some(problem) = never_seen(&written[..number], &later.rule, key) {
                at(problem);
            }
        }
    }
}

/// A name that a row gives and another row of the same rule takes away.
fn within(rule: &Rule, key: &str) -> Option<String> {
    let to = target(rule, key)?;
    if to == key {
        return Some("is its own new name".into());
    }
    let Action::Rename { names, .. } = &rule.action else { return None };
    let again = names.exact().any(|name| name == to);
    again.then(|| {
        format!("gets the name {to:?}, which this rule renames as well: put one of them into a rule of its own")
    })
}

/// A rename that gives an attribute a name that it had before.
fn circle(earlier: &[Written], rule: &Rule, key: &str) -> Option<String> {
    let to = target(rule, key)?;
    let mut name = to;
    for Written { rule: other, .. } in earlier.iter().filter(|it| it.rule.meets(rule)) {
        if let Some(next) = target(other, name) {
            name = next;
            if name == key {
                return Some(format!("leads in a circle: {} made this name out of {to:?}", other.place));
            }
        }
    }
    None
}

/// A key that no attribute has any more when the rule's turn comes.
fn never_seen(earlier: &[Written], rule: &Rule, key: &str) -> Option<String> {
    let ends_here = takes_away(rule, key);
    if !ends_here {
        return None;
    }
    let mut taken: Option<&Rule> = None;
    for Written { rule: other, .. } in earlier.iter().filter(|it| it.rule.meets(rule)) {
        if gives(other, key) {
            taken = None;
        } else if takes_away(other, key) && other.on_conflict != OnConflict::Skip && covers(other, rule) {
            taken = Some(other);
        }
    }
    taken.map(|other| {
        let what = if matches!(other.action, Action::Rename { .. }) { "renamed" } else { "dropped" };
        let hint =
            if other.place.starts_with("preset") { ", list it in presets_except to have it your way" } else { "" };
        format!("is {what} already by {}{hint}", other.place)
    })
}

/// Whether one rule is for everything that another is for.
fn covers(rule: &Rule, other: &Rule) -> bool {
    other.levels.0 & !rule.levels.0 == 0
        && other.signals.0 & !rule.signals.0 == 0
        && other.span_kinds.0 & !rule.span_kinds.0 == 0
}

/// What a rule renames a key to that it names as it stands.
fn target<'r>(rule: &'r Rule, key: &str) -> Option<&'r str> {
    let Action::Rename { names, to, into: None } = &rule.action else { return None };
    let row = names.exact().any(|name| name == key).then(|| names.find(key))??;
    to.get(row)?.literal()
}

fn takes_away(rule: &Rule, key: &str) -> bool {
    match &rule.action {
        Action::Rename { names, .. } | Action::Drop(names) => names.exact().any(|name| name == key),
        _ => false,
    }
}

/// Whether a rule may make an attribute of this key.
fn gives(rule: &Rule, key: &str) -> bool {
    match &rule.action {
        Action::Rename { to, .. } | Action::Copy { to, .. } => {
            to.iter().any(|template| template.literal().is_none_or(|text| text == key))
        }
        Action::Extract { patterns, .. } => patterns.iter().flat_map(group_names).flatten().any(|name| name == key),
        Action::Compose(composed) => *composed.key == *key,
        Action::Normalize(_) => true,
        _ => false,
    }
}
