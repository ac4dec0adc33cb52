//! The hash by which keys and values find the slot that they are remembered in.

/// Tells values apart well enough, those of other seeds too; that it can be made to collide costs time alone.
#[inline]
pub(crate) fn hash(seed: u64, value: &[u8]) -> u64 {
    const FACTORS: [u64; 2] = [0x9e37_79b9_7f4a_7c15, 0xc2b2_ae3d_27d4_eb4f];
    let word = |bytes: &[u8; 8]| u64::from_le_bytes(*bytes);
    let mut lanes = [seed << 32 | value.len() as u64, FACTORS[0]];
    let (pairs, rest) = value.as_chunks::<16>();
    for pair in pairs {
        let (words, _) = pair.as_chunks::<8>();
        lanes[0] = (lanes[0].rotate_left(23) ^ word(&words[0])).wrapping_mul(FACTORS[0]);
        lanes[1] = (lanes[1].rotate_left(23) ^ word(&words[1])).wrapping_mul(FACTORS[1]);
    }
    // The last words overlap those before.
    let (first, last) = match (rest.first_chunk::<8>(), value.last_chunk::<8>()) {
        (Some(first), Some(last)) => (word(first), word(last)),
        (None, Some(last)) => (0, word(last)),
        _ => (value.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)), 0),
    };
    lanes[0] = (lanes[0] ^ first).wrapping_mul(FACTORS[0]);
    lanes[1] = (lanes[1] ^ last).wrapping_mul(FACTORS[1]);
    let folded = (lanes[0] ^ lanes[1].rotate_left(32)).wrapping_mul(FACTORS[0]);
    folded ^ folded >> 29
}
