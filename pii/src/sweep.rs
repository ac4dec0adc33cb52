//! One pass over a text: bitmaps find the places where something could be, detectors look at each.

use crate::blocks::Block;
use crate::detectors;
use crate::key::{Key, Look};
use crate::{Detector, DetectorSet, Finding, Reason, Rule};

/// A text that is being looked at.
pub(crate) struct Sweep<'a> {
    pub(crate) text: &'a [u8],
    pub(crate) key: Key,
    on: DetectorSet,
    found: &'a mut Vec<Finding>,
}

impl<'a> Sweep<'a> {
    pub(crate) fn new(text: &'a [u8], key: Key, on: DetectorSet, found: &'a mut Vec<Finding>) -> Self {
        Self { text, key, on, found }
    }

    /// Whether a detector is switched on.
    pub(crate) fn is_on(&self, detector: Detector) -> bool {
        self.on.contains(detector)
    }

    /// Whether the key is about machines or code.
    pub(crate) fn is_infrastructure(&self) -> bool {
        self.key.look == Look::Strong
    }

    /// Notes a finding, if its detector is switched on.
    pub(crate) fn found(&mut self, detector: Detector, reason: Reason, start: usize, end: usize) {
        debug_assert!(start < end && end <= self.text.len());
        if self.on.contains(detector) {
            self.found.push(Finding { rule: Rule::Detector(detector), reason, start, end });
        }
    }

    /// Looks at all of the text.
    pub(crate) fn run(mut self) {
        let mut tokens = Tokens::default();
        let mut from = 0;
        while from < self.text.len() {
            let block = Block::of(self.text, from);
            self.marks(&block, from);
            self.dashes(&block, from);
            self.tokens(&block, from, &mut tokens);
            from += Block::SIZE;
        }
    }

    #[inline]
    fn marks(&mut self, block: &Block, from: usize) {
        let mut marks = block.mark;
        while marks != 0 {
            let at = from + marks.trailing_zeros() as usize;
            marks &= marks - 1;
            match self.text[at] {
                b'@' => detectors::email::look(self, at, at + 1),
                b'%' => detectors::percent(self, at),
                b':' => detectors::colon(self, at),
                b'=' => detectors::assignment::look(self, at),
                _ => {}
            }
        }
    }

    #[inline]
    fn dashes(&mut self, block: &Block, from: usize) {
        // Two or more in a row, where they begin.
        let mut dashes = block.joint & block.joint >> 1 & !(block.joint << 1);
        while dashes != 0 {
            let at = from + dashes.trailing_zeros() as usize;
            dashes &= dashes - 1;
            detectors::dashes(self, at);
        }
    }

    #[inline]
    fn tokens(&mut self, block: &Block, from: usize, tokens: &mut Tokens) {
        // Words with a digit in them.
        let word = block.digit | block.letter;
        let mut digits = block.digit & !below(tokens.end.saturating_sub(from));
        while digits != 0 {
            let place = digits.trailing_zeros();
            let start = match (!word & below(place as usize)).checked_ilog2() {
                Some(gap) => from + gap as usize + 1,
                // It begins in the block before, perhaps with letters only.
                None => {
                    from - crate::text::run_back(self.text, from, tokens.reach(from), |byte| {
                        byte.is_ascii_alphanumeric()
                    })
                }
            };
            let mut end = from + (place + (!(word >> place)).trailing_zeros()) as usize;
            if end >= from + Block::SIZE {
                end += self.text[from + Block::SIZE..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
            }
            let end = detectors::token(self, start, end).max(end);
            tokens.end = end;
            digits &= !below(end - from);
        }
    }
}

/// Where tokens were looked at already.
#[derive(Default)]
struct Tokens {
    end: usize,
}

impl Tokens {
    /// How far a token can reach back from a place.
    fn reach(&self, from: usize) -> usize {
        (from - self.end.min(from)).min(64)
    }
}

/// The bits below a place; all of them from 64 on.
#[inline]
fn below(place: usize) -> u64 {
    if place >= 64 { u64::MAX } else { (1 << place) - 1 }
}
