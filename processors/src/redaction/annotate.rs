//! Says on each record what was done to it, when that is known.

use std::iter::Peekable;
use std::vec::IntoIter;

use sluice_pdata::Batch;
use sluice_pdata::edit::{Attribute, Node};
use sluice_pdata::view::Value;

use super::config::Summary;
use super::outcome::{Note, Of, Outcome, Said};
use super::walk::{self, Visit};

/// Outcomes, each with the number of its place: in the order in which places are visited.
pub(super) type Outcomes = Vec<(usize, Of, Outcome)>;

/// Adds the summary attributes. This is a pass of its own, after the one that redacts: counts are known only when all
/// attributes were seen, and may have to be added to an attribute that stands before them.
pub(super) fn annotate(batch: &Batch, summary: Summary, outcomes: Outcomes) -> Batch {
    if outcomes.is_empty() {
        return batch.clone();
    }
    walk::walk(batch, &mut Annotate { summary, outcomes: outcomes.into_iter().peekable(), places: 0 })
}

struct Annotate {
    summary: Summary,
    outcomes: Peekable<IntoIter<(usize, Of, Outcome)>>,
    places: usize,
}

impl Annotate {
    /// What is to be said at the next place.
    fn notes(&mut self, node: &Node<'_, '_>) -> Vec<Note> {
        let place = self.places;
        self.places += 1;
        let mut notes = Vec::new();
        while let Some((_, of, mut outcome)) = self.outcomes.next_if(|(at, ..)| *at == place) {
            notes.extend(outcome.notes(of, self.summary, &node.attribute_views()));
        }
        notes
    }
}

impl Visit for Annotate {
    fn attributes(&mut self, node: Node<'_, '_>) {
        let notes = self.notes(&node);
        put(node, notes, |_| {});
    }

    fn span(&mut self, node: Node<'_, '_>) {
        let notes = self.notes(&node);
        put(node, notes, |event| self.attributes(event));
    }

    fn record(&mut self, node: Node<'_, '_>) {
        self.attributes(node);
    }
}

/// Puts the notes where they were before, or at the end; enters the events of a span.
fn put(node: Node<'_, '_>, mut notes: Vec<Note>, mut event: impl FnMut(Node<'_, '_>)) {
    let mut tail = node.fields(|field| match field.attribute() {
        Ok(attribute) => {
            let key = attribute.key_bytes();
            if let Some(at) = notes.iter().position(|note| note.key.as_bytes() == key) {
                attribute.set(&notes.remove(at).value());
            }
        }
        Err(field) if field.number() == walk::SPAN_EVENTS => field.enter(&mut event),
        Err(_) => {}
    });
    for note in notes {
        tail.append_attribute(&Attribute::new(note.key, &note.value()));
    }
}

impl Note {
    fn value(&self) -> Value<'_> {
        match &self.value {
            Said::Keys(keys) => Value::String(keys),
            Said::Count(count) => Value::Int(*count),
        }
    }
}
