//! What a text must hold for a pattern to match in it: found without a search.

use memchr::{memchr, memchr2, memchr3};
use regex_syntax::hir::{Class, Hir, HirKind};

/// The letters of English text, the most frequent first.
const BY_FREQUENCY: &[u8] = b"etaoinsrhldcumfpgwybvkxjqz";

/// What every match holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// So many ASCII digits.
    pub(super) digits: usize,
    /// One of these bytes, at most three; none if nothing is known.
    pub(super) bytes: Vec<u8>,
}

impl Needs {
    pub(super) fn of(hir: &Hir) -> Self {
        Self { digits: digits(hir), bytes: rarest(hir).unwrap_or_default() }
    }

    /// Whether the pattern may match in a text that has so many digits.
    #[inline]
    pub fn met_by(&self, text: &[u8], digits: usize) -> bool {
        self.digits <= digits
            && match *self.bytes {
                [one] => memchr(one, text).is_some(),
                [one, two] => memchr2(one, two, text).is_some(),
                [one, two, three] => memchr3(one, two, three, text).is_some(),
                _ => true,
            }
    }
}

/// How many ASCII digits a text has.
#[inline]
pub fn count_digits(text: &[u8]) -> usize {
    // Counted in bytes, many of which fit into one register; so few of them cannot overflow one.
    let in_chunk = |chunk: &[u8]| chunk.iter().map(|byte| u8::from(byte.is_ascii_digit())).sum::<u8>();
    text.chunks(128).map(|chunk| usize::from(in_chunk(chunk))).sum()
}

/// How many digits a match has at least.
fn digits(hir: &Hir) -> usize {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => 0,
        HirKind::Literal(literal) => count_digits(&literal.0),
        HirKind::Class(class) => usize::from(class_is_digits(class)),
        HirKind::Repetition(repetition) => digits(&repetition.sub).saturating_mul(repetition.min as usize),
        HirKind::Capture(capture) => digits(&capture.sub),
        HirKind::Concat(parts) => parts.iter().map(digits).fold(0, usize::saturating_add),
        HirKind::Alternation(branches) => branches.iter().map(digits).min().unwrap_or(0),
    }
}

fn class_is_digits(class: &Class) -> bool {
    let within = |start: u32, end: u32| start >= u32::from('0') && end <= u32::from('9');
    match class {
        Class::Unicode(class) => class.ranges().iter().all(|range| within(range.start().into(), range.end().into())),
        Class::Bytes(class) => class.ranges().iter().all(|range| within(range.start().into(), range.end().into())),
    }
}

/// Bytes of which every match has one: of all that are known, those that are the least common in telemetry.
fn rarest(hir: &Hir) -> Option<Vec<u8>> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => None,
        HirKind::Literal(literal) => literal.0.iter().min_by_key(|byte| commonness(**byte)).map(|byte| vec![*byte]),
        HirKind::Class(class) => class_bytes(class),
        HirKind::Repetition(repetition) if repetition.min > 0 => rarest(&repetition.sub),
        HirKind::Repetition(_) => None,
        HirKind::Capture(capture) => rarest(&capture.sub),
        HirKind::Concat(parts) => {
            let common = |bytes: &Vec<u8>| bytes.iter().map(|byte| commonness(*byte)).sum::<usize>();
            parts.iter().filter_map(rarest).min_by_key(common)
        }
        HirKind::Alternation(branches) => {
            let of_branches = branches.iter().map(rarest).collect::<Option<Vec<_>>>()?;
            few(of_branches.into_iter().flatten())
        }
    }
}

/// The first bytes of a class of few characters.
fn class_bytes(class: &Class) -> Option<Vec<u8>> {
    match class {
        Class::Unicode(class) => {
            // The cases of one letter, at most.
            let few_characters = class.ranges().iter().map(|range| range.len()).sum::<usize>() <= 4;
            let characters = class.ranges().iter().flat_map(|range| range.start()..=range.end());
            few_characters.then(|| few(characters.map(|character| character.encode_utf8(&mut [0; 4]).as_bytes()[0])))?
        }
        Class::Bytes(class) => few(class.ranges().iter().flat_map(|range| range.start()..=range.end()).take(4)),
    }
}

/// Up to three different bytes.
fn few(bytes: impl Iterator<Item = u8>) -> Option<Vec<u8>> {
    let mut few: Vec<u8> = bytes.collect();
    few.sort_unstable();
    few.dedup();
    (1..=3).contains(&few.len()).then_some(few)
}

/// How common a byte is in telemetry, roughly.
fn commonness(byte: u8) -> usize {
    let lower = byte.to_ascii_lowercase();
    match BY_FREQUENCY.iter().position(|letter| *letter == lower) {
        Some(place) if byte == lower => 60 - place,
        Some(place) => 40 - place,
        None => match byte {
            b'.' | b'-' | b'/' | b'_' | b' ' | b'0'..=b'9' => 60,
            b':' | b'=' | b',' => 30,
            _ => 5,
        },
    }
}
