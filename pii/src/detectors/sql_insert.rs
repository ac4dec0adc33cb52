//! Values of an `INSERT` by the names of their columns.

use super::assignment;
use crate::cue;
use crate::sweep::Sweep;
use crate::text::{at, begins, run};

/// The most columns that are read.
const COLUMNS: usize = 64;

/// Looks at `INSERT INTO t (a, b) VALUES (1, '…')`.
#[inline]
pub(crate) fn look(sweep: &mut Sweep<'_>) {
    let text = sweep.text;
    if matches!(text.first(), Some(b'I' | b'i' | b'R' | b'r'))
        && (begins(text, b"INSERT ") || begins(text, b"REPLACE "))
    {
        look_at_rows(sweep);
    }
}

#[inline(never)]
fn look_at_rows(sweep: &mut Sweep<'_>) {
    let text = sweep.text;
    let Some(open) = memchr::memchr(b'(', text) else { return };
    let Some(length) = memchr::memchr(b')', &text[open..]) else { return };
    let columns = &text[open + 1..open + length];
    let after = open + length + 1;
    let verb = after + run(text, after, 8, |byte| byte.is_ascii_whitespace());
    if !begins(&text[verb.min(text.len())..], b"VALUES") {
        return;
    }
    let mut place = verb + 6;
    // Rows, one after another.
    while let Some(open) = text.get(place..).and_then(|rest| rest.iter().position(|byte| *byte == b'(')) {
        place = row(sweep, columns, place + open + 1);
    }
}

/// Returns where the row ends.
fn row(sweep: &mut Sweep<'_>, columns: &[u8], mut place: usize) -> usize {
    let text = sweep.text;
    for column in columns.split(|byte| *byte == b',').take(COLUMNS) {
        place += run(text, place, 4, |byte| matches!(byte, b' ' | b'\n' | b'E' | b'N'));
        let end = match at(text, place) {
            b'\'' => {
                let end = end_of_string(text, place + 1);
                if let Some(cue) = cue::of_name(column) {
                    assignment::found(sweep, cue, place + 1..end);
                }
                end + 1
            }
            _ => place,
        };
        place = end + text[end.min(text.len())..].iter().take_while(|byte| !matches!(byte, b',' | b')')).count();
        if at(text, place) != b',' {
            break;
        }
        place += 1;
    }
    place
}

/// Where a string ends; `''` is a quote in it.
fn end_of_string(text: &[u8], mut place: usize) -> usize {
    while place < text.len() {
        match (text[place], at(text, place + 1)) {
            (b'\'', b'\'') | (b'\\', _) => place += 2,
            (b'\'', _) => return place,
            _ => place += 1,
        }
    }
    text.len()
}
