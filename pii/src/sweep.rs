//! One pass over a text: bitmaps find the places where something could be, detectors look at each.

use std::cell::Cell;

use crate::blocks::Block;
use crate::decode::{Decoded, windows};
use crate::detectors;
use crate::key::{Key, Look};
use crate::text::{at, begins, run, run_back};
use crate::{Detector, DetectorSet, Finding, Reason, Rule};

/// The longest value that is read.
const LONGEST_VALUE: usize = 16 * 1024;

/// A text that is being looked at.
pub(crate) struct Sweep<'a> {
    pub(crate) text: &'a [u8],
    pub(crate) key: Key,
    on: DetectorSet,
    found: &'a mut Vec<Finding>,
    /// It is written otherwise in some places.
    is_encoded: bool,
    /// The window that it was decoded from, and how.
    source: Option<(&'a [u8], &'a Decoded)>,
    /// Where nothing more is looked for.
    skipped: std::ops::Range<usize>,
    /// Where the last value began that words were looked for before.
    value: usize,
    /// The last value that was found.
    covered: std::ops::Range<usize>,
    /// How many more bytes of values may be read more than once.
    budget: usize,
    sql: Cell<Option<bool>>,
    /// Whether there is a token that is known by how it begins and may have marks of Base64 in it.
    marked: Cell<Option<bool>>,
    /// Where the last word ended that was looked at for Base64.
    base64: usize,
    /// Where the last dotted word began that was looked at for a secret.
    secret: usize,
}

impl<'a> Sweep<'a> {
    pub(crate) fn new(text: &'a [u8], key: Key, on: DetectorSet, found: &'a mut Vec<Finding>) -> Self {
        Self {
            text,
            key,
            on,
            found,
            is_encoded: false,
            source: None,
            skipped: 0..0,
            value: usize::MAX,
            secret: usize::MAX,
            covered: 0..0,
            budget: LONGEST_VALUE * 2 + text.len(),
            sql: Cell::new(None),
            marked: Cell::new(None),
            base64: 0,
        }
    }

    /// Whether a detector is switched on.
    pub(crate) fn is_on(&self, detector: Detector) -> bool {
        self.on.contains(detector)
    }

    /// Whether the key is about machines or code.
    pub(crate) fn is_infrastructure(&self) -> bool {
        self.key.look == Look::Strong
    }

    /// Whether the text is read as it is meant, and not as it is written.
    pub(crate) fn is_decoded(&self) -> bool {
        self.source.is_some()
    }

    /// Whether the byte at a place is written as it is meant.
    pub(crate) fn is_written(&self, place: usize) -> bool {
        self.source.is_none_or(|(window, decoded)| window[decoded.place(place)] == self.text[place])
    }

    /// Whether the text is a statement of SQL.
    pub(crate) fn is_sql(&self) -> bool {
        let known = self.sql.get().unwrap_or_else(|| is_sql(self.text));
        self.sql.set(Some(known));
        known
    }

    /// Whether the beginning of a token that may have marks of Base64 in it is somewhere in the text.
    pub(crate) fn has_marked_token(&self) -> bool {
        let has = |begin: &[u8]| memchr::memmem::find(self.text, begin).is_some();
        let find = || memchr::memchr(b'_', self.text).is_some() && (has(b"glc_") || has(b"sntr"));
        let known = self.marked.get().unwrap_or_else(find);
        self.marked.set(Some(known));
        known
    }

    /// Says that nothing more is to be found in a part of the text.
    pub(crate) fn skip(&mut self, part: std::ops::Range<usize>) {
        self.skipped = part;
    }

    /// How far a value may be read: where values lie in values again and again, not far, so that the time stays linear.
    pub(crate) fn reach(&self) -> usize {
        if self.budget > LONGEST_VALUE { LONGEST_VALUE } else { 64 }
    }

    /// Says that all of a value is found: nothing in it need be looked at as a value.
    pub(crate) fn cover(&mut self, value: std::ops::Range<usize>) {
        self.covered = value;
    }

    /// Says how much of a value was read.
    pub(crate) fn spend(&mut self, length: usize) {
        self.budget = self.budget.saturating_sub(length);
    }

    /// Whether a word was not looked at for Base64 yet.
    pub(crate) fn is_new_base64(&mut self, start: usize, end: usize) -> bool {
        let read = self.base64;
        self.base64 = read.max(end);
        start >= read
    }

    /// How many findings there are.
    pub(crate) fn count(&self) -> usize {
        self.found.len()
    }

    /// Says that the text is written otherwise than it is meant.
    pub(crate) fn mark_encoded(&mut self) {
        self.is_encoded = true;
    }

    /// Whether the words before a value were not looked for yet.
    pub(crate) fn is_new_value(&mut self, place: usize) -> bool {
        let skipped =
            run(self.text, place, 8, |byte| matches!(byte, b' ' | b'"' | b'\'' | b'\\' | b'(' | b'#' | b'=' | b'>'));
        !self.covered.contains(&place) && std::mem::replace(&mut self.value, place + skipped) != place + skipped
    }

    /// Whether a dotted word was not looked at yet.
    pub(crate) fn is_new_secret(&mut self, begin: usize) -> bool {
        std::mem::replace(&mut self.secret, begin) != begin
    }

    /// Notes a finding, if its detector is switched on.
    pub(crate) fn found(&mut self, detector: Detector, reason: Reason, start: usize, end: usize) {
        debug_assert!(start < end && end <= self.text.len());
        if self.on.contains(detector) {
            self.found.push(Finding { rule: Rule::Detector(detector), reason, start, end });
        }
    }

