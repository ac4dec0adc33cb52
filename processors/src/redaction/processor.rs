//! The processor.

use std::vec::IntoIter;

use sluice_component::{BuildError, ConsumeError, Context, Transform};
use sluice_pdata::edit::{AttributeField, Node, Parts, put_value};
use sluice_pdata::view::{KeyValue, Span, Value};
use sluice_pdata::{Batch, Signal};

use super::annotate::{Outcomes, annotate};
use super::body::Body;
use super::config::{Config, Summary};
use super::keys::Verdict;
use super::outcome::{Of, Outcome};
use super::rules::{Decision, Rules};
use super::scratch::{Pool, Scratch};
use super::walk::{self, Visit};
use super::{database, names};

/// Removes and masks, by rules.
pub(super) struct Redaction {
    rules: Rules,
    summary: Summary,
    scratches: Pool,
}

impl Redaction {
    pub(super) fn new(config: &Config, signal: Signal) -> Result<Self, BuildError> {
        Ok(Self { rules: Rules::new(config, signal)?, summary: config.summary, scratches: Pool::default() })
    }
}

impl Transform for Redaction {
    fn transform(&self, batch: Batch, _context: &Context) -> Result<Batch, ConsumeError> {
        let mut scratch = self.scratches.take().unwrap_or_else(|| self.rules.scratch());
        let mut visit = Redact {
            rules: &self.rules,
            scratch: &mut scratch,
            noting: self.summary != Summary::Silent,
            outcomes: Vec::new(),
            places: 0,
        };
        let redacted = walk::walk(&batch, &mut visit);
        let outcomes = visit.outcomes;
        self.scratches.put(scratch);
        Ok(if outcomes.is_empty() { redacted } else { annotate(&redacted, self.summary, outcomes) })
    }
}

/// Goes over one batch.
struct Redact<'r> {
    rules: &'r Rules,
    scratch: &'r mut Scratch,
    /// Whether somebody wants to know what was done.
    noting: bool,
    outcomes: Outcomes,
    /// How many places were visited.
    places: usize,
}

/// The attributes of one place while they are gone over.
struct Attributes<'a> {
    place: usize,
    /// The database that they tell, if somebody wants to know.
    system: String,
    outcome: Option<Outcome>,
    /// Those that stay, in their new order, if some are removed.
    staying: Option<IntoIter<KeyValue<'a>>>,
}

/// The one kind of values that are remembered.
const ATTRIBUTE: u8 = 0;

/// Of more attributes than this in one place those that stay keep their order.
const MOST_REORDERED: usize = 128;

impl Visit for Redact<'_> {
    fn attributes(&mut self, node: Node<'_, '_>) {
        let mut attributes = self.begin(&node);
        node.attributes(|attribute| self.attribute(attribute, &mut attributes));
        self.end(attributes.place, Of::Attributes, attributes.outcome);
    }

    fn span(&mut self, node: Node<'_, '_>) {
        let at = self.outcomes.len();
        let mut attributes = self.begin(&node);
        let name = names::sanitized(self.rules, &node.view::<Span<'_>>(), &attributes.system, self.scratch);
        node.fields(|field| match field.attribute() {
            Ok(attribute) => self.attribute(attribute, &mut attributes),
            Err(field) => match (field.number(), &name) {
                (walk::SPAN_EVENTS, _) => field.enter(|event| self.attributes(event)),
                (walk::SPAN_NAME, Some(name)) => field.replace(name.as_bytes()),
                _ => {}
            },
        });
        // Its events were visited after it began.
        let events = self.outcomes.split_off(at);
        self.end(attributes.place, Of::Attributes, attributes.outcome);
        self.outcomes.extend(events);
    }

    fn record(&mut self, node: Node<'_, '_>) {
        let mut attributes = self.begin(&node);
        let mut of_body = self.noting.then(Outcome::default);
        let mut has_body = false;
        let mut tail = node.fields(|field| match field.attribute() {
            Ok(attribute) => self.attribute(attribute, &mut attributes),
            Err(field) if field.number() == walk::LOG_BODY => {
                has_body = true;
                Body { rules: self.rules, scratch: self.scratch, outcome: of_body.as_mut() }.redact(field);
            }
            Err(_) => {}
        });
        if !has_body {
            let mut body = Body { rules: self.rules, scratch: self.scratch, outcome: of_body.as_mut() };
            if let Some(content) = body.missing() {
                tail.append(walk::LOG_BODY, &content);
            }
        }
        self.end(attributes.place, Of::Attributes, attributes.outcome);
        self.end(attributes.place, Of::Body, of_body);
    }
}

