//! The table of words, made ready to be asked.

use std::sync::LazyLock;

use super::{Atoms, table::WORDS};

/// What a word means, in upper or lower case; nothing if it is not known.
pub(crate) fn meaning(word: &[u8]) -> Atoms {
    if word.len() > LONGEST || word.len() < 2 {
        return Atoms::NONE;
    }
    let mut lower = [0; LONGEST];
    let lower = &mut lower[..word.len()];
    lower.copy_from_slice(word);
    if word.iter().any(|byte| *byte >= 0x80) {
        return beyond_ascii(lower);
    }
    lower.make_ascii_lowercase();
    let found = TABLE.get(lower);
    if found != Atoms::NONE || !word[word.len() - 1].is_ascii_digit() {
        return found;
    }
    // `address1`, `phone2`.
    let digits = lower.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    TABLE.get(&lower[..lower.len() - digits])
}

const LONGEST: usize = 40;

/// Words that are written without spaces between them are looked for inside.
fn beyond_ascii(word: &[u8]) -> Atoms {
    let Ok(text) = std::str::from_utf8(word) else { return Atoms::NONE };
    let text = text.to_lowercase();
    let found = TABLE.get(text.as_bytes());
    if found != Atoms::NONE || !text.chars().any(|character| character >= '\u{2e80}') {
        return found;
    }
    let inside = TABLE.joined.iter().filter(|(word, _)| text.contains(word));
    inside.fold(Atoms::NONE, |all, (_, atoms)| all | *atoms)
}

static TABLE: LazyLock<Table> = LazyLock::new(Table::new);

/// Open addressing, a third full.
struct Table {
    slots: Vec<(&'static [u8], Atoms)>,
    /// Words of scripts without spaces.
    joined: Vec<(&'static str, Atoms)>,
}

impl Table {
    const SIZE: usize = 4096;

    fn new() -> Self {
        let mut table = Self { slots: vec![(b"", Atoms::NONE); Self::SIZE], joined: Vec::new() };
        for (atoms, words) in WORDS {
            for word in words.split(' ') {
                let slot = table.slot(word.as_bytes());
                table.slots[slot].0 = word.as_bytes();
                table.slots[slot].1 = table.slots[slot].1 | *atoms;
                if word.chars().all(|character| character >= '\u{2e80}') && word.chars().count() > 1 {
                    table.joined.push((word, *atoms));
                }
            }
        }
        table
    }

    fn get(&self, word: &[u8]) -> Atoms {
        self.slots[self.slot(word)].1
    }

    /// The slot that holds the word, or the empty one where it would go.
    fn slot(&self, word: &[u8]) -> usize {
        let hash = word.iter().fold(0x9e37_79b9_u32, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193));
        let mut slot = (hash ^ hash >> 15) as usize % Self::SIZE;
        while !self.slots[slot].0.is_empty() && self.slots[slot].0 != word {
            slot = (slot + 1) % Self::SIZE;
        }
        slot
    }
}
