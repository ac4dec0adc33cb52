//! Looking at every text of a batch, and changing those in which something was found.
//!
//! The walk follows the definitions of OTLP and knows roles, not names: a text in a field that is new is looked at, too.
//! What is left as it is costs no allocation.

use sluice_pdata::edit::{Attribute, Field, Keep, Node, Role, Tail};
use sluice_pdata::view::{self, KeyValue, Plain};
use sluice_pdata::{Batch, Signal};
use sluice_pii::{Finding, Key};

use super::keys::Class;
use super::place::Place;
use super::rules::{Action, Numbers, Rules, Scratch, Unscanned, index};
use super::steps::{Message, Step, Steps};

/// What stands in the place of a value that was not scanned.
const UNSCANNED: &[u8] = b"[UNSCANNED]";

/// The kind under which attributes without a finding are remembered; those of texts are their [`Place`].
const ATTRIBUTE: u8 = Place::ALL.len() as u8;

/// Is told what happens.
pub(super) trait Watcher {
    /// Something was found in a value.
    fn found(&mut self, seen: &Seen<'_>);
    /// A value could not be scanned.
    fn unscanned(&mut self, place: Place, path: &[u8], why: Why);
    /// An item was dropped.
    fn dropped(&mut self);
}

/// A value in which something was found.
pub(super) struct Seen<'a> {
    pub(super) place: Place,
    /// The keys that lead to it, joined by dots.
    pub(super) path: &'a [u8],
    pub(super) class: Class,
    pub(super) text: &'a [u8],
    pub(super) findings: &'a [Finding],
    pub(super) change: Change,
    /// What stands in its place.
    pub(super) result: &'a [u8],
}

/// Why a value was not scanned, or what it would have become was not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Why {
    /// It is larger than the settings allow.
    TooLarge,
    /// What stands in the place of the findings would make it larger than the settings allow.
    GrowsTooLarge,
}

impl Why {
    pub(super) const ALL: [Self; 2] = [Self::TooLarge, Self::GrowsTooLarge];

    /// As a metric label.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::TooLarge => "too_large",
            Self::GrowsTooLarge => "grows_too_large",
        }
    }
}

/// A value could not be scanned.
#[derive(Debug)]
pub(super) struct Refused;

/// What becomes of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// It stays.
    None,
    /// Another text takes its place.
    Text,
    /// The attribute or entry that it is in goes.
    DropAttribute,
    /// The item that it is in goes.
    DropRecord,
}

/// Takes out of a batch what the rules find in it.
///
/// # Errors
/// A value could not be scanned, and the rules want the batch refused then.
pub(super) fn scrub(batch: &Batch, rules: &Rules, watcher: &mut dyn Watcher) -> Result<Batch, Refused> {
    rules.with_scratch(|scratch| {
        let mut walk = Walk {
            rules,
            steps: rules.steps(batch.signal()),
            scratch,
            watcher,
            summary: rules.options.summary && batch.signal() != Signal::Metrics,
            found: false,
            in_record: false,
            drop_record: false,
            refused: false,
            kept: 0,
            dropped: 0,
        };
        let scrubbed = batch.edit(|request| walk.message(request, walk.steps.request()));
        if walk.refused { Err(Refused) } else { Ok(scrubbed) }
    })
}

struct Walk<'w> {
    rules: &'w Rules,
    steps: &'w Steps,
    scratch: &'w mut Scratch,
    watcher: &'w mut dyn Watcher,
    /// Whether items say what was found in them.
    summary: bool,
    /// Whether something was found in the item at hand, for its summary.
    found: bool,
    /// Whether there is an item at hand.
    in_record: bool,
    /// Whether it is to go.
    drop_record: bool,
    /// Whether the batch is to be refused.
    refused: bool,
    /// How many items were kept and dropped so far.
    kept: usize,
    dropped: usize,
}

impl<'w> Walk<'w> {
    /// Looks at a message that is no attribute and no value.
    fn message(&mut self, node: Node<'_, '_>, message: &'w Message) {
        let mut tail = node.fields(|field| match message.step(&field) {
            Step::Pass => {}
            Step::Attribute => self.attribute(field, message.attributes),
            Step::Text(place) => self.text_field(field, place),
            Step::Body => self.body(field),
            Step::Enter(inner) => self.enter(field, self.steps.message(inner)),
            Step::Record(inner) => self.record(field, self.steps.message(inner)),
        });
        if self.found && message.has_summary {
            self.summarise(&mut tail);
        }
    }

