//! The table of words, made ready to be asked.

use std::sync::LazyLock;

use super::{Atoms, table::WORDS};

/// What a word means, in upper or lower case; nothing if it is not known.
pub(crate) fn meaning(word: &[u8]) -> Atoms {
    Spelling::default().and(word).meaning(&[word])
}

/// Words read so far, as the table is asked for them.
#[derive(Clone, Copy)]
pub(super) struct Spelling {
    hash: u32,
    length: usize,
    is_ascii: bool,
}

impl Default for Spelling {
    fn default() -> Self {
        Self { hash: 0x811c_9dc5, length: 0, is_ascii: true }
    }
}

impl Spelling {
    /// With one more word.
    #[inline]
    pub(super) fn and(mut self, word: &[u8]) -> Self {
        self.length += word.len();
        if self.length > LONGEST {
            return self;
        }
        let mut all = 0;
        for byte in word {
            all |= byte;
            self.hash = (self.hash ^ u32::from(byte.to_ascii_lowercase())).wrapping_mul(0x0100_0193);
        }
        self.is_ascii &= all < 0x80;
        self
    }

    /// Whether words of the table begin so and go on. Says so of some others too.
    #[inline]
    pub(super) fn goes_on(self) -> bool {
        !self.is_ascii || self.length <= LONGEST && TABLE.begins(self.hash)
    }

    /// Whether words of the table end so. Says so of some others too.
    pub(super) fn ends(self) -> bool {
        self.length > 1 && self.length <= LONGEST && TABLE.ends(self.hash)
    }

    /// What the words mean that were read, written as one.
    #[inline]
    pub(super) fn meaning(self, parts: &[&[u8]]) -> Atoms {
        if self.length > LONGEST || self.length < 2 {
            return Atoms::NONE;
        }
        if !self.is_ascii {
            return beyond_ascii(parts);
        }
        let found = TABLE.get(self.hash, parts);
        let last = parts[parts.len() - 1];
        if found != Atoms::NONE || !last[last.len() - 1].is_ascii_digit() {
            return found;
        }
        // `address1`, `phone2`.
        let letters = last.len() - last.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
        let without = parts[..parts.len() - 1]
            .iter()
            .fold(Self::default(), |spelling, part| spelling.and(part))
            .and(&last[..letters]);
        if without.length < 2 {
            return Atoms::NONE;
        }
        match parts {
            [_] => TABLE.get(without.hash, &[&last[..letters]]),
            _ => Atoms::NONE,
        }
    }
}

/// The longest word that is known.
const LONGEST: usize = 40;

/// Words that are written without spaces between them are looked for inside.
#[cold]
fn beyond_ascii(parts: &[&[u8]]) -> Atoms {
    let mut lower = [0; 2 * LONGEST];
    let mut length = 0;
    for part in parts {
        let Ok(part) = std::str::from_utf8(part) else { return Atoms::NONE };
        for letter in part.chars().flat_map(char::to_lowercase) {
            let Some(room) = lower.get_mut(length..length + letter.len_utf8()) else { return Atoms::NONE };
            letter.encode_utf8(room);
            length += letter.len_utf8();
        }
    }
    let lower = &lower[..length];
    let spelling = Spelling::default().and(lower);
    let found = if spelling.length > LONGEST { Atoms::NONE } else { TABLE.get(spelling.hash, &[lower]) };
    // Scripts without spaces begin at U+2E80.
    if found != Atoms::NONE || !lower.iter().any(|byte| *byte >= 0xe2) {
        return found;
    }
    let inside = TABLE.joined.iter().filter(|(word, _)| memchr::memmem::find(lower, word.as_bytes()).is_some());
    inside.fold(Atoms::NONE, |all, (_, atoms)| all | *atoms)
}

static TABLE: LazyLock<Table> = LazyLock::new(Table::new);

/// Open addressing, mostly empty.
struct Table {
    /// A part of the hash of each slot's word, zero where there is none: few bytes to look at before the word.
    tags: Vec<u16>,
    slots: Vec<Slot>,
    /// A bit for each beginning of a word, by its hash.
    beginnings: Vec<u64>,
    /// A bit for each end of a word, by its hash.
    ends: Vec<u64>,
    /// Words of scripts without spaces.
    joined: Vec<(&'static str, Atoms)>,
}

#[derive(Clone, Copy)]
struct Slot {
    hash: u32,
    word: &'static str,
    atoms: Atoms,
}

impl Table {
    const SIZE: usize = 8192;
    const BEGINNINGS: usize = 1 << 16;

    fn new() -> Self {
        let mut table = Self {
            tags: vec![0; Self::SIZE],
            slots: vec![Slot { hash: 0, word: "", atoms: Atoms::NONE }; Self::SIZE],
            beginnings: vec![0; Self::BEGINNINGS / 64],
            ends: vec![0; Self::BEGINNINGS / 64],
            joined: Vec::new(),
        };
        for (atoms, words) in WORDS {
            for word in words.split(' ') {
                table.add(word, *atoms);
            }
        }
        table
    }

    fn add(&mut self, word: &'static str, atoms: Atoms) {
        let hash = Spelling::default().and(word.as_bytes()).hash;
        let mut slot = Self::slot(hash);
        while !self.slots[slot].word.is_empty() && self.slots[slot].word != word {
            slot = (slot + 1) % Self::SIZE;
        }
        self.tags[slot] = Self::tag(hash);
        self.slots[slot] = Slot { hash, word, atoms: self.slots[slot].atoms | atoms };
        for length in 1..word.len() {
            let bit = Self::bit(Spelling::default().and(&word.as_bytes()[..length]).hash);
            self.beginnings[bit / 64] |= 1 << (bit % 64);
            let bit = Self::bit(Spelling::default().and(&word.as_bytes()[length..]).hash);
            self.ends[bit / 64] |= 1 << (bit % 64);
        }
        if word.chars().all(|character| character >= '\u{2e80}') && word.chars().count() > 1 {
            self.joined.push((word, atoms));
        }
    }

    fn begins(&self, hash: u32) -> bool {
        let bit = Self::bit(hash);
        self.beginnings[bit / 64] >> (bit % 64) & 1 == 1
    }

    fn ends(&self, hash: u32) -> bool {
        let bit = Self::bit(hash);
        self.ends[bit / 64] >> (bit % 64) & 1 == 1
    }

    fn get(&self, hash: u32, parts: &[&[u8]]) -> Atoms {
        let mut slot = Self::slot(hash);
        loop {
            let tag = self.tags[slot];
            if tag == 0 {
                return Atoms::NONE;
            }
            if tag == Self::tag(hash) {
                let Slot { hash: known, word, atoms } = self.slots[slot];
                if known == hash && is_spelled(word.as_bytes(), parts) {
                    return atoms;
                }
            }
            slot = (slot + 1) % Self::SIZE;
        }
    }

    fn slot(hash: u32) -> usize {
        (hash ^ hash >> 15) as usize % Self::SIZE
    }

    fn tag(hash: u32) -> u16 {
        (hash >> 16) as u16 | 1
    }

    fn bit(hash: u32) -> usize {
        (hash ^ hash >> 13) as usize % Self::BEGINNINGS
    }
}

fn is_spelled(mut word: &[u8], parts: &[&[u8]]) -> bool {
    for part in parts {
        let Some((head, rest)) = word.split_at_checked(part.len()) else { return false };
        if !head.eq_ignore_ascii_case(part) {
            return false;
        }
        word = rest;
    }
    word.is_empty()
}
