//! What the user writes.

use std::sync::Arc;
use std::time::Duration;

use sluice_component::config::{Location, Section, nearest};
use sluice_pdata::Signal;

use super::merge::{MERGE_GAUGES, MergeGauges};
use super::names::{MATCH_TYPES, MatchType, Names};
use super::preset::{self, PRESETS};
use super::rule::{Action, Bits, LEVELS, Level, ON_CONFLICT, OnConflict, Rule};
use super::severity::{FILLS, NAMES, Severity};

mod check;
mod table;

pub(super) use table::parts;

use table::Row;

/// The settings of one `label_mapping`.
pub(super) struct Config(Plan);

/// What is to be done.
#[derive(Clone, Debug, Default)]
pub(super) struct Plan {
    /// In order: presets, the user's, guards.
    pub(super) rules: Vec<Rule>,
    /// How many values, and when they are forgotten.
    pub(super) limits: Vec<(usize, Duration)>,
    pub(super) severity: Option<Severity>,
    pub(super) merge_gauges: MergeGauges,
}

/// A rule, and where its rows stand.
struct Written {
    rule: Rule,
    /// From the processor's section to the table.
    path: String,
    rows: Vec<(String, Location)>,
}

impl Config {
    pub(super) fn read(section: &mut Section<'_>) -> Self {
        let on_conflict = section.one_of("on_conflict", ON_CONFLICT, "keep_existing");
        let mut written = presets(section, on_conflict);
        let mut number = 0;
        let own = section.list("rules", |section| {
            number += 1;
            rule(section, number - 1, on_conflict)
        });
        written.extend(own.into_iter().flatten());
        let never = section.strings("never_on_metrics", &[]);
        check::check(section, &written);

        let mut plan = Plan { rules: written.into_iter().map(|written| written.rule).collect(), ..Plan::default() };
        plan.rules.extend(guard(section, &never));
        let limits = section.list("value_limits", |section| value_limit(section));
        for (mut rule, limit) in limits {
            if let Action::Limit { limit: number, .. } = &mut rule.action {
                *number = plan.limits.len();
            }
            plan.limits.push(limit);
            plan.rules.push(rule);
        }
        plan.severity = section.optional("severity", sluice_component::config::Presence::OnWhenPresent, severity);
        plan.merge_gauges = section.one_of("merge_gauges", MERGE_GAUGES, "last");
        if plan.rules.len() > usize::from(u16::MAX) {
            section.problem("rules", format!("must be at most {}, those of presets included", u16::MAX));
        }
        Self(plan)
    }

    pub(super) fn plan(&self) -> &Plan {
        &self.0
    }
}

fn presets(section: &mut Section<'_>, on_conflict: OnConflict) -> Vec<Written> {
    let names = section.strings("presets", &[]);
    let except = section.strings("presets_except", &[]);
    let mut written = Vec::new();
    for (index, name) in names.iter().enumerate() {
        let found = PRESETS.iter().filter(|preset| preset.is(name)).collect::<Vec<_>>();
        if found.is_empty() {
            let known = || PRESETS.iter().flat_map(|preset| [Some(preset.name), preset.group]).flatten();
            let message = match nearest(name, known()) {
                Some(nearest) => format!("unknown preset {name:?}, did you mean {nearest:?}?"),
                None => {
                    let mut known: Vec<_> = known().collect();
                    known.sort_unstable();
                    known.dedup();
                    format!("unknown preset {name:?}, expected one of {}", known.join(", "))
                }
            };
            section.problem_at("presets", index, message);
        }
        if names[..index].contains(name) {
            section.problem_at("presets", index, format!("{name:?} is there twice"));
        }
        let place: Arc<str> = format!("preset {name}").into();
        let rules = found.iter().flat_map(|preset| preset.rules(&place, &except, on_conflict));
        written.extend(rules.map(|rule| Written { rule, path: "presets".into(), rows: Vec::new() }));
    }
    written
}

