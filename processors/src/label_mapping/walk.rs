//! The one pass over a request: from resource to record, each list of attributes with the rules of its level.

use std::sync::Arc;

use sluice_pdata::Signal;
use sluice_pdata::edit::{Field, Node, Place, Tail};
use sluice_pdata::view::{Attributes, KeyValue, LogRecord, Message, Resource, Scope};

use super::limits::Limits;
use super::list::{Decision, Entry, Handed, List};
use super::program::{HitsId, Memo, Program};
use super::rule::{Action, Level, Rule};
use super::severity::Severity;
use super::telemetry::Counts;

// The programs of a signal.
const RESOURCE: usize = 0;
const SCOPE: usize = 1;
const EVENT: usize = 2;
const LINK: usize = 3;
const METRIC: usize = 4;
const POINT: usize = 5;
const EXEMPLAR: usize = 6;
const RECORD: usize = 7;
/// The first of six, by the kind of span.
const SPAN: usize = 8;
const PROGRAMS: usize = SPAN + 6;

/// The rules of a signal, by level.
pub(super) struct Programs {
    signal: Signal,
    programs: Vec<Program>,
    /// Whether attributes go from one level to another.
    hands_down: bool,
    severity: Option<Severity>,
}

impl Programs {
    pub(super) fn new(rules: &Arc<[Rule]>, severity: Option<Severity>, signal: Signal) -> Self {
        let program = |number: usize| Program::new(rules, signal, level_of(number), number.saturating_sub(SPAN) as u8);
        let hands_down = rules.iter().any(|rule| match &rule.action {
            Action::Rename { into, .. } | Action::Copy { into, .. } => into.is_some(),
            Action::Compose(composed) => composed.into.is_some(),
            _ => false,
        });
        let severity = severity.filter(|_| signal == Signal::Logs);
        Self { signal, programs: (0..PROGRAMS).map(program).collect(), hands_down, severity }
    }

    /// What is remembered of keys; one for each caller at a time.
    pub(super) fn memos(&self) -> Vec<Memo> {
        self.programs.iter().map(|_| Memo::default()).collect()
    }

    /// Whether there is anything to do at one of these programs.
    fn any(&self, numbers: &[usize]) -> bool {
        numbers.iter().any(|number| !self.programs[*number].is_empty())
    }
}

/// Appends nothing to a message.
const NOTHING: Option<fn(&mut Tail<'_, '_>)> = None;

/// A request on its way through the programs.
pub(super) struct Walk<'p, 'a> {
    programs: &'p Programs,
    memos: &'p mut [Memo],
    limits: &'p Limits,
    counts: &'p mut Counts,
    /// Of each metric, whether the attributes of its data points changed.
    changed_metrics: &'p mut Vec<bool>,
    /// Room for lists, used again.
    frames: Vec<Frame<'a>>,
    /// What the resource and the scope hand down.
    handed: Vec<Handed<'a>>,
}

/// What is known of one message while it is gone over.
#[derive(Default)]
struct Frame<'a> {
    noted: Vec<(Place, Noted)>,
    entries: Vec<Entry<'a>>,
}

/// What a field is good for.
#[derive(Clone, Copy)]
enum Noted {
    Attribute(HitsId),
    Nested,
}

impl<'p, 'a> Walk<'p, 'a> {
    pub(super) fn new(
        programs: &'p Programs,
        memos: &'p mut [Memo],
        limits: &'p Limits,
        counts: &'p mut Counts,
        changed_metrics: &'p mut Vec<bool>,
    ) -> Self {
        Self { programs, memos, limits, counts, changed_metrics, frames: Vec::new(), handed: Vec::new() }
    }

    /// Goes over a request.
    pub(super) fn request(&mut self, request: Node<'_, 'a>) {
        request.fields(|entry| {
            if entry.number() == 1 {
                entry.enter(|entry| self.resource_entry(entry));
            }
        });
    }

    /// The resource, and its scopes.
    fn resource_entry(&mut self, node: Node<'_, 'a>) {
        self.handed.clear();
        if self.programs.hands_down
            && let Some(resource) = first(&node)
        {
            self.hand_down(RESOURCE, Resource::from(resource).attributes());
        }
        node.fields(|field| match field.number() {
            1 => field.enter(|resource| self.attributes_of(resource, RESOURCE, 1)),
            2 => field.enter(|scope| self.scope_entry(scope)),
            _ => {}
        });
    }