    /// What a text holds that is written in this one otherwise.
    pub(crate) fn within(&self, text: &[u8]) -> Option<(Detector, Reason)> {
        let mut found = Vec::new();
        let mut sweep = Sweep::new(text, Key::default(), self.on, &mut found);
        sweep.source = self.source;
        sweep.look();
        found.first().and_then(|finding| match finding.rule {
            Rule::Detector(detector) => Some((detector, finding.reason)),
            _ => None,
        })
    }

    /// Looks at all of the text as at a header that gives access. Says whether anything was found.
    pub(crate) fn header(&mut self) -> bool {
        let end = self.text.len();
        detectors::assignment::credentials(self, 0..end, Reason::Key).is_some()
    }

    /// Looks at all of the text, and again as it is meant where it is written otherwise.
    pub(crate) fn run(&mut self) {
        self.look();
        if !self.is_encoded {
            return;
        }
        for (start, window) in windows(self.text) {
            let before = self.found.len();
            look_decoded(window, self.key, self.on, self.found, 2);
            for finding in &mut self.found[before..] {
                finding.start += start;
                finding.end += start;
            }
        }
    }

    fn look(&mut self) {
        detectors::sql_insert::look(self);
        let mut read = 0;
        let mut from = 0;
        while from < self.text.len() {
            let block = Block::of(self.text, from);
            self.marks(&block, from);
            self.dashes(&block, from);
            self.wide(&block, from);
            read = self.tokens(&block, from, read);
            self.capitals(&block, from);
            from += Block::SIZE;
        }
    }

    #[inline]
    fn marks(&mut self, block: &Block, from: usize) {
        for place in places(block.mark) {
            if from + place >= self.skipped.end {
                detectors::mark(self, from + place);
            }
        }
    }

    #[inline]
    fn dashes(&mut self, block: &Block, from: usize) {
        // Two or more in a row, where they begin.
        for place in places(block.joint & block.joint >> 1 & !(block.joint << 1)) {
            if from + place >= self.skipped.end {
                detectors::dashes(self, from + place);
            }
        }
    }

    #[inline]
    fn wide(&mut self, block: &Block, from: usize) {
        for place in places(block.wide) {
            let (second, third) = (at(self.text, from + place + 1), at(self.text, from + place + 2));
            self.is_encoded |=
                matches!((second, third), (0x80, 0x80..=0x95 | 0xaf) | (0x81, 0xa0) | (0x88, 0x92) | (0xbc | 0xbd, _));
        }
    }

    /// Words that begin with a capital.
    #[inline]
    fn capitals(&mut self, block: &Block, from: usize) {
        let word = block.letter | block.digit;
        for place in places(block.upper & !(word << 1)) {
            detectors::capital(self, from + place);
        }
    }

    /// Words with a digit in them, but for those before `read`. Returns up to where words were read.
    #[inline]
    fn tokens(&mut self, block: &Block, from: usize, mut read: usize) -> usize {
        let word = block.digit | block.letter;
        let mut digits = block.digit & !below(read.saturating_sub(from));
        while digits != 0 {
            let place = digits.trailing_zeros() as usize;
            let start = match (!word & below(place)).checked_ilog2() {
                Some(gap) => from + gap as usize + 1,
                // It began in the block before, with letters.
                None => {
                    from - run_back(self.text, from, (from - read.min(from)).min(Block::SIZE), |byte| {
                        byte.is_ascii_alphanumeric()
                    })
                }
            };
            let mut end = from + place + (!(word >> place)).trailing_zeros() as usize;
            if end >= from + Block::SIZE {
                end = from + Block::SIZE;
                end += run(self.text, end, usize::MAX, |byte| byte.is_ascii_alphanumeric());
            }
            let end = end.max(if self.skipped.contains(&start) {
                self.skipped.end
            } else {
                detectors::token(self, start, end)
            });
            read = end;
            digits &= !below(read - from);
        }
        read
    }
}

/// Looks at a window as it is meant, and again if it is written otherwise twice.
fn look_decoded(window: &[u8], key: Key, on: DetectorSet, found: &mut Vec<Finding>, times: usize) {
    let Some(decoded) = Decoded::of(window) else { return };
    let before = found.len();
    let mut sweep = Sweep::new(decoded.text(), key, on, found);
    sweep.source = Some((window, &decoded));
    sweep.look();
    if times > 1 && sweep.is_encoded {
        look_decoded(decoded.text(), key, on, found, times - 1);
    }
    for finding in &mut found[before..] {
        let range = decoded.range(finding.range());
        (finding.start, finding.end) = (range.start, range.end);
    }
}

/// Statements begin with a verb and a space, and have another word of the language: `update passport no.` is none.
fn is_sql(text: &[u8]) -> bool {
    const WORDS: &[&[u8]] = &[b" from ", b" FROM ", b" SET ", b" set ", b" INTO ", b" into ", b" VALUES", b"SELECT 1"];
    const VERBS: &[&[u8]] =
        &[b"SELECT ", b"INSERT ", b"UPDATE ", b"DELETE ", b"REPLACE ", b"MERGE ", b"WITH ", b"UPSERT "];
    matches!(
        text.first(),
        Some(b'S' | b's' | b'I' | b'i' | b'U' | b'u' | b'D' | b'd' | b'R' | b'r' | b'M' | b'm' | b'W' | b'w')
    ) && VERBS.iter().any(|verb| begins(text, verb))
        && WORDS.iter().any(|word| memchr::memmem::find(text, word).is_some())
}

/// The places of the bits that are set.
#[inline]
fn places(mut bits: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let place = bits.trailing_zeros() as usize;
        bits &= bits.wrapping_sub(1);
        (place < 64).then_some(place)
    })
}

/// The bits below a place; all of them from 64 on.
#[inline]
fn below(place: usize) -> u64 {
    if place >= 64 { u64::MAX } else { (1 << place) - 1 }
}