impl Redact<'_> {
    fn begin<'a>(&mut self, node: &Node<'_, 'a>) -> Attributes<'a> {
        let place = self.places;
        self.places += 1;
        let system = match &self.rules.database {
            Some(database) if database.has_attributes() => database::system(&node.attribute_views()),
            _ => String::new(),
        };
        let mut outcome = self.noting.then(Outcome::default);
        let staying = if self.rules.keys.may_remove() { self.staying(node, &mut outcome) } else { None };
        Attributes { place, system, outcome, staying }
    }

    fn end(&mut self, place: usize, of: Of, outcome: Option<Outcome>) {
        if let Some(outcome) = outcome.filter(|outcome| !outcome.is_empty()) {
            self.outcomes.push((place, of, outcome));
        }
    }

    /// The attributes that are not removed, in the order that the Collector gives them: the last one comes into the place
    /// of the one that goes. None if nothing is removed.
    fn staying<'a>(&mut self, node: &Node<'_, 'a>, outcome: &mut Option<Outcome>) -> Option<IntoIter<KeyValue<'a>>> {
        let mut staying: Vec<KeyValue<'a>> = node.attribute_views().collect();
        let (keys, seen) = (&self.rules.keys, &mut self.scratch.seen);
        let mut goes = |view: &KeyValue<'a>| keys.verdict(view.key_bytes(), seen) == Verdict::Removed;
        let removed: Vec<KeyValue<'a>> = staying.iter().copied().filter(&mut goes).collect();
        if removed.is_empty() {
            return None;
        }
        if staying.len() > MOST_REORDERED {
            staying.retain(|view| !goes(view));
        } else {
            for view in &removed {
                if let Some(first) = staying.iter().position(|other| other.key_bytes() == view.key_bytes()) {
                    staying.swap_remove(first);
                }
            }
        }
        if let Some(outcome) = outcome {
            outcome.redacted.extend(removed.iter().map(|view| view.key().to_owned()));
        }
        Some(staying.into_iter())
    }

    #[inline]
    fn attribute<'a>(&mut self, attribute: AttributeField<'_, 'a>, attributes: &mut Attributes<'a>) {
        let view = match &mut attributes.staying {
            None => attribute.view(),
            Some(staying) => match staying.next() {
                Some(view) => view,
                None => return attribute.remove(),
            },
        };
        // Where databases are known, what becomes of a value is not said by it and its key alone.
        let remembers = attributes.staying.is_none() && self.rules.database.is_none();
        let vacancy = match remembers {
            true => match self.scratch.kept.find(ATTRIBUTE, attribute.ahead(), view.as_bytes().len()) {
                Ok(()) => return,
                Err(vacancy) => Some(vacancy),
            },
            false => None,
        };
        let decision = self.rules.attribute(&view, &attributes.system, self.scratch);
        if let (Decision::Keep, Some(vacancy)) = (&decision, vacancy) {
            return self.scratch.kept.remember(vacancy, ATTRIBUTE, view.as_bytes());
        }
        if let Some(outcome) = &mut attributes.outcome {
            match &decision {
                Decision::Keep => {}
                Decision::Ignored => outcome.ignored += 1,
                Decision::Allowed => outcome.allowed.push(view.key().into()),
                Decision::Masked(_) => outcome.masked.push(view.key().into()),
            }
        }
        if let Decision::Masked(text) = decision {
            let mut value = Vec::with_capacity(text.len() + 6);
            put_value(&mut value, &Value::String(&text));
            attribute.replace_parts(&Parts { key: view.key_bytes(), value: &value, rest: Some(view) });
        } else if attributes.staying.is_some() && !std::ptr::eq(view.as_bytes(), attribute.view().as_bytes()) {
            attribute.field().replace(view.as_bytes());
        }
    }
}