    fn enter(&mut self, field: Field<'_, '_>, message: &'w Message) {
        // That of a resource is its own.
        if message.has_summary {
            self.forget_counts();
        }
        let (kept, dropped) = (self.kept, self.dropped);
        field.enter_or_remove(|node| {
            self.message(node, message);
            // What held items and has lost all of them goes with them.
            if self.dropped > dropped && self.kept == kept { Keep::No } else { Keep::Yes }
        });
    }

    fn record(&mut self, field: Field<'_, '_>, message: &'w Message) {
        self.forget_counts();
        self.in_record = true;
        field.enter_or_remove(|node| {
            self.message(node, message);
            self.in_record = false;
            if std::mem::take(&mut self.drop_record) {
                self.dropped += 1;
                self.watcher.dropped();
                return Keep::No;
            }
            self.kept += 1;
            Keep::Yes
        });
    }

    /// What was found so far is not of the item that comes.
    fn forget_counts(&mut self) {
        if std::mem::take(&mut self.found) {
            self.scratch.counts.fill(0);
        }
    }

    /// Says in an item what was found in it, and forgets it.
    fn summarise(&mut self, tail: &mut Tail<'_, '_>) {
        self.found = false;
        for (named, count) in self.rules.named.iter().zip(&mut self.scratch.counts) {
            let count = std::mem::take(count);
            if count > 0 {
                let key = format!("pii.{}.count", named.name);
                tail.append_attribute(&Attribute::new(&key, &view::Value::Int(count.into())));
            }
        }
    }

    /// A field of text, which has no key.
    fn text_field(&mut self, field: Field<'_, '_>, place: Place) {
        let content = field.content();
        let Err(vacancy) = self.scratch.clean.find(place as u8, field.ahead(), content.len()) else { return };
        self.scratch.path.extend_from_slice(place.key().as_bytes());
        match self.look(place, self.rules.field(place), content) {
            Change::None if self.scratch.findings.is_empty() => {
                self.scratch.clean.remember(vacancy, place as u8, content);
            }
            Change::None => {}
            Change::Text => field.replace(&self.scratch.out),
            Change::DropAttribute => field.remove(),
            Change::DropRecord => self.drop_record = true,
        }
        self.scratch.path.clear();
    }

    fn body(&mut self, field: Field<'_, '_>) {
        self.scratch.path.extend_from_slice(Place::Body.key().as_bytes());
        let class = self.rules.field(Place::Body);
        field.enter_or_remove(|value| self.value(value, Place::Body, class));
        self.scratch.path.clear();
    }

