//! The processor.

use sluice_component::{BuildError, ConsumeError, Context, Transform};
use sluice_pdata::edit::{AttributeField, Node};
use sluice_pdata::view::{Span, Value};
use sluice_pdata::{Batch, Signal};

use super::annotate::{Outcomes, annotate};
use super::body::Body;
use super::config::{Config, Summary};
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

impl Visit for Redact<'_> {
    fn attributes(&mut self, node: Node<'_, '_>) {
        let (place, mut outcome) = self.begin();
        let system = self.system(&node);
        node.attributes(|attribute| self.attribute(attribute, &system, &mut outcome));
        self.end(place, Of::Attributes, outcome);
    }

    fn span(&mut self, node: Node<'_, '_>) {
        let (place, mut outcome) = self.begin();
        let at = self.outcomes.len();
        let system = self.system(&node);
        let name = names::sanitized(self.rules, &node.view::<Span<'_>>(), &system, self.scratch);
        node.fields(|field| match field.attribute() {
            Ok(attribute) => self.attribute(attribute, &system, &mut outcome),
            Err(field) => match (field.number(), &name) {
                (walk::SPAN_EVENTS, _) => field.enter(|event| self.attributes(event)),
                (walk::SPAN_NAME, Some(name)) => field.replace(name.as_bytes()),
                _ => {}
            },
        });
        // Its events were visited after it began.
        let events = self.outcomes.split_off(at);
        self.end(place, Of::Attributes, outcome);
        self.outcomes.extend(events);
    }

    fn record(&mut self, node: Node<'_, '_>) {
        let (place, mut outcome) = self.begin();
        let mut of_body = self.noting.then(Outcome::default);
        let system = self.system(&node);
        let mut has_body = false;
        let mut tail = node.fields(|field| match field.attribute() {
            Ok(attribute) => self.attribute(attribute, &system, &mut outcome),
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
        self.end(place, Of::Attributes, outcome);
        self.end(place, Of::Body, of_body);
    }
}

impl Redact<'_> {
    fn begin(&mut self) -> (usize, Option<Outcome>) {
        let place = self.places;
        self.places += 1;
        (place, self.noting.then(Outcome::default))
    }

    fn end(&mut self, place: usize, of: Of, outcome: Option<Outcome>) {
        if let Some(outcome) = outcome.filter(|outcome| !outcome.is_empty()) {
            self.outcomes.push((place, of, outcome));
        }
    }

    /// The database that is spoken to, if somebody wants to know.
    fn system(&self, node: &Node<'_, '_>) -> String {
        match &self.rules.database {
            Some(database) if database.has_attributes() => database::system(&node.attribute_views()),
            _ => String::new(),
        }
    }

    #[inline]
    fn attribute(&mut self, attribute: AttributeField<'_, '_>, system: &str, outcome: &mut Option<Outcome>) {
        let view = attribute.view();
        let decision = self.rules.attribute(&view, system, self.scratch);
        if let Some(outcome) = outcome {
            match &decision {
                Decision::Keep => {}
                Decision::Ignored => outcome.ignored += 1,
                Decision::Allowed => outcome.allowed.push(view.key().into()),
                Decision::Removed => outcome.redacted.push(view.key().into()),
                Decision::Masked(_) => outcome.masked.push(view.key().into()),
            }
        }
        match decision {
            Decision::Keep | Decision::Ignored | Decision::Allowed => {}
            Decision::Removed => attribute.remove(),
            Decision::Masked(text) => attribute.set(&Value::String(&text)),
        }
    }
}
