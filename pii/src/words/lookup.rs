//! The table of words, made ready to be asked.

use std::sync::LazyLock;

use super::{Atoms, table::WORDS};

/// What a word means, in upper or lower case; nothing if it is not known.
pub(crate) fn meaning(word: &[u8]) -> Atoms {
    Spelling::of(word).meaning(&[word])
}

/// Words that stand next to each other, as the table is asked for them: as if they were written as one.
#[derive(Clone, Copy, Default)]
pub(super) struct Spelling {
    hash: u32,
    length: usize,
    is_ascii: bool,
}

impl Spelling {
    #[inline]
    pub(super) fn of(word: &[u8]) -> Self {
        let length = word.len();
        let mut spelling = Self { hash: 0, length, is_ascii: word.is_ascii() };
        if length <= LONGEST {
            spelling.hash = hash(word);
        }
        spelling
    }

    /// Of several words.
    pub(super) fn of_parts(parts: &[&[u8]]) -> Self {
        let mut joined = [0; LONGEST];
        let mut length = 0;
        for part in parts {
            match joined.get_mut(length..length + part.len()) {
                Some(room) => room.copy_from_slice(part),
                None => return Self { length: LONGEST + 1, ..Self::of(b"") },
            }
            length += part.len();
        }
        Self::of(&joined[..length])
    }

    /// Whether words of the table begin so and go on. Says so of some others too.
    #[inline]
    pub(super) fn goes_on(self) -> bool {
        !self.is_ascii || self.length <= LONGEST && TABLE.begins(self.hash)
    }

    /// Whether words of the table end so. Says so of some others too.
    #[inline]
    pub(super) fn ends(self) -> bool {
        self.length > 1 && self.length <= LONGEST && TABLE.ends(self.hash)
    }

    /// What the words mean that it was made of, written as one.
    #[inline]
    pub(super) fn meaning(self, parts: &[&[u8]]) -> Atoms {
        if self.length > LONGEST || self.length < 2 {
            return Atoms::NONE;
        }
        if !self.is_ascii {
            return beyond_ascii(parts);
        }
        let found = TABLE.get(self.hash, parts);
        match parts {
            [word] if found == Atoms::NONE && word[word.len() - 1].is_ascii_digit() => without_number(word),
            _ => found,
        }
    }
}

/// What `address1` and `phone2` mean.
fn without_number(word: &[u8]) -> Atoms {
    let letters = word.len() - word.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let word = &word[..letters];
    if letters < 2 { Atoms::NONE } else { TABLE.get(hash(word), &[word]) }
}

/// The same for upper and lower case.
#[inline]
fn hash(word: &[u8]) -> u32 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    const SMALL: u64 = 0x2020_2020_2020_2020;
    let mix = |hash: u64, word: u64| (hash.rotate_left(25) ^ (word | SMALL)).wrapping_mul(FACTOR);
    let (words, rest) = word.as_chunks::<8>();
    let mut hash = word.len() as u64;
    for word in words {
        hash = mix(hash, u64::from_le_bytes(*word));
    }
    let last = match (rest.first_chunk::<4>(), rest.last_chunk::<4>()) {
        (Some(first), Some(last)) => u64::from(u32::from_le_bytes(*first)) << 32 | u64::from(u32::from_le_bytes(*last)),
        _ => rest.iter().fold(0, |last, byte| last << 8 | u64::from(*byte)),
    };
    hash = mix(hash, last);
    (hash >> 32) as u32
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
    let found = if length > LONGEST { Atoms::NONE } else { TABLE.get(hash(lower), &[lower]) };
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
    const BEGINNINGS: usize = 1 << 18;

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
        let hash = hash(word.as_bytes());
        let mut slot = Self::slot(hash);
        while !self.slots[slot].word.is_empty() && self.slots[slot].word != word {
            slot = (slot + 1) % Self::SIZE;
        }
        self.tags[slot] = Self::tag(hash);
        self.slots[slot] = Slot { hash, word, atoms: self.slots[slot].atoms | atoms };
        for length in 1..word.len() {
            let bit = Self::bit(Spelling::of(&word.as_bytes()[..length]).hash);
            self.beginnings[bit / 64] |= 1 << (bit % 64);
            let bit = Self::bit(Spelling::of(&word.as_bytes()[length..]).hash);
            self.ends[bit / 64] |= 1 << (bit % 64);
        }
        if word.chars().all(|character| character >= '\u{2e80}') && word.chars().count() > 1 {
            self.joined.push((word, atoms));
        }
    }

    #[inline]
    fn begins(&self, hash: u32) -> bool {
        let bit = Self::bit(hash);
        self.beginnings[bit / 64] >> (bit % 64) & 1 == 1
    }

    #[inline]
    fn ends(&self, hash: u32) -> bool {
        let bit = Self::bit(hash);
        self.ends[bit / 64] >> (bit % 64) & 1 == 1
    }

    #[inline]
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
