//! Whether bytes are ASCII, fast for the short strings of telemetry.

const HIGH: u64 = 0x8080_8080_8080_8080;

/// Whether all bytes are below 0x80.
///
/// Most strings have 4 to 64 bytes, for which reading both ends, overlapping where they must, is cheaper than a loop.
#[inline(always)]
pub(super) fn is_ascii(bytes: &[u8]) -> bool {
    let any = if bytes.len() >= 32 {
        if bytes.len() > 64 {
            return is_long_ascii(bytes);
        }
        ends::<32>(bytes)
    } else if bytes.len() >= 16 {
        ends::<16>(bytes)
    } else if bytes.len() >= 8 {
        ends::<8>(bytes)
    } else if let (Some(head), Some(tail)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        u64::from(u32::from_le_bytes(*head) | u32::from_le_bytes(*tail))
    } else {
        bytes.iter().fold(0, |any, byte| any | u64::from(*byte))
    };
    any & HIGH == 0
}

/// The same for longer ones. The standard library's looks at what is left of the last chunk byte by byte.
fn is_long_ascii(bytes: &[u8]) -> bool {
    let (chunks, _) = bytes.as_chunks::<32>();
    let tail = bytes.last_chunk::<32>().map_or(u64::MAX, any_bits);
    chunks.iter().fold(tail, |any, chunk| any | any_bits(chunk)) & HIGH == 0
}

/// The bits that are set in any of the first and the last `N` bytes.
#[inline(always)]
fn ends<const N: usize>(bytes: &[u8]) -> u64 {
    match (bytes.first_chunk::<N>(), bytes.last_chunk::<N>()) {
        (Some(head), Some(tail)) => any_bits(head) | any_bits(tail),
        _ => u64::MAX,
    }
}

#[inline(always)]
fn any_bits<const N: usize>(bytes: &[u8; N]) -> u64 {
    let (words, _) = bytes.as_chunks::<8>();
    words.iter().fold(0, |any, word| any | u64::from_le_bytes(*word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_beyond_ascii_is_seen_wherever_it_stands() {
        for length in 0..200 {
            let mut bytes = vec![0x7f; length];
            assert!(is_ascii(&bytes), "{length}");
            for at in 0..length {
                bytes[at] = 0x80;
                assert!(!is_ascii(&bytes), "{at} of {length}");
                bytes[at] = 0x7f;
            }
        }
    }
}