    /// The scope, and its records.
    fn scope_entry(&mut self, node: Node<'_, 'a>) {
        let from_resource = self.handed.len();
        if self.programs.hands_down
            && let Some(scope) = first(&node)
        {
            self.hand_down(SCOPE, Scope::from(scope).attributes());
        }
        let spans = SPAN..SPAN + 6;
        let has_work = match self.programs.signal {
            Signal::Traces => spans.chain([EVENT, LINK]).any(|number| self.programs.any(&[number])),
            Signal::Metrics => self.programs.any(&[METRIC, POINT, EXEMPLAR]),
            _ => self.programs.any(&[RECORD]) || self.programs.severity.is_some(),
        };
        let has_work = has_work || !self.handed.is_empty();
        let has_scope_work = self.programs.any(&[SCOPE]);
        node.fields(|field| match field.number() {
            1 if has_scope_work => field.enter(|scope| self.attributes_of(scope, SCOPE, 3)),
            2 if has_work => field.enter(|record| match self.programs.signal {
                Signal::Traces => self.span(record),
                Signal::Metrics => self.metric(record),
                _ => self.log_record(record),
            }),
            2 if self.programs.signal == Signal::Metrics => self.changed_metrics.push(false),
            _ => {}
        });
        self.handed.truncate(from_resource);
    }

    /// Finds out what a resource or a scope hands down. It is changed, and counted, when its place in the request comes.
    fn hand_down(&mut self, number: usize, attributes: Attributes<'a>) {
        let program = &self.programs.programs[number];
        let memo = &mut self.memos[number];
        let mut entries: Vec<_> = attributes
            .map(|attribute| Entry::new(attribute.as_bytes(), program.look_up(memo, attribute.key_bytes())))
            .collect();
        let mut uncounted = Counts::default();
        List::new(program, memo, self.limits, &mut uncounted, &mut entries, &mut self.handed).run([].iter());
    }

    fn span(&mut self, node: Node<'_, 'a>) {
        const KIND: u32 = 6;
        let (events, links) = (self.programs.any(&[EVENT]), self.programs.any(&[LINK]));
        let kind = node.places().filter(|place| place.number() == KIND && !place.has_length()).last();
        // Kinds that we do not know are unspecified.
        let kind = kind.and_then(|place| node.content_at(place).first().copied()).filter(|kind| *kind < 6);
        let number = SPAN + usize::from(kind.unwrap_or_default());
        let nested = |number| events && number == 11 || links && number == 13;
        self.message(node, (number, 9), nested, NOTHING, |walk, field| {
            let (program, attributes) = if field.number() == 11 { (EVENT, 3) } else { (LINK, 4) };
            field.enter(|node| walk.attributes_of(node, program, attributes));
        });
    }

    fn metric(&mut self, node: Node<'_, 'a>) {
        let points = self.programs.any(&[POINT, EXEMPLAR]) || !self.handed.is_empty();
        let mut changed = false;
        let nested = |number| points && matches!(number, 5 | 7 | 9 | 10 | 11);
        self.message(node, (METRIC, 12), nested, NOTHING, |walk, field| {
            // Where the attributes are, and the exemplars: those of numbers, histograms, exponential ones, summaries.
            let (attributes, exemplars) = match field.number() {
                5 | 7 => (7, 5),
                9 => (9, 8),
                10 => (1, 11),
                _ => (7, 0),
            };
            let exemplars = if walk.programs.any(&[EXEMPLAR]) { exemplars } else { 0 };
            field.enter(|data| {
                data.fields(|point| {
                    if point.number() == 1 {
                        point.enter(|point| changed |= walk.data_point(point, attributes, exemplars));
                    }
                });
            });
        });
        self.changed_metrics.push(changed);
    }

    /// Says whether its attributes changed.
    fn data_point(&mut self, node: Node<'_, 'a>, attributes: u32, exemplars: u32) -> bool {
        self.message(
            node,
            (POINT, attributes),
            |number| number == exemplars,
            NOTHING,
            |walk, field| {
                field.enter(|node| walk.attributes_of(node, EXEMPLAR, 7));
            },
        )
    }

    fn log_record(&mut self, node: Node<'_, 'a>) {
        const NUMBER: u32 = 2;
        const TEXT: u32 = 3;
        let Some(severity) = &self.programs.severity else {
            return self.attributes_of(node, RECORD, 6);
        };
        let view = node.view::<LogRecord<'a>>();
        let change = severity.change(&view);
        self.counts.severities += u64::from(change.number.is_some() || change.text.is_some());
        let is_ours =
            |number: u32| number == NUMBER && change.number.is_some() || number == TEXT && change.text.is_some();
        let is_there = |number: u32| node.places().any(|place| place.number() == number);
        let (has_number, has_text) = (is_there(NUMBER), is_there(TEXT));
        let append = |tail: &mut Tail<'_, 'a>| {
            if let Some(number) = change.number.filter(|_| !has_number) {
                tail.append_number(NUMBER, number.into());
            }
            if let Some(text) = change.text.as_deref().filter(|_| !has_text) {
                tail.append(TEXT, text.as_bytes());
            }
        };
        let append = (change.number.is_some() || change.text.is_some()).then_some(append);
        self.message(node, (RECORD, 6), is_ours, append, |_, field| {
            match (field.number(), change.number, &change.text) {
                (NUMBER, Some(number), _) => field.replace_number(number.into()),
                (TEXT, _, Some(text)) => field.replace(text.as_bytes()),
                _ => {}
            }
        });
    }

