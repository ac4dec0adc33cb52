//! Text under construction, with the pieces that are labelled.

use std::ops::Range;

use crate::value::Value;
use crate::{Difficulty, Label};

/// How a piece is written into the language around it.
pub(crate) type Encode = fn(&str) -> String;

/// Text under construction.
#[derive(Clone, Debug, Default)]
pub(crate) struct Text {
    pub(crate) text: String,
    pub(crate) labels: Vec<Label>,
}

impl Text {
    pub(crate) fn push(&mut self, piece: &str) -> &mut Self {
        self.text.push_str(piece);
        self
    }

    /// Appends a value and labels it.
    pub(crate) fn value(&mut self, value: &Value, frame: &'static str) -> &mut Self {
        self.encoded(value, frame, str::to_owned)
    }

    /// Appends a value as `encode` writes it and labels it. What is written otherwise than it is, is hard.
    pub(crate) fn encoded(&mut self, value: &Value, frame: &'static str, encode: Encode) -> &mut Self {
        let far_start = self.text.len();
        self.text.push_str(&encode(&value.text[..value.core.start]));
        let start = self.text.len();
        let core = encode(&value.text[value.core.clone()]);
        let changed = core != value.text[value.core.clone()];
        self.text.push_str(&core);
        let end = self.text.len();
        self.text.push_str(&encode(&value.text[value.core.end..]));
        let outer = far_start.max(start.saturating_sub(value.slack()))..self.text.len().min(end + value.slack());
        self.label(value, frame, start..end, outer);
        if changed {
            self.harden();
        }
        self
    }

    /// Makes the last label hard.
    pub(crate) fn harden(&mut self) -> &mut Self {
        if let Some(label) = self.labels.last_mut() {
            label.difficulty = Difficulty::Hard;
        }
        self
    }

    /// Lets all of the text go with its labels.
    pub(crate) fn open(&mut self) -> &mut Self {
        for label in &mut self.labels {
            label.outer = 0..self.text.len();
        }
        self
    }

    /// The whole text as `encode` writes it, piece by piece, so that the labels stay right.
    pub(crate) fn reencoded(&self, encode: Encode) -> Self {
        let mut text = String::new();
        let mut places = Vec::new();
        let mut cuts: Vec<usize> = self
            .labels
            .iter()
            .flat_map(|label| [label.core.start, label.core.end, label.outer.start, label.outer.end])
            .collect();
        cuts.extend([0, self.text.len()]);
        cuts.retain(|&cut| self.text.is_char_boundary(cut));
        cuts.sort_unstable();
        cuts.dedup();
        for pair in cuts.windows(2) {
            places.push((pair[0], text.len()));
            text.push_str(&encode(&self.text[pair[0]..pair[1]]));
        }
        places.push((self.text.len(), text.len()));
        // An outer border within a character moves to the next one.
        let moved = |old: usize| places.iter().find(|place| place.0 >= old).map_or(text.len(), |place| place.1);
        let labels = self
            .labels
            .iter()
            .map(|label| Label {
                core: moved(label.core.start)..moved(label.core.end),
                outer: moved(label.outer.start)..moved(label.outer.end),
                ..label.clone()
            })
            .collect();
        Self { text, labels }
    }

    fn label(&mut self, value: &Value, frame: &'static str, core: Range<usize>, outer: Range<usize>) {
        self.labels.push(Label {
            core,
            outer,
            family: value.family,
            variant: value.variant,
            frame,
            difficulty: value.difficulty,
        });
    }
}
