//! What is done with each field of each message, found out beforehand: the definitions of OTLP are not asked for every span.

use sluice_pdata::Signal;
use sluice_pdata::edit::{Field, Role, Shape};

use super::place::{Level, Place};
use super::rules::Options;

/// What is done with a field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Step {
    /// Nothing: it can hold no text.
    #[default]
    Pass,
    /// It is an attribute.
    Attribute,
    /// It is a text.
    Text(Place),
    /// It is the body of a log record.
    Body,
    /// It is a message, by its number.
    Enter(u8),
    /// It is a message that is an item.
    Record(u8),
}

/// What is done with the fields of a message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Message {
    /// By the number of the field.
    steps: [Step; 32],
    /// Where its attributes are.
    pub(super) attributes: Place,
    /// Whether it can say what was found in it.
    pub(super) has_summary: bool,
}

/// All messages of a signal.
#[derive(Clone, Debug)]
pub(super) struct Steps(Vec<Message>);

impl Message {
    #[inline(always)]
    pub(super) fn step(&self, field: &Field<'_, '_>) -> Step {
        match self.steps.get(field.number() as usize) {
            Some(step) if field.has_length() => *step,
            _ => Step::Pass,
        }
    }
}

impl Steps {
    pub(super) fn new(signal: Signal, options: Options) -> Self {
        let mut kinds = vec![(Shape::request(signal), Level::Container)];
        let mut messages = Vec::new();
        while let Some((shape, level)) = kinds.get(messages.len()).copied() {
            let mut number = |shape, level| {
                let known = kinds.iter().position(|kind| *kind == (shape, level));
                let number = known.unwrap_or_else(|| {
                    kinds.push((shape, level));
                    kinds.len() - 1
                });
                u8::try_from(number).expect("OTLP has fewer kinds of messages")
            };
            let mut steps = [Step::Pass; 32];
            for field in shape.fields() {
                let inner = level.enter(field.name);
                steps[field.number as usize] = match (field.role, field.message) {
                    (Role::Attribute, _) => Step::Attribute,
                    (Role::Text, _) => Step::Text(level.field(field.name)),
                    (Role::Message, _) if level == Level::LogRecord && field.name == "body" => Step::Body,
                    (Role::Message, Some(shape)) if inner.is_record() => Step::Record(number(shape, inner)),
                    (Role::Message, Some(shape)) => Step::Enter(number(shape, inner)),
                    _ => Step::Pass,
                };
                if matches!(steps[field.number as usize], Step::Text(place) if place.is_name() && !options.names) {
                    steps[field.number as usize] = Step::Pass;
                }
            }
            let has_summary = level.is_record() || level == Level::Resource;
            messages.push(Message { steps, attributes: level.attributes(), has_summary });
        }
        Self(messages)
    }

    /// The export request.
    pub(super) fn request(&self) -> &Message {
        &self.0[0]
    }

    #[inline]
    pub(super) fn message(&self, number: u8) -> &Message {
        &self.0[usize::from(number)]
    }
}
