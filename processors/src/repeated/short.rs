//! Values of which each fills one cache line at most: nearly all attributes.
//!
//! They are read in words up to a fixed length and cut off by a mask, so that no branch depends on how long one is.

use super::Vacancy;

/// Two lines for all values of one hash.
pub(super) struct Short(Vec<[Line; 2]>);

#[derive(Clone, Copy, Default)]
#[repr(C, align(64))]
struct Line {
    words: Words,
    /// The kind and the length of the value, and that there is one: zero if there is none.
    tag: u32,
    /// The hash of a value that came and was in neither line: the last one in the first, the one before in the second.
    other: u32,
}

type Words = [u64; WORDS];

const WORDS: usize = 7;

/// A longer value is not remembered here.
pub(super) const LONGEST: usize = 8 * WORDS;

const PLACES: usize = 1024;

/// What of the words a value of each length has.
static MASKS: [Words; LONGEST + 1] = {
    let mut masks = [[0; WORDS]; LONGEST + 1];
    let mut length = 0;
    while length <= LONGEST {
        let mut byte = 0;
        while byte < length {
            masks[length][byte / 8] |= 0xff << (8 * (byte % 8));
            byte += 1;
        }
        length += 1;
    }
    masks
};

impl Short {
    pub(super) fn new() -> Self {
        Self(vec![[Line::default(); 2]; PLACES])
    }

    #[inline(always)]
    pub(super) fn find(&self, kind: u8, text: &[u8], length: usize) -> Result<(), Vacancy> {
        let words = words(text, length);
        let tag = tag(kind, length);
        let hash = hash(tag, &words);
        let slot = hash as usize % PLACES;
        let [first, second] = &self.0[slot];
        if first.is(tag, &words) || second.is(tag, &words) {
            return Ok(());
        }
        Err(Vacancy { slot, hash: (hash >> 32) as u32 })
    }

    #[inline(never)]
    pub(super) fn remember(&mut self, place: Vacancy, kind: u8, value: &[u8]) {
        let [first, second] = &mut self.0[place.slot];
        if first.other != place.hash && second.other != place.hash {
            second.other = std::mem::replace(&mut first.other, place.hash);
            return;
        }
        let is_first = first.tag == 0 || second.tag != 0 && place.hash & 1 == 0;
        let line = if is_first { first } else { second };
        (line.tag, line.words) = (tag(kind, value.len()), words(value, value.len()));
    }
}

impl Line {
    #[inline(always)]
    fn is(&self, tag: u32, words: &Words) -> bool {
        let mut differ = u64::from(self.tag ^ tag);
        for (word, other) in self.words.iter().zip(words) {
            differ |= word ^ other;
        }
        differ == 0
    }
}

fn tag(kind: u8, length: usize) -> u32 {
    1 << 16 | u32::from(kind) << 8 | length as u32
}

/// The first bytes of a text, with zeros in the place of those that follow.
#[inline(always)]
fn words(text: &[u8], length: usize) -> Words {
    let mut padded = [0; LONGEST];
    let bytes = match text.first_chunk::<LONGEST>() {
        Some(bytes) => bytes,
        None => {
            padded[..length].copy_from_slice(&text[..length]);
            &padded
        }
    };
    let mut words = MASKS[length];
    for (word, bytes) in words.iter_mut().zip(bytes.as_chunks::<8>().0) {
        *word &= u64::from_le_bytes(*bytes);
    }
    words
}

/// Tells values apart well enough; that it can be made to collide costs time alone.
#[inline(always)]
fn hash(tag: u32, words: &Words) -> u64 {
    const SALT: [u64; 8] = [
        0x243f_6a88_85a3_08d3,
        0x1319_8a2e_0370_7344,
        0xa409_3822_299f_31d0,
        0x082e_fa98_ec4e_6c89,
        0x4528_21e6_38d0_1377,
        0xbe54_66cf_34e9_0c6c,
        0xc0ac_29b7_c97c_50dd,
        0x3f84_d5b5_b547_0917,
    ];
    let [a, b, c, d, e, f, g] = *words;
    let all = folded(a ^ SALT[0], b ^ SALT[1])
        ^ folded(c ^ SALT[2], d ^ SALT[3]).rotate_left(16)
        ^ folded(e ^ SALT[4], f ^ SALT[5]).rotate_left(32)
        ^ folded(g ^ SALT[6], u64::from(tag) ^ SALT[7]).rotate_left(48);
    // The low bits say the place, the high ones are kept.
    all ^ all >> 29
}

#[inline(always)]
fn folded(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    product as u64 ^ (product >> 64) as u64
}