    /// A message of which nothing but the attributes is of interest.
    fn attributes_of(&mut self, node: Node<'_, 'a>, number: usize, attributes: u32) {
        self.message(node, (number, attributes), |_| false, NOTHING, |_, _| {});
    }

    /// Carries out a program, of this number, on the attributes of a message, which are in the field of this number; calls
    /// `enter` with each field that `nested` chooses, and `append` with the end of the message.
    ///
    /// Says whether an attribute changed.
    fn message(
        &mut self,
        node: Node<'_, 'a>,
        (number, attributes): (usize, u32),
        nested: impl Fn(u32) -> bool,
        append: Option<impl FnOnce(&mut Tail<'_, 'a>)>,
        mut enter: impl FnMut(&mut Self, Field<'_, 'a>),
    ) -> bool {
        let mut frame = self.frames.pop().unwrap_or_default();
        let touched = self.look_at(&node, &mut frame, (number, attributes), nested);
        let mut changed = false;
        if touched || append.is_some() || frame.noted.iter().any(|(_, noted)| matches!(noted, Noted::Nested)) {
            let entries = &frame.entries;
            let (mut next, mut value) = (0, Vec::new());
            let mut tail = node.fields_at(frame.noted.iter().copied(), |noted, field| match noted {
                Noted::Nested => enter(self, field),
                Noted::Attribute(_) => {
                    let Some(entry) = entries.get(next) else { return };
                    next += 1;
                    let attribute = field.into_attribute();
                    changed |= !matches!(entry.decision(), Decision::Keep);
                    match entry.decision() {
                        Decision::Keep => {}
                        Decision::Remove => attribute.remove(),
                        Decision::Rename(key) => attribute.rename(key),
                        Decision::Set(to) => attribute.set(&to),
                        Decision::Replace => attribute.replace_parts(&entry.parts(&mut value)),
                    }
                }
            });
            for entry in entries.iter().filter(|entry| entry.is_new()) {
                tail.append_parts(&entry.parts(&mut value));
                changed = true;
            }
            if let Some(append) = append {
                append(&mut tail);
            }
        }
        frame.noted.clear();
        frame.entries.clear();
        self.frames.push(frame);
        changed
    }

    /// Notes what is of interest in a message, and carries out the program if one of its attributes is meant; says whether.
    fn look_at(
        &mut self,
        node: &Node<'_, 'a>,
        frame: &mut Frame<'a>,
        (number, attributes): (usize, u32),
        nested: impl Fn(u32) -> bool,
    ) -> bool {
        let (program, memo) = (&self.programs.programs[number], &mut self.memos[number]);
        memo.make_room();
        let mut meant = false;
        for place in node.places() {
            if place.number() == attributes && place.has_length() {
                let key = KeyValue::from(Message::new(node.content_at(place))).key_bytes();
                let hits = program.look_up(memo, key);
                meant |= hits != HitsId::NONE;
                frame.noted.push((place, Noted::Attribute(hits)));
            } else if nested(place.number()) {
                frame.noted.push((place, Noted::Nested));
            }
        }
        let arriving = self.handed.iter().filter(|handed| handed.goes_to(level_of(number)));
        if !meant && arriving.clone().next().is_none() {
            return false;
        }
        frame.entries.extend(frame.noted.iter().filter_map(|(place, noted)| match noted {
            Noted::Attribute(hits) => Some(Entry::new(node.content_at(*place), *hits)),
            _ => None,
        }));
        let mut again = Vec::new();
        List::new(program, memo, self.limits, self.counts, &mut frame.entries, &mut again).run(arriving);
        true
    }
}

/// The level of a program.
fn level_of(number: usize) -> Level {
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

/// The message in field 1: the resource of an entry by resource, the scope of one by scope.
fn first<'a>(node: &Node<'_, 'a>) -> Option<Message<'a>> {
    let place = node.places().filter(|place| place.number() == 1 && place.has_length()).last()?;
    Some(Message::new(node.content_at(place)))
}
