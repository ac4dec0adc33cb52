//! Bitmaps over 64 bytes of text: which bytes are digits, letters, marks.

use wide::u8x16;

/// A bit for each of 64 bytes, the first byte lowest.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Block {
    /// `0` to `9`.
    pub(crate) digit: u64,
    /// `a` to `z`, `A` to `Z`.
    pub(crate) letter: u64,
    /// `A` to `Z`.
    pub(crate) upper: u64,
    /// What lies from `"` to `(`, `" # $ % & ' (`, and from `:` to `@`, `: ; < = > ? @`.
    pub(crate) mark: u64,
    /// `-` and `_`.
    pub(crate) joint: u64,
    /// The first bytes of characters that are written like others: of spaces, hyphens, wide letters and digits in UTF-8.
    pub(crate) wide: u64,
}

impl Block {
    pub(crate) const SIZE: usize = 64;

    /// Of the text's bytes from `from` on; bytes past the end are zero.
    pub(crate) fn of(text: &[u8], from: usize) -> Self {
        match text[from..].first_chunk::<{ Self::SIZE }>() {
            Some(chunk) => Self::of_chunk(chunk),
            None => Self::of_rest(&text[from..]),
        }
    }

    #[inline]
    fn of_chunk(chunk: &[u8; Self::SIZE]) -> Self {
        let mut block = Self::default();
        for (place, lane) in chunk.as_chunks::<16>().0.iter().enumerate() {
            block.add(lane, place * 16);
        }
        block
    }

    #[inline]
    fn of_rest(rest: &[u8]) -> Self {
        let mut block = Self::default();
        let (lanes, last) = rest.as_chunks::<16>();
        for (place, lane) in lanes.iter().enumerate() {
            block.add(lane, place * 16);
        }
        if !last.is_empty() {
            block.add(&padded(rest, last), lanes.len() * 16);
        }
        block
    }

    #[inline(always)]
    fn add(&mut self, lane: &[u8; 16], shift: usize) {
        let bytes = u8x16::new(*lane);
        let within = |from: u8, length: u8, bytes: u8x16| {
            let moved = bytes - u8x16::splat(from);
            moved.min(u8x16::splat(length - 1)).simd_eq(moved)
        };
        let mask = |bytes: u8x16| u64::from(bytes.to_bitmask()) << shift;
        self.digit |= mask(within(b'0', 10, bytes));
        self.letter |= mask(within(b'a', 26, bytes | u8x16::splat(0x20)));
        self.upper |= mask(within(b'A', 26, bytes));
        self.mark |= mask(within(b':', 7, bytes) | within(b'"', 7, bytes));
        self.wide |= mask(bytes.simd_eq(u8x16::splat(0xe2)) | bytes.simd_eq(u8x16::splat(0xef)));
        self.joint |= mask(bytes.simd_eq(u8x16::splat(b'-')) | bytes.simd_eq(u8x16::splat(b'_')));
    }
}

/// The last bytes of a text, fewer than 16, with zeros behind them.
#[inline(always)]
fn padded(rest: &[u8], last: &[u8]) -> [u8; 16] {
    let mut lane = [0; 16];
    if let Some(tail) = rest.last_chunk::<16>() {
        // Shifting sixteen bytes that are there is cheaper than copying a few.
        let gone = 8 * (16 - last.len()) as u32;
        return (u128::from_le_bytes(*tail) >> gone).to_le_bytes();
    }
    lane[..last.len()].copy_from_slice(last);
    lane
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_of_each_byte_what_it_is() {
        for byte in 0..=255_u8 {
            for length in [1, 15, 16, 17, 40, 63, 64, 80] {
                let mut text = vec![0; length];
                text[length.min(64) - 1] = byte;
                let bit = 1 << (length.min(64) - 1);
                let block = Block::of(&text, 0);

                assert_eq!(block.digit, if byte.is_ascii_digit() { bit } else { 0 });
                assert_eq!(block.letter, if byte.is_ascii_alphabetic() { bit } else { 0 });
                assert_eq!(block.upper, if byte.is_ascii_uppercase() { bit } else { 0 });
                assert_eq!(block.mark, if b"\"#$%&'(:;<=>?@".contains(&byte) { bit } else { 0 });
                assert_eq!(block.wide, if b"\xe2\xef".contains(&byte) { bit } else { 0 });
                assert_eq!(block.joint, if b"-_".contains(&byte) { bit } else { 0 });
            }
        }
    }
}