    /// An attribute, or an entry of a map.
    #[inline]
    fn attribute(&mut self, field: Field<'_, '_>, place: Place) {
        if !self.scratch.path.is_empty() {
            return self.any_attribute(field, place);
        }
        let content = field.content();
        let Err(vacancy) = self.scratch.clean.find(ATTRIBUTE, field.ahead(), content.len()) else { return };
        let Some((key, value)) = field.view::<KeyValue<'_>>().plain() else {
            return self.any_attribute(field, place);
        };
        match (self.is_clean(key, value), value) {
            (Ok(()), _) => self.scratch.clean.remember(vacancy, ATTRIBUTE, content),
            (Err(class), Plain::Text(text)) if !class.personal => self.plain_text(field, place, class, key, text),
            (Err(_), _) => self.any_attribute(field, place),
        }
    }

    /// Whether there is nothing in a plain attribute; if not, what its key says. What was found in a text is in the buffer
    /// for it.
    #[inline]
    fn is_clean(&mut self, key: &[u8], value: Plain<'_>) -> Result<(), Class> {
        let Scratch { keys, findings, .. } = &mut *self.scratch;
        let class = keys.class(key, key.len(), || self.rules.class(key, key.len(), findings));
        let scanner = &self.rules.scanner;
        let nothing_found = match value {
            Plain::Bool => true,
            Plain::Int(number) => scanner.scan_int(class.key, number).is_none(),
            Plain::Double(number) => scanner.scan_double(class.key, number).is_none(),
            Plain::Text(text) => {
                scanner.scan(class.key, text, findings);
                findings.is_empty()
            }
        };
        if nothing_found && !class.personal { Ok(()) } else { Err(class) }
    }

    /// A plain attribute of text in which something was found.
    fn plain_text(&mut self, field: Field<'_, '_>, place: Place, class: Class, key: &[u8], text: &[u8]) {
        self.scratch.path.extend_from_slice(key);
        let change = self.change(place, class, text);
        self.scratch.path.clear();
        match (change, std::str::from_utf8(&self.scratch.out)) {
            (Change::None, _) => {}
            (Change::Text, Ok(text)) => field.into_attribute().set(&view::Value::String(text)),
            (Change::DropRecord, _) => self.drop_record = true,
            (Change::DropAttribute, _) | (Change::Text, Err(_)) => field.remove(),
        }
    }

    #[inline(never)]
    fn any_attribute(&mut self, field: Field<'_, '_>, place: Place) {
        field.enter_or_remove(|entry| {
            let outer = self.scratch.path.len();
            if outer > 0 {
                self.scratch.path.push(b'.');
            }
            let key = entry.view::<KeyValue<'_>>().key_bytes();
            self.scratch.path.extend_from_slice(key);
            let class = self.class(key.len());
            let mut keep = Keep::Yes;
            entry.fields(|part| match (part.number(), part.role()) {
                (1, Role::Text) if class.personal => self.key(part, place),
                (2, Role::Message) => part.enter(|value| keep = keep.and(self.value(value, place, class))),
                _ => {}
            });
            self.scratch.path.truncate(outer);
            keep
        });
    }

    /// The class of the key at the end of the path.
    fn class(&mut self, leaf: usize) -> Class {
        let Scratch { keys, findings, path, .. } = &mut *self.scratch;
        keys.class(path, leaf, || self.rules.class(path, leaf, findings))
    }

    /// A key in which something was found.
    fn key(&mut self, field: Field<'_, '_>, place: Place) {
        let class = Class { key: Key::default(), action: None, personal: false };
        match self.look(place, class, field.content()) {
            Change::None => {}
            Change::Text => field.replace(&self.scratch.out),
            // The entry stays: what else is in it has its own rules. Its key does not.
            Change::DropAttribute => field.replace(b""),
            Change::DropRecord => self.drop_record = true,
        }
    }

    /// A value, at any depth. Says whether what holds it stays.
    fn value(&mut self, node: Node<'_, '_>, place: Place, class: Class) -> Keep {
        let mut keep = Keep::Yes;
        let mut number_is_text = false;
        let mut tail = node.fields(|part| match (part.number(), part.role()) {
            (1, Role::Text) => keep = keep.and(self.text(part, place, class)),
            (7, Role::Bytes) if self.rules.options.bytes => keep = keep.and(self.text(part, place, class)),
            (3 | 4, Role::Number) if self.rules.options.numbers != Numbers::Off => {
                match self.number(&part, place, class) {
                    Change::None => {}
                    Change::Text if self.rules.options.numbers == Numbers::Zero => part.replace_number(0),
                    Change::Text => {
                        number_is_text = true;
                        part.remove();
                    }
                    Change::DropAttribute => keep = Keep::No,
                    Change::DropRecord => self.drop_record = true,
                }
            }
            (5, Role::Message) => part.enter(|array| {
                array.fields(|element| {
                    element.enter(|value| keep = keep.and(self.value(value, place, class)));
                });
            }),
            (6, Role::Message) => part.enter(|map| {
                map.fields(|entry| {
                    if entry.role() == Role::Attribute {
                        self.attribute(entry, place);
                    }
                });
            }),
            _ => {}
        });
        if number_is_text {
            tail.append(1, &self.scratch.out);
        }
        keep
    }

    /// The text or the bytes of a value. Says whether what holds the value stays.
    fn text(&mut self, field: Field<'_, '_>, place: Place, class: Class) -> Keep {
        match self.look(place, class, field.content()) {
            Change::None => {}
            Change::Text => field.replace(&self.scratch.out),
            Change::DropAttribute => return Keep::No,
            Change::DropRecord => self.drop_record = true,
        }
        Keep::Yes
    }
}

