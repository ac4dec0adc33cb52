//! The labels of a series.

use sluice_pdata::view::{Attributes, KeyValue};

use super::label_name::{LabelNamer, NoLabelName};
use super::surroundings::{Precedence, Surroundings};

/// The labels of a series, sorted by the bytes of their names, none of which is there twice, with values that are not empty.
///
/// One set is meant to be filled again and again: names and values lie in one text.
#[derive(Clone, Debug, Default)]
pub struct Labels {
    text: String,
    labels: Vec<Label>,
    /// Room to merge in.
    merged: Vec<Label>,
}

/// Where a label is in the text.
#[derive(Clone, Copy, Debug)]
struct Label {
    name: Place,
    value: Place,
    /// The key of the attribute that it is made of.
    key: Place,
}

#[derive(Clone, Copy, Debug)]
struct Place {
    begin: usize,
    end: usize,
}

impl Labels {
    /// The labels, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.labels.iter().map(|label| (self.at(label.name), self.at(label.value)))
    }

    /// The value of a label.
    pub fn get(&self, name: &str) -> Option<&str> {
        let index = self.find(name).ok()?;
        Some(self.at(self.labels[index].value))
    }

    /// Removes all labels.
    pub fn clear(&mut self) {
        self.text.clear();
        self.labels.clear();
    }

    /// Replaces all labels by those of a data point: of its attributes, and what surrounds it.
    ///
    /// Values of attributes whose keys become the same name are joined by `;` in the order of the keys, equal ones once.
    ///
    /// # Errors
    ///
    /// An attribute with a value has a key of which no name can be made.
    pub fn fill(
        &mut self,
        namer: LabelNamer,
        attributes: Attributes<'_>,
        around: &Surroundings,
    ) -> Result<(), NoLabelName> {
        self.fill_but(namer, attributes, around, |_| false)
    }

    /// As [`fill`](Self::fill), without the attributes whose keys are left out.
    ///
    /// # Errors
    ///
    /// As of [`fill`](Self::fill).
    pub fn fill_but(
        &mut self,
        namer: LabelNamer,
        attributes: Attributes<'_>,
        around: &Surroundings,
        left_out: impl Fn(&[u8]) -> bool,
    ) -> Result<(), NoLabelName> {
        self.clear();
        if let Some(resource) = around.attributes() {
            self.text.push_str(&resource.text);
            self.labels.extend_from_slice(&resource.labels);
        }
        for attribute in attributes {
            let key = attribute.key_bytes();
            if !around.replaces(key) && !left_out(key) {
                self.add(namer, &attribute)?;
            }
        }
        self.settle();
        self.surround(around);
        Ok(())
    }

    /// Sets a label, whether there was one of the name or not. An empty value removes it.
    pub fn set(&mut self, name: &str, value: &str) {
        match self.find(name) {
            Ok(index) if value.is_empty() => {
                self.labels.remove(index);
            }
            Ok(index) => self.labels[index].value = self.put(value),
            Err(_) if value.is_empty() => {}
            Err(index) => {
                let name = self.put(name);
                let value = self.put(value);
                self.labels.insert(index, Label { name, value, key: name });
            }
        }
    }

    /// Appends an attribute; [`settle`](Self::settle) makes the labels of it what they must be.
    pub(super) fn add(&mut self, namer: LabelNamer, attribute: &KeyValue<'_>) -> Result<(), NoLabelName> {
        let value = attribute.value();
        let value = value.as_ref().map(|value| value.to_text()).unwrap_or_default();
        if value.is_empty() {
            return Ok(());
        }
        let key = attribute.key();
        let begin = self.text.len();
        namer.append(key, &mut self.text)?;
        let name = Place { begin, end: self.text.len() };
        let key = if self.at(name) == key { name } else { self.put(key) };
        let value = self.put(&value);
        self.labels.push(Label { name, value, key });
        Ok(())
    }

    /// Sorts, and joins what has the same name.
    pub(super) fn settle(&mut self) {
        let text = &self.text;
        let at = |place: Place| &text[place.begin..place.end];
        let sorted = self.labels.windows(2).all(|pair| at(pair[0].name) < at(pair[1].name));
        if sorted {
            return;
        }
        self.labels.sort_by_key(|label| (at(label.name), at(label.key)));
        self.merged.clear();
        for label in &self.labels {
            let Some(last) =
                self.merged.last_mut().filter(|last| at_in(&self.text, last.name) == at_in(&self.text, label.name))
            else {
                self.merged.push(*label);
                continue;
            };
            if at_in(&self.text, last.value) != at_in(&self.text, label.value) {
                let begin = self.text.len();
                self.text.extend_from_within(last.value.begin..last.value.end);
                self.text.push(';');
                self.text.extend_from_within(label.value.begin..label.value.end);
                last.value = Place { begin, end: self.text.len() };
            }
        }
        std::mem::swap(&mut self.labels, &mut self.merged);
    }

    /// Puts the labels of what surrounds a data point to its own.
    fn surround(&mut self, around: &Surroundings) {
        let shift = self.text.len();
        let others = around.labels();
        self.text.push_str(&others.text);
        let moved = |place: Place| Place { begin: place.begin + shift, end: place.end + shift };
        self.merged.clear();
        let mut own = self.labels.iter().peekable();
        for (label, precedence) in others.labels.iter().zip(around.precedences()) {
            let other = Label { name: moved(label.name), value: moved(label.value), key: moved(label.key) };
            let name = at_in(&self.text, other.name);
            while let Some(before) = own.next_if(|label| at_in(&self.text, label.name) < name) {
                self.merged.push(*before);
            }
            let same = own.next_if(|label| at_in(&self.text, label.name) == name);
            self.merged.push(match (same, precedence) {
                (Some(same), Precedence::BelowAttributes) => *same,
                _ => other,
            });
        }
        self.merged.extend(own);
        std::mem::swap(&mut self.labels, &mut self.merged);
    }

    fn find(&self, name: &str) -> Result<usize, usize> {
        self.labels.binary_search_by(|label| self.at(label.name).cmp(name))
    }

    /// Where a label of this name is, or would be.
    pub(super) fn position(&self, name: &str) -> Result<usize, usize> {
        self.find(name)
    }

    fn put(&mut self, text: &str) -> Place {
        let begin = self.text.len();
        self.text.push_str(text);
        Place { begin, end: self.text.len() }
    }

    fn at(&self, place: Place) -> &str {
        at_in(&self.text, place)
    }
}

fn at_in(text: &str, place: Place) -> &str {
    &text[place.begin..place.end]
}