/// One entry of `rules`; none if nothing can be made of it.
fn rule(section: &mut Section<'_>, number: usize, on_conflict: OnConflict) -> Vec<Written> {
    let match_type = section.one_of("match_type", MATCH_TYPES, "strict");
    let levels = named_bits(section, "levels", LEVELS, |level| *level as u16);
    let signals = named_bits(section, "signals", SIGNALS, |number| 1 << number);
    let span_kinds = named_bits(section, "span_kinds", super::rule::SPAN_KINDS, |number| 1 << number);
    let into = named_bits(section, "into", LEVELS, |level| *level as u16);
    let default = ON_CONFLICT.iter().find(|(_, it)| *it == on_conflict).map_or("keep_existing", |(name, _)| name);
    let on_conflict = section.one_of("on_conflict", ON_CONFLICT, default);
    let on_failure = section.one_of("on_failure", super::rule::ON_FAILURE, "keep");
    let tables = table::read(section, match_type, into, on_failure);
    let actions: Vec<_> = tables.iter().map(|table| table.key).collect();
    let [table] = tables.as_slice() else {
        let message = match actions.as_slice() {
            [] => format!("must have one of {}", table::ACTIONS.join(", ")),
            several => format!("must have one action only, found {}", several.join(", ")),
        };
        section.problem("", message);
        return Vec::new();
    };
    if table.rows.len() > usize::from(u16::MAX) {
        section.problem(table.key, format!("must have at most {} rows", u16::MAX));
    }
    check_levels(section, table.key, levels, into);
    let default_levels = if into.is_some() { Bits(Level::Resource as u16) } else { Bits::ALL };
    let all = |action: &Action| Written {
        rule: Rule {
            place: format!("rules::{number}").into(),
            levels: levels.unwrap_or(default_levels),
            signals: signals.unwrap_or(Bits::ALL),
            span_kinds: span_kinds.unwrap_or(Bits::ALL),
            on_conflict,
            action: action.clone(),
        },
        path: format!("rules::{number}::{}", table.key),
        rows: table.rows.iter().map(|Row { key, location }| (key.clone(), location.clone())).collect(),
    };
    table.actions.iter().map(all).collect()
}

fn check_levels(section: &Section<'_>, action: &str, levels: Option<Bits>, into: Option<Bits>) {
    const FROM: Bits = Bits::of(&[Level::Resource, Level::Scope]);
    const INTO: Bits = Bits::of(&[Level::Span, Level::DataPoint, Level::LogRecord]);
    if action == "keep" && levels.is_none() {
        section.problem("", "keep needs levels: everything else is dropped there");
    }
    let Some(into) = into else { return };
    if !matches!(action, "rename" | "copy" | "compose") {
        section.problem("into", format!("is for rename, copy and compose, not for {action}"));
    }
    if into.0 & !INTO.0 != 0 {
        section.problem("into", "must be among span, data_point, log_record");
    }
    if levels.is_some_and(|levels| levels.0 & !FROM.0 != 0) {
        section.problem("levels", "must be resource or scope where into is set");
    }
}

/// The signals by their names, and their numbers in [`Signal::ALL`].
const SIGNALS: &[(&str, u8)] =
    &[(Signal::ALL[0].as_str(), 0), (Signal::ALL[1].as_str(), 1), (Signal::ALL[2].as_str(), 2)];

/// A list of names, a bit each; none if the key is not there.
fn named_bits<T>(
    section: &mut Section<'_>,
    key: &'static str,
    known: &[(&str, T)],
    bit: impl Fn(&T) -> u16,
) -> Option<Bits> {
    if !section.has(key) {
        section.ignored(key);
        return None;
    }
    let mut bits = 0;
    for (index, name) in section.strings(key, &[]).into_iter().enumerate() {
        match known.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => bits |= bit(value),
            None => {
                let names: Vec<_> = known.iter().map(|(known, _)| *known).collect();
                let hint = match nearest(&name, names.iter().copied()) {
                    Some(nearest) => format!("did you mean {nearest:?}?"),
                    None => format!("expected one of {}", names.join(", ")),
                };
                section.problem_at(key, index, format!("unknown name {name:?}, {hint}"));
            }
        }
    }
    Some(Bits(bits))
}

