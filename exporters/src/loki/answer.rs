//! What Loki's answers mean.
//!
//! Source: Loki's `pkg/distributor/distributor.go`, `pkg/ingester/stream.go`, `pkg/validation/validate.go`.

use sluice_component::{Accepted, ComponentId, ConsumeError, Retry};
use sluice_transport::client::http::Response;

use super::repack::{self, Packing};
use crate::answers;
use crate::sending::{Parcel, Receipt};

/// Ways in which Loki refuses lines for good, by a part of what it says. Lines beside them are stored.
const REFUSALS: [Refusal; 14] = [
    Refusal::line("entry too far behind", "entry too far behind"),
    Refusal::line("entry out of order", "entry out of order"),
    Refusal::line("has timestamp too old", "timestamp too old"),
    Refusal::line("has timestamp too new", "timestamp too new"),
    Refusal::line("max entry size", "line too long"),
    Refusal::line("structured metadata too large", "too much structured metadata"),
    Refusal::line("too many structured metadata labels", "too much structured metadata"),
    Refusal::line(NO_METADATA, "structured metadata is not allowed"),
    Refusal::stream(" label names; limit ", "too many labels"),
    Refusal::stream("has label name too long", "label name too long"),
    Refusal::stream("has label value too long", "label value too long"),
    Refusal::stream("has duplicate label name", "a label comes twice"),
    Refusal::stream("missing required labels", "a label is missing that Loki demands"),
    Refusal::stream("error parsing labels", "labels cannot be read"),
];

/// A way in which Loki refuses.
struct Refusal {
    /// What its message has in it.
    said: &'static str,
    /// What is wrong with the lines, to be printed: Loki's own message holds labels.
    why: &'static str,
    /// Whether one message is for all lines of a stream, rather than for one line.
    of_stream: bool,
}

impl Refusal {
    const fn line(said: &'static str, why: &'static str) -> Self {
        Self { said, why, of_stream: false }
    }

    const fn stream(said: &'static str, why: &'static str) -> Self {
        Self { said, why, of_stream: true }
    }
}

/// What Loki says where a line may have no structured metadata.
const NO_METADATA: &str = "includes structured metadata, but this feature is disallowed";

/// What follows from an answer.
#[derive(Debug)]
pub(super) enum Verdict {
    /// The parcel is settled, or is not.
    Settled(Result<Receipt, ConsumeError>),
    /// Lines may have no structured metadata here; these parcels have none.
    WithoutMetadata(Vec<Parcel>),
}

/// Judges the answer to a parcel.
pub(super) fn judge(exporter: &ComponentId, response: &Response, parcel: &Parcel, packing: &Packing) -> Verdict {
    let said = String::from_utf8_lossy(&response.body);
    let refused = |retry| Err(answers::refused(exporter, response, retry, &without_values(&said)));
    Verdict::Settled(match response.status.as_u16() {
        // What an operator chose so that clients do not repeat what is blocked.
        260 => Ok(partly(parcel.items, "ingestion is blocked")),
        200..300 => Ok(Receipt::Taken(Accepted::ALL)),
        413 => {
            repack::halves(parcel, packing).map_or_else(|| refused(Retry::Never), |halves| Ok(Receipt::Instead(halves)))
        }
        400 => {
            if said.contains(NO_METADATA)
                && let Some(parcel) = repack::without_metadata(parcel, packing)
            {
                return Verdict::WithoutMetadata(vec![parcel]);
            }
            match refusals(&said, parcel, packing) {
                (0, _) => refused(Retry::Never),
                (lines, why) => Ok(partly(lines, why)),
            }
        }
        429 | 500..600 => refused(answers::retry_as_told(response)),
        _ => refused(Retry::Never),
    })
}

fn partly(lines: usize, why: &str) -> Receipt {
    Receipt::Taken(Accepted { rejected: lines as u64, message: Some(format!("lines were refused: {why}").into()) })
}

/// How many lines are refused for good, as far as Loki says it, and why; none if it says nothing of lines.
///
/// Of several streams Loki tells about the last only, and it shows 64 KiB of us at most: it may be more.
fn refusals(said: &str, parcel: &Parcel, packing: &Packing) -> (usize, &'static str) {
    let ignored = numbers_after(said, "total ignored: ").sum();
    let (mut lines, mut why) = (0, "");
    for (times, message) in grouped(said) {
        let Some(refusal) = REFUSALS.iter().find(|refusal| message.contains(refusal.said)) else { continue };
        why = refusal.why;
        lines += match refusal.of_stream {
            false => times,
            true => repack::streams(parcel, packing)
                .iter()
                .filter(|stream| message.contains(stream.selector.as_ref()))
                .map(|stream| stream.lines)
                .sum::<usize>()
                .max(1),
        };
    }
    (if ignored > 0 { ignored } else { lines }, why)
}

/// The numbers that stand behind each occurrence of a text.
fn numbers_after<'s>(said: &'s str, text: &'static str) -> impl Iterator<Item = usize> + 's {
    said.split(text).skip(1).filter_map(|after| {
        let end = after.find(|character: char| !character.is_ascii_digit()).unwrap_or(after.len());
        after[..end].parse().ok()
    })
}

/// The messages, and how often each was said: `2 errors like: a; 1 errors like: b`, or one alone.
fn grouped(said: &str) -> Vec<(usize, &str)> {
    const LIKE: &str = " errors like: ";
    let mut groups = Vec::new();
    let mut pieces = said.split(LIKE);
    let mut before = pieces.next().unwrap_or_default();
    if !said.contains(LIKE) {
        return vec![(1, said)];
    }
    for piece in pieces {
        let digits = before.trim_end_matches(|character: char| character.is_ascii_digit()).len();
        groups.push((before[digits..].parse().unwrap_or(1), piece));
        before = piece;
    }
    groups
}

/// What Loki says, without labels and other values, which it puts into quotes and braces.
fn without_values(said: &str) -> String {
    let mut text = String::new();
    let mut inside = None;
    for character in said.lines().next().unwrap_or_default().chars() {
        match (inside, character) {
            (None, '\'' | '"' | '{') => {
                text.push('…');
                inside = Some(if character == '{' { '}' } else { character });
            }
            (Some(end), character) if character == end => inside = None,
            (Some(_), _) => {}
            (None, character) => text.push(character),
        }
    }
    text
}
