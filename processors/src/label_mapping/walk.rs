//! The one pass over a request: from resource to record, each list of attributes with the rules of its level.

use sluice_pdata::Signal;
use sluice_pdata::edit::{Node, Tail};
use sluice_pdata::view::{Attributes, LogRecord, Message, Resource, Scope};

use super::entry::{Entry, Handed};
use super::limits::Limits;
use super::list::List;
use super::message::{Frame, NOTHING};
use super::program::Memo;
use super::programs::{EVENT, EXEMPLAR, LINK, METRIC, POINT, Programs, RECORD, RESOURCE, SCOPE, SPAN};
use super::telemetry::Counts;

/// A request on its way through the programs.
pub(super) struct Walk<'p, 'a> {
    pub(super) programs: &'p Programs,
    pub(super) memos: &'p mut [Memo],
    pub(super) limits: &'p Limits,
    pub(super) counts: &'p mut Counts,
    /// Of each metric, whether the attributes of its data points changed.
    changed_metrics: &'p mut Vec<bool>,
    /// Room for lists, used again.
    pub(super) frames: Vec<Frame<'a>>,
    /// What the resource and the scope hand down.
    pub(super) handed: Vec<Handed<'a>>,
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
        let program = self.programs.program(number);
        let memo = &mut self.memos[number];
        let mut entries: Vec<_> = attributes
            .map(|attribute| {
                let key = attribute.key_bytes();
                Entry::new(attribute.as_bytes(), key, program.look_up(memo, key))
            })
            .collect();
        let mut uncounted = Counts::default();
        List::new(program, memo, self.limits, &mut uncounted, &mut entries, &mut self.handed).run([].iter());
    }

    fn span(&mut self, node: Node<'_, 'a>) {
        const KIND: u32 = 6;
        let (events, links) = (self.programs.any(&[EVENT]), self.programs.any(&[LINK]));
        let kind = || node.places().filter(|place| place.number() == KIND && !place.has_length()).last();
        // Kinds that we do not know are unspecified.
        let kind = self.programs.by_kind.then(kind).flatten();
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
}

/// The message in field 1: the resource of an entry by resource, the scope of one by scope.
fn first<'a>(node: &Node<'_, 'a>) -> Option<Message<'a>> {
    let place = node.places().filter(|place| place.number() == 1 && place.has_length()).last()?;
    Some(Message::new(node.content_at(place)))
}
