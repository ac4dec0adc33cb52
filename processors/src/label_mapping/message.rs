//! One message: its attributes with the rules of its level, and what else in it is of interest.

use std::sync::Arc;

use sluice_pdata::edit::{AttributeField, Field, Node, Place, Tail};
use sluice_pdata::view::{KeyValue, Message};

use super::entry::{Decision, Entry};
use super::list::List;
use super::program::{HitsId, Memo, Program};
use super::programs::level_of;
use super::telemetry::Change;
use super::walk::Walk;

/// Appends nothing to a message.
pub(super) const NOTHING: Option<fn(&mut Tail<'_, '_>)> = None;

/// What is known of one message while it is gone over.
#[derive(Default)]
pub(super) struct Frame<'a> {
    noted: Vec<Noted<'a>>,
    has_nested: bool,
    entries: Vec<Entry<'a>>,
}

/// A field that is of interest.
struct Noted<'a> {
    place: Place,
    /// Of an attribute.
    key: &'a [u8],
    what: What,
}

/// What a field is good for.
#[derive(Clone, Copy)]
enum What {
    Attribute(HitsId),
    Nested,
}

/// What is to be done with the attributes of a message.
enum Work {
    Nothing,
    /// The field that was noted at this place gets a name that nobody has, and nothing else happens.
    Rename {
        at: usize,
        to: Arc<str>,
    },
    /// All that the entries say.
    Entries,
}

impl<'a> Walk<'_, 'a> {
    /// A message of which nothing but the attributes is of interest.
    pub(super) fn attributes_of(&mut self, node: Node<'_, 'a>, number: usize, attributes: u32) {
        self.message(node, (number, attributes), |_| false, NOTHING, |_, _| {});
    }

    /// Carries out a program, of this number, on the attributes of a message, which are in the field of this number; calls
    /// `enter` with each field that `nested` chooses, and `append` with the end of the message.
    ///
    /// Says whether an attribute changed.
    pub(super) fn message(
        &mut self,
        node: Node<'_, 'a>,
        (number, attributes): (usize, u32),
        nested: impl Fn(u32) -> bool,
        append: Option<impl FnOnce(&mut Tail<'_, 'a>)>,
        mut enter: impl FnMut(&mut Self, Field<'_, 'a>),
    ) -> bool {
        let mut frame = self.frames.pop().unwrap_or_default();
        let work = self.look_at(&node, &mut frame, (number, attributes), nested);
        let mut changed = false;
        if !matches!(work, Work::Nothing) || frame.has_nested || append.is_some() {
            let entries = &frame.entries;
            let (mut next, mut value) = (0, Vec::new());
            let wanted = frame.noted.iter().enumerate().filter(|(index, noted)| match (&work, noted.what) {
                (_, What::Nested) | (Work::Entries, _) => true,
                (Work::Rename { at, .. }, _) => at == index,
                (Work::Nothing, _) => false,
            });
            let mut tail =
                node.fields_at(wanted.map(|(_, noted)| (noted.place, noted.what)), |what, field| match (what, &work) {
                    (What::Nested, _) => enter(self, field),
                    (_, Work::Rename { to, .. }) => {
                        field.into_attribute().rename(to);
                        changed = true;
                    }
                    _ => {
                        let Some(entry) = entries.get(next) else { return };
                        next += 1;
                        changed |= apply(entry, field.into_attribute(), &mut value);
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
        frame.has_nested = false;
        self.frames.push(frame);
        changed
    }

    /// Notes what is of interest in a message, and finds out what is to be done with its attributes.
    fn look_at(
        &mut self,
        node: &Node<'_, 'a>,
        frame: &mut Frame<'a>,
        (number, attributes): (usize, u32),
        nested: impl Fn(u32) -> bool,
    ) -> Work {
        let (program, memo) = (self.programs.program(number), &mut self.memos[number]);
        memo.make_room();
        let (mut meant, mut last) = (0, 0);
        for place in node.places() {
            if place.number() == attributes && place.has_length() {
                let key = KeyValue::from(Message::new(node.content_at(place))).key_bytes();
                let hits = program.look_up(memo, key);
                if hits != HitsId::NONE {
                    (meant, last) = (meant + 1, frame.noted.len());
                }
                frame.noted.push(Noted { place, key, what: What::Attribute(hits) });
            } else if nested(place.number()) {
                frame.has_nested = true;
                frame.noted.push(Noted { place, key: b"", what: What::Nested });
            }
        }
        let arriving = self.handed.iter().filter(|handed| handed.goes_to(level_of(number)));
        let arrives = arriving.clone().next().is_some();
        match meant {
            0 if !arrives => return Work::Nothing,
            1 if !arrives => {
                if let Some(to) = only_rename(program, memo, &frame.noted, last) {
                    self.counts.add(Change::Renamed);
                    return Work::Rename { at: last, to };
                }
            }
            _ => {}
        }
        frame.entries.extend(frame.noted.iter().filter_map(|noted| match noted.what {
            What::Attribute(hits) => Some(Entry::new(node.content_at(noted.place), noted.key, hits)),
            What::Nested => None,
        }));
        let mut again = Vec::new();
        List::new(program, memo, self.limits, self.counts, &mut frame.entries, &mut again).run(arriving);
        Work::Entries
    }
}

/// The new name of the one attribute that is meant, if a name is all that it gets and nobody has that name.
///
/// This is what most lists come down to, and it needs no entries.
fn only_rename(program: &Program, memo: &Memo, noted: &[Noted<'_>], at: usize) -> Option<Arc<str>> {
    let What::Attribute(hits) = noted[at].what else { return None };
    let to = program.hits(memo, hits).first()?.only_rename()?;
    let is_free = noted.iter().all(|other| other.key != to.as_bytes() || matches!(other.what, What::Nested));
    is_free.then(|| Arc::clone(to))
}

/// Does to an attribute what became of its entry; says whether that is anything.
fn apply(entry: &Entry<'_>, attribute: AttributeField<'_, '_>, value: &mut Vec<u8>) -> bool {
    match entry.decision() {
        Decision::Keep => return false,
        Decision::Remove => attribute.remove(),
        Decision::Rename(key) => attribute.rename(key),
        Decision::Set(to) => attribute.set(&to),
        Decision::Replace => attribute.replace_parts(&entry.parts(value)),
    }
    true
}
