//! Before and after: what the processor `pii` does to what the three services send.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sluice_component::config::{Node, Report, Section, Value};
use sluice_pdata::Batch;
use sluice_processors::pii::Explainer;

/// How often samples are taken anew.
const INTERVAL: Duration = Duration::from_secs(1);

/// How many are shown.
const SHOWN: usize = 5;

/// How wide each of the two columns is, in characters.
const WIDTH: usize = 36;

/// Values before and after, of what was sent last. A clone shares them.
#[derive(Clone)]
pub(super) struct Samples {
    explainer: Explainer,
    taken: Arc<Mutex<Taken>>,
}

#[derive(Default)]
struct Taken {
    at: Option<Instant>,
    samples: Vec<Sample>,
}

struct Sample {
    place: &'static str,
    path: String,
    before: String,
    after: String,
}

impl Samples {
    /// With the settings of the demo's configuration, which are the defaults.
    pub(super) fn new() -> Self {
        let (explainer, _) = Section::read(&Node::new(Value::Null), "pii", &Report::default(), Explainer::read);
        Self { explainer, taken: Arc::default() }
    }

    /// Takes samples of what is about to be sent, if it is time to.
    pub(super) fn take(&self, batches: &[&Batch]) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.at.is_some_and(|at| at.elapsed() < INTERVAL) {
            return;
        }
        let mut samples: Vec<Sample> = Vec::new();
        for value in batches.iter().flat_map(|batch| self.explainer.batch(batch).values) {
            let is_new = |sample: &Sample| (sample.place, &sample.path) != (value.place, &value.path);
            if samples.len() < SHOWN && samples.iter().all(is_new) {
                let after = value.after.unwrap_or_default();
                samples.push(Sample { place: value.place, path: value.path, before: value.before, after });
            }
        }
        if !samples.is_empty() {
            *taken = Taken { at: Some(Instant::now()), samples };
        }
    }

    /// The samples, side by side; nothing if there are none.
    pub(super) fn table(&self) -> String {
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let mut text = String::new();
        if !taken.samples.is_empty() {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "\n  {:WIDTH$}  after pii", "before");
        }
        for Sample { before, after, .. } in &taken.samples {
            let (before, after) = side_by_side(before, after);
            let _ = writeln!(text, "  {before:WIDTH$}  {after}");
        }
        text
    }
}

/// The part of two texts in which they begin to differ.
fn side_by_side(before: &str, after: &str) -> (String, String) {
    let same = before.chars().zip(after.chars()).take_while(|(before, after)| before == after).count();
    let skipped = same.saturating_sub(WIDTH / 3);
    let cut = |text: &str| {
        let rest: Vec<char> = text.chars().skip(skipped).collect();
        let mut cut: String = if skipped > 0 { "…".into() } else { String::new() };
        let room = WIDTH - usize::from(skipped > 0);
        if rest.len() > room {
            cut.extend(&rest[..room - 1]);
            cut.push('…');
        } else {
            cut.extend(&rest);
        }
        cut
    };
    (cut(before), cut(after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_shown_from_where_they_differ() {
        assert_eq!(side_by_side("a@b.com", "[EMAIL]"), ("a@b.com".into(), "[EMAIL]".into()));
        assert_eq!(
            side_by_side(
                "order of 3 items, receipt goes to anna@example.org, and so on and on",
                "order of 3 items, receipt goes to [EMAIL], and so on and on"
            ),
            ("…ipt goes to anna@example.org, and …".into(), "…ipt goes to [EMAIL], and so on and…".into())
        );
    }
}