impl Walk<'_> {
    /// Looks at a text or bytes and says what becomes of it; what takes its place is in the buffer for it.
    #[inline]
    fn look(&mut self, place: Place, class: Class, text: &[u8]) -> Change {
        if text.len() > self.rules.options.max_value_size && !class.key.is_skipped() {
            return self.unscanned(place, Why::TooLarge);
        }
        self.rules.scanner.scan(class.key, text, &mut self.scratch.findings);
        if self.scratch.findings.is_empty() { Change::None } else { self.change(place, class, text) }
    }

    /// Looks at a number of a value.
    fn number(&mut self, field: &Field<'_, '_>, place: Place, class: Class) -> Change {
        let (scanner, bits) = (&self.rules.scanner, field.value().unwrap_or_default());
        let is_int = field.number() == 3;
        let rule = match is_int {
            true => scanner.scan_int(class.key, bits as i64),
            false => scanner.scan_double(class.key, f64::from_bits(bits)),
        };
        let Some(rule) = rule else { return Change::None };
        let digits = if is_int { (bits as i64).to_string() } else { f64::from_bits(bits).to_string() };
        self.scratch.findings.clear();
        self.scratch.findings.push(Finding { rule, reason: sluice_pii::Reason::Format, start: 0, end: digits.len() });
        self.change(place, class, digits.as_bytes())
    }

    /// Does what the actions say about the findings.
    #[cold]
    fn change(&mut self, place: Place, class: Class, text: &[u8]) -> Change {
        let Scratch { findings, path, out, counts, .. } = &mut *self.scratch;
        let (mut change, mut empty) = (Change::Text, false);
        for finding in &*findings {
            match self.rules.action(class, finding.rule) {
                Action::Replace(_) => {}
                Action::DropValue => empty = true,
                Action::DropRecord if self.in_record => change = Change::DropRecord,
                Action::DropAttribute | Action::DropRecord if change == Change::Text => change = Change::DropAttribute,
                Action::DropAttribute | Action::DropRecord => {}
            }
            counts[index(finding.rule)] += u32::from(self.summary);
        }
        self.found |= self.summary;
        out.clear();
        let fits = change != Change::Text || empty || rewrite(self.rules, class, text, findings, out);
        if change == Change::Text && fits && out == text {
            change = Change::None;
        }
        self.watcher.found(&Seen { place, path, class, text, findings, change, result: out });
        if fits { change } else { self.unscanned(place, Why::GrowsTooLarge) }
    }

    /// Does what the settings say about a value that cannot be scanned.
    #[cold]
    fn unscanned(&mut self, place: Place, why: Why) -> Change {
        self.watcher.unscanned(place, &self.scratch.path, why);
        match self.rules.options.unscanned {
            Unscanned::Mask => {
                self.scratch.out.clear();
                self.scratch.out.extend_from_slice(UNSCANNED);
                Change::Text
            }
            Unscanned::DropRecord if self.in_record => Change::DropRecord,
            Unscanned::DropAttribute | Unscanned::DropRecord => Change::DropAttribute,
            Unscanned::Refuse => {
                self.refused = true;
                Change::None
            }
        }
    }
}

/// Writes a text with what stands in the place of the findings; false if it gets too large.
fn rewrite(rules: &Rules, class: Class, text: &[u8], findings: &[Finding], out: &mut Vec<u8>) -> bool {
    let mut copied = 0;
    for finding in findings {
        // Half a character is no text.
        let start = boundary(text, finding.start, |at| at - 1).max(copied);
        let end = boundary(text, finding.end, |at| at + 1);
        if end <= copied {
            continue;
        }
        out.extend_from_slice(&text[copied..start]);
        if let Action::Replace(action) = rules.action(class, finding.rule) {
            action.write(&rules.named(finding.rule).mask, &text[start..end], out);
        }
        copied = end;
        if out.len() > rules.options.max_value_size {
            return false;
        }
    }
    out.extend_from_slice(&text[copied..]);
    out.len() <= rules.options.max_value_size
}

/// The nearest place between two characters, one `step` after the other.
fn boundary(text: &[u8], mut at: usize, step: impl Fn(usize) -> usize) -> usize {
    while at > 0 && at < text.len() && text[at] & 0xc0 == 0x80 {
        at = step(at);
    }
    at
}