/// The rule that takes labels off metrics.
fn guard(section: &Section<'_>, never: &[String]) -> Option<Rule> {
    let names = globs(section, "never_on_metrics", never);
    (names.len() > 0).then(|| Rule {
        place: "never_on_metrics".into(),
        levels: Bits::of(&[Level::DataPoint]),
        signals: Bits::ALL,
        span_kinds: Bits::ALL,
        on_conflict: OnConflict::default(),
        action: Action::Guard(names),
    })
}

/// Names of which those with a `*` or `?` are globs.
fn globs(section: &Section<'_>, key: &str, texts: &[String]) -> Names {
    let mut names = Names::default();
    for (index, text) in texts.iter().enumerate() {
        let match_type = if text.contains(['*', '?']) { MatchType::Glob } else { MatchType::Strict };
        if let Err(problem) = names.add(match_type, text) {
            section.problem_at(key, index, format!("{text:?} {problem}"));
        }
    }
    names
}

fn value_limit(section: &mut Section<'_>) -> (Rule, (usize, Duration)) {
    let labels = section.strings("labels", &[]);
    let max_values = section.integer::<u32>("max_values", 0);
    let fold_into = section.string("fold_into", "other");
    let forget_after = section.duration("forget_after", Duration::ZERO);
    let levels = named_bits(section, "levels", LEVELS, |level| *level as u16);
    if labels.is_empty() {
        section.problem("labels", "must not be empty");
    }
    if max_values == 0 || max_values > MAX_VALUES {
        section.problem("max_values", format!("must be from 1 to {MAX_VALUES}"));
    }
    let names = globs(section, "labels", &labels);
    let rule = Rule {
        place: "value_limits".into(),
        levels: levels.unwrap_or(Bits::of(&[Level::DataPoint])),
        signals: Bits::ALL,
        span_kinds: Bits::ALL,
        on_conflict: OnConflict::default(),
        action: Action::Limit { names, limit: 0, fold_into: fold_into.into() },
    };
    (rule, (max_values as usize, forget_after))
}

/// Eight bytes a value: a label then takes 16 MiB at most.
const MAX_VALUES: u32 = 1_000_000;

fn severity(section: &mut Section<'_>) -> Severity {
    let number_from_text = section.one_of("number_from_text", FILLS, "missing");
    let text_from_number = section.one_of("text_from_number", FILLS, "never");
    let attributes = section.strings("text_from_attributes", &[]);
    let texts =
        table::pairs(section, "texts").into_iter().filter_map(|(text, number, location)| {
            match severity_number(&number) {
                Some(found) => Some((text, found)),
                None => {
                    section.problem_below(&format!("texts::{text}"), &location, not_a_severity(&number));
                    None
                }
            }
        });
    let texts: Vec<_> = texts.collect();
    let names =
        table::pairs(section, "names").into_iter().filter_map(|(number, name, location)| {
            match severity_number(&number) {
                Some(found) => Some((found, name)),
                None => {
                    section.problem_below(&format!("names::{number}"), &location, not_a_severity(&number));
                    None
                }
            }
        });
    let names: Vec<_> = names.collect();
    Severity::new((number_from_text, text_from_number), attributes, &texts, &names)
}

/// The number of a severity by its name or number.
fn severity_number(text: &str) -> Option<u8> {
    let named = NAMES.iter().position(|name| name.eq_ignore_ascii_case(text)).map(|index| index as u8 + 1);
    named.or_else(|| text.parse().ok().filter(|number| (1..=24).contains(number)))
}

fn not_a_severity(found: &str) -> String {
    format!("must be a severity such as info or error2, or its number from 1 to 24, found {found:?}")
}

/// The preset's own rules.
impl preset::Preset {
    /// Whether it is meant by a name: its own, or that of its group.
    fn is(&self, name: &str) -> bool {
        self.name == name || self.group == Some(name)
    }
}
